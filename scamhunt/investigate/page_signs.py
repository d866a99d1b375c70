"""Signs of a false warning, and of a wall in front of a page. Pure."""

import re

from scamhunt.investigate.page_shown import Block

WALL_WORDS = 150
"""A page with more words is no wall, whatever it loads."""
_READ = 200_000
_ENOUGH = 2

_IN_SCRIPTS = {
    "alert": re.compile(r"\balert\s{0,3}\("),
    "beforeunload": re.compile(r"beforeunload", re.IGNORECASE),
    "fullscreen": re.compile(r"(?:request|Request)Full[sS]creen"),
    "audio": re.compile(r"<audio\b[^>]{0,300}\bautoplay|new\s{1,3}Audio\s{0,3}\("),
    "blocked keys": re.compile(
        r"on(?:keydown|contextmenu|keyup)\s{0,3}=[^;{]{0,60}\{?[^}]{0,200}?(?:return false|preventDefault|returnValue)|"
        r"[\"'](?:keydown|contextmenu)[\"'],[^}]{0,300}?(?:preventDefault|return false)"
    ),
    "countdown": re.compile(r"setInterval\s{0,3}\([^;]{0,200}?--|\bcount_?down\b", re.IGNORECASE),
}
_FAKE_SCAN = re.compile(
    r"(?:viruse?s?|threats?|trojans?|spyware|malware|infections?)\s(?:were\s|was\s|have been\s|has been\s)?"
    r"(?:found|detected)|(?:computer|device|pc)\s(?:has been|is|was)\s(?:infected|blocked|locked|compromised)|"
    r"access to this (?:computer|pc|device) (?:has been|is) blocked|"
    r"(?:viren|bedrohungen|trojaner)\s(?:wurden?\s)?(?:gefunden|erkannt)|"
    r"computer (?:wurde|ist) (?:infiziert|gesperrt)|"
    r"virus (?:détectés?|trouvés?|detectados?|encontrados?|rilevati|gevonden|wykryto)",
    re.IGNORECASE,
)
_ERROR_CODE = re.compile(r"\b0x8[0-9a-f]{7}\b|error\s(?:code|#|number)\s?[:#]|fehlercode|code d.erreur", re.IGNORECASE)
_WORDS = {
    "alert": ("alert",),
    "beforeunload": ("before",),
    "fullscreen": ("full",),
    "audio": ("audio",),
    "blocked keys": ("keydown", "contextmenu", "keyup"),
    "countdown": ("terval", "count"),
}
"""In small letters; one of these stands wherever the sign does. Words are found far faster than the slow rules."""
_TELLING = frozenset({"fake scan", "error code", "blocked keys"})

_WALLS = (
    ("Cloudflare", "challenge", r"_cf_chl_opt|challenge-platform/|cf-browser-verification|cdn-cgi/challenge"),
    ("Cloudflare", "forbidden", r"cf-error-details|cloudflare\W{1,80}ray id"),
    ("hCaptcha", "captcha", r"class=[\"'][^\"']{0,60}\bh-captcha\b|hcaptcha\.com/1/api\.js"),
    ("reCAPTCHA", "captcha", r"class=[\"'][^\"']{0,60}\bg-recaptcha\b|recaptcha/(?:api|enterprise)\.js"),
    ("Turnstile", "captcha", r"class=[\"'][^\"']{0,60}\bcf-turnstile\b|challenges\.cloudflare\.com/turnstile"),
    ("DataDome", "captcha", r"captcha-delivery\.com"),
    ("HUMAN", "captcha", r"\bpx-captcha\b|_pxAppId"),
    ("AWS WAF", "challenge", r"awswaf\.com|AwsWafIntegration"),
    ("Imperva", "forbidden", r"_Incapsula_Resource|incapsula incident"),
    ("Sucuri", "forbidden", r"sucuri website firewall|sucuri_cloudproxy"),
    ("Akamai", "forbidden", r"errors\.edgesuite\.net"),
    ("its own script", "challenge", r"document\.cookie\s{0,3}=[^<]{0,400}?location(?:\.href\s?=|\.reload|\.replace)"),
)
_SAID = (
    (
        "geo",
        r"not available in your (?:country|region|location)|(?:content|site|page) is (?:not available|blocked) in your",
    ),
    (
        "captcha",
        r"verify (?:that )?you are (?:a )?human|i.m not a robot|prove you.re (?:not a robot|human)",
    ),
    (
        "challenge",
        r"checking (?:if the site connection is secure|your browser)|just a moment\W|enable javascript and cookies",
    ),
    ("forbidden", r"\b403 forbidden|access denied|you have been blocked|request blocked|forbidden\b"),
)
_WALL_RULES = tuple((by, what, re.compile(rule, re.IGNORECASE)) for by, what, rule in _WALLS)
_SAID_RULES = tuple((what, re.compile(rule, re.IGNORECASE)) for what, rule in _SAID)


def popup(scripts: str, text: str) -> tuple[str, ...]:
    """Return the signs that a page plays a warning of the system; nothing where there are too few.

    `scripts` is the source, `text` what can be read. One telling sign and another one are needed: pages ask before
    they are left, too.
    """
    head = scripts[:_READ]
    small = head.lower()
    played = [name for name, words in _WORDS.items() if any(word in small for word in words)]
    found = [name for name in played if _IN_SCRIPTS[name].search(head)]
    coded = ["error code"] if _ERROR_CODE.search(text) else []
    if (found or coded) and _FAKE_SCAN.search(text):  # alone it would not be enough, and this rule is slow
        found.append("fake scan")
    found += coded
    return tuple(found) if len(found) >= _ENOUGH and not _TELLING.isdisjoint(found) else ()


def blocks(source: str, text: str, words: int, *, asks: bool) -> tuple[Block, ...]:
    """Return the walls that stand where a page should be; none where there is much to read, or a form that asks."""
    if words > WALL_WORDS or asks:
        return ()
    head = source[:_READ]
    found = [Block(by, what) for by, what, rule in _WALL_RULES if _stands(by, words) and rule.search(head)]
    known = {one.what for one in found}
    found += [Block("its words", what) for what, rule in _SAID_RULES if what not in known and rule.search(text)]
    return tuple(found[:3])


def _stands(by: str, words: int) -> bool:
    """Say whether a mark counts: many a page sets a cookie and leads on, but a wall of its own has nothing to read."""
    return words == 0 or by != "its own script"

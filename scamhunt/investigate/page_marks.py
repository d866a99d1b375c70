"""Keys on a page under which services know its owner: chat widgets, analytics, pixels. Pure."""

import re

from scamhunt.investigate.page_shown import Mark

MOST = 30


def _rules(table: dict[str, tuple[str, ...]]) -> list[tuple[str, re.Pattern[str]]]:
    return [(vendor, re.compile(pattern)) for vendor, patterns in table.items() for pattern in patterns]


_CHATS = _rules(
    {
        "tawk.to": (r"embed\.tawk\.to/([0-9a-f]{16,32}(?:/\w{1,20})?)",),
        "Intercom": (
            r"widget\.intercom\.io/widget/(\w{4,20})",
            r"intercomSettings\s?=\s?\{[^}]{0,200}?app_id\W{1,5}(\w+)",
        ),
        "Crisp": (r"CRISP_WEBSITE_ID\s{0,3}=\s{0,3}[\"']([0-9a-f-]{36})",),
        "Zendesk": (r"static\.zdassets\.com/ekr/snippet\.js\?key=([0-9a-f-]{36})",),
        "LiveChat": (
            r"__lc\.license\s{0,3}=\s{0,3}(\d{4,12})",
            r"cdn\.livechatinc\.com/[^\"'\s]{0,80}?license[=/](\d{4,12})",
        ),
        "Tidio": (r"code\.tidio\.co/(\w{20,40})",),
        "Smartsupp": (r"_smartsupp\.key\s{0,3}=\s{0,3}[\"'](\w{20,50})",),
        "JivoChat": (
            r"code\.jivosite\.com/(?:widget|script/widget)(?:\.js)?/(\w{8,12})",
            r"jivo(?:site)?\.com/widget/(\w{8,12})",
        ),
        "Drift": (r"drift\.load\([\"'](\w{6,24})",),
        "Olark": (r"olark\.identify\([\"']([\d-]{8,24})",),
        "Zoho SalesIQ": (r"salesiq\.zoho\.\w{2,6}/widget\?wc=(\w{10,160})",),
        "HubSpot": (r"js\.hs-scripts\.com/(\d{4,12})\.js",),
        "WhatsApp": (
            r"(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?(?:[^\"'\s]{0,60}?&(?:amp;)?)?phone=)(?:\+|%2B)?(\d{7,15})",
        ),
        "Telegram": (r"\b(?:t|telegram)\.me/(?!share\b|iv\b|s/)(\+?[A-Za-z]\w{3,31})",),
        "Messenger": (r"\bm\.me/([\w.]{3,50})",),
        "Telegram bot": (r"api\.telegram\.org/bot(\d{6,12}):[\w-]{30,40}",),
    }
)
"""The bot of Telegram is where kits send what was typed. Its secret is left out: the number tells it."""
_TRACKERS = _rules(
    {
        "Google Analytics": (
            r"\b(UA-\d{4,10}-\d{1,4})\b",
            r"(?:gtag/js\?id=|[\"']config[\"'],\s{0,3}[\"'])(G-[A-Z0-9]{6,12})\b",
        ),
        "Google Ads": (r"(?:gtag/js\?id=|[\"']config[\"'],\s{0,3}[\"'])(AW-\d{6,12})\b", r"\b(ca-pub-\d{10,20})\b"),
        "Google Tag Manager": (r"\b(GTM-[A-Z0-9]{4,9})\b",),
        "Meta pixel": (r"fbq\(\s{0,3}[\"']init[\"'],\s{0,3}[\"'](\d{8,20})", r"facebook\.com/tr/?\?id=(\d{8,20})"),
        "Yandex Metrica": (r"\bym\(\s{0,3}(\d{5,10}),\s{0,3}[\"']init", r"mc\.yandex\.ru/watch/(\d{5,10})"),
        "Hotjar": (r"hjid\s{0,3}:\s{0,3}(\d{5,9})",),
        "Microsoft Clarity": (
            r"clarity\.ms/tag/(\w{6,14})",
            r"[\"']clarity[\"'],\s{0,3}[\"']script[\"'],\s{0,3}[\"'](\w{6,14})",
        ),
        "TikTok pixel": (r"ttq\.load\(\s{0,3}[\"'](\w{15,30})",),
        "Matomo": (r"setSiteId[\"'],\s{0,3}[\"']?(\d{1,8})",),
        "StatCounter": (r"sc_project\s{0,3}=\s{0,3}(\d{5,10})",),
        "Histats": (r"Histats\.start[\"'],\s{0,3}[\"']1,(\d{4,10})", r"histats\.com/0\.gif\?(\d{4,10})"),
        "Baidu Tongji": (r"hm\.baidu\.com/hm\.js\?([0-9a-f]{32})",),
        "Cloudflare analytics": (r"data-cf-beacon=[\"']\{[^}]{0,60}?token\W{1,12}([0-9a-f]{32})",),
    }
)

_WORDS = {
    "WhatsApp": ("wa.me/", "whatsapp.com/"),
    "Telegram": (".me/",),
    "Messenger": ("m.me/",),
    "Google Analytics": ("UA-", "G-"),
    "Google Ads": ("AW-", "ca-pub-"),
    "Google Tag Manager": ("GTM-",),
    "Yandex Metrica": ("ym(", "mc.yandex.ru/"),
    "Microsoft Clarity": ("clarity",),
}
"""One of these stands wherever a rule of the vendor fits. A word is found a hundred times faster than a slow rule."""


def chats(source: str) -> tuple[Mark, ...]:
    """Return the chats that a page offers, each with its owner's key or name."""
    return _found(source, _CHATS)


def trackers(source: str) -> tuple[Mark, ...]:
    """Return the accounts that count the page's visitors."""
    return _found(source, _TRACKERS)


def _found(source: str, rules: list[tuple[str, re.Pattern[str]]]) -> tuple[Mark, ...]:
    found: dict[Mark, None] = {}
    for vendor, rule in rules:
        if not any(word in source for word in _WORDS.get(vendor, ("",))):
            continue
        for one in rule.finditer(source):
            found[Mark(vendor, one[1][:120])] = None
            if len(found) >= MOST:
                return tuple(found)
    return tuple(found)

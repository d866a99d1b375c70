"""Where the brand stands in the name."""

import re

from scamhunt.score.index import STRAY
from scamhunt.score.sight import ENDINGS, Sight
from scamhunt.score.signals.signal import signal

TYPES = "dnstwist and ail-typo-squatting, documentation of their generators"
COMBOSQUATS = "Kintis et al., Hiding in Plain Sight: combosquatting, CCS 2017"
SUBDOMAINS = "APWG, Phishing Activity Trends: brand names in subdomains"
FRONTS = "Quinkert et al., It's Not what It Looks Like, IEEE CNS 2019; browsers show the left end first"
_SUFFIX_BEHIND = re.compile(
    r"\.(?:[0-9a-z]{1,3}[-.])?(?:com|net|org|co|jp|uk|de|br|fr|us|(?:ne|or|go)[-.]jp)(?![a-z])"
    r"|-(?:com|co[-.]jp|(?:ne|or|go)[-.]jp|co[-.]uk|com[-.][a-z]{2})(?![a-z])"
    r"|-(?:[0-9a-z]{1,3}-)?(?:net|org|co|jp|uk|de|br|fr|us)(?=\.|\Z)"
).match


@signal(seen_in="amazon.rest paypal.click", not_in="amazon-refund-desk.com", source=TYPES)
def own_name(sight: Sight) -> str | None:
    """The label is the brand's name and nothing else, under another suffix."""
    if sight.own_label:
        return f"the name is '{sight.host.label}' and nothing else, under .{sight.host.suffix}"
    return None


@signal(
    seen_in="amazon-refund-desk.com 8841-paypal.com", not_in="amazonas-tours.com.br amazon.rest", source=COMBOSQUATS
)
def brand_token(sight: Sight) -> str | None:
    """The brand stands as a word of its own beside other words."""
    if not (sight.glued or sight.own_label or sight.host.path):
        return f"'{sight.piece}' stands as a word of its own"
    return None


@signal(seen_in="amazonrefund.com mypaypalhelp.com", not_in="amazon-refund.com amazonia.com", source=COMBOSQUATS)
def brand_with_words(sight: Sight) -> str | None:
    """The brand is written together with words that explain the rest."""
    if sight.glued and sight.explained and not sight.host.path:
        return f"'{sight.run}' is '{sight.piece}' written together with other words"
    return None


@signal(seen_in="amazonqwtzk.com", not_in="amazon-qwt.com xyamazonqwt.com amazonrefund.com", source=COMBOSQUATS)
def brand_in_front(sight: Sight) -> str | None:
    """The brand stands at the start of a longer word that nothing else explains."""
    if sight.right and not (sight.left or sight.explained or sight.right in ENDINGS or sight.host.path):
        return f"'{sight.run}' begins with '{sight.piece}'"
    return None


@signal(seen_in="paypalrz.com xpaypal.com", not_in="paypalqwtzx.com paypalhelp.com", source=TYPES)
def stray_letters(sight: Sight) -> str | None:
    """One to three letters that mean nothing are added to the brand."""
    added = len(sight.left) + len(sight.right)
    derived = not sight.left and sight.right in ENDINGS
    if 0 < added <= STRAY and not (sight.explained or derived or sight.edits):
        return f"'{sight.run}' is '{sight.piece}' with {added} more letters"
    return None


@signal(seen_in="paypal.verify-now.top", not_in="paypal-verify.top", source=SUBDOMAINS)
def brand_in_subdomain(sight: Sight) -> str | None:
    """The brand stands in front of somebody else's name."""
    if not (sight.in_label or sight.host.path or sight.everyday):
        return f"'{sight.piece}' stands in front of '{sight.host.target}', which is not the brand's"
    return None


@signal(seen_in="apple.verify-now.top", not_in="apple-verify.top paypal.verify-now.top", source=SUBDOMAINS)
def ordinary_in_subdomain(sight: Sight) -> str | None:
    """The brand's word, an ordinary or very short one, stands in front of somebody else's name."""
    if sight.everyday and not (sight.in_label or sight.host.path):
        return f"'{sight.piece}' stands in front of '{sight.host.target}', and could mean the brand"
    return None


@signal(
    seen_in="https://garden.top/paypal/login",
    not_in="https://paypal-login.top/garden https://garden.top/login",
    source="PhishTank: addresses of confirmed phishing pages",
)
def brand_in_path(sight: Sight) -> str | None:
    """The brand stands in the path of an address on somebody else's site."""
    if sight.host.path and not sight.glued:
        return f"'{sight.piece}' stands in an address on '{sight.host.target}', not in its name"
    return None


@signal(
    seen_in="paypal.com.account-check.top amazon-com.secure.top",
    not_in="paypal.verify-now.top amazon-refund.com",
    source=FRONTS,
)
def official_in_front(sight: Sight) -> str | None:
    """An official domain is spelt out in front of the real one."""
    head = sight.host.head
    for domain in sight.host.known.official[sight.word.brand]:
        if _spelt(domain, head) if not sight.host.path else head.startswith((f"{domain}@", f"{domain}:")):
            return f"the official '{domain}' is spelt out, but the name belongs to '{sight.host.target}'"
    return None


def _spelt(domain: str, head: str) -> bool:
    """Return whether a domain stands in a name with its dots, or with hyphens and no word meant (`ing-de-`)."""
    if f".{domain}." in f".{head}.":
        return True
    hyphens = domain.replace(".", "-")
    ends = r"(?![a-z0-9])" if domain.rpartition(".")[2] == "com" else r"(?=\.|\Z)"
    return hyphens in head and bool(re.search(rf"(?<![a-z0-9]){re.escape(hyphens)}{ends}", head))


@signal(seen_in="amazon-jp.top amaz0n.co.jp.login.top", not_in="amazon.rest amazon-refund.com", source=FRONTS)
def suffix_behind(sight: Sight) -> str | None:
    """What looks like the end of a host name stands right behind the brand."""
    behind = None if sight.host.path else _SUFFIX_BEHIND(sight.host.head, sight.end)
    return f"'{sight.piece}{behind.group()}' reads like the end of a host name" if behind else None


@signal(
    seen_in="amazon.workers.dev paypal-login.web.app paypal.duckdns.org",
    not_in="amazon.rest",
    source="public-suffix list, private section: free hosting and dynamic DNS",
)
def free_tenant(sight: Sight) -> str | None:
    """The name is a tenant on a platform where anybody gets a name for nothing."""
    if "tenant" in sight.host.flags:
        return f"a free name on the shared platform '{sight.host.suffix}'"
    return None


@signal(seen_in="paypal-amazon-help.com", not_in="paypal-help.com", source="APWG: pages that imitate several brands")
def two_brands(sight: Sight) -> str | None:
    """The names of two brands stand in the name."""
    others = sight.host.brands - {sight.word.brand}
    if others and sight.word.brand in sight.host.brands:
        return f"the name of '{min(others)}' stands there too"
    return None

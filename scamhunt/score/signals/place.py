"""Where the brand stands in the name."""

from scamhunt.score.sight import Sight
from scamhunt.score.signals.signal import signal

TYPES = "dnstwist and ail-typo-squatting, documentation of their generators"
COMBOSQUATS = "Kintis et al., Hiding in Plain Sight: combosquatting, CCS 2017"
SUBDOMAINS = "APWG, Phishing Activity Trends: brand names in subdomains"


@signal(seen_in="amazon.rest paypal.click", not_in="amazon-refund-desk.com", source=TYPES)
def own_name(sight: Sight) -> str | None:
    """The label is the brand's name and nothing else, under another suffix."""
    if sight.in_label and sight.piece == sight.label:
        return f"the name is '{sight.label}' and nothing else, under .{sight.suffix}"
    return None


@signal(
    seen_in="amazon-refund-desk.com 8841-paypal.com", not_in="amazonas-tours.com.br amazon.rest", source=COMBOSQUATS
)
def brand_token(sight: Sight) -> str | None:
    """The brand stands as a word of its own beside other words."""
    if sight.in_label and sight.piece != sight.label and not sight.left and not sight.right:
        return f"'{sight.piece}' stands as a word of its own"
    return None


@signal(seen_in="amazonrefund.com mypaypalhelp.com", not_in="amazon-refund.com amazonas.com", source=COMBOSQUATS)
def brand_with_words(sight: Sight) -> str | None:
    """The brand is written together with words that explain the rest."""
    if sight.in_label and (sight.left or sight.right) and sight.explained:
        return f"'{sight.run}' is '{sight.piece}' written together with other words"
    return None


@signal(seen_in="amazonqwt.com", not_in="amazon-qwt.com amazonrefund.com", source=COMBOSQUATS)
def brand_inside(sight: Sight) -> str | None:
    """The brand stands at an edge of a longer word that nothing else explains."""
    if sight.in_label and bool(sight.left) != bool(sight.right) and not sight.explained:
        return f"'{sight.run}' contains '{sight.piece}'"
    return None


@signal(seen_in="xyamazonqwt.com", not_in="amazonqwt.com amazon.rest", source=COMBOSQUATS)
def brand_buried(sight: Sight) -> str | None:
    """The brand stands in the middle of a longer word that nothing else explains."""
    if sight.in_label and sight.left and sight.right and not sight.explained:
        return f"'{sight.piece}' stands in the middle of '{sight.run}'"
    return None


@signal(seen_in="paypal.verify-now.top", not_in="paypal-verify.top", source=SUBDOMAINS)
def brand_in_subdomain(sight: Sight) -> str | None:
    """The brand stands in front of somebody else's name."""
    if not sight.in_label and not sight.left and not sight.right:
        return f"'{sight.piece}' stands in front of '{sight.target}', which is not the brand's"
    return None


@signal(
    seen_in="paypal.com.account-check.top amazon-com.secure.top",
    not_in="paypal.verify-now.top amazon-refund.com",
    source="Quinkert et al., It's Not what It Looks Like, IEEE CNS 2019; browsers show the left end first",
)
def official_in_front(sight: Sight) -> str | None:
    """An official domain is spelt out in front of the real one."""
    spelt = f".{sight.head.replace('-', '.')}."
    for domain in sight.known.official[sight.word.brand]:
        if f".{domain}." in spelt:
            return f"the official '{domain}' is spelt out inside, but the name belongs to '{sight.target}'"
    return None


@signal(
    seen_in="amazon.workers.dev paypal-login.web.app", not_in="amazon.rest", source="facts of free hosting: tenants"
)
def free_tenant(sight: Sight) -> str | None:
    """The name is a tenant on a platform where anybody gets a name for nothing."""
    if "tenant" in sight.flags:
        return f"a free name on the shared platform '{sight.suffix}'"
    return None

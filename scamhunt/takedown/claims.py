"""What a report may claim: in whose name, of which type of abuse, and in which words. Pure."""

import re
from collections.abc import Callable, Mapping

from scamhunt.indicators.gtlds import is_gtld
from scamhunt.model import Brand, Kind
from scamhunt.observed import Verdict
from scamhunt.takedown import choice
from scamhunt.takedown.case import Case, Said
from scamhunt.takedown.fields import AGENT, IN_HOUSE, THIRD_PARTY
from scamhunt.takedown.roles import AFTERWARDS

_OBSERVED = re.compile(
    r"\b(?:observ(?:ed|ation)|alleged(?:ly)?|suspected|reported|(?:was|were|have|has|been|we) (?:seen|saw))\b",
    re.IGNORECASE,
)
_STRONGER = re.compile(
    r"\b(?:proven|undoubtedly|definitely|certainly|without (?:any )?doubt|guilty|thie(?:f|ves)|swindlers?|fraudsters?"
    r"|crooks?|scammers?|clearly (?:a |an )?(?:scam|fraud\w*|fake|phishing)|(?:is|are) (?:a |an )?"
    r"(?:scam|fraud|fraudulent|fake|phishing site|phishing page))\b",
    re.IGNORECASE,
)


def authority(brand: Brand) -> str:
    """Return in whose name we may write: `in-house`, `agent`, or `third party` where the pack gives no authority."""
    if brand.authority == AGENT and not brand.authority_ref.strip():
        return THIRD_PARTY
    return brand.authority if brand.authority in {IN_HOUSE, AGENT} else THIRD_PARTY


def standing(brand: Brand, reference: str) -> str:
    """Return the sentence that says in whose name we write; `reference` is the agent's, as it may be shown."""
    given = authority(brand)
    if given == IN_HOUSE:
        return "We are the brand's own team."
    if given == AGENT:
        return f"We write on behalf of the brand (reference: {reference})."
    return "We are a third party and do not speak for the brand."


def is_signed(said: Said) -> bool:
    """Say whether a person says what he saw, and signs it."""
    return bool(said.observed.strip() and said.observer.strip())


def _is_bad(case: Case) -> bool:
    """Say whether the look that counts speaks against the page; without a judgement what was seen has to do."""
    return case.site.verdict is None or case.site.verdict in choice.BAD


def _is_phishing(case: Case, said: Said) -> bool:
    return (bool(choice.SECRETS & set(case.site.asks)) and _is_bad(case)) or is_signed(said)


def _seen_to_be(case: Case) -> str:
    """Return which type of abuse a look saw: popups, secrets that are asked for, a kit, a log-in, a false front."""
    site = case.site
    if site.verdict is Verdict.BENIGN:
        return ""
    if site.popups:
        return choice.TECH_SUPPORT
    if choice.SECRETS & set(site.asks):
        return choice.PHISHING
    bad = site.verdict in choice.BAD
    return choice.IMPERSONATION if site.kits or site.verdict is Verdict.IMPERSONATES or (bad and site.asks) else ""


_FITS: Mapping[str, tuple[Callable[[Case, Said], bool], str]] = {
    choice.PHISHING: (
        _is_phishing,
        "a page that asks for secrets or money: no look saw one, and nobody says so with --observed",
    ),
    choice.INACTION: (
        lambda case, said: is_gtld(case.indicator) and _is_phishing(case, said),
        "a page that asks for secrets, below a generic top-level domain: ICANN has no contract for others",
    ),
    choice.IMPERSONATION: (
        lambda case, said: (bool(case.site.proofs) and _is_bad(case)) or is_signed(said),
        "a page that pretends to be the brand: no look saw one, and nobody says so with --observed",
    ),
    choice.TECH_SUPPORT: (
        lambda case, said: bool(case.site.popups or case.site.numbers) or is_signed(said),
        "a warning with a number to call: no look saw one, and nobody says so with --observed",
    ),
    choice.SUSPICIOUS: (
        lambda case, _said: case.site.registered is not None,
        "the day of the registration, without which nothing can be said of it; run scamhunt investigate",
    ),
}


def misfit(case: Case, purpose: str, said: Said) -> str:
    """Return why what is known of a name is not the type of abuse that a report is about; empty when it is."""
    if case.kind == Kind.PHONE or purpose not in _FITS:
        return ""
    seen = _seen_to_be(case)
    if purpose == choice.SUSPICIOUS and seen:
        return f"a look of ours saw abuse there, and this report says that there was none: what fits is {seen}"
    fits, why = _FITS[purpose]
    return "" if fits(case, said) else f"what was observed is no {purpose.replace('_', ' ')}: it takes {why}"


def wording(own: str, purpose: str) -> str:
    """Return what is wrong with how our own words claim something; empty when nothing is."""
    if purpose in AFTERWARDS:
        return ""
    if stronger := _STRONGER.search(own):
        return f"'{stronger.group()}' claims more than was observed; say what was seen"
    if purpose != choice.SUSPICIOUS and not _OBSERVED.search(own):
        return "the text does not say that this was observed or is alleged; say so"
    return ""

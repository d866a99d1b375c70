"""What a report asks for, by who gets it: what that desk can do, and no more. Pure."""

from collections.abc import Mapping

from scamhunt.takedown.kinds import OF_NAMES, RecipientKind

_IF = "Please look at what was observed. If you can confirm it, please"
_ELSE = "If you need more, or if somebody else is the right one to ask, please tell us."

_ACT: Mapping[str, str] = {
    RecipientKind.PLATFORM: f"{_IF} take this tenant's page down, and look at the account behind it. {_ELSE}",
    RecipientKind.HOST: f"{_IF} remove the content or suspend the account, as your policy provides. {_ELSE}",
    RecipientKind.CDN: (
        f"{_IF} stop serving the content, and pass this report on to the host behind you; please tell us who that is, "
        f"if your policy lets you. {_ELSE}"
    ),
    RecipientKind.SHORTENER: f"{_IF} disable the redirect. {_ELSE}",
    RecipientKind.REGISTRAR: f"{_IF} suspend the name or put it on hold, as your own policy provides. {_ELSE}",
    RecipientKind.REGISTRY: (
        f"{_IF} see to it that the name's registrar acts, or put the name on hold, as your own policy provides. {_ELSE}"
    ),
    RecipientKind.DNS: f"{_IF} stop answering for this name, as your own policy provides. {_ELSE}",
    RecipientKind.MAIL: f"{_IF} look at the mail of this name, and stop what is used to deceive people. {_ELSE}",
    RecipientKind.BLOCKLIST: f"{_IF} warn your users of the address. If you see it otherwise, please tell us.",
    RecipientKind.CERT: (
        "Please look at what was observed, and help to bring it to whoever can act in your country. If somebody else "
        "coordinates this, please tell us."
    ),
    RecipientKind.COMPLIANCE: (
        "Please look at how the registrar dealt with what was reported to it. If you need more from us, please say "
        "what. If this is not a case for you, please tell us why."
    ),
}
_WATCH = (
    "No abuse was seen yet. Please look at the registration as your own policy provides, and keep an eye on the name. "
    "If you know that it is in good hands, please tell us: then we close our file."
)
WITHDRAWAL = (
    "Please take no action because of that report. If you already acted because of it, please look again whether that "
    "should stay."
)
CLOSURE = "Please close your ticket on that report, and take no further action because of it. Thank you for your help."
_CLOSURE_OF_A_NAME = (
    "Please close your ticket on that report, and take no further action because of it: not against the name, and "
    "above all not against a whole domain or platform that others use. Thank you for your help."
)
_OTHERS = "Please look at what was observed, and act as your own policy provides. " + _ELSE
_OF_PURPOSE: Mapping[str, str] = {
    "suspicious_registration": _WATCH,
    "withdrawal": WITHDRAWAL,
    "closure": CLOSURE,
}


def ask(kind: str, purpose: str) -> str:
    """Return what a desk of this kind is asked to do; nobody is told what he has to do, or until when."""
    if purpose == "closure" and kind in OF_NAMES:
        return _CLOSURE_OF_A_NAME
    return _OF_PURPOSE.get(purpose) or _ACT.get(kind, _OTHERS)

"""Which report fits a case: for whom, and about what. Pure."""

from scamhunt.errors import UserError, did_you_mean
from scamhunt.model import Kind
from scamhunt.observed import Liveness, Verdict
from scamhunt.takedown import roles
from scamhunt.takedown.case import Case
from scamhunt.takedown.kinds import RecipientKind

PHISHING = "phishing"
IMPERSONATION = "impersonation"
TECH_SUPPORT = "tech_support_fraud"
SUSPICIOUS = "suspicious_registration"
INACTION = "registrar_inaction"
BAD = frozenset({Verdict.IMPERSONATES, Verdict.SUSPICIOUS})
"""Verdicts of a page that may be reported for what was seen there."""
SECRETS = frozenset(
    {"password", "card", "cvv", "pin", "otp", "seed phrase", "identity number", "bank account", "date of birth"}
)
"""What a page asks for that only its owner may know: a page that asks for it in a brand's name is phishing."""


def check_kind(kind: str) -> str:
    """Return a kind of recipient. Raises `UserError` that names them all."""
    if kind not in set(RecipientKind):
        near = did_you_mean(kind, RecipientKind)
        raise UserError(f"there is no report to a {kind[:40]!a}{near}; there is: {', '.join(RecipientKind)}")
    return kind


def default_kind(case: Case, *, tenant: bool) -> str:
    """Return whom a report on a case goes to where nobody says: for a tenant the platform, for a name the registrar."""
    if case.kind == Kind.PHONE:
        return roles.default_kind(case.kind, case.role, str(case.number.type))
    return RecipientKind.PLATFORM if tenant else RecipientKind.REGISTRAR


def default_purpose(case: Case, kind: str, *, observed: bool) -> str:
    """Return what a report is about where nobody says: for a name what was seen there, for a number its role.

    `observed`: a person says what he saw. Nothing seen by anybody is a suspicious registration where that is known to
    be one, else an impersonation that still lacks its observation.
    """
    if case.kind == Kind.PHONE:
        return roles.default_purpose(kind, case.role)
    if kind == RecipientKind.COMPLIANCE:
        return INACTION
    site = case.site
    if site.popups and (site.numbers or "fake scan" in site.popups):
        return TECH_SUPPORT
    if SECRETS & set(site.asks) and site.verdict in {*BAD, None}:
        return PHISHING
    idle = site.verdict is Verdict.PARKED or site.liveness is Liveness.PARKED
    return SUSPICIOUS if idle and not observed and site.registered else IMPERSONATION

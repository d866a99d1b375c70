"""A field sheet: what a person copies into the web form or portal of a desk, value by value. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from scamhunt.errors import UserError
from scamhunt.model import Channel, Kind
from scamhunt.takedown import exact
from scamhunt.takedown.case import Case, Draft, Recipient, Reporter, Said
from scamhunt.takedown.contacts import check_form
from scamhunt.takedown.draft import reporter_address
from scamhunt.takedown.shown import Shown, when
from scamhunt.takedown.words import clean

_NAME, _LINE = 200, 500
_RULE = "-" * 76
_CUT = "\n[cut here: the field takes no more]\n"


@dataclass(frozen=True, slots=True)
class Limits:
    """What is known of a form: how long its fields may be, and what else it says of them."""

    characters: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


_NO_LIMITS = Limits()
LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        "abuse.cloudflare.com": Limits(
            MappingProxyType({"Description": 5_000, "Comments": 2_000}),
            ("at most 250 addresses, one a line, all of the same host name, none twice", "it takes no attachments"),
        ),
    }
)
"""By host of the form. Source for Cloudflare: developers.cloudflare.com, API of abuse reports (`urls`,
`justification` = Description, `comments`)."""


def sheet(  # noqa: PLR0913  # what a sheet is made of, each by its name
    draft: Draft, case: Case, *, to: Recipient, reporter: Reporter, said: Said, now: datetime
) -> bytes:
    """Return the sheet as UTF-8: where to go, what the desk requires and refuses, then a block for each field.

    The desk's address is to be opened: it stands in the list or was vouched for. The reported address is exact and
    marked as dangerous (what is left out of it: `exact.url_of`). A description longer than the field is cut, and says
    so. Raises `UserError` for an address of a desk that is no plain https address, and for a target that is none.
    """
    if to.channel is Channel.EMAIL:
        raise UserError(f"{clean(to.name, 60)} takes reports by mail; there is no form to fill in")
    limits = LIMITS.get(urlsplit(check_form(to.address)).hostname or "", _NO_LIMITS)
    blocks = (_block(name, value, limits) for name, value in _fields(draft, case, reporter, said) if value)
    return "\n".join((*_head(to, limits, draft, now), *blocks)).encode("utf-8")


def _head(to: Recipient, limits: Limits, draft: Draft, now: datetime) -> Iterator[str]:
    desk = to.desk
    yield f"Field sheet for {clean(to.name, _NAME)} ({to.kind}, {to.channel})"
    yield f"Written {when(now)}"
    yield ""
    yield f"Open: {to.address}"
    yield f"This address is the desk's own; source: {clean(to.source, _LINE)}, as of {clean(to.verified_on, 20)}."
    if to.how == "vouched":
        yield f"It is not in the list: {clean(to.vouched_by, _NAME)} vouches for it."
    for label, told in (
        ("It requires", desk.requires if desk else ()),
        ("It refuses", desk.refuses if desk else ()),
        ("Its fields", limits.notes),
    ):
        if told:
            yield f"{label}: {'; '.join(clean(one, _NAME) for one in told)}"
    if desk and desk.policy:
        yield f"Its policy: {clean(desk.policy, _NAME)}{f' ({desk.policy_url})' if desk.policy_url else ''}"
    if not draft.ready:
        lacks = ", ".join(missing.field for missing in draft.missing) or "its text"
        yield f"NOT READY, do not hand it in: it lacks {lacks}"
    yield ""
    yield "Copy each value into the field of that name. What is marked EXACT is dangerous: copy it, never open it."
    yield ""


def _fields(draft: Draft, case: Case, reporter: Reporter, said: Said) -> Iterator[tuple[str, str]]:
    """Return the fields in the order in which forms mostly ask for them; an empty value is no field."""
    brand = case.brand
    if case.kind == Kind.PHONE:
        yield "Number", case.indicator
    else:
        yield "Address (EXACT, dangerous: do not open)", exact.url_of(case, said)
        yield "Host name (EXACT, dangerous: do not open)", exact.host_of(case)
    yield "Category", exact.WHAT.get(draft.abuse_type, clean(draft.abuse_type, _NAME))
    yield "Brand", clean(brand.name, _NAME)
    yield "Official site of the brand", f"https://{brand.domains[0]}/" if brand.domains else ""
    yield "Subject", draft.subject
    yield "Description", draft.text.strip()
    yield "Comments", clean(said.note, _LINE)
    yield "Reporter", clean(reporter.org, _NAME)
    yield "Reporter's e-mail", reporter_address(reporter) if reporter.email else ""
    yield "Evidence (upload what the form takes)", "\n".join(_proofs(case))


def _proofs(case: Case) -> Iterator[str]:
    shown = Shown(case)
    for proof in case.site.proofs:
        yield f"evidence {proof.id}: {shown.name(proof.what)}, {when(proof.acquired_at)}, sha256 {proof.sha256}"


def _block(name: str, value: str, limits: Limits) -> str:
    most = limits.characters.get(name)
    fits = most is None or len(value) <= most
    shown = value if fits or most is None else value[: most - len(_CUT)] + _CUT.rstrip("\n")
    allowed = f" (at most {most:,} characters)" if most else ""
    return f"{name}{allowed}:\n{_RULE}\n{shown}\n{_RULE}\n"

"""Try a template on the example that it carries."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from scamhunt.errors import Refused, UserError
from scamhunt.model import Brand, Channel, Kind, Reason, Role, State
from scamhunt.observed import Liveness, Verdict
from scamhunt.takedown.case import Case, Draft, Earlier, Recipient, Reporter, Said
from scamhunt.takedown.draft import render
from scamhunt.takedown.lint import lint, may_stand, said_faults
from scamhunt.takedown.numbers import NOTHING, Attribution, NumberFacts
from scamhunt.takedown.roles import MAY
from scamhunt.takedown.site import NOTHING_SEEN, Proof, Reproduced, Site
from scamhunt.takedown.template import Template

_KEYS = {
    "indicator": str,
    "brand": str,
    "official": list,
    "reasons": list,
    "observed": str,
    "first_seen": datetime,
    "feed": str,
    "recipient": str,
    "reporter_org": str,
    "reporter_email": str,
}
_OF_NUMBERS = {"role": str, "number_type": str, "official_numbers": list, "holder": str, "table": str}
"""What an example of a report on a number has besides."""
_MAY_HAVE = {"authority": str, "earlier": list, "inbound_only": list, "note": str, "said": dict, "site": dict}
_OF_EARLIER = {"kind": str, "recipient": str, "sent_at": datetime, "proof": str, "became": str}
_OF_A_SITE = {
    "asks": list,
    "gone": datetime,
    "numbers": list,
    "popups": list,
    "registered": date,
    "registrar": str,
    "title": str,
    "url": str,
}


def example_case(template: Template) -> Case:
    """Build the case of a template's `[example]`.

    Raises `UserError` for a key that is unknown, missing or of another type.
    """
    given, numbered = template.example, _is_numbered(template)
    keys = _KEYS | (_OF_NUMBERS if numbered else {})
    _check(template, given, keys, "")
    _check_optional(template, given, keys)
    try:
        seen = _aware(given["first_seen"])
    except OverflowError:
        raise UserError(f"{template.name}: [example] first_seen is out of all time; write a day of this year") from None
    case = _case(given, seen, _number(template, seen) if numbered else None)
    case = replace(case, earlier=_earlier(template, given.get("earlier", [])))
    return replace(case, site=_site(given["site"], seen)) if "site" in given else case


def _earlier(template: Template, given: list[Any]) -> tuple[Earlier, ...]:
    for one in given:
        if not isinstance(one, dict) or one.keys() != _OF_EARLIER.keys():
            raise UserError(f"{template.name}: [[example.earlier]] has {', '.join(_OF_EARLIER)}, each once")
        _check(template, one, _OF_EARLIER, ".earlier")
    return tuple(Earlier(**(one | {"sent_at": _aware(one["sent_at"])})) for one in given)


def render_example(template: Template, kind: str = "") -> Draft:
    """Render a template with its own example, as a confirmed case of that day, for one of its kinds."""
    return _rendered(template, kind or template.kind)[0]


def check_template(template: Template) -> list[str]:
    """Return what is wrong with a template when it is filled with its own example; empty when nothing is.

    It is tried for each of its kinds that the example is of: a name or a number.
    """
    kinds = [kind for kind in template.kinds if (kind in MAY) == _is_numbered(template)]
    return list(dict.fromkeys(problem for kind in kinds for problem in _problems(template, kind)))


def _problems(template: Template, kind: str) -> list[str]:
    try:
        draft, case, said = _rendered(template, kind)
    except (UserError, Refused) as error:
        return [str(error)]
    gaps = [f"{template.name}: the example gives no {missing.field}: {missing.text}" for missing in draft.missing]
    standing = may_stand(case, draft, kind, said, case.last_seen)
    faults = [*lint(draft, case, template, standing=standing), *said_faults(said, draft, case, kind)]
    return gaps + [f"{template.name}: {fault}" for fault in faults]


def _rendered(template: Template, kind: str) -> tuple[Draft, Case, Said]:
    case, given = example_case(template), template.example
    reporter = Reporter(given["reporter_org"], given["reporter_email"])
    fields = {str(name): str(value) for name, value in given.get("said", {}).items()}
    signer = "ann" if given["observed"] else ""
    said = Said(given["observed"], signer, case.last_seen if signer else None, given.get("note", ""), fields)
    to = _recipient(given, kind, case.last_seen)
    return render(case, template, reporter=reporter, to=to, said=said, kind=kind, now=case.last_seen), case, said


def _recipient(given: Mapping[str, Any], kind: str, seen: datetime) -> Recipient | None:
    if not given["recipient"]:
        return None
    day = f"{seen:%Y-%m-%d}"
    yours = "What we report is with you, by the registry's answer of that day."
    return Recipient(
        kind, "Example Desk", Channel.EMAIL, given["recipient"], yours, "RDAP of registry.example", day, "published"
    )


def _is_numbered(template: Template) -> bool:
    """Say whether a template is about numbers alone; what follows any report has an example that is a name."""
    return all(kind in MAY for kind in template.kinds)


def _check(template: Template, given: Mapping[str, Any], keys: Mapping[str, type], where: str) -> None:
    for key in given.keys() - (keys.keys() | (set() if where else _MAY_HAVE.keys())):
        raise UserError(f"{template.name}: [example{where}] has an unknown key {key!r}; known: {', '.join(keys)}")
    for key, kind in keys.items():
        if (key in given or not where) and not isinstance(given.get(key), kind):
            raise UserError(f"{template.name}: [example{where}] lacks {key} ({kind.__name__}); add it")


def _check_optional(template: Template, given: Mapping[str, Any], keys: Mapping[str, type]) -> None:
    for key, kind in _MAY_HAVE.items():
        if key in given and not isinstance(given[key], kind):
            raise UserError(f"{template.name}: [example] {key} is no {kind.__name__}; known: {', '.join(keys)}")
    _check(template, given.get("site", {}), _OF_A_SITE, ".site")


def _aware(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _site(given: Mapping[str, Any], seen: datetime) -> Site:
    """Return what a look found that kept one picture."""
    gone, registered, url = given.get("gone"), given.get("registered"), str(given.get("url", ""))
    if not url:
        return replace(NOTHING_SEEN, liveness=Liveness.TAKEN_DOWN, liveness_at=_aware(gone)) if gone else NOTHING_SEEN
    saw = "a form" if given.get("asks") else "a page"
    visit = Reproduced("desktop", url, seen, "Mozilla/5.0 (X11; Linux x86_64)", "en", "", 200, saw)
    proof = Proof(1, "0" * 63 + "1", "image/png", "screenshot with address and time on it", url, seen, 1_000)
    return Site(
        look=1,
        looked_at=seen,
        url=url,
        verdict=Verdict.SUSPICIOUS,
        registrar=given.get("registrar", ""),
        registered=datetime(registered.year, registered.month, registered.day, tzinfo=UTC) if registered else None,
        title=given.get("title", ""),
        asks=tuple(map(str, given.get("asks", []))),
        numbers=tuple(map(str, given.get("numbers", []))),
        popups=tuple(map(str, given.get("popups", []))),
        visits=(visit,),
        proofs=(proof,),
    )


def _number(template: Template, seen: datetime) -> NumberFacts:
    given = template.example
    if given["role"] not in set(Role):
        raise UserError(f"{template.name}: [example] has no known role; write one of {', '.join(Role)}")
    holder = Attribution(given["holder"], "123A", given["table"], f"{seen:%Y-%m-%d}", "thousands_block", "medium")
    return NumberFacts(
        Role(given["role"]), given["number_type"], voices=3, displayed=2, first=seen, last=seen, attribution=holder
    )


def _case(given: Any, seen: datetime, number: NumberFacts | None) -> Case:  # noqa: ANN401  # TOML values, checked by the caller
    return Case(
        indicator=given["indicator"],
        kind=Kind.PHONE if number else Kind.DOMAIN,
        brand=Brand(
            "example",
            given["brand"],
            tuple(map(str, given["official"])),
            phones=tuple(map(str, given.get("official_numbers", []))),
            inbound_only=tuple(map(str, given.get("inbound_only", []))),
            authority=given.get("authority", ""),
        ),
        score=0.9,
        reasons=tuple(Reason("example", 1.0, str(text)) for text in given["reasons"]),
        first_seen=seen,
        last_seen=seen,
        feeds=(given["feed"],),
        state=State.CONFIRMED,
        number=number or NOTHING,
    )

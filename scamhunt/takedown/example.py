"""Try a template on the example that it carries."""

from datetime import UTC, datetime
from typing import Any

from scamhunt.errors import Refused, UserError
from scamhunt.model import Brand, Kind, Reason, Role, State
from scamhunt.takedown.draft import Case, Draft, Reporter, render
from scamhunt.takedown.lint import lint
from scamhunt.takedown.numbers import NOTHING, Attribution, NumberFacts
from scamhunt.takedown.roles import MAY
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
# What nothing can give yet does not count against a template.
_NOT_YET = frozenset({"registrar", "screenshot", "script", "called_number", "call_time", "duration"}) | {
    "called_carrier",
    "recording",
    "campaign",
}


def example_case(template: Template) -> Case:
    """Build the case of a template's `[example]`.

    Raises `UserError` for a key that is unknown, missing or of another type.
    """
    given = template.example
    keys = _KEYS | (_OF_NUMBERS if template.kind in MAY else {})
    for key in given.keys() - keys.keys():
        raise UserError(f"{template.name}: [example] has an unknown key {key!r}; known: {', '.join(keys)}")
    for key, kind in keys.items():
        if not isinstance(given.get(key), kind):
            raise UserError(f"{template.name}: [example] lacks {key} ({kind.__name__}); add it")
    try:
        seen = (
            given["first_seen"].astimezone(UTC)
            if given["first_seen"].tzinfo
            else given["first_seen"].replace(tzinfo=UTC)
        )
    except OverflowError:
        raise UserError(f"{template.name}: [example] first_seen is out of all time; write a day of this year") from None
    return _case(given, seen, _number(template, seen) if template.kind in MAY else None)


def render_example(template: Template) -> Draft:
    """Render a template with its own example, as a confirmed case of that day."""
    case, given = example_case(template), template.example
    reporter = Reporter(given["reporter_org"], given["reporter_email"])
    recipient, observed = given["recipient"], given["observed"]
    return render(case, template, reporter=reporter, recipient=recipient, observed=observed, now=case.last_seen)


def check_template(template: Template) -> list[str]:
    """Return what is wrong with a template when it is filled with its own example; empty when nothing is."""
    try:
        draft = render_example(template)
    except (UserError, Refused) as error:
        return [str(error)]
    lacking = [missing for missing in draft.missing if missing.field not in _NOT_YET]
    gaps = [f"{template.name}: the example gives no {missing.field}" for missing in lacking]
    return gaps + [f"{template.name}: {fault}" for fault in lint(draft, example_case(template), template)]


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
        ),
        score=0.9,
        reasons=tuple(Reason("example", 1.0, str(text)) for text in given["reasons"]),
        first_seen=seen,
        last_seen=seen,
        feeds=(given["feed"],),
        state=State.CONFIRMED,
        number=number or NOTHING,
    )

import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from scamhunt.campaigns.kinds import KINDS
from scamhunt.errors import UserError
from scamhunt.referral import agencies, dossier, example, part_read
from scamhunt.referral.dossier import Count, Dossier, Joint, NumberFacts, Redaction
from scamhunt.referral.matrix import MATRIX, Rule, crossing
from scamhunt.referral.overlap import INFRASTRUCTURE, Terms
from scamhunt.referral.part import part
from scamhunt.referral.part_fields import FIELDS, LONGEST
from scamhunt.referral.part_read import Part, read_part

TERMS = Terms("o-0123456789ab", "Example Trust", "joint complaint", "2026-11-22")
VICTIM = "victim.one@corp.example"
CLASSES = [one for module in (dossier, agencies) for one in vars(module).values() if isinstance(one, type)]
VALUES = {one.__name__: one for one in CLASSES if is_dataclass(one)}


def made(told: Dossier | None = None, **more: Any) -> bytes:  # noqa: ANN401  # by name
    """Return a part."""
    return part(told or example.dossier(), TERMS, **{"side": "A", **more}).content


def read(content: bytes) -> Part:
    """Read a part as the partner does."""
    return read_part(content)


# --- the table --------------------------------------------------------------------------------------------------------


def test_each_field_of_a_packet_has_its_rule() -> None:
    """Whoever adds a field says in the table who may see it: the test fails until then, and nothing crosses."""
    assert MATRIX.keys() == VALUES.keys()
    for name, kind in VALUES.items():
        assert set(MATRIX[name]) == {one.name for one in fields(kind)}, name


def test_each_field_that_crosses_is_checked() -> None:
    """What we write and what we read is held to one form."""
    needed = {f"{kind}.{name}" for kind in MATRIX for name in crossing(kind) if MATRIX[kind][name] is not Rule.PARTS}
    assert needed == FIELDS.keys()


def test_the_rules_of_the_table_are_the_agreed_ones() -> None:
    """Infrastructure whole, counts in bands; scores, texts, notes and names of people stay."""
    assert {"indicator", "first_seen", "last_seen"} <= set(crossing("CaseFacts"))
    assert not {"score", "reasons", "confirmed_at", "campaign"} & set(crossing("CaseFacts"))
    assert not {"title", "url", "verdict"} & set(crossing("NameFacts"))
    assert MATRIX["NumberFacts"]["reports"] is MATRIX["Count"]["count"] is Rule.BANDED
    assert not {"operator", "note", "url", "path", "evidence"} & set(crossing("Exhibit"))
    none = ("Sender", "Handled", "ReportFact", "HoldFact", "Moment", "LinkFact", "Agency", "Joint")
    assert not any(crossing(kind) for kind in none)
    assert set(INFRASTRUCTURE) <= KINDS.keys() | {"domain"}
    assert not {"email", "registrant", "favicon", "kit", "likeness", "registration"} & set(INFRASTRUCTURE)


# --- what crosses -----------------------------------------------------------------------------------------------------


def test_the_partner_sees_the_infrastructure() -> None:
    """Names, numbers, addresses, certificates, who registered them and when each was seen; each case by his number."""
    there = read(made())
    assert [one.partner for one in there.cases] == ["A-1", "A-2", "A-3", "A-4", "A-5"]
    assert [one.indicator for one in there.cases] == [*example.NAMES, example.NUMBER, example.OTHER]
    name, number = there.cases[0].name, there.cases[3].number
    assert name is not None
    assert number is not None
    own = example.dossier().cases[0]
    assert own.name is not None
    assert (name.registrar, name.addresses, name.certificate) == (
        "Example Registrar Ltd",
        ["192.0.2.10"],
        own.name.certificate,
    )
    assert name.registered == own.name.registered
    assert (number.role, number.banded, number.reports) == ("callback", "10-49", 0)
    assert {(one.kind, one.value) for one in there.identifiers} == {
        (one.kind, one.value) for one in example.dossier().identifiers
    }
    assert [one.sha256 for one in there.exhibits] == [one.sha256 for one in example.dossier().exhibits]
    assert there.subjects[0].cases == [1, 2, 3, 4, 5]
    assert there.terms == TERMS


def test_counts_cross_in_bands() -> None:
    """No count is told, nor a loss of a place where fewer than five people are; a source's name is none of theirs."""
    counts = (
        Count("victims", "US-CA", "23", "people", "by Jane"),
        Count("victims", "DE", "3", "persons", "by Jane"),
        Count("loss", "DE", "12000.50", "EUR", "by Jane"),
        Count("loss", "US-CA", "12000.50", "USD", "by Jane"),
        Count("calls", "ftc_dnc", "123", "reports", "by Jane"),
        Count("victims", "", "12-14", "people", "by Jane"),
        Count("loss", "Springfield", "about a lot", "USD", "by Jane"),
    )
    told = [
        (one.what, one.where, one.count, one.unit)
        for one in read(made(replace(example.dossier(), counts=counts))).counts
    ]
    assert told == [
        ("people", "US-CA", "10-49", "people"),
        ("people", "DE", "fewer than 5", "people"),
        ("loss", "DE", "not told", "EUR"),
        ("loss", "US-CA", "10000-49999", "USD"),
        ("reports", "not told", "100-499", "reports"),
        ("people", "", "10-49", "people"),
        ("loss", "not told", "not told", "USD"),
    ]


def test_the_same_dossier_gives_the_same_bytes() -> None:
    """And each side has its own letters."""
    assert made() == made()
    assert b"B-EX-0001" in made(side="B")
    assert b"A-" not in made(side="B").replace(b"US-CA", b"")
    with pytest.raises(ValueError, match="C"):
        made(side="C")


def test_what_stays_is_counted() -> None:
    """The log of what was left out names fields and rules, and goes to the partner with the part."""
    left = part(example.dossier(), TERMS, side="A").redactions
    assert Redaction("CaseFacts.score", Rule.JUDGED.value, 5) in left
    assert Redaction("NameFacts.title", Rule.SHOWN.value, 3) in left
    assert all(one.count > 0 for one in left)
    assert list(read(made()).redactions) == list(left)


# --- what does not ----------------------------------------------------------------------------------------------------


def planted(value: Any, canaries: Iterator[str]) -> Any:  # noqa: ANN401  # any value of a dossier
    """Return a value of a dossier with a canary in each text that the table keeps."""
    if isinstance(value, tuple | list):
        return [planted(one, canaries) for one in value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes: dict[str, Any] = {}
    for one in fields(value):
        held, rule = getattr(value, one.name), MATRIX[type(value).__name__][one.name]
        if rule.crosses:
            changes[one.name] = planted(held, canaries)
        elif isinstance(held, str) and one.name != "withheld":
            changes[one.name] = f"{held} {next(canaries)}"
        elif isinstance(held, tuple | list) and all(isinstance(each, str) for each in held):
            changes[one.name] = [*held, next(canaries)]
        elif one.name in {"sender", "agency", "timeline", "reports", "custody", "links"}:
            changes[one.name] = planted(held, canaries)
    return replace(value, **changes)


def test_no_canary_crosses() -> None:
    """A canary in each text that is not the partner's, more than forty: titles, reasons, notes, tickets, addresses."""
    used: list[str] = []

    def canaries() -> Iterator[str]:
        for at in range(10_000):
            used.append(f"canary{at:04}")
            yield used[-1]

    content = made(planted(example.dossier(), canaries()))
    assert len(used) > 200
    assert not any(one.encode() in content for one in used)
    assert len(read(content).cases) == 5


PERSONAL = (
    *(VICTIM, "Jane, +1 (202) 555-0177", "4111 1111 1111 1111", "219-09-9999", "jane[.]doe@people[.]example"),
    "secret-token-77, Ltd",
)


@pytest.mark.parametrize("text", PERSONAL)
def test_a_person_in_a_text_that_crosses_is_left_out(text: str) -> None:
    """Registries and tables of carriers hold what was typed into them: personal data there stays."""
    own = example.dossier()
    name, number = own.cases[0].name, own.cases[3].number
    assert name is not None
    assert number is not None
    bad_name = replace(name, registrar=text, networks=(text, "192.0.2.0/24 Example"), statuses=(text, "active"))
    cases = [
        replace(own.cases[0], name=bad_name),
        *own.cases[1:3],
        replace(own.cases[3], number=replace(number, holder=text, resporg=text)),
        own.cases[4],
    ]
    content = made(replace(own, cases=cases), tokens=["secret-token-77"])
    assert text.encode() not in content
    there = read(content).cases
    assert there[0].name is not None
    assert there[0].name.registrar == ""
    assert there[0].name.networks == ["192.0.2.0/24 Example"]
    assert there[0].name.statuses == ["active"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("email", VICTIM), ("registrant", "jane example"), ("likeness", "ab-cd"), ("canary kind", "canary")),
        *(("tracker", VICTIM), ("domain", "Amazon.example"), ("domain", "a b.example"), ("number", "8005550142")),
        *(("form", f"pay.example/?e={VICTIM}"), ("wallet", "short"), ("chat", "Telegram jane@example")),
        *(("address", "10.0.0.1"), ("network", "not one"), ("certificate", "jane")),
    ],
)
def test_an_identifier_that_is_none_of_the_infrastructure_stays(kind: str, value: str) -> None:
    """Neither what may name a person nor what is not what its kind says."""
    own = example.dossier()
    more = replace(own.identifiers[0], kind=kind, value=value)
    there = part(replace(own, identifiers=[*own.identifiers, more]), TERMS, side="A")
    assert len(read(there.content).identifiers) == len(own.identifiers)
    assert f'"value":"{value}"'.encode() not in there.content
    assert sum(one.count for one in there.redactions if one.field.startswith("Identifier of kind")) == 1
    assert b"canary" not in there.content


@pytest.mark.parametrize("role", ["caller_id", "unknown", ""])
def test_a_strangers_number_stays(role: str) -> None:
    """A number that was forged belongs to somebody innocent: its case and all of it stay with us."""
    own = example.dossier()
    cases = [*own.cases[:4], replace(own.cases[4], number=NumberFacts(role))]
    shown = [one for one in own.identifiers if one.value != example.OTHER or one.case == 5]
    there = part(replace(own, cases=cases, identifiers=shown), TERMS, side="A")
    assert example.OTHER.encode() not in there.content
    assert read(there.content).subjects[0].cases == [1, 2, 3, 4]
    assert Redaction("CaseFacts", Rule.FORGED.value, 1) in there.redactions


def test_not_even_the_hash_of_a_withheld_page_crosses() -> None:
    """Who knows the page but for a name can try names until the hash fits."""
    own = example.dossier()
    held = replace(own.exhibits[0], withheld="may hold what belongs to a victim", path="")
    content = made(replace(own, exhibits=[held, *own.exhibits[1:]]))
    assert held.sha256.encode() not in content
    there = read(content)
    assert len(there.exhibits) == len(own.exhibits) - 1
    assert [one.exhibit for one in there.identifiers if one.value == example.NAMES[0]] == [""]


def test_a_case_that_does_not_fit_takes_its_rows_along() -> None:
    """An indicator that is none, a case that nobody confirmed: nothing of them crosses, and the rest does."""
    own = example.dossier()
    for change in ({"indicator": f"x.example/?e={VICTIM}"}, {"state": "new"}, {"brand": "A B"}):
        content = made(replace(own, cases=[replace(own.cases[0], **change), *own.cases[1:]]))  # type: ignore[arg-type]  # texts
        there = read(content)
        assert [one.indicator for one in there.cases] == [one.indicator for one in own.cases[1:]]
        assert example.NAMES[0] not in {one.value for one in there.identifiers}
        assert there.subjects[0].cases == [1, 2, 3, 4]


def test_a_long_list_is_cut() -> None:
    """What we write is what the partner can read, and the log tells what is missing."""
    own = example.dossier()
    many = replace(own.brands[0], domains=[f"amazon-{at}.example" for at in range(1_200)])
    there = part(replace(own, brands=[many]), TERMS, side="A")
    assert len(read(there.content).brands[0].domains) == 1_000
    assert Redaction("Brand.domains", Rule.LONG.value, 200) in there.redactions


def test_a_partners_part_is_not_passed_on() -> None:
    """What one partner gave is no other partner's."""
    with pytest.raises(UserError, match="not ours to pass on"):
        made(replace(example.dossier(), joint=Joint("o-1", "a", "b")))


# --- hostile parts ----------------------------------------------------------------------------------------------------

Change = Callable[[dict[str, Any]], object]
CHANGES: Mapping[str, tuple[Change, str]] = {
    "a list more": (lambda told: told.update(notes=[]), "it has 'notes'"),
    "a list less": (lambda told: told.pop("cases"), "it lacks 'cases'"),
    "another format": (lambda told: told.update(format="x"), "it is no scamhunt-joint-part-1"),
    "another side": (lambda told: told.update(side=["A"]), "it is no scamhunt-joint-part-1"),
    "terms that are none": (lambda told: told.update(org=None), "terms are no texts"),
    "hidden words": (lambda told: told.update(org="a\u202eb"), "its org"),
    "no list": (lambda told: told.update(cases={}), "cases is no list"),
    "too many": (lambda told: told.update(brands=[{}] * 1_001), "brands is no list of at most 1,000"),
    "no object": (lambda told: told["cases"].append("x"), r"cases\[5\] is no object"),
    "a field more": (lambda told: told["cases"][0].update(score="1"), r"cases\[0\] has 'score'"),
    "a field less": (lambda told: told["cases"][0].pop("kind"), r"cases\[0\] lacks 'kind'"),
    "a wrong number": (lambda told: told["cases"][0].update(id="A-2"), "not numbered A-1"),
    "a number of the other side": (lambda told: told["cases"][0].update(id="B-1"), "not numbered A-1"),
    "a huge number": (lambda told: told["cases"][0].update(id="A-" + "9" * 4_000), r"cases\[0\].id cannot be one"),
    "a formula": (lambda told: told["cases"][0].update(indicator="=cmd()"), r"cases\[0\].indicator cannot be one"),
    "a person for a target": (lambda told: told["cases"][0].update(indicator=VICTIM), "indicator cannot be one"),
    "a day without zone": (lambda told: told["cases"][0].update(first_seen="2026-11-02T08:30:00"), "first_seen cannot"),
    "a day that is none": (lambda told: told["cases"][0].update(first_seen=""), "first_seen cannot"),
    "a day of long ago": (lambda told: told["cases"][0].update(last_seen="0001-01-01T00:00:00Z"), "last_seen cannot"),
    "a site that is a number": (lambda told: told["cases"][0].update(kind="phone"), "its kind of target"),
    "nothing known": (lambda told: told["cases"][3].update(number=None), "its kind of target"),
    "no object in it": (lambda told: told["cases"][0].update(name="x"), r"cases\[0\].name is no object"),
    "a hidden text": (lambda told: told["cases"][0]["name"].update(registrar="a\u202eb"), "registrar cannot be one"),
    "a long text": (lambda told: told["cases"][0]["name"].update(registrar="x" * (LONGEST + 1)), "registrar cannot"),
    "a long list": (
        lambda told: told["cases"][0]["name"].update(addresses=["192.0.2.1"] * 1_001),
        "no list of at most",
    ),
    "a list in a list": (lambda told: told["cases"][0]["name"].update(addresses=[[]]), "addresses is no text"),
    "an exact count": (lambda told: told["counts"][0].update(count="23"), "count cannot be one"),
    "a strangers number": (lambda told: told["cases"][3]["number"].update(role="caller_id"), "role cannot be one"),
    "a person's address": (lambda told: told["identifiers"][0].update(kind="email"), "kind cannot be one"),
    "a value of another kind": (lambda told: told["identifiers"][0].update(kind="number"), "is no number"),
    "a value in another form": (
        lambda told: told["identifiers"][-1].update(value="Google Analytics UA-1-2"),
        "normal form",
    ),
    "a brand that is not listed": (lambda told: told.update(brands=[]), "a brand that is not listed"),
    "a case in no subject": (lambda told: told["subjects"][0]["cases"].pop(), "one subject each"),
    "a case in two subjects": (lambda told: told["subjects"].append(told["subjects"][0]), "one subject each"),
    "a case that is not there": (lambda told: told["exhibits"][0].update(case="A-77"), "a case that is not listed"),
    "an exhibit that is not there": (
        lambda told: told["identifiers"][0].update(exhibit="A-EX-0077"),
        "an exhibit that",
    ),
    "exhibits in disorder": (lambda told: told["exhibits"].reverse(), "exhibits are not numbered"),
    "a size that is none": (lambda told: told["exhibits"][0].update(size="-1"), "size cannot be one"),
    "a hash that is none": (lambda told: told["exhibits"][0].update(sha256="x" * 64), "sha256 cannot be one"),
    "a rule of their own": (lambda told: told["redactions"].append(["x", "we kept it", 1]), "a rule that there is"),
    "a count of their own": (lambda told: told["redactions"][0].__setitem__(2, -1), "a rule that there is"),
    "no redactions": (lambda told: told.update(redactions=None), "redactions is no list"),
}


@pytest.mark.parametrize(("change", "why"), CHANGES.values(), ids=CHANGES)
def test_a_changed_part_is_refused(change: Change, why: str) -> None:
    """The first fault is told with its place and what to do; nothing of the part is believed."""
    told = json.loads(made())
    change(told)
    with pytest.raises(UserError, match=why) as error:
        read(json.dumps(told).encode())
    assert "ask the partner" in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":1,"a":2}', "twice"),
        (b"\xff", "UTF-8"),
        (b"{}", "lacks"),
        (b" " * (part_read.FILE_LIMIT + 1), "larger than 64 MB"),
    ],
    ids=["empty", "nested", "twice", "bytes", "nothing", "huge"],
)
def test_what_is_no_part_is_refused(content: bytes, why: str) -> None:
    """A partner's file may be anything."""
    with pytest.raises(UserError, match=why):
        read(content)


def test_random_values_never_crash_the_reader() -> None:
    """Seeded: any value anywhere in a part is read or refused by name."""
    dice, whole = random.Random(4), json.loads(made())
    odd: list[Any] = [
        None,
        True,
        7,
        -1.5,
        "",
        "x",
        "\ud800",
        "A-1",
        [],
        {},
        ["x"],
        {"x": 1},
        "9" * 5_000,
        "\u0661",
        [[[]]],
    ]
    for _ in range(400):
        told = json.loads(json.dumps(whole))
        place: Any = told
        while isinstance(place, dict | list) and place:
            key = dice.choice(list(place)) if isinstance(place, dict) else dice.randrange(len(place))
            if not isinstance(place[key], dict | list) or not place[key] or dice.random() < 0.2:
                place[key] = dice.choice(odd)
                break
            place = place[key]
        with suppress(UserError):
            read(json.dumps(told).encode())


def test_a_moment_crosses_as_it_is() -> None:
    """In UTC, with parts of a second."""
    own = example.dossier()
    at = example.START + timedelta(microseconds=123_456)
    there = read(made(replace(own, cases=[replace(own.cases[0], first_seen=at), *own.cases[1:]])))
    assert there.cases[0].first_seen == at

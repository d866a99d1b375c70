import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scamhunt.referral.dossier import Count, Dossier, Moment
from scamhunt.referral.example import NAMES, NUMBER, OTHER, START, dossier
from scamhunt.referral.sheets import OVERLAP, SHEETS, TRACEBACKS, rule_version
from scamhunt.referral.words import cell
from scamhunt.takedown.words import is_hidden
from tests.referral.hostile_dossier import POISON, hostile, joint

TABLES = [path for path in SHEETS if path.endswith(".csv")]
STAMP = "p-3f9a12cd04e1 TLP:AMBER+STRICT PAP:AMBER"


def rows(path: str, packet: Dossier) -> list[dict[str, str]]:
    """Return what a program reads from a sheet."""
    return list(csv.DictReader(io.StringIO(SHEETS[path](packet).decode(), newline=""), strict=True))


def with_role(role: str, packet: Dossier) -> Dossier:
    """Return the packet with another role for its first number, which no page shows."""
    cases = [
        replace(one, number=replace(one.number, role=role)) if one.number and one.id == 4 else one
        for one in packet.cases
    ]
    return replace(packet, cases=cases, identifiers=[one for one in packet.identifiers if one.value != NUMBER])


@pytest.mark.parametrize("path", TABLES)
@pytest.mark.parametrize("packet", [joint(dossier()), hostile()], ids=["example", "hostile"])
def test_every_sheet_is_a_table_that_is_marked(path: str, packet: Dossier) -> None:
    """Each row has a cell a column, and says whose packet it is and who may see it."""
    lines = list(csv.reader(io.StringIO(SHEETS[path](packet).decode(), newline=""), strict=True))
    assert len(lines) > 1
    assert len(set(lines[0])) == len(lines[0])
    assert {len(line) for line in lines} == {len(lines[0])}
    assert {line[-1] for line in lines[1:]} == {STAMP}


@pytest.mark.parametrize("path", SHEETS)
def test_no_sheet_runs_or_hides_anything(path: str) -> None:
    """No cell starts a formula, nothing unseen is written raw, nothing is endless."""
    body = SHEETS[path](hostile()).decode()
    assert not any(is_hidden(one) for one in body.replace("\n", ""))
    assert "\r" not in body
    for line in csv.reader(io.StringIO(body, newline="")) if path in TABLES else ():
        assert not [
            one for one in line if one.lstrip(" \"'").startswith(("=", "+", "-", "@", "\uff1d")) and one[0] != "'"
        ]
        assert max(map(len, line)) < 20_000


@pytest.mark.parametrize("value", POISON)
def test_a_cell_says_what_it_was_given(value: str) -> None:
    """What is plain stays as it is; what would act is kept readable behind a quotation mark."""
    told = cell(value)
    assert len(told) <= 2_001
    assert told.isprintable()
    assert value[:1] not in {"=", "@"} or told == f"'{value}"


@pytest.mark.parametrize("path", SHEETS)
def test_the_same_packet_makes_the_same_bytes(path: str) -> None:
    """Nothing depends on the moment or on the order of a set."""
    assert SHEETS[path](joint(dossier())) == SHEETS[path](joint(dossier()))


def test_the_identifiers_stand_plainly() -> None:
    """Programs and searches find each name and number, with its source and its exhibit."""
    found = rows("04_identifiers.csv", dossier())
    assert {one["value"] for one in found if one["role"] == "target"} == {*NAMES, f"tel:{NUMBER}", f"tel:{OTHER}"}
    assert found[0]["exhibit"] == "EX-0001"
    assert {one["subject_id"] for one in found} == {"S-1"}


def test_nobody_is_named_as_an_offender() -> None:
    """A subject is a group of cases, its people are not known, and what it hangs by is said."""
    one = rows("03_subjects.csv", dossier())[0]
    assert (one["kind"], one["names"], one["cases"]) == ("unknown", "not known", "1; 2; 3; 4; 5")
    assert f"both show the number {NUMBER}" in one["basis"]
    assert "G-EXAMPLE01" in one["held_together_by"]


def test_numbers_of_cases_and_of_pages_are_all_there() -> None:
    """A number that only a page shows has a row too, which claims nothing of its holder."""
    packet = dossier()
    found = {one["number"]: one for one in rows("05_numbers.csv", packet)}
    assert found[f"tel:{NUMBER}"]["shown_by_cases"] == "1; 2"
    lone = replace(packet, cases=[one for one in packet.cases if one.id != 5])
    shown = {one["number"]: one for one in rows("05_numbers.csv", lone)}[f"tel:{OTHER}"]
    assert (shown["case"], shown["role"], shown["block_holder"], shown["shown_by_cases"]) == ("", "callback", "", "3")


def test_the_timeline_has_the_time_of_the_agency_in_both_halves_of_a_year() -> None:
    """The offset is that of the day: before and after the clocks go back, and never taken for a month."""
    agency = replace(dossier().agency, zone="Europe/Stockholm", date_format="%d/%m/%Y")
    moments = [Moment(datetime(2026, 10, 25, hour, 30, tzinfo=UTC), 1, "seen", "look") for hour in (0, 1)]
    found = rows("09_timeline.csv", replace(dossier(), agency=agency, timeline=moments))
    assert [one["utc"] for one in found] == ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]
    assert [one["local"] for one in found] == ["25/10/2026 02:30:00 UTC+02:00", "25/10/2026 02:30:00 UTC+01:00"]


def test_a_moment_before_all_calendars_is_no_fault() -> None:
    """A registry may say the year 1: in a zone west of Greenwich there is no such day."""
    agency = replace(dossier().agency, zone="America/New_York")
    moments = [Moment(datetime(1, 1, 1, tzinfo=UTC), 1, "registered", "registry")]
    found = rows("09_timeline.csv", replace(dossier(), agency=agency, timeline=moments))
    assert (found[0]["utc"], found[0]["local"].strip()) == ("0001-01-01T00:00:00Z", "")


@pytest.mark.parametrize(
    ("count", "unit", "told"),
    [
        ("4", "people", "fewer than 5"),
        ("0", "people", "fewer than 5"),
        ("5", "people", "5"),
        ("1,204", "reports", "1204"),
        ("3", "reports", "fewer than 5"),
        ("2-4", "people", "fewer than 5"),
        ("10-49", "people", "10-49"),
        ("3", "USD", "3"),
        ("fewer than 5", "people", "fewer than 5"),
    ],
)
def test_fewer_than_five_people_are_never_counted_out(count: str, unit: str, told: str) -> None:
    """Whoever knows the place knows them; a sum of money is no number of people."""
    found = rows("10_losses.csv", replace(dossier(), counts=[Count("victims", "US-CA", count, unit, "typed")]))
    assert found[0]["count"] == told


def test_few_reports_of_a_number_are_not_counted_out_either() -> None:
    """Four reports are four people."""
    for path in ("05_numbers.csv", TRACEBACKS):
        assert {one["reports"] for one in rows(path, dossier())} == {"23", "fewer than 5"}


def test_reports_and_holds_stand_in_one_sheet() -> None:
    """Police see what was sent, what came of it, and what is left alone until when."""
    found = rows("11_takedowns.csv", dossier())
    assert [one["what"] for one in found] == ["report", "report", "hold"]
    assert (found[0]["ticket"], found[0]["seen_down_utc"]) == ("LAB-77", "2026-11-05T08:30:00Z")
    assert found[2]["held_until_utc"] == "2026-11-26T08:30:00Z"


def test_the_index_has_every_exhibit_with_both_hashes() -> None:
    """It is the hash report of the certificates: what is withheld stands in it, with its reason and without a path."""
    packet = dossier()
    first = replace(packet.exhibits[0], withheld="may hold what belongs to a victim", path="")
    found = rows("12_evidence_index.csv", replace(packet, exhibits=[first, *packet.exhibits[1:]]))
    assert [(one["sha256"], one["sha512"]) for one in found] == [(one.sha256, one.sha512) for one in packet.exhibits]
    assert (found[0]["path"], found[0]["withheld"]) == ("", first.withheld)
    assert found[1]["path"] == f"data/{packet.exhibits[1].path}"
    assert found[0]["acquired_at_ist"] == "03/11/2026 15:00:00 IST"


def test_custody_is_the_same_for_people_and_for_programs() -> None:
    """Both tell each row of the log once, in its order, with the hash before it."""
    packet = dossier()
    lines = [json.loads(line) for line in SHEETS["13_custody.jsonl"](packet).splitlines()]
    table = rows("13_custody.csv", packet)
    assert [(one["seq"], one["prev_hash"], one["hash"]) for one in lines] == [
        (one.seq, one.prev_hash, one.hash) for one in packet.custody
    ]
    assert [(str(one["seq"]), one["hash"], "; ".join(one["exhibits"])) for one in lines] == [
        (one["seq"], one["hash"], one["exhibits"]) for one in table
    ]
    assert SHEETS["13_custody.jsonl"](replace(packet, custody=())) == b""


def test_the_graph_tells_why_and_by_which_rules() -> None:
    """Each edge has its reasons, its weight and its exhibits, and the whole the version of the rules."""
    whole = json.loads(SHEETS["08_campaign.json"](dossier()))
    graph = whole["subjects"][0]
    assert whole["rule_version"] == rule_version()
    assert [one["case"] for one in graph["nodes"]] == [1, 2, 3, 4, 5]
    assert all(one["reasons"] and one["exhibits"] and one["weight"] > 0 for one in graph["edges"])


@pytest.mark.parametrize(
    ("role", "request_"),
    [("callback", "trace-forward"), ("caller_id", "traceback"), ("unknown", "traceback"), ("sms_sender", None)],
)
def test_the_role_of_a_number_decides_what_is_asked(role: str, request_: str | None) -> None:
    """Who holds a number is asked only of one that victims are told to call; the sender of a text made no call."""
    found = {one["number"]: one["request"] for one in rows(TRACEBACKS, with_role(role, dossier()))}
    assert found.get(f"tel:{NUMBER}") == request_


def test_the_number_that_was_called_is_never_in_a_request() -> None:
    """It is a victim's: a traceback says that it is missing, and who alone can give it."""
    found = [one for one in rows(TRACEBACKS, with_role("caller_id", dossier())) if one["request"] == "traceback"]
    assert [one["called_number"] for one in found] == ["withheld"]
    assert "only a person who was called" in found[0]["what_is_missing"]


def test_a_request_is_written_only_where_it_is_of_use() -> None:
    """An agency that has no use for it, and a packet without a number, get no such sheet."""
    packet = dossier()
    names = replace(
        packet,
        cases=[one for one in packet.cases if one.name],
        identifiers=[one for one in packet.identifiers if one.kind != "number"],
    )
    assert SHEETS[TRACEBACKS](replace(packet, agency=replace(packet.agency, forms=("fre902",)))) == b""
    assert SHEETS[TRACEBACKS](names) == b""


def test_the_overlap_of_two_brands_is_a_table() -> None:
    """What both have and what one has, with the subject that it belongs to; alone there is no such sheet."""
    found = rows(OVERLAP, joint(dossier()))
    assert [(one["value"], one["side"], one["subject_id"]) for one in found] == [
        (f"tel:{NUMBER}", "both", "S-1"),
        ("bank-help.example", "B", ""),
    ]
    assert SHEETS[OVERLAP](dossier()) == b""


def test_a_packet_without_anything_is_still_whole() -> None:
    """Every sheet has its columns where there is nothing to tell."""
    packet = dossier()
    empty = replace(
        packet,
        **dict.fromkeys(("subjects", "cases", "identifiers", "timeline", "reports", "holds", "counts"), ()),  # type: ignore[arg-type]  # each is a list
        exhibits=(),
        custody=(),
    )
    written = {path: write(empty) for path, write in SHEETS.items()}
    assert {path for path, body in written.items() if not body} == {"13_custody.jsonl", TRACEBACKS, OVERLAP}


def test_the_days_since_a_number_was_seen_are_those_of_the_packet() -> None:
    """Nothing looks at a clock: an old packet says the same tomorrow."""
    later = replace(dossier(), as_of=START + timedelta(days=25))
    assert {one["days_since_last_seen"] for one in rows(TRACEBACKS, later)} == {"10"}

"""Reports of numbers in the store: kept once, handed back as a history, merged into candidates that fade."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scamhunt.errors import StoreError
from scamhunt.model import SYSTEM, Evidence, Kind, Match, NumberSighting, Reason, Rejected, Role, State
from scamhunt.store import Body, Book, CandidateView, CarrierView, Found, Gathered, Store
from scamhunt.store.numbers import PER_VOICE

START = datetime(2026, 11, 22, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
NUMBER, OTHER = "+18885550142", "+18885550177"
BODY = Body("phone_reports", "reports.csv", "ab" * 32, 10, "phone_reports/ab.rows.gz")


def report(key: str, number: str = NUMBER, **changes: object) -> NumberSighting:
    """Return one report of a number, an hour old."""
    known = NumberSighting(number, "phone_reports", key, 1, START - HOUR, Role.CALLBACK)
    return replace(known, **changes)  # type: ignore[arg-type]  # each by its name


def found(score: float, brand: str = "amazon", number: str = NUMBER, **changes: object) -> Found:
    """Return a match of a number."""
    match = Match(0, number, number, brand, score, (Reason("named_in_text", 2.0, "says 'amazon'"),))
    return replace(Found(match, Kind.PHONE, 1, START - HOUR, (), Role.CALLBACK), **changes)  # type: ignore[arg-type]  # each by its name


def test_a_report_is_handed_back_as_it_was_kept(store: Store) -> None:
    """Every field, on both databases; the newest report comes first."""
    whole = report(
        "k1",
        role=Role.SMS_SENDER,
        role_from="column role",
        subject="Other",
        robocall=True,
        source="5f" * 16,
        place="775",
        reports=3,
        pool="us-agencies",
        corroborates=True,
        line=2**40,
        evidence=(Evidence("amazon", "named_in_text", 2.5, "the text says 'amzon'"),),
    )
    newer = report("k2", seen_at=START, robocall=None)
    store.save_rows(BODY, "", Gathered("m", 2, 0, numbers=[whole, newer]))
    assert store.number_sightings(NUMBER) == [newer, whole]
    assert store.count_sightings(NUMBER) == 2
    assert store.histories([NUMBER, OTHER])[OTHER] == []


def test_known_reports_are_told_by_feed(store: Store) -> None:
    """A key counts for the feed that it came from."""
    store.save_rows(BODY, "", Gathered("m", 1, 0, numbers=[report("k1")]))
    assert store.known_keys(["phone_reports"], ["k1", "k2"]) == {"k1"}
    assert store.known_keys(["ftc_dnc"], ["k1", "k2"]) == set()
    assert store.known_keys(["phone_reports"], []) == set()


def test_the_reports_of_a_pool_are_known_to_all_of_it(store: Store) -> None:
    """The same report through another feed of the team's own is the same report."""
    store.save_rows(BODY, "", Gathered("m", 1, 0, numbers=[report("k1")]))
    assert store.known_keys(["drop_folder", "phone_reports"], ["k1", "k2"]) == {"k1"}
    assert store.known_keys(["drop_folder"], ["k1"]) == set()


def test_numbers_are_scored_by_what_is_known_once_they_are_kept(store: Store) -> None:
    """What rates them sees the new reports and the old ones in one transaction, and which are candidates already."""
    asked: list[tuple[set[str], list[str]]] = []

    def rate(book: Book) -> list[Found]:
        asked.append((book.candidates([NUMBER, OTHER]), [one.key for one in book.histories([NUMBER])[NUMBER]]))
        return [found(0.9)]

    store.save_rows(BODY, "", Gathered("m", 1, 0, numbers=[report("k1")], rate=rate))
    later = replace(BODY, sha256="cd" * 32)
    store.save_rows(later, "m", Gathered("m2", 1, 0, numbers=[report("k2", seen_at=START)], rate=rate))
    assert asked == [(set(), ["k1"]), ({NUMBER}, ["k2", "k1"])]
    assert store.candidate(NUMBER).score == 0.9


def test_one_voice_does_not_push_out_the_others(store: Store) -> None:
    """Of a voice that repeats itself the newest reports are in the history, and all of the others are."""
    flood = [report(f"f{n}", seen_at=START - n * timedelta(minutes=1)) for n in range(PER_VOICE + 20)]
    other = report("o", source="7a" * 16, seen_at=START - 400 * HOUR)
    store.save_rows(BODY, "", Gathered("m", len(flood) + 1, 0, numbers=[*flood, other]))
    rare = report("r", role=Role.CALLER_ID, seen_at=START - 300 * HOUR)
    later = replace(BODY, sha256="cd" * 32)
    store.save_rows(later, "m", Gathered("m2", 1, 0, numbers=[rare]))
    history = store.number_sightings(NUMBER)
    assert history == [*flood[:PER_VOICE], rare, other]
    assert store.count_sightings(NUMBER) == len(flood) + 2
    assert sum(store.days_of_number(NUMBER).values()) == len(flood) + 2
    assert store.days_of_number(NUMBER)["2026-11-22"] == len(flood)


def test_a_number_becomes_one_candidate_with_its_role(store: Store) -> None:
    """First seen is when the first report was, last seen when the last one was; its feeds are those of its reports."""
    agency = report("a", feed="ftc_dnc", corroborates=True, seen_at=START - 90 * HOUR)
    first = found(0.8, first_at=START - 90 * HOUR)
    saved = store.save_rows(BODY, "", Gathered("m", 2, 0, found=[first], numbers=[report("k1"), agency]))
    assert len(saved.new) == 1
    candidate = store.candidate(NUMBER)
    assert (candidate.kind, candidate.indicator, candidate.role) == (Kind.PHONE, NUMBER, Role.CALLBACK)
    assert (candidate.first_seen, candidate.last_seen) == (START - 90 * HOUR, START - HOUR)
    assert candidate.feeds == ("ftc_dnc", "phone_reports")
    assert [one.id for one in store.candidates(feed="ftc_dnc")] == [candidate.id]
    assert store.candidates(feed="fcc_calls") == []
    assert store.check() == []


def test_the_score_of_a_number_may_fall(store: Store) -> None:
    """It is worked out anew by all that is known: the present one counts, not the highest of all times."""
    store.save_rows(BODY, "", Gathered("m1", 1, 0, found=[found(0.9)], numbers=[report("k1")]))
    later = replace(BODY, sha256="cd" * 32)
    weaker = [found(0.6, role=Role.CALLER_ID), found(0.3, "apple", role=Role.CALLER_ID)]
    saved = store.save_rows(later, "m1", Gathered("m2", 1, 0, found=weaker, numbers=[report("k2")]))
    assert len(saved.updated) == 1
    candidate = store.candidate(NUMBER)
    assert [(one.brand, one.score) for one in candidate.matches] == [("amazon", 0.6), ("apple", 0.3)]
    assert (candidate.brand, candidate.score, candidate.role) == ("amazon", 0.6, Role.CALLER_ID)
    seen: list[str] = []

    def rate(some: Sequence[CandidateView], book: Book) -> list[Found]:
        seen.extend(one.indicator for one in some)
        assert [len(reports) for reports in book.histories(seen).values()] == [2]
        return [found(0.2), found(0.1, number=OTHER)]

    later_on = START + timedelta(days=1)
    assert store.rescore(rate, states=[State.NEW], before=START, most=9) == 0
    assert store.rescore(rate, states=[State.CONFIRMED], before=later_on, most=9) == 0
    assert store.rescore(rate, states=[State.NEW], before=later_on, most=9) == 1
    assert seen == [NUMBER]
    kept = [(one.indicator, one.score, one.brand, one.role) for one in store.candidates()]
    assert kept == [(NUMBER, 0.3, "apple", Role.CALLBACK)]
    assert store.check() == []


def test_a_file_handed_in_moves_no_mark(store: Store) -> None:
    """Where the feed stands from night to night stays, and the same rows again are known."""
    store.move_mark("phone_reports", "", "night 7")
    store.save_rows(BODY, None, Gathered("line 2", 1, 0, numbers=[report("k1")]))
    assert store.mark("phone_reports") == "night 7"
    assert store.save_rows(BODY, None, Gathered("line 2", 1, 0, numbers=[report("k1")])).known
    with pytest.raises(StoreError, match="run again"):
        store.save_rows(replace(BODY, sha256="ee" * 32), "night 6", Gathered("night 8", 0, 0))


def test_a_masked_row_keeps_the_hash_of_what_came(store: Store) -> None:
    """The quarantine has the shape of the row and the hash that the feed gives, not that of the shape."""
    row = Rejected(3, b"xxxx,000", "no number", "12" * 16)
    store.save_rows(BODY, "", Gathered("m", 0, 0, rejected=[row, Rejected(4, b"abc", "bad")]))
    bad, masked = store.quarantine()
    assert (masked.raw, masked.sha256) == (b"xxxx,000", "12" * 16)
    assert len(bad.sha256) == 64


def test_the_company_of_a_holder_is_remembered(store: Store, elapsed: list[float]) -> None:
    """Whoever chooses again replaces the choice; the name of who chose stands with it."""
    assert store.carrier("example telecom") is None
    with store.acting(SYSTEM) as desk:
        desk.choose_carrier("example telecom", "0001", "Example Telecom Inc", "same filing")
    elapsed[0] = 60
    with store.acting(SYSTEM) as desk:
        chosen = desk.choose_carrier("example telecom", "0002", "Example Telecom LLC", "it was bought")
    expected = ("example telecom", "0002", "Example Telecom LLC", "it was bought", "system")
    assert store.carrier("example telecom") == chosen == CarrierView(*expected, START + timedelta(minutes=1))


def test_a_rehearsal_has_the_reports_too(store: Store) -> None:
    """The copy that a dry run works on knows which reports were read."""
    store.save_rows(BODY, "", Gathered("m", 1, 0, numbers=[report("k1")]))
    there = store.home.parent / "copy"
    store.copy_to(there)
    with Store.open(there, now=lambda: START) as copy:
        assert copy.known_keys(["phone_reports"], ["k1"]) == {"k1"}

"""What a report is made from: which look counts, what newer ones add, who belongs together."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.lab_kits import KITS
from bench.lab_world import ABUSE, NETWORK_ABUSE, REGISTRAR, World
from scamhunt import desk, pipeline
from scamhunt.desk_cases import blast_of, related_of, site_of
from scamhunt.model import Actor, Brand, Kind, Match, Reason, State
from scamhunt.observed import Clock, Finding, Gained, Item, Judgement, Liveness, Look, Outcome, Verdict
from scamhunt.protected import Protected
from scamhunt.score.brands import Brands
from scamhunt.settings import Settings
from scamhunt.store import Body, CandidateView, Found, Gathered, Store
from scamhunt.takedown.blast import Blast
from scamhunt.takedown.case import Case
from scamhunt.takedown.site import NOTHING_SEEN

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANN = Actor("ann", "os_user")
NAME, OTHER, THIRD = "amazon-refund-desk.com", "amazon-parcel-desk.com", "amazon-desk.pages.test"
URL = f"https://{NAME}/"
AMAZON = Brand("amazon", "Amazon", ("amazon.com",), phones=("+18885550123",))
CHASE = Brand("chase", "Chase", ("chase.com",))
WARC, PAGE, RDAP = b"a WARC", b"<p>a page", b'{"objectClassName": "domain"}'


@pytest.fixture
def protected() -> Protected:
    """Return what is protected here."""
    lists = [("platforms.txt", "*.pages.test\ncollector.test\n"), ("popular.txt", "known.example\n")]
    return Protected.of(Brands.of([AMAZON, CHASE]), lists)


def filled(home: Path, url: str = "") -> Store:
    """Open a store with three candidates of one brand, one of another, and a number; all were confirmed."""
    opened = Store.open(home, now=lambda: NOON, url=url)
    reading = opened.begin_reading(Body("list", "/list.txt", "ab" * 32, 100, "archive/list"))
    rows = [row(1, NAME), row(2, OTHER), row(3, THIRD), row(4, "chase-desk.com", brand="chase")]
    rows += [row(5, "+18055550142", kind=Kind.PHONE), row(6, NAME, brand="chase", score=0.5)]
    rows += [row(7, NAME, seen=f"https://{one}.{NAME}/a") for one in ("www", "mail", "login")]
    opened.save_batch(reading, Gathered("end", len(rows), 0, (), rows))
    for one in opened.candidates(limit=None):
        with opened.acting(ANN) as acting:
            acting.set_state(one, State.CONFIRMED)
    return opened


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a state folder that the tests copy."""
    home = tmp_path_factory.mktemp("made") / "home"
    filled(home).close()
    return home


@pytest.fixture
def store(tmp_path: Path, made: Path) -> Iterator[Store]:
    """Return a store of its own, in SQLite."""
    shutil.copytree(made, tmp_path / "home")
    with closing(Store.open(tmp_path / "home", now=lambda: NOON)) as opened:
        yield opened


def row(  # noqa: PLR0913  # what a row has
    line: int, target: str, *, brand: str = "amazon", score: float = 0.9, seen: str = "", kind: Kind = Kind.DOMAIN
) -> Found:
    """Return a matched row."""
    return Found(Match(line, seen or target, target, brand, score, (Reason("exact", 3.5, "x"),)), kind, line, NOON)


def found(kind: str, proof: bytes = WARC, outcome: Outcome = Outcome.FOUND, **data: object) -> Finding:
    """Return a finding that one of these items proves; an empty proof is none."""
    sha256 = hashlib.sha256(proof).hexdigest() if proof else ""
    return Finding(kind, "https://rdap.example/", NOON, outcome, "", data, sha256, "desktop" if proof == WARC else "")


SHOWN = found("page.shown", title="Amazon sign-in", empty=False)
OPENED = found("http.exchange", final_url=URL, status=200, chain=[])
REGISTERED = found("rdap.domain", RDAP, registrar="Registrar Example", statuses=["active"], server="rdap.example")
HELD = found("rdap.domain", RDAP, registrar="Registrar Example", statuses=["client hold"], server="rdap.example")
TIMEOUT = found("rdap.domain", b"", Outcome.TIMEOUT)


def looked(  # noqa: PLR0913  # what a look has
    store: Store,
    findings: Sequence[Finding],
    *,
    name: str = NAME,
    hours: float = 0,
    depth: str = "pages",
    liveness: Liveness = Liveness.LIVE,
    verdict: Verdict = Verdict.IMPERSONATES,
) -> int:
    """Keep a look with the items that its findings name; return its number."""
    at = NOON + hours * HOUR
    kinds = {WARC: "application/warc", PAGE: "text/html", RDAP: "application/rdap+json"}
    named = {one.sha256 for one in findings}
    items = [Item(body, kind, URL, at, "scamhunt 0.1") for body, kind in kinds.items()]
    items = [one for one in items if one.sha256 in named]
    look = Look(name, URL, depth, at, at + HOUR / 60, Gained(list(findings), items), Clock(0.0), "ann")
    judged = Judgement(verdict, "amazon", 0.9, ())
    candidate = None if name == "amazon.com" else store.candidate(name).id
    return store.save_look(look, judged, liveness=liveness, candidate_id=candidate, actor=ANN).id


def of(store: Store, name: str = NAME) -> CandidateView:
    """Return a candidate."""
    return store.candidate(name)


# --- which look -------------------------------------------------------------------------------------------------------


def test_nothing_is_known_of_what_nobody_looked_at(store: Store) -> None:
    """A look at another candidate tells nothing of this one."""
    looked(store, [OPENED, SHOWN], name=OTHER)
    assert site_of(store, of(store)) == NOTHING_SEEN


def test_the_newest_look_that_saw_a_page_counts(store: Store) -> None:
    """A page that was seen last week is not told when one was seen today."""
    looked(store, [OPENED, replace(SHOWN, data={"title": "Old", "empty": False})])
    last = looked(store, [OPENED, SHOWN], hours=1)
    site = site_of(store, of(store))
    assert (site.look, site.title, site.url, site.verdict) == (last, "Amazon sign-in", URL, Verdict.IMPERSONATES)
    assert (site.looked_at, site.liveness) == (NOON + HOUR + HOUR / 60, Liveness.LIVE)


def test_a_look_that_came_too_late_hides_nothing_and_says_that_it_is_gone(store: Store) -> None:
    """What was observed stays observed; that it was taken down since is told with its time."""
    first = looked(store, [OPENED, SHOWN])
    gone = [replace(OPENED, data={"final_url": URL, "status": 404}), replace(SHOWN, data={"title": "404"})]
    looked(store, gone, hours=2, depth="liveness", liveness=Liveness.TAKEN_DOWN, verdict=Verdict.INCONCLUSIVE)
    site = site_of(store, of(store))
    assert (site.look, site.title, site.verdict) == (first, "Amazon sign-in", Verdict.IMPERSONATES)
    assert (site.liveness, site.liveness_at) == (Liveness.TAKEN_DOWN, NOON + 2 * HOUR + HOUR / 60)


def test_a_check_without_bytes_does_not_replace_what_has_proof(store: Store) -> None:
    """A check that saw the same kept nothing that proves it: the look before it is told, still alive at the check."""
    first = looked(store, [OPENED, SHOWN, REGISTERED])
    looked(store, [replace(one, sha256="") for one in (OPENED, SHOWN, REGISTERED)], hours=1, depth="liveness")
    site = site_of(store, of(store))
    assert (site.look, site.liveness_at) == (first, NOON + HOUR + HOUR / 60)
    assert {one.media_type for one in site.proofs} == {"application/warc", "application/rdap+json", "application/json"}


def test_an_answer_without_a_page_counts_when_there_is_no_page(store: Store) -> None:
    """A redirect to nowhere is what was seen; an empty page as well."""
    looked(store, [replace(SHOWN, kind="page.unreadable", outcome=Outcome.FAILED)], hours=1)
    last = looked(store, [OPENED, replace(SHOWN, data={"empty": True})], hours=2)
    looked(store, [replace(OPENED, outcome=Outcome.TIMEOUT)], hours=3, liveness=Liveness.UNREACHABLE)
    assert site_of(store, of(store)).look == last


def test_lookups_alone_tell_the_registration(store: Store) -> None:
    """Where no page was opened the registry's answer is what there is."""
    last = looked(store, [REGISTERED], depth="lookups", liveness=Liveness.UNKNOWN, verdict=Verdict.INCONCLUSIVE)
    site = site_of(store, of(store))
    assert (site.look, site.registrar, site.title, site.visits) == (last, "Registrar Example", "", ())


@pytest.mark.parametrize(
    ("before", "seen", "after", "statuses"),
    [
        ([], [REGISTERED], [HELD], ("client hold",)),
        ([], [REGISTERED], [TIMEOUT], ("active",)),
        ([REGISTERED], [TIMEOUT], [], ("active",)),
        ([TIMEOUT], [TIMEOUT], [TIMEOUT], ()),
        ([REGISTERED], [TIMEOUT], [HELD], ("client hold",)),
    ],
)
def test_the_newest_answer_of_the_registry_is_told(
    store: Store, before: list[Finding], seen: list[Finding], after: list[Finding], statuses: tuple[str, ...]
) -> None:
    """A look that could not ask the registry takes what another one learned, and its proof."""
    if before:
        looked(store, before, depth="lookups")
    last = looked(store, [OPENED, SHOWN, *seen], hours=1)
    if after:
        looked(store, after, hours=2, depth="lookups", liveness=Liveness.UNKNOWN)
    site = site_of(store, of(store))
    assert (site.look, site.statuses, site.liveness) == (last, statuses, Liveness.LIVE)
    assert ("answer of the registry" in {one.what for one in site.proofs}) is bool(statuses)


def test_within_an_act_the_same_is_told(store: Store, protected: Protected) -> None:
    """What is approved in a transaction is what was shown outside of it."""
    looked(store, [OPENED, SHOWN, REGISTERED, called()])
    looked(store, [called()], name=OTHER)
    with store.acting(ANN) as acting:
        candidate = acting.candidate(NAME)
        assert site_of(acting, candidate) == site_of(store, of(store))
        assert related_of(acting, candidate, protected) == related_of(store, of(store), protected)
        assert related_of(acting, candidate, protected)


def test_visits_tell_the_browser_that_they_said_to_be(store: Store, tmp_path: Path) -> None:
    """With settings a desk can make the visit again."""
    looked(store, [OPENED, SHOWN])
    settings = Settings(home=tmp_path, language="de-DE")
    (visit,) = site_of(store, of(store), settings).visits
    assert visit.user_agent.startswith("Mozilla/5.0 (Windows NT 10.0")
    assert (visit.language, visit.referrer) == ("de-DE", "https://www.google.com/")
    assert site_of(store, of(store)).visits[0].user_agent == ""


# --- who belongs together ---------------------------------------------------------------------------------------------


def called(number: str = "+18055550142", role: str = "callback") -> Finding:
    """Return a number that a page shows."""
    return found("page.number", e164=number, role=role)


def counted(key: str = "UA-99999-1") -> Finding:
    """Return an account that counts visitors."""
    return found("page.tracker", vendor="Google Analytics", id=key)


def secured(*names: str) -> Finding:
    """Return a certificate."""
    return found("tls.certificate", fingerprint="cd" * 32, names=list(names))


def sent(host: str, *, foreign: bool = True) -> Finding:
    """Return a form."""
    return found("page.form", action_host=host, foreign=foreign, asks=["password"])


NUMBER_SHOWN = (OTHER, "shows the same number to call, +18055550142")
LINKS: list[tuple[list[Finding], list[Finding], tuple[tuple[str, str], ...]]] = [
    ([called()], [called()], (NUMBER_SHOWN,)),
    ([called()], [called(role="mentioned")], ()),
    ([called(role="mentioned")], [called()], ()),
    ([called("+18885550123")], [called("+18885550123")], ()),
    ([called()], [called("+18055550143")], ()),
    ([replace(called(), outcome=Outcome.FAILED)], [called()], ()),
    ([called()], [replace(called(), outcome=Outcome.FAILED)], ()),
    ([counted()], [counted()], ((OTHER, "has the same account for counting visitors, UA-99999-1"),)),
    ([counted(), found("host.recognised", role="site builder", name="B", by="x")], [counted()], ()),
    (
        [secured(NAME, OTHER)],
        [secured(NAME, OTHER)],
        ((OTHER, f"uses the same certificate, {'cd' * 32}"),),
    ),
    ([secured("*.pages.test")], [secured("*.pages.test")], ()),
    ([secured(NAME, OTHER, *(f"{at}.test" for at in range(9)))], [secured(NAME, OTHER)], ()),
    ([sent("drop.example")], [sent("drop.example")], ((OTHER, "sends what is typed to the same host, drop.example"),)),
    ([sent("drop.example")], [sent("drop.example", foreign=False)], ()),
    ([sent("amazon.com")], [sent("amazon.com")], ()),
    ([sent("collector.test")], [sent("collector.test")], ()),
    ([sent("known.example")], [sent("known.example")], ()),
    ([sent("formspree.io")], [sent("formspree.io")], ()),
    ([sent("not a host")], [sent("not a host")], ((OTHER, "sends what is typed to the same host, not a host"),)),
    ([], [called()], ()),
]


@pytest.mark.parametrize(("here", "there", "related"), LINKS)
def test_only_strong_links_relate(
    store: Store, protected: Protected, here: list[Finding], there: list[Finding], related: tuple[tuple[str, str], ...]
) -> None:
    """What only the scammer has relates two names; what everybody or the brand has does not."""
    looked(store, [OPENED, SHOWN, *here])
    looked(store, there, name=OTHER)
    looked(store, there, name="chase-desk.com")
    assert related_of(store, of(store), protected) == related


def test_links_are_found_in_either_database(
    tmp_path: Path, database_with_tables: Callable[[], str], protected: Protected
) -> None:
    """What the query asks of JSON reads the same in SQLite and in PostgreSQL."""
    shared = [called(), counted(), secured(NAME, OTHER, THIRD), sent("drop.example"), counted("UA-2")]
    with closing(filled(tmp_path / "home", database_with_tables())) as store:
        looked(store, [OPENED, SHOWN, *shared, counted("UA-3")])
        looked(store, [counted("UA-2")], name=THIRD)
        looked(store, shared[:1], name=OTHER)
        looked(store, [counted("UA-3")], name="amazon.com")
        assert related_of(store, of(store), protected) == (
            NUMBER_SHOWN,
            (THIRD, "has the same account for counting visitors, UA-2"),
        )
        assert site_of(store, of(store)).look == 1


def test_what_the_brands_own_page_has_relates_nobody(store: Store, protected: Protected) -> None:
    """Kits copy a page with the account that counts its visitors; that account is the brand's."""
    looked(store, [OPENED, SHOWN, counted(), called()])
    looked(store, [counted(), called()], name=OTHER)
    looked(store, [counted()], name="amazon.com")
    assert related_of(store, of(store), protected) == (NUMBER_SHOWN,)


def test_tenants_of_one_platform_are_not_related_by_its_account(store: Store, protected: Protected) -> None:
    """The account is the platform's; a number to call is the scammer's there too."""
    looked(store, [OPENED, SHOWN, counted(), called()], name=THIRD)
    looked(store, [counted()], name=NAME)
    looked(store, [called()], name=OTHER)
    assert related_of(store, of(store, THIRD), protected) == (NUMBER_SHOWN,)


def test_only_what_a_person_confirmed_is_named(store: Store, protected: Protected) -> None:
    """A report accuses nobody besides whom somebody judged; who wants more has to say so."""
    looked(store, [OPENED, SHOWN, called()])
    looked(store, [called()], name=OTHER)
    with store.acting(ANN) as acting:
        acting.set_state(acting.candidate(OTHER), State.NEW)
    assert related_of(store, of(store), protected) == ()
    assert related_of(store, of(store), protected, states=[State.NEW]) == (NUMBER_SHOWN,)


def test_a_number_is_related_to_the_names_that_show_it(store: Store, protected: Protected) -> None:
    """A carrier is told which pages send victims to the number; of an official number nothing is told."""
    looked(store, [called()], name=OTHER)
    assert related_of(store, of(store, "+18055550142"), protected) == (NUMBER_SHOWN,)
    official = replace(of(store, "+18055550142"), indicator="+18885550123")
    assert related_of(store, official, protected) == ()


def test_nobody_is_related_to_what_nobody_looked_at(store: Store, protected: Protected) -> None:
    """Without a look there is nothing to share."""
    assert related_of(store, of(store), protected) == ()


# --- whom else it hits ------------------------------------------------------------------------------------------------


def test_whom_else_it_hits_is_told_of_what_is_stored(store: Store, protected: Protected) -> None:
    """Names below it that were sighted, apart from www, and other brands that it resembles."""
    candidate = of(store)
    case = Case(NAME, "domain", AMAZON, 0.9, (), NOON, NOON, ("list",), "confirmed", site=site_of(store, candidate))
    assert blast_of(store, protected, candidate, case, NOON) == Blast(
        (
            "Nobody looked at it yet: what is there is not known.",
            "When the name was registered is not known: it may be old, and somebody else's.",
            (
                "2 other names were seen below it (login[.]amazon-refund-desk[.]com, mail[.]amazon-refund-desk[.]com): "
                "they go with it."
            ),
            "It also resembles Chase: one report names one brand.",
        ),
        caution=False,
    )


def test_a_real_look_gives_all_that_a_report_needs(tmp_path: Path) -> None:
    """From a kit on loopback: its registrar, its network, both desks, what it asks for, with proof."""
    with World(tmp_path, [kit for kit in KITS if kit.name == "login"], now=NOON) as world:
        settings = world.settings(clock=NOON, trust_names=True, investigate="pages", rdap_rate=1000.0)
        pipeline.sweep(settings, feeds=[str(world.feed("login"))])
        with desk.open_store(settings) as store:
            site = site_of(store, store.candidate(world.kits["login"].domain), settings)
    assert (site.registrar, site.verdict, site.liveness) == (REGISTRAR, Verdict.IMPERSONATES, Liveness.LIVE)
    assert ABUSE in {one.email for one in site.contacts}
    (machine,) = site.machines
    assert (machine.address, {one.email for one in machine.contacts}) == ("127.0.0.1", {NETWORK_ABUSE})
    assert "password" in site.asks
    assert [one.vantage for one in site.visits] == ["desktop", "mobile"]
    assert all("password" in one.saw and one.user_agent.startswith("Mozilla") for one in site.visits)
    words = {one.what for one in site.proofs}
    assert {"WARC of the visit", "DNS answer", "answer of the registry", "answer of the address registry"} <= words
    assert "other bytes" not in words
    hashes = {one.sha256 for one in site.proofs}
    assert all(one.sha256 in hashes for one in site.contacts)

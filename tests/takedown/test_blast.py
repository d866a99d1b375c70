"""What an approver sees before saying yes: whom a report hits besides the scammer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scamhunt.indicators.phone import NumberType
from scamhunt.model import Brand, Role
from scamhunt.observed import Liveness, Verdict
from scamhunt.protected import Protected
from scamhunt.score.brands import Brands
from scamhunt.takedown.blast import Blast, blast, host_of
from scamhunt.takedown.case import Case
from scamhunt.takedown.numbers import Attribution, NumberFacts
from scamhunt.takedown.site import Company, Site

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
SITE = Site(
    look=7,
    looked_at=NOW - DAY,
    verdict=Verdict.IMPERSONATES,
    liveness=Liveness.LIVE,
    liveness_at=NOW,
    registered=NOW - 3 * DAY,
)
NEW = "The name was registered on 2026-11-19, 3 days ago."
OLD = (
    "The name was registered on 2024-11-22, 730 days ago: such a name was often broken into; its owner loses all of "
    "it, the scammer one page."
)
NUMBER = NumberFacts(
    role=Role.CALLBACK,
    type=NumberType.TOLL_FREE,
    voices=3,
    last=NOW - DAY,
    attribution=Attribution("Carrier Example", "9999", "a table", "2026-11-01", "thousands_block", "probable"),
)
TOLL_FREE = "It is toll-free: a whole business may share it, and it may pass to another one soon."


@pytest.fixture(scope="module")
def protected() -> Protected:
    """Return what is protected here: a brand, a platform, a well-known name, a public number."""
    lists = [
        ("government.txt", "gov.example\n"),
        ("platforms.txt", "*.pages.test\n"),
        ("popular.txt", "known-shop.com\n"),
        ("numbers.txt", "+18005550100 crisis Example Line\n"),
    ]
    brand = Brand("amazon", "Amazon", ("amazon.com",), phones=("+18885550123",))
    return Protected.of(Brands.of([brand]), lists)


def told(  # noqa: PLR0913  # what a case may have
    case: Case,
    protected: Protected,
    site: Site = SITE,
    *,
    indicator: str = "amazon-refund-desk.com",
    known: str = "",
    siblings: tuple[str, ...] = (),
    brands: tuple[str, ...] = (),
) -> Blast:
    """Return what is told of a name."""
    named = replace(case, indicator=indicator, site=site)
    return blast(named, protected=protected, known=known, siblings=siblings, now=NOW, brands=brands)


def test_a_new_name_that_was_seen_to_impersonate_hits_nobody_else(case: Case, protected: Protected) -> None:
    """The common case says one thing and asks for no extra thought."""
    assert told(case, protected) == Blast((NEW,), caution=False)


@pytest.mark.parametrize(
    ("site", "line", "caution"),
    [
        (replace(SITE, registered=NOW - 730 * DAY), OLD, True),
        (
            replace(SITE, registered=NOW - 364 * DAY),
            "The name was registered on 2025-11-23, 364 days ago.",
            False,
        ),
        (
            replace(SITE, registered=None),
            "When the name was registered is not known: it may be old, and somebody else's.",
            False,
        ),
        (Site(registered=NOW - 3 * DAY), "Nobody looked at it yet: what is there is not known.", False),
        (
            replace(SITE, verdict=Verdict.BENIGN),
            "The look of 2026-11-21 took it for benign: there was a positive reason.",
            True,
        ),
        (
            replace(SITE, verdict=Verdict.INCONCLUSIVE),
            "The look of 2026-11-21 took it for inconclusive: no impersonation was seen.",
            False,
        ),
        (
            replace(SITE, liveness_at=NOW - 4 * DAY),
            "The last look is 4 days old: look again before it is reported.",
            False,
        ),
        (
            replace(SITE, liveness_at=None, looked_at=NOW - 5 * DAY),
            "The last look is 5 days old: look again before it is reported.",
            False,
        ),
        (
            replace(SITE, liveness=Liveness.TAKEN_DOWN),
            "The last look, of 2026-11-22, found it taken down: look again before it is reported.",
            False,
        ),
        (
            replace(SITE, liveness=Liveness.UNREACHABLE),
            "The last look, of 2026-11-22, got no answer: look again before it is reported.",
            False,
        ),
        (
            replace(SITE, mail_servers=("mx.mail.example",)),
            "The name takes mail (mx[.]mail[.]example), without SPF.",
            False,
        ),
        (
            replace(SITE, mail_servers=("mx.mail.example",), has_spf=True),
            "Mail is in use (mx[.]mail[.]example, with SPF): without the name that ends too.",
            False,
        ),
        (
            replace(SITE, mail_servers=("mx.mail.example",), has_spf=True, registered=NOW - 60 * DAY),
            "Mail is in use (mx[.]mail[.]example, with SPF): without the name that ends too.",
            True,
        ),
        (
            replace(SITE, mail_servers=("mx.mail.example",), has_spf=True, registered=None),
            "Mail is in use (mx[.]mail[.]example, with SPF): without the name that ends too.",
            True,
        ),
        (
            replace(SITE, mail_servers=("mx.mail.example",), has_spf=True, verdict=Verdict.SUSPICIOUS),
            "Mail is in use (mx[.]mail[.]example, with SPF): without the name that ends too.",
            True,
        ),
        (
            replace(SITE, companies=(Company("cdn", "Edge", "x"), Company("dns", "Zones", "x"))),
            "Its address is shared: Edge (cdn); ask for the name or the page, never for the address.",
            False,
        ),
        (
            replace(SITE, companies=(Company("url shortener", "Short.example", "x"),)),
            "It leads through the shortener Short[.]example: all other links of it stay in use.",
            True,
        ),
    ],
)
def test_what_a_look_found_is_weighed(
    case: Case, protected: Protected, site: Site, line: str, *, caution: bool
) -> None:
    """Each thing that a takedown takes along is one sentence; what would hit many asks for caution."""
    found = told(case, protected, site)
    assert line in found.lines
    assert found.caution is caution


@pytest.mark.parametrize(
    ("indicator", "known", "line"),
    [
        ("amazon.com", "", "amazon[.]com is protected: it is an official domain of Amazon (brand amazon)."),
        (
            "known-shop.com",
            "",
            "known-shop[.]com is protected: known-shop[.]com is a well-known name (popular[.]txt).",
        ),
        (
            "desk.pages.test",
            "",
            (
                "It is one tenant of the shared platform pages[.]test: whoever acts on pages[.]test instead takes all "
                "tenants down."
            ),
        ),
        ("other-shop.com", "a list", "other-shop[.]com is a well-known name: it stands in a list."),
    ],
)
def test_what_is_known_comes_first(case: Case, protected: Protected, indicator: str, known: str, line: str) -> None:
    """A protected, a well-known and a shared name are the gravest, before age and mail."""
    found = told(case, protected, indicator=indicator, known=known)
    assert (found.lines[0], found.lines[-1], found.caution) == (line, NEW, True)


def test_what_cannot_be_read_as_a_name_is_no_reason_to_fail(case: Case, protected: Protected) -> None:
    """An approver still sees all that is known of it."""
    assert told(case, protected, indicator="not a name") == Blast((NEW,), caution=False)


@pytest.mark.parametrize(
    ("count", "text", "caution"),
    [
        (1, "1 other name was seen below it (a[.]amazon-refund-desk[.]com): it goes with it.", False),
        (
            5,
            (
                "5 other names were seen below it (a[.]amazon-refund-desk[.]com, b[.]amazon-refund-desk[.]com, "
                "c[.]amazon-refund-desk[.]com and 2 more): they go with it."
            ),
            True,
        ),
    ],
)
def test_names_below_it_go_with_it(case: Case, protected: Protected, count: int, text: str, *, caution: bool) -> None:
    """Many names below one are somebody's house; the name itself and repetitions do not count."""
    below = tuple(f"{one}.amazon-refund-desk.com" for one in "abcde"[:count])
    found = told(case, protected, siblings=(*below, below[0], "amazon-refund-desk.com"))
    assert text in found.lines
    assert found.caution is caution


def test_other_brands_are_named(case: Case, protected: Protected) -> None:
    """A name that resembles two brands is reported for one of them."""
    found = told(case, protected, brands=("Chase", "Chase"))
    assert found == Blast((NEW, "It also resembles Chase: one report names one brand."), caution=False)


def test_words_of_outsiders_are_harmless(case: Case, protected: Protected) -> None:
    """A company or a mail server cannot steer a terminal, hold a link or fill the screen."""
    site = replace(
        SITE, companies=(Company("cdn", "\x1b[2J" + "http://evil.test/" * 99, "x"),), mail_servers=("\u202ea" * 400,)
    )
    for line in told(case, protected, site).lines:
        assert len(line) < 600
        assert line.isprintable()
        assert "http://" not in line


def number(case: Case, protected: Protected, facts: NumberFacts, indicator: str = "+18055550142") -> Blast:
    """Return what is told of a number."""
    asked = replace(case, kind="phone", indicator=indicator, number=facts)
    return blast(asked, protected=protected, known="", siblings=(), now=NOW)


def test_a_fresh_callback_number_asks_for_no_caution(case: Case, protected: Protected) -> None:
    """Several voices, a fresh report, a holder: what is left to say is what toll-free means."""
    assert number(case, protected, NUMBER) == Blast((TOLL_FREE,), caution=False)


@pytest.mark.parametrize(
    ("facts", "line", "caution"),
    [
        (
            replace(NUMBER, role=Role.CALLER_ID),
            "It was shown on victims' displays only: such a number is mostly forged, and somebody else's.",
            True,
        ),
        (
            replace(NUMBER, displayed=1),
            "1 report says that a display showed it: then it may be forged, and somebody else's.",
            True,
        ),
        (
            replace(NUMBER, last=NOW - 31 * DAY),
            "The last report is 31 days old: the number may have a new holder.",
            True,
        ),
        (
            replace(NUMBER, last=None),
            "No report on it has a date: who holds the number now may be somebody else.",
            True,
        ),
        (
            replace(NUMBER, voices=1),
            "Only one independent source tells of it: one mistake in a digit hits a stranger.",
            False,
        ),
        (replace(NUMBER, attribution=None), "Who holds its block is not known.", False),
        (replace(NUMBER, troubles=("nobody was given this block",)), "nobody was given this block.", False),
    ],
)
def test_what_is_known_of_a_number_is_weighed(
    case: Case, protected: Protected, facts: NumberFacts, line: str, *, caution: bool
) -> None:
    """A number that may be a stranger's asks for caution."""
    found = number(case, protected, facts)
    assert line in found.lines
    assert found.caution is caution


def test_a_protected_number_comes_first(case: Case, protected: Protected) -> None:
    """A crisis line is told to be one before all else."""
    found = number(case, protected, NUMBER, "+18005550100")
    assert found.caution
    assert found.lines[0] == "+18005550100 is protected: it is a number of Example Line (crisis) (numbers[.]txt)."


@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("A.example.", "a.example"),
        ("https://b.example:8443/x?y", "b.example"),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_the_host_of_what_was_sighted_is_read(value: str, host: str) -> None:
    """Names and URLs alike; what is neither has none."""
    assert host_of(value) == host

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from scamhunt.cli import summary
from scamhunt.feed_run import FeedResult
from scamhunt.model import Kind, Reason, State
from scamhunt.pipeline import Summary
from scamhunt.store import CandidateView

AT = datetime(2026, 1, 2, tzinfo=UTC)
ESCAPE = "\x1b[31m"


def candidate(number: int, indicator: str = "amazon-refund-desk.com") -> CandidateView:
    """Return a candidate as the store gives it."""
    reasons = (
        Reason("brand", 3.0, "the name has the word 'amazon' of a brand that it does not belong to"),
        Reason("lure", 0.5, f"beside it stands 'refund'{ESCAPE}, which scammers pair with this brand"),
    )
    return CandidateView(
        number, indicator, Kind.DOMAIN, "amazon", 0.97, reasons, State.NEW, AT, 0, (), (), AT, AT, ("nrd_list",)
    )


def full() -> Summary:
    """Return the summary of a sweep with something of everything."""
    return Summary(
        feeds=[
            FeedResult("nrd_list", "bundle:sample", "ok", 1200, 1100, 60, 40),
            FeedResult("nrd_list", "https://x.example/" + "a" * 90, "failed", problem="it did not answer " * 8),
        ],
        new={1, 2},
        updated={3},
        reopened={4},
        reasons_quarantined=Counter({"an IP address": 30, "a label that is far too long to be one " * 3: 10}),
        by_brand={f"brand-{at:02}": 40 - at for at in range(18)},
        brand_names={"amazon": "Amazon", "brand-00": "Brand Zero"},
        by_band={"urgent": 1, "review": 20, "watch": 0},
        strongest=[candidate(at) for at in range(25)],
        preview=f"Dear team,\n\n  amazon-refund-desk[.]com{ESCAPE} resembles Amazon.\n" + "long words " * 20,
        next_command="scamhunt candidates show 1",
        total_candidates=4,
        seconds=2.34,
    )


def texts(shown: Summary, width: int = 80) -> list[str]:
    """Return the lines of a summary."""
    return [text for text, _ in summary.lines(shown, width)]


def test_the_summary_says_what_a_person_wants_to_know(capsys: pytest.CaptureFixture[str]) -> None:
    """Names read, quarantined and why, candidates, the strongest with their reasons, and what to type next."""
    summary.show(full())
    out = capsys.readouterr().out
    broken, read = out.split("\n\n")[:2]
    assert broken.startswith("These feeds need somebody to look at them\n  nrd_list (https://x.example/aaaa")
    assert "failed: it did not answer it did" in " ".join(broken.split())
    assert read.splitlines()[:3] == [
        "Read 1,200 names in 2.3 s",
        "  nrd_list: 1,200 read = 1,100 accepted + 60 seen before + 40 quarantined",
        "    from bundle:sample",
    ]
    assert "       30  an IP address\n" in out
    assert "Candidates: 2 new, 1 updated, 1 back again; 4 open\n" in out
    assert "  0.970  amazon-refund-desk.com  ->  Amazon\n         the name has the word 'amazon'" in out
    assert "NOT CONFIRMED" in out
    assert "  |   amazon-refund-desk[.]com" in out
    assert out.splitlines()[-3:] == ["Next: scamhunt candidates show 1", "", "1 of 2 sources failed"]


def test_brands_are_a_bar_table_of_fifteen() -> None:
    """The most imitated brands come first, each with a bar; the rest is counted."""
    shown = texts(full())
    start = shown.index("By brand")
    assert shown[start + 1] == "  Brand Zero      40  " + "#" * 30
    assert shown[start + 15] == "  brand-14        26  " + "#" * 19
    assert shown[start + 16] == "  and 3 more"


def test_score_bands_keep_their_order() -> None:
    """Bands are shown from the strongest down; one candidate is never an empty bar, none is."""
    shown = texts(full())
    start = shown.index("By score")
    bars = ["  urgent       1  #", "  review      20  " + "#" * 30, "  watch        0"]
    assert [text.rstrip() for text in shown[start + 1 : start + 4]] == bars


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_page_nor_hostile(width: int) -> None:
    """Whatever stood in a feed, each line fits and holds no control character."""
    shown = full()
    shown.strongest = [candidate(1, "x" * 250 + ".com")]
    lines = texts(shown, width)
    assert max(map(len, lines)) <= width
    assert all(text.isprintable() for text in lines)
    assert any("\\u{1b}[31m" in text for text in lines)


def test_nothing_changed_is_all_that_is_said() -> None:
    """The second sweep of the same bytes is short: that it is, the feeds, how many wait, and what new brands change."""
    shown = full()
    shown.feeds = [FeedResult("nrd_list", "x", "ok", 10, 0, 10, 0)]
    assert texts(shown) == [
        "Nothing changed: all of it was read before.",
        "",
        "Read 10 names in 2.3 s",
        "  nrd_list: 10 read = 0 accepted + 10 seen before + 0 quarantined",
        "    from x",
        "",
        "Candidates: 4 open",
        "New brands apply to what is read from now on; to judge older names by them:",
        "scamhunt feeds replay",
        "",
        "Next: scamhunt candidates show 1",
    ]


def test_when_no_feed_came_only_their_problems_are_told() -> None:
    """What was found on other days does not look like the result of a night without a list."""
    shown = full()
    shown.reasons_quarantined.clear()
    shown.feeds = [
        FeedResult("nrd_list", "https://x.example/a", "failed", problem="it did not answer"),
        FeedResult("nrd_list", "b.html", "held", problem="an HTML page"),
    ]
    assert texts(shown) == [
        "These feeds need somebody to look at them",
        "  nrd_list (https://x.example/a) failed: it did not answer",
        "  nrd_list (b.html) held: an HTML page",
        "",
        "Read 0 names in 2.3 s",
        "  nrd_list: 0 read = 0 accepted + 0 seen before + 0 quarantined",
        "    from https://x.example/a",
        "  nrd_list: 0 read = 0 accepted + 0 seen before + 0 quarantined",
        "    from b.html",
        "",
        "2 of 2 sources need somebody",
    ]


def test_a_feed_that_is_well_may_have_something_to_tell() -> None:
    """An empty list and rows that `--since` left out are told without calling them a failure."""
    feeds = [
        FeedResult("nrd_list", "", problem="the list is empty"),
        FeedResult("nrd_list", "", "ok", 9, 9, left_out=1_234),
    ]
    shown = texts(Summary(feeds=feeds))
    assert "    the list is empty" in shown
    assert shown.count("    1,234 left out by --since") == 1
    assert not any("failed" in text for text in shown)


def test_what_a_held_feed_brought_is_shown() -> None:
    """A feed that is not believed has come all the same: what was found in it is not hidden."""
    shown = full()
    shown.feeds = [FeedResult("nrd_list", "", "held", 9, 9, problem="too few rows"), FeedResult("own", "", "failed")]
    assert "Candidates: 2 new, 1 updated, 1 back again; 4 open" in texts(shown)
    shown.feeds[0] = FeedResult("nrd_list", "", "held", 9, 0, 0, 9, problem="an HTML page")
    assert not any(text.startswith("Candidates") for text in texts(shown))


@pytest.mark.parametrize(
    ("feeds", "last"),
    [
        ([("a", "failed"), ("b", "ok"), ("c", "failed")], "2 of 3 feeds failed"),
        ([("a", "failed"), ("b", "ok"), ("c", "held")], "2 of 3 feeds need somebody"),
        ([("a", "skipped"), ("b", "ok")], "1 of 2 feeds needs somebody"),
        ([("a", "failed"), ("a", "ok"), ("c", "ok")], "1 of 3 sources failed"),
    ],
)
def test_the_last_line_counts_what_needs_somebody(feeds: list[tuple[str, str]], last: str) -> None:
    """Only what did not come has failed; of a feed with several places each is a source."""
    assert texts(Summary(feeds=[FeedResult(name, "", status) for name, status in feeds]))[-1] == last


def test_a_dry_run_says_that_nothing_was_stored() -> None:
    """Nobody looks for candidates that a dry run showed."""
    shown = full()
    shown.dry_run = True
    assert "  A dry run: nothing of this was stored." in texts(shown)
    assert "  A dry run: nothing of this was stored." not in texts(full())


def test_a_terminal_gets_colours_and_nothing_of_a_feed(on_terminal: Callable[..., str]) -> None:
    """Heads are bold and bars are blocks; what came from a feed cannot paint."""
    drawn = on_terminal(
        "from scamhunt.cli import summary\n"
        "from scamhunt.feed_run import FeedResult\n"
        "from scamhunt.pipeline import Summary\n"
        "feed = FeedResult('nrd_list', '\\x1b[31mred', 'failed', problem='[bold]no[/bold]')\n"
        "summary.show(Summary(feeds=[feed, FeedResult('own', '')], by_brand={'amazon': 2}))\n"
    )
    assert "\x1b[1mBy brand\x1b[0m" in drawn
    assert "\u2588" * 30 in drawn
    assert "\\u{1b}[31mred" in drawn
    assert "[bold]no[/bold]" in drawn

"""What a sweep found, for a person to read: 80 columns of plain text, or colours on a terminal."""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from scamhunt.cli import output
from scamhunt.cli.output import Line
from scamhunt.model import Kind

if TYPE_CHECKING:
    from scamhunt.feed_run import FeedResult
    from scamhunt.look_plan import Night
    from scamhunt.model import Reason
    from scamhunt.pipeline import Summary
    from scamhunt.track import Tracked

PLAIN_WIDTH = 80
WIDEST = 120
BARS = 15
LANES, PROBLEMS = 3, 5
"""Registries' servers and problems that are shown."""
BAR = 30
"""Characters of the longest bar."""

HEAD = "bold"
STRONG = "bold red"
SOFT = "dim"
GOOD = "green"


_WAITS = {
    "review": "a second person approves them: scamhunt reports approve ID",
    "failed": "nothing was delivered; send them again: scamhunt reports send ID",
    "unknown": "find out whether they were taken: scamhunt reports record ID",
}
"""What reports in a state wait for."""


def show(summary: "Summary") -> None:
    """Print the summary to stdout."""
    if output.terminal():
        output.paint(lines(summary, min(shutil.get_terminal_size().columns, WIDEST), "█"))
        return
    for text, _ in lines(summary, PLAIN_WIDTH):
        output.write(text.rstrip() + "\n")


def lines(summary: "Summary", width: int, bar: str = "#") -> Iterator[Line]:
    """Yield the summary from top to bottom; no line is wider than `width`, but for a command to be typed."""
    none_came = bool(summary.feeds) and not any(_came(feed) for feed in summary.feeds)
    for text, style in _sections(summary, width, bar, none_came=none_came):
        yield output.shorten(text, width), style
    if summary.next_command and not none_came:
        yield "", ""
        yield f"Next: {output.hint(summary.next_command)}", HEAD
    if any(feed.status != "ok" for feed in summary.feeds):
        yield "", ""
        yield _close(summary.feeds), STRONG


def titles(feeds: "Sequence[FeedResult]") -> list[str]:
    """Return what each is called: of a feed with several sources the place belongs to its name."""
    from scamhunt.gather.sources import title

    several = Counter(feed.name for feed in feeds)
    return [title(feed.name, feed.location, several=several[feed.name] > 1) for feed in feeds]


def _came(feed: "FeedResult") -> bool:
    return feed.status == "ok" or (feed.status == "held" and feed.accepted > 0)


def _close(feeds: "Sequence[FeedResult]") -> str:
    """Return the last line: how many failed, or, where some are held or skipped, need somebody."""
    bad = [feed.status for feed in feeds if feed.status != "ok"]
    noun = "source" if len({feed.name for feed in feeds}) < len(feeds) else "feed"
    need = "failed" if set(bad) == {"failed"} else "needs somebody" if len(bad) == 1 else "need somebody"
    return f"{len(bad):,} of {output.count(len(feeds), noun)} {need}"


def _sections(summary: "Summary", width: int, bar: str, *, none_came: bool) -> Iterator[Line]:
    if summary.unchanged and not summary.night.done and not summary.night.problems and not summary.night.stopped:
        yield from _unchanged(summary, width)
        return
    yield from _broken(summary, width)
    yield from _feeds(summary, width)
    yield from _quarantine(summary, width)
    if none_came:
        return
    yield from _candidates(summary)
    yield from _looks(summary.night, width)
    yield from _reports(summary, width)
    brands = [(summary.brand_names.get(brand, brand), count) for brand, count in _largest(summary.by_brand)]
    yield from _bars("By brand", brands, bar)
    yield from _bars("By score", list(summary.by_band.items()), bar)
    yield from _strongest(summary, width)
    yield from _numbers(summary, width)
    yield from _preview(summary, width)


def _unchanged(summary: "Summary", width: int) -> Iterator[Line]:
    yield "Nothing changed: all of it was read before.", GOOD
    yield "", ""
    yield from _feeds(summary, width)
    yield "", ""
    yield f"Candidates: {summary.total_candidates:,} open", HEAD
    yield from _dry(summary)
    yield from _looks(summary.night, width)
    yield from _reports(summary, width)
    if all(feed.kind is Kind.PHONE for feed in summary.feeds):
        return
    how = output.hint("scamhunt feeds replay")
    text = f"New brands apply to what is read from now on; to judge older names by them: {how}"
    yield from _wrapped(text, width, 0, SOFT)


def _broken(summary: "Summary", width: int) -> Iterator[Line]:
    """Say first what did not come or is not believed: a source that dies must not die silently."""
    named = zip(summary.feeds, titles(summary.feeds), strict=True)
    broken = [(feed, title) for feed, title in named if feed.status != "ok"]
    if not broken:
        return
    yield "These feeds need somebody to look at them", STRONG
    for feed, title in broken:
        yield from _wrapped(f"{title} {feed.status}: {feed.problem}", width, 2, STRONG, hang=2)
    yield "", ""


def _feeds(summary: "Summary", width: int) -> Iterator[Line]:
    read = sum(feed.read for feed in summary.feeds)
    what = "rows" if any(feed.kind is Kind.PHONE for feed in summary.feeds) else "names"
    yield f"Read {read:,} {what} in {summary.seconds:.1f} s", HEAD
    for feed in summary.feeds:
        counts = f"{feed.read:,} read = {feed.accepted:,} accepted + {feed.duplicate:,} seen before"
        yield f"  {feed.name}: {counts} + {feed.quarantined:,} quarantined", ""
        if feed.location:
            yield from _wrapped(f"from {feed.location}", width, 4, SOFT, hang=5)
        if feed.left_out:
            yield f"    {feed.left_out:,} left out by --since", SOFT
        if feed.behind:
            yield f"    {feed.behind:,} rows wait at the source", STRONG
        if feed.problem and feed.status == "ok":
            yield from _wrapped(feed.problem, width, 4, STRONG)
        for text in feed.notices:
            yield from _wrapped(text, width, 4, SOFT)


def _quarantine(summary: "Summary", width: int) -> Iterator[Line]:
    if not summary.reasons_quarantined:
        return
    yield "", ""
    seen = "" if summary.dry_run else f" (see them: {output.hint('scamhunt quarantine list')})"
    yield f"Quarantined, and why{seen}", HEAD
    for reason, count in _largest(summary.reasons_quarantined):
        yield from _wrapped(f"{count:7,}  {reason}", width, 2, "", hang=9)


def _candidates(summary: "Summary") -> Iterator[Line]:
    counts = f"{len(summary.new):,} new, {len(summary.updated):,} updated, {len(summary.reopened):,} back again"
    yield "", ""
    yield f"Candidates: {counts}; {summary.total_candidates:,} open", HEAD
    yield from _dry(summary)


def _dry(summary: "Summary") -> Iterator[Line]:
    if summary.dry_run:
        yield "  A dry run: nothing of this was stored.", SOFT


def _looks(night: "Night", width: int) -> Iterator[Line]:
    """Say what was looked at, or how many would be and how to turn that on."""
    if not night.planned and not night.problems:
        return
    yield "", ""
    if not night.done and not night.stopped and not night.problems:
        yield f"Not looked at: {output.count(night.planned, 'target')}", HEAD
        how = output.hint("SCAMHUNT_INVESTIGATE=lookups")
        text = f"A sweep opens nothing by itself: turn that on with {how} (DNS and registries only) or =pages; one now:"
        yield from _wrapped(f"{text} {output.hint('scamhunt investigate NAME')}", width, 2, SOFT)
        return
    counts = f"{night.investigated:,} for the first time, {night.rechecked:,} again, in {night.seconds:.0f} s"
    yield f"Looked at: {counts}", HEAD
    if night.verdicts:
        told = ", ".join(f"{count:,} {verdict}" for verdict, count in _largest(night.verdicts))
        yield from _wrapped(f"Verdicts, uncalibrated: {told}", width, 2, "")
    if night.closed or night.reopened:
        yield f"  {len(night.closed):,} found to be gone, {len(night.reopened):,} back again", STRONG
    if night.stopped:
        left = night.planned - night.done
        yield from _wrapped(
            f"The time was up: {left:,} wait for the next sweep (investigate_seconds)", width, 2, STRONG
        )
    for lane, count in list(night.lanes.items())[:LANES]:
        if lane and count > LANES:
            yield from _wrapped(f"{count:,} of them ask {lane}", width, 2, SOFT)
    for problem in night.problems[:PROBLEMS]:
        yield from _wrapped(problem, width, 2, STRONG, hang=2)


def _reports(summary: "Summary", width: int) -> Iterator[Line]:
    """Say what became of the reports that were due, and which wait for a person."""
    mails, waiting, tracked = summary.mails, summary.waiting, summary.tracked
    if not (mails.outcomes or mails.problem or waiting or tracked.due or tracked.changed or tracked.did_anything):
        return
    yield "", ""
    sent = mails.counts()["sent"]
    yield f"Reports: {sent:,} sent", HEAD
    if mails.problem:
        yield from _wrapped(f"nothing was sent: {mails.problem}", width, 2, STRONG, hang=2)
    for one in [one for one in mails.outcomes if one.exit_code][:PROBLEMS]:
        yield from _wrapped(f"report {one.report_id} is {one.state}: {one.told}", width, 2, STRONG, hang=2)
    for state, count in sorted(waiting.items()):
        told = f"{output.count(count, 'report')} in state {state}: {_WAITS[state]}"
        yield from _wrapped(told, width, 2, STRONG, hang=2)
    yield from _followed(tracked, width)


def _followed(tracked: "Tracked", width: int) -> Iterator[Line]:
    """Say what changed for reports that are out since the sweep before, and what is to be done today."""
    if tracked.changed:
        told = ", ".join(f"{count:,} {what}" for what, count in tracked.changed.items())
        yield from _wrapped(f"Since the last sweep: {told}", width, 2, "")
    if tracked.drafted:
        told = ", ".join(output.count(count, purpose) for purpose, count in tracked.drafted.items())
        yield from _wrapped(f"Drafted, to be approved: {told}", width, 2, STRONG)
    for problem in [*([tracked.answers.problem] if tracked.answers.problem else []), *tracked.problems][:PROBLEMS]:
        yield from _wrapped(problem, width, 2, STRONG, hang=2)
    if tracked.due:
        yield from _wrapped(
            f"{tracked.due:,} to be done today: {output.hint('scamhunt reports due')}", width, 2, STRONG
        )


def _bars(title: str, counts: list[tuple[str, int]], bar: str) -> Iterator[Line]:
    if not counts:
        return
    names = max(len(name) for name, _ in counts[:BARS])
    most = max(count for _, count in counts) or 1
    yield "", ""
    yield title, HEAD
    for name, count in counts[:BARS]:
        yield f"  {name:{names}}  {count:6,}  {bar * max(count * BAR // most, count > 0)}", ""
    if len(counts) > BARS:
        yield f"  and {len(counts) - BARS:,} more", SOFT


def _strongest(summary: "Summary", width: int) -> Iterator[Line]:
    if not summary.strongest:
        return
    yield "", ""
    yield "The strongest, and why", HEAD
    for candidate in summary.strongest:
        brand = summary.brand_names.get(candidate.brand, candidate.brand)
        head = f"{candidate.score:.3f}  {candidate.indicator}  ->  {brand}"
        yield from _wrapped(head, width, 2, STRONG, hang=7)
        yield from _wrapped(_why(candidate.reasons), width, 9, "")


def _numbers(summary: "Summary", width: int) -> Iterator[Line]:
    """Show numbers apart: their scores are on another scale than those of names."""
    if not summary.numbers:
        return
    yield "", ""
    yield "Phone numbers, the strongest, and why", HEAD
    yield from _wrapped(summary.standing, width, 2, SOFT)
    for candidate in summary.numbers:
        brand = summary.brand_names.get(candidate.brand, candidate.brand)
        role = f" as {candidate.role.value}" if candidate.role else ""
        head = f"{candidate.score:.3f}  {candidate.indicator}{role}  ->  {brand}"
        yield from _wrapped(head, width, 2, STRONG, hang=7)
        yield from _wrapped(_why(candidate.reasons), width, 9, "")


def _why(reasons: "tuple[Reason, ...]") -> str:
    return "; ".join(output.words(reason) for reason in reasons)


def _preview(summary: "Summary", width: int) -> Iterator[Line]:
    if not summary.preview:
        return
    yield "", ""
    yield "What a report on the strongest would say: NOT CONFIRMED, stored nowhere", HEAD
    for text in summary.preview.rstrip().split("\n"):
        for line, style in list(_wrapped(text, width - 4, 0, SOFT)) or [("", SOFT)]:
            yield f"  | {line}", style


def _wrapped(text: str, width: int, indent: int, style: str, *, hang: int = 0) -> Iterator[Line]:
    """Yield the text cleaned and folded, `indent` columns in; lines after the first `hang` columns further."""
    first, later = " " * indent, " " * (indent + hang)
    for line in wrap(output.clean(text), width, initial_indent=first, subsequent_indent=later):
        yield line, style


def _largest(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))

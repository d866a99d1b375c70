"""A look as a person reads it in the shell: the verdict and why, who can act, what is there, what was kept.

No link in it is live: host names of what is suspected are written with `[.]`.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from textwrap import TextWrapper
from typing import TYPE_CHECKING

from scamhunt.cli import output
from scamhunt.cli.output import Line
from scamhunt.investigate.clock import is_wrong
from scamhunt.observed import KNOWN, Finding, Outcome, Verdict
from scamhunt.takedown.words import defang

if TYPE_CHECKING:
    from scamhunt.desk_looks import Seen

PLAIN_WIDTH = 80
WIDEST = 120
TEXT_SHOWN = 240
LISTED = 8
HEAD, STRONG, SOFT = "bold", "bold red", "dim"
SAYS = {
    Verdict.IMPERSONATES: "pretends to be",
    Verdict.SUSPICIOUS: "may pretend to be",
    Verdict.PARKED: "its name resembles",
    Verdict.INCONCLUSIVE: "its name resembles",
    Verdict.BENIGN: "belongs to, or leads to",
}
"""What stands before the brand."""
SECTIONS = (
    ("Who can act", ("rdap.", "whois.", "host.", "carrier.")),
    ("DNS and mail", ("dns.",)),
    ("Certificate", ("tls.",)),
    ("What each visitor gets", ("http.", "page.shown", "page.rendered", "page.block", "page.unreadable")),
    ("What differs", ("page.difference",)),
    ("What it asks for", ("page.form",)),
    ("What it shows", ("page.number", "page.email", "page.wallet", "page.chat", "page.popup")),
    ("What ties it to others", ("page.tracker", "page.favicon", "page.image", "page.kit")),
    ("Where it leads", ("page.links", "page.resources", "page.frames")),
    ("Pictures", ("screenshot",)),
)


def show(seen: "Seen") -> None:
    """Print one look to stdout."""
    if output.terminal():
        output.paint(lines(seen, min(shutil.get_terminal_size().columns, WIDEST)))
        return
    for text, _ in lines(seen, PLAIN_WIDTH):
        output.write(text.rstrip() + "\n")


def lines(seen: "Seen", width: int) -> Iterator[Line]:
    """Yield the look from top to bottom, no line wider than `width`."""
    yield from _head(seen, width)
    for title, kinds in SECTIONS:
        found = [one for one in seen.look.gained.findings if one.kind.startswith(kinds)]
        yield from _section(title, found, width)
    yield from _others(seen, width)
    yield from _kept(seen, width)


def _head(seen: "Seen", width: int) -> Iterator[Line]:
    judgement, look = seen.kept.judgement, seen.look
    yield from _wrapped(f"{look.subject}  looked at {look.begun:%Y-%m-%d %H:%M:%S} UTC", width, 0, HEAD)
    if look.url:
        yield from _wrapped(f"opened: {look.url}", width, 0, SOFT)
    if not look.url and not look.gained.items:
        yield from _wrapped("Nothing is asked outside about a number; what the tables at hand say:", width, 0, SOFT)
    else:
        says = f": {SAYS[judgement.verdict]} {judgement.brand}" if judgement.brand else ""
        score = f"   score of name and page {judgement.score:.3f}, uncalibrated"
        yield from _wrapped(f"{judgement.verdict.value.upper()}{says}{score}", width, 0, STRONG)
    if seen.candidate:
        yield from _wrapped(f"candidate {seen.candidate.id}, {seen.kept.state}", width, 0, SOFT)
    for reason in judgement.reasons:
        yield from _wrapped(f"{reason.weight:+5.1f}  {reason.text}", width, 2, "", hang=7)


def _section(title: str, found: Sequence[Finding], width: int) -> Iterator[Line]:
    if not found:
        return
    yield "", ""
    yield title, HEAD
    for label, some in _grouped(found):
        shown = "; ".join(dict.fromkeys(_text(one) for one in some[:LISTED]))
        more = f"; and {len(some) - LISTED} more" if len(some) > LISTED else ""
        known = any(one.outcome in KNOWN for one in some)
        desks = _desks(some)
        yield from _wrapped(f"{label:16}  {shown}{more}", width, 2, "" if known else SOFT, hang=18, desks=desks)


def _grouped(found: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """Yield what is told on one line: findings of one kind, of pages by who looked."""
    groups: dict[str, list[Finding]] = {}
    for one in found:
        name = one.kind.partition(".")[2] or one.kind
        label = f"{name} {one.vantage}" if one.vantage and one.kind.startswith(("http", "page.shown")) else name
        groups.setdefault(label, []).append(one)
    yield from groups.items()


def _desks(found: Iterable[Finding]) -> list[str]:
    """Return the domains of the mailboxes that somebody may write to: these are to be copied."""
    contacts = [contact for one in found if isinstance(known := one.data.get("abuse"), list) for contact in known]
    return [str(one.get("email", "")).rpartition("@")[2] for one in contacts if isinstance(one, dict)]


def _text(one: Finding) -> str:
    """Return a finding's sentence, and where it says nothing why."""
    text = one.text if len(one.text) <= TEXT_SHOWN else f"{one.text[:TEXT_SHOWN]}…"
    return text if one.outcome in {Outcome.FOUND, Outcome.EMPTY} else f"{one.outcome.value}: {text}"


def _others(seen: "Seen", width: int) -> Iterator[Line]:
    """Show what no section has, so that nothing is left out."""
    told = tuple(kind for _, kinds in SECTIONS for kind in kinds)
    others = [one for one in seen.look.gained.findings if not one.kind.startswith(told)]
    yield from _section("Besides", others, width)


def _kept(seen: "Seen", width: int) -> Iterator[Line]:
    kept = seen.kept
    size = sum(one.size for one in kept.evidence)
    yield "", ""
    count = output.count(len(kept.evidence), "item")
    yield f"Evidence: {count}, {size:,} bytes, of look {kept.view.id}", HEAD
    yield from _wrapped(f"see it: {output.hint(f'scamhunt evidence list --look {kept.view.id}')}", width, 2, SOFT)
    yield from _wrapped(_clock(seen), width, 2, STRONG if is_wrong(seen.look.clock) else SOFT)
    if seen.candidate and kept.due_at:
        yield from _wrapped(f"is {kept.liveness}; looked at again {kept.due_at:%Y-%m-%d %H:%M} UTC", width, 2, SOFT)
    if kept.numbers:
        yield from _wrapped(f"{output.count(kept.numbers, 'number')} told to the phone score", width, 2, SOFT)
    if kept.judgement.verdict in {Verdict.IMPERSONATES, Verdict.SUSPICIOUS}:
        if seen.candidate:
            yield f"Next: {output.hint(f'scamhunt candidates confirm {seen.candidate.id} --reason TEXT')}", HEAD
        else:
            yield "It is no candidate: a sweep that reads its URL in a list makes it one", HEAD


def _clock(seen: "Seen") -> str:
    clock = seen.look.clock
    if is_wrong(clock):
        off = f"{-(clock.offset or 0):+,.0f} s from what registries said, it jumped by {clock.stepped:+,.0f} s"
        return f"THIS MACHINE'S CLOCK IS WRONG: {off}; set it, and look again"
    if clock.offset is None:
        return "clock: not compared, no registry told its time"
    return f"clock: {-clock.offset:+.1f} s from what {', '.join(clock.told_by[:2])} said"


def _wrapped(  # noqa: PLR0913  # how a paragraph is set
    text: str, width: int, indent: int, style: str, *, hang: int = 0, desks: Sequence[str] = ()
) -> Iterator[Line]:
    """Yield the text cleaned, defanged and folded, `indent` columns in; later lines `hang` columns further."""
    safe = output.clean(defang(text, filter(None, desks)))
    first, later = " " * indent, " " * (indent + hang)
    setter = TextWrapper(width, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)
    for line in setter.wrap(safe):  # a name that is broken at a hyphen is copied wrong
        yield line, style

"""What `scamhunt brands shadow` prints: for a script, and for a person."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from scamhunt.cli.output import clean, count
from scamhunt.score.shadow import Change, Counts, Flag, NameList
from scamhunt.trial import Trial

ABOUT = {
    NameList.SAMPLE: "the bundled sample of newly registered names",
    NameList.ARCHIVE: "what was read here of late and is not in the sample",
    NameList.PROTECTED: "names that are never reported, looked at as if nobody knew them",
}


def as_object(trial: Trial) -> dict[str, object]:
    """Return what came of a trial as one object."""
    shadow = trial.shadow
    lists = [_counted(which, shadow.counts(which)) | {"names": names} for which, names in shadow.names.items()]
    return {
        "lists": lists,
        "brands": [_brand(change) for change in shadow.changes(trial.now, trial.then)],
        "refused": shadow.refusals(),
        "problems": trial.problems,
    }


def lines(trial: Trial) -> Iterator[str]:
    """Yield the lines that a person reads: each list, then each brand that changes with the names that differ."""
    shadow = trial.shadow
    for which, names in shadow.names.items():
        yield f"{which:9}  {count(names, 'name')}: {_told(shadow.counts(which))}"
        yield f"{'':9}  {ABOUT[which]}"
    changes = shadow.changes(trial.now, trial.then)
    if not changes:
        yield "no brand of these packs differs from the one in force"
    for change in changes:
        yield ""
        yield from _about(change, changed=trial.then.by_id[change.brand] != trial.now.by_id.get(change.brand))


def _counted(which: NameList, counts: Counts) -> dict[str, object]:
    return {
        "list": which,
        "now": {"review": counts.now_review, "urgent": counts.now_urgent},
        "then": {"review": counts.then_review, "urgent": counts.then_urgent},
        "new": counts.new,
        "gone": counts.gone,
    }


def _brand(change: Change) -> dict[str, object]:
    return {
        "id": change.brand,
        "added": change.added,
        "lists": [_counted(which, counts) for which, counts in change.counts.items()],
        "new": [asdict(flag) for flag in change.new],
        "gone": [asdict(flag) for flag in change.gone],
    }


def _told(counts: Counts) -> str:
    review = f"{counts.now_review:,} -> {counts.then_review:,} at review"
    urgent = f"{counts.now_urgent:,} -> {counts.then_urgent:,} at urgent"
    return f"{review}, {urgent}; {counts.new:,} new, {counts.gone:,} gone"


def _about(change: Change, *, changed: bool) -> Iterator[str]:
    yield f"{change.brand}: {'new' if change.added else 'changed' if changed else 'not changed, but its matches are'}"
    yield from (f"  {which:9}  {_told(counts)}" for which, counts in change.counts.items())
    yield from _flags("newly flagged", change.new, sum(counts.new for counts in change.counts.values()))
    yield from _flags("no longer flagged", change.gone, sum(counts.gone for counts in change.counts.values()))


def _flags(title: str, flags: Sequence[Flag], number: int) -> Iterator[str]:
    if flags:
        yield f"  {title}:"
    yield from (f"    {flag.list:9}  {flag.score:.3f}  {clean(flag.indicator)}  '{flag.word}'" for flag in flags)
    if number > len(flags):
        yield f"    ... and {number - len(flags):,} more; see them with --limit"

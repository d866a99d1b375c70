"""Verify the evidence: each file against its row, each look's rows against its manifest, each manifest against the log.

A page of rows and a piece of a file are in memory at a time.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from scamhunt.investigate import manifest
from scamhunt.investigate.manifest import Listed, Manifest
from scamhunt.store import evidence, evidence_files
from scamhunt.store.evidence_files import Content, Unsound
from scamhunt.store.looked import Looked
from scamhunt.store.values import EvidenceView, LookView

PAGE = 500
UNREADABLE = "a row holds what scamhunt never writes, and those after it could not be compared"
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not as it was kept."""

    sha256: str
    """Of the content that was kept: the name of its file. Empty for a folder."""
    why: str
    look: str
    """As the log names it: `look:12`. Empty for a folder."""
    url: str = ""


@dataclass(slots=True)
class Checked:
    """What was looked at, and what is wrong with it."""

    files: int = 0
    bytes: int = 0
    items: int = 0
    """Rows: a file may be of several looks."""
    looks: int = 0
    unclaimed: int = 0
    """Files that nobody claims, from a run that was stopped: no fault."""
    faults: list[Fault] = field(default_factory=list)

    @property
    def bad(self) -> set[str]:
        """Return the hashes that a fault names."""
        return {fault.sha256 for fault in self.faults if fault.sha256}


@dataclass(frozen=True, slots=True)
class _Known:
    """What was told already and is not told twice."""

    bad: set[str] = field(default_factory=set)
    """Files that do not hold what was kept."""
    changed: set[int] = field(default_factory=set)
    """Looks that are not what the log says."""


def check(store: Looked, progress: Progress) -> Checked:
    """Compare files, rows, manifests and log. Raises `StoreError` when the database refuses."""
    found, known = Checked(), _Known()
    found.faults += [Fault("", f"the folder {name} {why}", "") for name, why in store.evidence_open_folders()]
    for step in (_check_files, _check_log, _check_looks):
        try:
            step(store, found, known, progress)
        except (ValueError, LookupError, TypeError):  # what no column of ours holds
            found.faults.append(Fault("", UNREADABLE, ""))
    names = store.evidence_names()
    while some := list(islice(names, PAGE)):
        found.unclaimed += len(set(some) - store.claimed(some))
    return found


def _check_files(store: Looked, found: Checked, known: _Known, progress: Progress) -> None:
    """Read each file once, whoever's it is."""
    name, held = "", None
    for row in _pages(lambda last: store.evidence_after((last.sha256, last.id) if last else ("", 0), PAGE)):
        if row.sha256 != name:
            name, held = row.sha256, _content(store, row.sha256)
            found.files += 1
            found.bytes += held.size if isinstance(held, Content) else 0
            if not isinstance(held, Content) or held.sha256 != name:
                known.bad.add(name)
            progress("verifying", found.files)
        found.items += 1
        why = held if isinstance(held, str) else _difference(row, held)
        if why:
            found.faults.append(Fault(row.sha256, why, f"look:{row.look_id}", row.url))


def _check_log(store: Looked, found: Checked, known: _Known, _progress: Progress) -> None:
    """Tell of looks whose rows, the judgement too, are not what the log says, as `db check` does; and of those gone."""
    for one in store.looks_changed(PAGE):
        known.changed.add(one.look_id)
        found.faults.append(Fault(one.manifest, f"look:{one.look_id} {one.why}", f"look:{one.look_id}"))
    for look, sha256 in store.looks_gone(PAGE):
        found.faults.append(Fault(sha256, f"{look} is gone, and the log tells of it", look))


def _check_looks(store: Looked, found: Checked, known: _Known, _progress: Progress) -> None:
    """Compare each look and its rows with its manifest."""
    for look in _pages(lambda last: store.looks_after(last.id if last else 0, PAGE)):
        found.looks += 1
        found.faults += _faults_of(store, look, known)


def fault_of(store: Looked, row: EvidenceView) -> str:
    """Return why an item's file is not what was kept, nothing when it is."""
    held = _content(store, row.sha256)
    return held if isinstance(held, str) else _difference(row, held)


def _content(store: Looked, sha256: str) -> Content | str:
    """Return what a file holds, or why it cannot be told."""
    if not evidence_files.is_name(sha256):
        return "has a name in the database that is no hash"
    try:
        return evidence_files.examine(store.evidence_file(sha256))
    except Unsound as why:
        return str(why)


def _difference(row: EvidenceView, held: Content | None) -> str:
    if held is None or held.sha256 != row.sha256:
        return f"was changed: the file holds {held.sha256 if held else 'nothing'}"
    if held.size != row.size:
        return f"has {held.size:,} bytes, but its row says {row.size:,}"
    return held.open_to if held.sha512 == row.sha512 else "has another sha512 than its row says"


def _faults_of(store: Looked, look: LookView, known: _Known) -> Iterator[Fault]:
    """Compare a look and its rows with the manifest that the log names. What is known is not told twice."""
    thing = f"look:{look.id}"
    told = [one.detail for one in store.history(thing) if one.act == evidence.ACQUIRED]
    if len(told) != 1:
        return
    sha256, rows = str(told[0].get("manifest")), store.evidence(look_id=look.id, limit=None)
    own = [row for row in rows if row.sha256 == sha256]
    if not own:
        yield Fault(sha256, f"the row of the manifest of {thing} is gone", thing)
    if sha256 in known.bad:
        return
    try:
        body = evidence_files.read(store.evidence_file(sha256), sha256)
        listed = manifest.read(body)
    except (Unsound, ValueError) as why:
        yield Fault(sha256, f"the manifest of {thing} {why}", thing)
        return
    if look.id not in known.changed:
        yield from _head(look, body, listed, own)
        if {row.operator for row in rows} - {look.operator}:
            yield Fault(sha256, f"an item of {thing} has another operator than the look", thing)
    yield from _against(store, look, listed, [row for row in rows if row.sha256 != sha256])


def _head(look: LookView, body: bytes, listed: Manifest, own: list[EvidenceView]) -> Iterator[Fault]:
    """Compare a look with its manifest, and the row of the manifest, which no manifest lists, with both."""
    thing = f"look:{look.id}"
    if manifest.manifest(look, listed.items, listed.findings, listed.software) != body:
        yield Fault(look.manifest, f"{thing} is not what its manifest says", thing)
    expected = manifest.listed(manifest.itself(body, look, listed.software))
    if own and [_listed(row) for row in own] != [expected]:
        yield Fault(look.manifest, f"the row of the manifest of {thing} was changed", thing)


def _against(store: Looked, look: LookView, listed: Manifest, rows: list[EvidenceView]) -> Iterator[Fault]:
    """Tell of rows that are not those of the manifest."""
    thing, kept = f"look:{look.id}", [_listed(row) for row in rows]
    lost, more = Counter(listed.items) - Counter(kept), Counter(kept) - Counter(listed.items)
    yield from (Fault(one.sha256, f"its row of {thing} was changed or is gone", thing, one.url) for one in lost)
    known = {one.sha256 for one in lost}
    others = (one for one in more if one.sha256 not in known)
    yield from (Fault(one.sha256, f"the manifest of {thing} does not list it", thing, one.url) for one in others)
    findings = [manifest.told(one) for one in store.findings(look.id)]
    if findings != list(listed.findings):
        yield Fault(look.manifest, f"the findings of {thing} are not those of its manifest", thing)


def _listed(row: EvidenceView) -> Listed:
    names: dict[str, Any] = {name: getattr(row, name) for name in Listed.__dataclass_fields__}
    return Listed(**names | {"acquired_at": manifest.stamp(row.acquired_at)})


def _pages(page: Callable[[Any], list[Any]]) -> Iterator[Any]:
    """Yield all rows of a table, a page at a time; `page` takes the last row, None at first."""
    last = None
    while some := page(last):
        yield from some
        last = some[-1]

"""Which evidence goes into a packet, and which is withheld: a victim's data may stand in it. Part of `desk.py`."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scamhunt.desk_evidence import custody, ending
from scamhunt.errors import StoreError
from scamhunt.model import SYSTEM, Kind, Role
from scamhunt.observed import Liveness
from scamhunt.referral.dossier import Exhibit, Handled
from scamhunt.referral.screen import Screen, bare_url, tokens_of_url
from scamhunt.store import CandidateView, EventView, EvidenceView, LookView, Store
from scamhunt.takedown.proofs import what_it_is

FIRST, LAST = 4, 6
"""Looks at one target that saw a page: so many of the oldest and of the newest go into a packet."""
MOST_SIGHTED = 1_000_000
WITHHELD = "may hold what belongs to a victim; it is kept, and can be asked for"
OF_ITS_LOOK = "the page that it shows may hold what belongs to a victim; it is kept, and can be asked for"
CALL = Role.CALLBACK.value
PICTURES = ("image/",)
STAMPED = "stamped copy of "
ACTS: Mapping[str, str] = {
    "evidence.acquire": "taken and hashed",
    "evidence.verify": "all files compared with their hashes",
    "evidence.export": "copied out",
    "candidate.found": "found by a sweep",
    "candidate.confirm": "confirmed by a person",
    "candidate.dismiss": "dismissed by a person",
    "candidate.watch": "watched",
    "candidate.reopen": "reopened by a person",
    "candidate.close": "seen gone",
    "candidate.return": "seen again",
    "packet.release": "handed over",
}
"""What the custody tells of, in words; what a person wrote to it stays with the sender."""


@dataclass(slots=True)
class Operators:
    """Names of the team as they stand in a packet: numbered, in the order in which they appear."""

    known: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """Return what stands for a name."""
        return name if name == SYSTEM.name else self.known.setdefault(name, f"operator {len(self.known) + 1}")


@dataclass(slots=True)
class Chosen:
    """The exhibits of a packet, and where their bytes lie."""

    exhibits: list[Exhibit] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    """By path in the packet."""
    looks: dict[int, list[LookView]] = field(default_factory=dict)
    """By case: those that the exhibits are of, the oldest first."""
    left: int = 0
    """Looks that are not in the packet."""
    tokens: set[str] = field(default_factory=set)
    """What may belong to victims, by the addresses that were reported."""
    screen: Screen = field(default_factory=lambda: Screen(()))
    """What finds that in bytes and texts."""


def choose(
    store: Store, cases: Sequence[CandidateView], operators: Operators, needed: Mapping[int, Collection[int]]
) -> Chosen:
    """Choose and screen the evidence of some cases; files are read, none is written. Raises `StoreError`.

    `needed` are looks that have to be in it, by case: those that saw what joins it to others.
    """
    chosen = Chosen()
    for case in cases:
        looks, left = _looks(store, case, needed.get(case.id, ()))
        chosen.looks[case.id], chosen.left = looks, chosen.left + left
        chosen.tokens |= tokens_of(store, case, looks)
    chosen.screen = Screen(sorted(chosen.tokens), [*(case.indicator for case in cases), *_called(store, chosen)])
    for case in cases:
        for look in chosen.looks[case.id]:
            _add(store, chosen, case, look, operators)
    return chosen


def tokens_of(store: Store, case: CandidateView, looks: Iterable[LookView]) -> set[str]:
    """Return what may belong to victims in the addresses under which a case was reported or opened."""
    if case.kind is Kind.PHONE:
        return set()
    urls = [*store.sighted(case.id, limit=MOST_SIGHTED), *(one.url for one in looks)]
    urls += [match.indicator for match in case.matches]
    return {token for url in urls for token in tokens_of_url(url)}


def _called(store: Store, chosen: Chosen) -> list[str]:
    """Return the numbers that pages tell their visitors to call: links to call one carry it, and it is no victim's."""
    told = [one for looks in chosen.looks.values() for look in looks for one in store.findings(look.id)]
    numbers = (
        str(one.data.get("e164", "")) for one in told if one.kind == "page.number" and one.data.get("role") == CALL
    )
    return sorted(set(filter(None, numbers)))


def _looks(store: Store, case: CandidateView, needed: Collection[int]) -> tuple[list[LookView], int]:
    """Return the looks that go into the packet: the first and the last that saw a page, and the first that saw none."""
    found = sorted(store.looks(candidate_id=case.id, limit=None), key=lambda one: one.id)
    seen = [one for one in found if one.liveness is Liveness.LIVE]
    gone = [one for one in found if one.liveness in {Liveness.SUSPENDED, Liveness.TAKEN_DOWN}][:1]
    telling = [*seen[:FIRST], *seen[-LAST:], *gone, *found[-1:]] if seen else found[-LAST:]
    wanted = {one.id for one in telling} | set(needed)
    picked = [one for one in found if one.id in wanted]
    return picked, len(found) - len(picked)


def _add(store: Store, chosen: Chosen, case: CandidateView, look: LookView, operators: Operators) -> None:
    rows = list({row.sha256: row for row in store.evidence(look_id=look.id, limit=None)}.values())
    held = {row.sha256 for row in rows if not row.media_type.startswith(PICTURES) and _holds(store, chosen.screen, row)}
    roots: dict[str, str] = {}
    for row in rows:
        number = f"EX-{len(chosen.exhibits) + 1:04}"
        roots[row.sha256] = number
        why = WITHHELD if row.sha256 in held else ""
        if held and row.media_type.startswith(PICTURES):
            why = OF_ITS_LOOK
        path = "" if why else f"evidence/{case.id}/{look.id}-{len(roots):03}-{row.sha256[:16]}{ending(row.media_type)}"
        if path:
            chosen.files[path] = store.evidence_file(row.sha256)
        chosen.exhibits.append(_exhibit(number, case, look, row, path, why, operators))
    at = len(chosen.exhibits) - len(rows)
    chosen.exhibits[at:] = [replace(one, root=_root(one, roots)) for one in chosen.exhibits[at:]]


def _root(exhibit: Exhibit, roots: Mapping[str, str]) -> str:
    """Return the exhibit that one was made from, its own number where it was made from none."""
    of = exhibit.note.removeprefix(STAMPED) if exhibit.note.startswith(STAMPED) else ""
    return next((number for sha256, number in roots.items() if of and sha256.startswith(of)), exhibit.number)


def _exhibit(  # noqa: PLR0913, PLR0917  # what an exhibit is
    number: str, case: CandidateView, look: LookView, row: EvidenceView, path: str, why: str, operators: Operators
) -> Exhibit:
    return Exhibit(
        number=number,
        root=number,
        case=case.id,
        evidence=row.id,
        look=look.id,
        path=path,
        what=what_it_is(row.media_type, url=row.url, note=row.note),
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        sha512=row.sha512,
        acquired_at=row.acquired_at,
        tool=row.tool,
        operator=operators.of(row.operator),
        url=shown_url(row.url),
        vantage=row.vantage,
        note=row.note,
        withheld=why,
        clock=_clock(look),
    )


def shown_url(url: str) -> str:
    """Return an address without what may belong to a victim; a question to a name server stays whole."""
    return bare_url(url) if url.startswith(("http:", "https:")) else url


def _clock(look: LookView) -> str:
    clock = look.clock
    if clock.offset is None:
        return "not compared with any other clock"
    stepped = f"; it jumped by {clock.stepped:.1f} s meanwhile" if clock.stepped else ""
    return f"{clock.offset:+.1f} s off the clocks of {len(clock.told_by)} trusted servers{stepped}"


def _holds(store: Store, screen: Screen, row: EvidenceView) -> bool:
    try:
        with store.evidence_file(row.sha256).open("rb") as file:
            return screen.holds(file, row.media_type)
    except OSError as error:
        raise StoreError(f"evidence {row.sha256}: {error.strerror}; run: scamhunt evidence verify") from None


# --- custody ----------------------------------------------------------------------------------------------------------


def handled(store: Store, chosen: Chosen, cases: Sequence[CandidateView], operators: Operators) -> list[Handled]:
    """Return the rows of the log that have to do with the exhibits or their cases, in the order of the log."""
    rows: dict[int, Handled] = {}
    of_look: dict[int, list[str]] = {}
    for one in chosen.exhibits:
        of_look.setdefault(one.look, []).append(one.number)
    for look, numbers in of_look.items():
        for event in custody(store, look):
            before = rows.get(event.seq)
            rows[event.seq] = _handled(event, [*(before.exhibits if before else ()), *numbers], operators)
    for case in cases:
        for event in store.history(f"candidate:{case.id}"):
            rows.setdefault(event.seq, _handled(event, (), operators))
    told = [rows[seq] for seq in sorted(rows) if rows[seq].act in ACTS]
    return list(_with_hashes(store, told))


def _handled(event: EventView, exhibits: Sequence[str], operators: Operators) -> Handled:
    purpose = ACTS.get(event.act, "")
    actor = operators.of(event.actor)
    return Handled(event.seq, event.at, actor, event.proof, event.act, event.thing, tuple(exhibits), purpose, "", "")


def _with_hashes(store: Store, told: Sequence[Handled]) -> Iterator[Handled]:
    hashes = store.log_hashes([one.seq for one in told])
    for one in told:
        before, here = hashes[one.seq]
        yield replace(one, prev_hash=before, hash=here)

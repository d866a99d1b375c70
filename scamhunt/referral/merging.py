"""One packet of both sides of a joint referral: our own dossier, and beside it what the partner's part tells. Pure.

What is the partner's says so: its cases bear his numbers too, its exhibits are hashes, its counts are bands.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scamhunt.campaigns.kinds import KINDS
from scamhunt.errors import UserError
from scamhunt.referral.dossier import (
    Brand,
    Dossier,
    Identifier,
    Joint,
    LinkFact,
    Moment,
    Redaction,
    Shared,
    Subject,
)
from scamhunt.referral.overlap import INFRASTRUCTURE, Key
from scamhunt.referral.part_read import Part

LEAST_BASE = 1_000
PROOFS = 10
"""Exhibits that one row of the overlap names."""
TARGET = "target"
_TWO = 2
_ORDER = {"both": 0, "A": 1, "B": 2}


def joint(dossier: Dossier, part: Part, *, legal_basis: str = "", retention: str = "") -> Dossier:
    """Return a dossier of both sides. Its packet wants a new id: it tells more than ours.

    The partner's cases get numbers behind all of ours: 3 of his is 1003, or 100003 where ours go beyond 1000. Subjects
    of the two sides that share an identifier become one, and a link says by what. The caller has to check first that
    none of the partner's targets is protected. Raises `UserError` for two parts of one side.
    """
    _refuse(dossier, part)
    theirs = _renumbered(dossier, part)
    own = "B" if part.side == "A" else "A"
    orgs = {own: dossier.sender.org, part.side: part.terms.org}
    merged = _Merging(dossier, theirs, own).subjects()
    timeline = sorted([*dossier.timeline, *_timeline(theirs)], key=lambda one: (one.at, one.case, one.what))
    return replace(
        dossier,
        as_of=max([dossier.as_of, *(one.at for one in timeline), *(one.acquired_at for one in theirs.exhibits)]),
        brands=[*dossier.brands, *(one for one in theirs.brands if one not in dossier.brands)],
        subjects=merged,
        cases=[*dossier.cases, *theirs.cases],
        identifiers=[*dossier.identifiers, *theirs.identifiers],
        timeline=timeline,
        counts=[*dossier.counts, *theirs.counts],
        exhibits=[*dossier.exhibits, *theirs.exhibits],
        redactions=[*dossier.redactions, *theirs.redactions],
        joint=Joint(
            part.terms.referral,
            orgs["A"],
            orgs["B"],
            overlap(dossier.identifiers, theirs.identifiers, own),
            legal_basis,
            retention,
        ),
    )


def _refuse(dossier: Dossier, part: Part) -> None:
    if dossier.joint is not None:
        raise UserError("this packet has a partner's part already; build one packet for each partner")
    if part.terms.org.casefold() == dossier.sender.org.casefold():
        raise UserError(f"the part bears our own name ({part.terms.org}): it is the one that we made")


def overlap(mine: Iterable[Identifier], theirs: Iterable[Identifier], own: str) -> list[Shared]:
    """Return every identifier that may cross, with the sides that have it: what both have first."""
    of = {"A": mine, "B": theirs} if own == "A" else {"A": theirs, "B": mine}
    known = {side: _by_key(one for one in rows if one.kind in INFRASTRUCTURE) for side, rows in of.items()}
    shared = [_shared(key, known["A"].get(key, []), known["B"].get(key, [])) for key in known["A"] | known["B"]]
    return sorted(shared, key=lambda one: (_ORDER[one.side], one.kind, one.value))


def _shared(key: Key, a: Sequence[Identifier], b: Sequence[Identifier]) -> Shared:
    return Shared(
        *key,
        "both" if a and b else "A" if a else "B",
        min((one.first_at for one in a), default=None),
        min((one.first_at for one in b), default=None),
        _proofs(a),
        _proofs(b),
    )


def _proofs(rows: Iterable[Identifier]) -> list[str]:
    return sorted({one.exhibit for one in rows if one.exhibit})[:PROOFS]


def _by_key(rows: Iterable[Identifier]) -> dict[Key, list[Identifier]]:
    found: dict[Key, list[Identifier]] = {}
    for one in rows:
        found.setdefault((one.kind, one.value), []).append(one)
    return found


# --- the partner's rows -----------------------------------------------------------------------------------------------


def _renumbered(dossier: Dossier, part: Part) -> Part:
    """Return a part whose numbers, brands and words stand beside ours."""
    base = max(LEAST_BASE, 10 ** len(str(max((one.id for one in dossier.cases), default=0))))
    org, brands = part.terms.org, _brands(dossier.brands, part)
    targets = {one.id: one.indicator for one in part.cases}
    return replace(
        part,
        brands=list(brands.values()),
        cases=[replace(one, id=base + one.id, brand=brands[one.brand].id) for one in part.cases],
        subjects=[replace(one, cases=[base + case for case in sorted(one.cases)]) for one in part.subjects],
        identifiers=[
            replace(
                one,
                case=base + one.case,
                role=TARGET if one.value == targets[one.case] else f"seen by {org}",
                source=org,
            )
            for one in part.identifiers
        ],
        exhibits=[replace(one, case=base + one.case) for one in part.exhibits],
        counts=[replace(one, method=f"as {org} counted them, told in bands") for one in part.counts],
        redactions=[Redaction(f"{part.side}: {one.field}", one.rule, one.count) for one in part.redactions],
    )


def _brands(own: Iterable[Brand], part: Part) -> dict[str, Brand]:
    """Return the partner's brands by his id; one that bears the id of another of ours gets the letter of his side."""
    mine = {one.id: one for one in own}
    found = {}
    for one in part.brands:
        known = mine.get(one.id)
        same = known is None or known.name.casefold() == one.name.casefold()
        found[one.id] = (known or one) if same else replace(one, id=f"{one.id}-{part.side.lower()}")
    return found


def _timeline(theirs: Part) -> Iterator[Moment]:
    org = theirs.terms.org
    for one in theirs.cases:
        yield Moment(one.first_seen, one.id, f"first seen by {org}", org)
        if one.name and one.name.registered:
            yield Moment(one.name.registered, one.id, "registered", org)


# --- subjects ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tie:
    """What one subject of ours shares with one of the partner's."""

    mine: int
    theirs: int
    keys: Sequence[Key]


class _Merging:
    """Subjects of two sides, and what they share."""

    def __init__(self, dossier: Dossier, theirs: Part, own: str) -> None:
        self._mine, self._theirs, self._own = dossier.subjects, theirs.subjects, own
        self._side, self._org = theirs.side, theirs.terms.org
        self._left, self._right = _by_key(_crossing(dossier.identifiers)), _by_key(_crossing(theirs.identifiers))
        self._shown: dict[int, list[Key]] = {}
        for key in sorted(self._right, key=lambda key: (-_strength(key), key)):
            for row in self._right[key]:
                self._shown.setdefault(row.case, []).append(key)
        self._groups = list(range(len(self._mine) + len(self._theirs)))

    def subjects(self) -> list[Subject]:
        """Return ours, each with what of the partner's belongs to it, then the partner's others."""
        ties = list(self._ties())
        for tie in ties:
            self._join(tie.mine, len(self._mine) + tie.theirs)
        grouped: dict[int, list[int]] = {}
        for at in range(len(self._groups)):
            grouped.setdefault(self._root(at), []).append(at)
        return [self._merged(at, members, ties) for at, members in enumerate(grouped.values(), 1)]

    def _root(self, at: int) -> int:
        while self._groups[at] != at:
            at = self._groups[at]
        return at

    def _join(self, one: int, other: int) -> None:
        low, high = sorted((self._root(one), self._root(other)))
        self._groups[high] = low

    def _ties(self) -> Iterator[_Tie]:
        mine = {case: at for at, one in enumerate(self._mine) for case in one.cases}
        theirs = {case: at for at, one in enumerate(self._theirs) for case in one.cases}
        found: dict[tuple[int, int], set[Key]] = {}
        for key in sorted(self._left.keys() & self._right.keys()):
            for pair in _pairs(self._left[key], mine, self._right[key], theirs):
                found.setdefault(pair, set()).add(key)
        for (one, other), keys in sorted(found.items()):
            if _is_enough(keys):
                yield _Tie(one, other, sorted(keys, key=lambda key: (-_strength(key), key)))

    def _merged(self, at: int, members: Sequence[int], ties: Sequence[_Tie]) -> Subject:
        own = [self._mine[one] for one in members if one < len(self._mine)]
        theirs = [self._theirs[one - len(self._mine)] for one in members if one >= len(self._mine)]
        across = [tie for tie in ties if tie.mine in members]
        links = [link for one in own for link in one.links] + [link for one in theirs for link in self._inside(one)]
        links += [link for tie in across for link in self._across(tie)]
        holds = [hold for one in own for hold in one.holds_by]
        holds += [self._hold(tie) for tie in across if len(tie.keys) == 1]
        return Subject(
            f"S-{at}",
            " ".join(sorted({one.campaign for one in own} - {""})),
            [case for one in (*own, *theirs) for case in one.cases],
            links,
            list(dict.fromkeys(holds)),
            sum(one.rulings for one in own),
        )

    def _hold(self, tie: _Tie) -> str:
        kind, value = tie.keys[0]
        return f"{kind} {value}: without it cases of {self._own} part from cases of {self._side}"

    def _across(self, tie: _Tie) -> Iterator[LinkFact]:
        """Yield what joins the two sides: for each identifier the first case of each."""
        found: dict[tuple[int, int], list[Key]] = {}
        for key in tie.keys:
            one = min(row.case for row in self._left[key] if row.case in self._mine[tie.mine].cases)
            other = min(row.case for row in self._right[key] if row.case in self._theirs[tie.theirs].cases)
            found.setdefault((one, other), []).append(key)
        for (one, other), keys in sorted(found.items()):
            yield self._link(one, other, keys)

    def _inside(self, subject: Subject) -> Iterator[LinkFact]:
        """Yield what joins each case of the partner to one before it, as far as his identifiers tell it."""
        first: dict[Key, int] = {}
        for at, case in enumerate(subject.cases):
            keys = self._shown.get(case, [])
            one = next((first[key] for key in keys if key in first), None)
            if at:
                shared = [key for key in keys if first.get(key) == one] if one is not None else []
                yield self._link(one if one is not None else subject.cases[at - 1], case, shared)
            for key in keys:
                first.setdefault(key, case)

    def _link(self, one: int, other: int, keys: Sequence[Key]) -> LinkFact:
        rows = [row for key in keys for row in (*self._left.get(key, ()), *self._right.get(key, ()))]
        proofs = _proofs(row for row in rows if row.case in {one, other})
        reasons = [_said(key) for key in keys] or [
            f"{self._org} says that they belong together; its reasons are its own"
        ]
        return LinkFact(one, other, reasons, round(sum(map(_strength, keys)), 3), proofs)


def _crossing(rows: Iterable[Identifier]) -> Iterator[Identifier]:
    return (one for one in rows if one.kind in INFRASTRUCTURE)


def _pairs(
    left: Iterable[Identifier], mine: Mapping[int, int], right: Sequence[Identifier], theirs: Mapping[int, int]
) -> set[tuple[int, int]]:
    there = {theirs[one.case] for one in right if one.case in theirs}
    return {(mine[one.case], other) for one in left if one.case in mine for other in there}


def _is_enough(keys: Iterable[Key]) -> bool:
    """Say whether what two subjects share joins them: as cases are joined, one strong sign or two of two families."""
    weak = {KINDS[kind].family for kind, _ in keys if kind in KINDS}
    return any(kind not in KINDS or KINDS[kind].strong for kind, _ in keys) or len(weak) >= _TWO


def _strength(key: Key) -> float:
    return KINDS[key[0]].strength if key[0] in KINDS else 1.0


def _said(key: Key) -> str:
    kind, value = key
    return KINDS[kind].told(value) if kind in KINDS else f"both sides have a case on {value}"

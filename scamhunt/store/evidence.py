"""What a look brought, kept: the bytes as files, then the manifest, then the rows."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import scamhunt
from scamhunt.errors import NotFound
from scamhunt.investigate import manifest
from scamhunt.investigate.manifest import Listed
from scamhunt.observed import Finding, Gained, Item, Look
from scamhunt.store import database, evidence_files
from scamhunt.store.tables import EVENT, EVIDENCE, LOOK, thing
from scamhunt.store.values import LARGEST_ID, EvidenceView, storable, storable_id, storable_json

ACQUIRED = "evidence.acquire"
"""The event that tells of a look and commits to all that it brought."""
SOFTWARE = f"scamhunt {scamhunt.__version__}"
_FIRST, _PAST, _HEX = 6, "g", frozenset("0123456789abcdef")
"""Digits of a hash that name an item; the character behind `f`; the digits."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A look whose bytes lie in their files."""

    look: Look
    """As every database takes it, each item once."""
    items: Sequence[Listed]
    """The manifest is the last."""

    @property
    def manifest(self) -> str:
        """Return the sha256 of the manifest."""
        return self.items[-1].sha256


def file(home: Path, look: Look) -> Filed:
    """Write the files of a look, the manifest last. Raises `StoreError`; what was written before stays, unclaimed.

    Raises `ValueError` where a finding names bytes that the look did not bring: then it has no proof.
    """
    look, items = _plain(look), list[Listed]()
    for item, one in [(item, manifest.listed(item)) for item in look.gained.items]:
        if not any((one.sha256, one.url, one.vantage) == (has.sha256, has.url, has.vantage) for has in items):
            evidence_files.keep(home, one.sha256, item.body)
            items.append(one)
    _require_proof(look.gained.findings, {one.sha256 for one in items})
    told = [manifest.told(finding) for finding in look.gained.findings]
    body = manifest.manifest(look, items, told, SOFTWARE)
    last = manifest.itself(body, look, SOFTWARE)
    evidence_files.keep(home, last.sha256, body)
    return Filed(look, [*items, manifest.listed(last)])


def save(connection: sa.Connection, look_id: int, filed: Filed) -> None:
    """Store the rows of a look's items."""
    rows = [asdict(one) | {"acquired_at": datetime.fromisoformat(one.acquired_at)} for one in filed.items]
    more = {"look_id": look_id, "operator": filed.look.operator}
    connection.execute(sa.insert(EVIDENCE), [row | more for row in rows])


def page(  # noqa: PLR0913  # each is a filter
    connection: sa.Connection,
    *,
    look_id: int | None,
    candidate_id: int | None,
    sha256: str | None,
    media_type: str | None,
    limit: int,
) -> list[EvidenceView]:
    """Return items, those of the newest look first, as it brought them; `sha256` may be the beginning of one."""
    query = _query().order_by(EVIDENCE.c.look_id.desc(), EVIDENCE.c.id).limit(limit)
    if look_id is not None:
        query = query.where(EVIDENCE.c.look_id == storable_id(look_id))
    if candidate_id is not None:
        query = query.where(LOOK.c.candidate_id == storable_id(candidate_id))
    if sha256 is not None:
        begun = storable(sha256.lower())
        query = query.where(EVIDENCE.c.sha256 >= begun, EVIDENCE.c.sha256 < begun + _PAST)
    if media_type is not None:
        query = query.where(EVIDENCE.c.media_type == storable(media_type))
    return _views(connection, query)


def get(connection: sa.Connection, key: str) -> list[EvidenceView]:
    """Return the rows of one item, the newest first, by number or the beginning of its sha256. Raises `NotFound`."""
    key, found = key.strip().lower(), list[EvidenceView]()
    if key.isascii() and key.isdecimal() and len(key) <= len(str(LARGEST_ID)):
        found = _views(connection, _query().where(EVIDENCE.c.id == storable_id(int(key))))
    if not found and len(key) >= _FIRST and _HEX.issuperset(key):
        same = (EVIDENCE.c.sha256 >= key, EVIDENCE.c.sha256 < key + _PAST)
        found = _views(connection, _query().where(*same).order_by(EVIDENCE.c.id.desc()))
    if not found:
        raise NotFound("no such item; give its id or the first digits of its sha256; see: scamhunt evidence list")
    if len({one.sha256 for one in found}) > 1:
        raise NotFound(f"several items begin with {key}; give more digits of the sha256")
    return found


def after(connection: sa.Connection, last: tuple[str, int], limit: int) -> list[EvidenceView]:
    """Return the rows that follow one by sha256 and number: those of one file stand together."""
    c = EVIDENCE.c
    following = sa.or_(c.sha256 > last[0], sa.and_(c.sha256 == last[0], c.id > last[1]))
    return _views(connection, _query().where(following).order_by(c.sha256, c.id).limit(limit))


def claimed(connection: sa.Connection, names: Collection[str]) -> set[str]:
    """Return those hashes that a row has."""
    found = set[str]()
    for some in database.chunks(names):
        query = sa.select(EVIDENCE.c.sha256).where(EVIDENCE.c.sha256.in_(some)).distinct()
        found.update(connection.execute(query).scalars())
    return found


def gone(connection: sa.Connection, limit: int) -> list[tuple[str, str]]:
    """Return the looks (`look:12`) that the log tells of and that are not there, with their manifests' hashes."""
    there = sa.select(thing(LOOK))
    manifests = database.of(connection).json_of(EVENT.c.detail)["manifest"].as_string()
    missing = sa.and_(EVENT.c.act == ACQUIRED, EVENT.c.thing.not_in(there))
    query = sa.select(EVENT.c.thing, manifests).where(missing).order_by(EVENT.c.seq).limit(limit)
    return [(str(row[0]), str(row[1])) for row in connection.execute(query)]


def hashed(body: bytes) -> str:
    """Return the name that a file with this content has."""
    return hashlib.sha256(body).hexdigest()


def _query() -> sa.Select[tuple[object, ...]]:
    columns = [EVIDENCE.c[field.name] for field in fields(EvidenceView) if field.name in EVIDENCE.c]
    more = [LOOK.c.subject, LOOK.c.candidate_id]
    return sa.select(*columns, *more).join_from(EVIDENCE, LOOK, LOOK.c.id == EVIDENCE.c.look_id)


def _views(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> list[EvidenceView]:
    return [EvidenceView(**row) for row in connection.execute(query).mappings()]


def _require_proof(findings: Sequence[Finding], brought: Collection[str]) -> None:
    for finding in findings:
        if finding.sha256 and finding.sha256 not in brought:
            raise ValueError(f"the look has no item {finding.sha256}, which is to prove its finding {finding.kind}")


def _plain(look: Look) -> Look:
    """Return a look as every database takes it: texts and data without what they refuse."""
    items = [_plain_item(one) for one in look.gained.items]
    gained = Gained([_plain_finding(one) for one in look.gained.findings], items)
    texts: Any = {name: storable(getattr(look, name)) for name in ("subject", "url", "depth", "operator")}
    clock = replace(look.clock, told_by=tuple(map(storable, look.clock.told_by)))
    return replace(look, gained=gained, clock=clock, **texts)


def _plain_item(item: Item) -> Item:
    texts: Any = {name: storable(getattr(item, name)) for name in ("media_type", "url", "tool", "vantage", "note")}
    return replace(item, **texts)


def _plain_finding(finding: Finding) -> Finding:
    data: Any = storable_json(finding.data)
    texts: Any = {name: storable(getattr(finding, name)) for name in ("kind", "source", "text", "sha256", "vantage")}
    return replace(finding, data=data, **texts)

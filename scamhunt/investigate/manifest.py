"""The manifest of a look: what was taken, when, with which tool, by which clock, with two hashes of each item. Pure.

It is canonical JSON: keys sorted, no blanks, ASCII, times in UTC. The log holds its sha256, so nothing that it lists
can be changed, taken out or added without a trace.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from scamhunt.observed import Clock, Finding, Item

FORMAT = "scamhunt evidence 1"
MEDIA_TYPE = "application/json"
NOTE = "manifest"
"""What stands in the note of a manifest among the items of its look."""
_HEAD = ("subject", "url", "depth", "operator")
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Listed:
    """An item as a manifest lists it."""

    sha256: str
    sha512: str
    size: int
    media_type: str
    url: str
    acquired_at: str
    """ISO 8601, UTC."""
    tool: str
    vantage: str
    note: str


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as a manifest lists it."""

    kind: str
    source: str
    observed_at: str
    """ISO 8601, UTC."""
    outcome: str
    sha256: str
    """Of the item that proves it; empty where there was no answer."""
    vantage: str
    content: str
    """The sha256 of its text and data as canonical JSON."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest lists."""

    software: str
    items: tuple[Listed, ...]
    findings: tuple[Told, ...]


def listed(item: Item) -> Listed:
    """Return an item as a manifest lists it."""
    hashes = (item.sha256, item.sha512, len(item.body))
    return Listed(*hashes, item.media_type, item.url, stamp(item.acquired_at), item.tool, item.vantage, item.note)


def told(finding: Finding) -> Told:
    """Return a finding as a manifest lists it."""
    return Told(
        kind=finding.kind,
        source=finding.source,
        observed_at=stamp(finding.observed_at),
        outcome=finding.outcome.value,
        sha256=finding.sha256,
        vantage=finding.vantage,
        content=hashed({"text": finding.text, "data": dict(finding.data)}),
    )


def manifest(look: Any, items: Sequence[Listed], findings: Sequence[Told], software: str) -> bytes:  # noqa: ANN401  # a Look, or one that was kept
    """Return the manifest of a look that brought these items; `software` is our name and version."""
    clock: Clock = look.clock
    head = {
        "format": FORMAT,
        "software": software,
        **{name: getattr(look, name) for name in _HEAD},
        "begun": stamp(look.begun),
        "ended": stamp(look.ended),
        "clock": asdict(clock),
        "tools": sorted({item.tool for item in items}),
        "vantages": sorted(({item.vantage for item in items} | {one.vantage for one in findings}) - {""}),
    }
    lists = {"items": [asdict(item) for item in items], "findings": [asdict(finding) for finding in findings]}
    return _canonical(head | lists).encode()


def itself(body: bytes, look: Any, software: str) -> Item:  # noqa: ANN401  # a Look, or one that was kept
    """Return the manifest of a look as the item that is kept of it."""
    return Item(body, MEDIA_TYPE, f"manifest:{look.subject}", look.ended, software, note=NOTE)


def hashed(value: object) -> str:
    """Return the sha256 of a JSON value in its canonical form. Raises `ValueError` for what JSON lacks."""
    return hashlib.sha256(_canonical(value).encode()).hexdigest()


def read(body: bytes) -> Manifest:
    """Read a manifest. Raises `ValueError` for what is none."""
    try:
        held = json.loads(body)
        items = tuple(Listed(**_only(Listed, one)) for one in held["items"])
        findings = tuple(Told(**_only(Told, one)) for one in held["findings"])
        return Manifest(str(held["software"]), items, findings)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no manifest: {type(error).__name__}") from None


def stamp(moment: datetime) -> str:
    """Return a time as a manifest writes it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _only(kind: type[Listed] | type[Told], held: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: held[field.name] for field in fields(kind)}

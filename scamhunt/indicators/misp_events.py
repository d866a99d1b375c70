"""Attributes in what MISP answers and exports: a search for attributes, or events with their objects. Pure.

Field names: the MISP core format (draft-dulaunoy-misp-core-format) and the answers of `/attributes/restSearch`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scamhunt.errors import FeedHeld

Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """An attribute, and what it is part of."""

    attribute: Part
    event: Part
    within: Part
    """Its object; empty where it has none or the answer does not have it."""


def is_search(came: object) -> bool:
    """Return whether this is the answer to a search for attributes."""
    return isinstance(part_of(came, "response").get("Attribute"), list)


def attributes(came: object) -> list[Found]:
    """Return the attributes of an answer or of exported events. Raises `FeedHeld` for what is neither."""
    body = came.get("response", came) if isinstance(came, Mapping) else came
    if isinstance(body, Mapping) and "Attribute" in body:
        return [Found(one, part_of(one, "Event"), part_of(one, "Object")) for one in parts_of(body, "Attribute")]
    given = body if isinstance(body, list) else [body]
    events = [event for event in (part_of(one, "Event") for one in given) if event]
    if len(events) < len(given):
        raise FeedHeld("what came is neither an answer to a search for attributes nor an exported event of MISP")
    return [found for event in events for found in _of_event(event)]


def part_of(whole: object, name: str) -> Part:
    """Return the object of that name, an empty one where there is none."""
    found = whole.get(name) if isinstance(whole, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def parts_of(whole: Part, name: str) -> list[Part]:
    """Return the objects in the list of that name."""
    found = whole.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _of_event(event: Part) -> Iterator[Found]:
    for one in parts_of(event, "Attribute"):
        yield Found(one, event, {})
    for within in parts_of(event, "Object"):
        for one in parts_of(within, "Attribute"):
            yield Found(one, event, within)

"""Who looked at what: no log, no look. Part of `desk.py`."""

from datetime import timedelta

from scamhunt.access import Permission
from scamhunt.model import Actor, Event
from scamhunt.store import Store, queue

AGAIN_AFTER = timedelta(hours=1)
"""Somebody who looks at the same thing again within this time is not logged again."""


def viewed(store: Store, who: Actor, thing: str) -> None:
    """Note in the log that somebody looks at a thing, before it is shown. Raises `NotPermitted`, `StoreError`."""
    last = store.last_view(thing, who.name)
    if last is not None and store.now() - last < AGAIN_AFTER:
        store.require(who, Permission.LOOK)
        return
    with store.acting(who) as desk:
        desk.require(Permission.LOOK)
        desk.log(Event(queue.VIEW, thing))

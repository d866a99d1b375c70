"""Screenshots as a page shows them: out of the evidence, never from the site. Part of `desk.py`."""

import hashlib

from scamhunt.access import Permission
from scamhunt.errors import EvidenceChanged, NotFound, StoreError
from scamhunt.model import Actor
from scamhunt.store import Store

PNG, SIGNATURE = "image/png", b"\x89PNG\r\n\x1a\n"
LARGEST = 32 * 1024 * 1024


def picture(store: Store, who: Actor, number: int) -> bytes:
    """Return the bytes of a screenshot. Raises `NotFound` for what is none, `EvidenceChanged`, `NotPermitted`."""
    store.require(who, Permission.LOOK)
    found = [one for one in store.evidence_item(str(number)) if one.id == number]
    if not found or found[0].media_type != PNG or found[0].size > LARGEST:
        raise NotFound("there is no such picture")
    try:
        content = store.evidence_file(found[0].sha256).read_bytes()
    except OSError as error:
        raise StoreError(f"the picture cannot be read: {error.strerror}") from None
    if hashlib.sha256(content).hexdigest() != found[0].sha256 or not content.startswith(SIGNATURE):
        raise EvidenceChanged("the picture is not what was kept; see: scamhunt evidence verify")
    return content

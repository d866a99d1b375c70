"""Who acts. Pure.

Nobody can be added yet: whoever may write the state folder (0700, so its owner) holds every role.
"""

import re

from scamhunt.errors import NotPermitted, UserError
from scamhunt.model import SYSTEM, Actor

_NAME = re.compile(r"[a-z0-9._-]{1,64}")
_UNUSUAL = re.compile(r"[^a-z0-9._-]")


def identify(os_user: str, acting_as: str = "", *, trust_names: bool = False) -> Actor:
    """Return who acts: the operating system's user, or in a lab any name.

    Raises `UserError` for a name that cannot be one, `NotPermitted` for the name of somebody else.
    """
    user = _name(_UNUSUAL.sub("_", os_user.lower()))  # directories allow more: user@corp, corp\\user
    wanted = _name(acting_as) if acting_as else user
    if wanted == user:
        return Actor(user, "os_user")
    if trust_names:
        return Actor(wanted, "asserted")
    raise NotPermitted(
        f"you are {user} on this machine and may not act as {wanted}; leave --as (SCAMHUNT_AS) out, or in a lab set "
        "SCAMHUNT_TRUST_NAMES=on"
    )


def _name(given: str) -> str:
    name = given.lower()
    if not _NAME.fullmatch(name):
        raise UserError(f"{given[:64]!a} is no name: use 1 to 64 of a-z, 0-9, dot, underscore and hyphen")
    if name == SYSTEM.name:
        raise UserError(f"{name} is what timed jobs are called; use the name of a person")
    return name

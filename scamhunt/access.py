"""Who acts, and what each may do. Pure.

As long as nobody was added, whoever may write the state folder (0700, so its owner) holds every role. Once somebody
was, only those people act, and only as their roles allow.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scamhunt.errors import NotPermitted, UserError
from scamhunt.model import STRANGER, SYSTEM, Actor, PersonRole

_NAME = re.compile(r"[a-z0-9._-]{1,64}")
_UNUSUAL = re.compile(r"[^a-z0-9._-]")
_EVERYBODY = frozenset(PersonRole)
_VIEWER, _ANALYST, _APPROVER = PersonRole.VIEWER, PersonRole.ANALYST, PersonRole.APPROVER
_INVESTIGATOR, _AUDITOR, _ADMIN = PersonRole.INVESTIGATOR, PersonRole.AUDITOR, PersonRole.ADMIN


class Permission(StrEnum):
    """What one may do."""

    LOOK = "look at candidates, evidence and reports"
    TRIAGE = "decide on candidates"
    INVESTIGATE = "look things up and keep evidence"
    IMPORT = "hand in feeds and tables"
    DRAFT = "draft, edit and withdraw reports"
    SEND = "send what was approved, and record what came back"
    APPROVE = "approve reports"
    CONFIRM_DESK = "confirm desks"
    OVERRIDE = "ask to let a protected target through"
    GRANT = "let a protected target through"
    VERIFY = "verify and export the evidence and the log"
    OPEN_MAIL = "open sealed mail"
    HOLD = "hold targets, and decide disputes"
    END_HOLD = "end what an agency asked somebody else to hold"
    LINK = "cut and add links of campaigns"
    REFER = "build packets, and record what agencies say"
    RELEASE = "release packets"
    PEOPLE = "add and remove people"
    TEAM = "see who is on the team"

    @property
    def scope(self) -> str:
        """Return how a token names it: `triage`."""
        return self.name.lower()


MAY: Mapping[Permission, frozenset[PersonRole]] = {
    Permission.LOOK: _EVERYBODY - {_ADMIN},
    Permission.TRIAGE: frozenset({_ANALYST}),
    Permission.INVESTIGATE: frozenset({_ANALYST, _INVESTIGATOR}),
    Permission.IMPORT: frozenset({_ANALYST}),
    Permission.DRAFT: frozenset({_ANALYST}),
    Permission.SEND: frozenset({_ANALYST}),
    Permission.APPROVE: frozenset({_APPROVER}),
    Permission.CONFIRM_DESK: frozenset({_ANALYST, _APPROVER}),
    Permission.OVERRIDE: frozenset({_ANALYST}),
    Permission.GRANT: frozenset({_APPROVER}),
    Permission.VERIFY: frozenset({_AUDITOR, _INVESTIGATOR}),
    Permission.OPEN_MAIL: frozenset({_INVESTIGATOR}),
    Permission.HOLD: frozenset({_ANALYST, _APPROVER, _INVESTIGATOR}),
    Permission.END_HOLD: frozenset({_INVESTIGATOR}),
    Permission.LINK: frozenset({_ANALYST, _INVESTIGATOR}),
    Permission.REFER: frozenset({_INVESTIGATOR}),
    Permission.RELEASE: frozenset({_APPROVER}),
    Permission.PEOPLE: frozenset({_ADMIN}),
    Permission.TEAM: _EVERYBODY,
}
"""The one table of roles and permissions. What is not in it is not allowed; no role contains another."""

TOKENS_MAY = frozenset(
    {Permission.LOOK, Permission.TRIAGE, Permission.INVESTIGATE, Permission.IMPORT, Permission.DRAFT, Permission.VERIFY}
)
"""What a script may be allowed with a token of a person's: nothing that needs a second person, or the password anew."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may act, or might once: who leaves is locked and kept, for the log names him."""

    name: str
    roles: frozenset[PersonRole]
    has_password: bool
    added_by: str
    added_at: datetime
    removed_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Return whether this person is on the team today."""
        return self.removed_at is None


def identify(
    os_user: str,
    acting_as: str = "",
    *,
    trust_names: bool = False,
    knows: Callable[[str], bool] = lambda _name: False,
) -> Actor:
    """Return who acts: the operating system's user, somebody whose password is known, or in a lab any name.

    `knows` says whether whoever is there knows the password of a name; it is asked only where that counts. Raises
    `UserError` for a name that cannot be one, `NotPermitted` for the name of somebody else.
    """
    user = plain_name(_UNUSUAL.sub("_", os_user.lower()))  # directories allow more: user@corp, corp\\user
    wanted = plain_name(acting_as) if acting_as else user
    if wanted == user:
        return Actor(user, "os_user")
    if trust_names:
        return Actor(wanted, "asserted")
    if knows(wanted):
        return Actor(wanted, "password")
    raise NotPermitted(
        f"you are {user} on this machine and may not act as {wanted} without that person's password; leave --as "
        "(SCAMHUNT_AS) out, give the password with --password-stdin, or in a lab set SCAMHUNT_TRUST_NAMES=on"
    )


def require(people: Mapping[str, Person], actor: Actor, permission: Permission) -> None:
    """Raise `NotPermitted` for somebody who may not do that.

    `people` holds all that were ever added, by name; while it is empty, everybody who came so far may do everything.
    Timed jobs do what the program does by itself and need no permission.
    """
    if actor.scopes is not None and permission.scope not in actor.scopes:
        raise NotPermitted(f"this token is not for that: it needs the scope {permission.scope}")
    if not people or actor == SYSTEM:
        return
    person = people.get(actor.name)
    if person is None or not person.active:
        was = "is no longer one of" if person else "is not one of"
        raise NotPermitted(f"{actor.name} {was} the people of this team; an admin adds people: scamhunt people add")
    if not person.roles & MAY[permission]:
        roles = " or ".join(sorted(MAY[permission]))
        raise NotPermitted(
            f"{actor.name} may not {permission}: that needs the role {roles}, and {actor.name} has "
            f"{', '.join(sorted(person.roles))}"
        )


def permissions(people: Mapping[str, Person], actor: Actor) -> frozenset[Permission]:
    """Return all that somebody may do."""

    def may(permission: Permission) -> bool:
        try:
            require(people, actor, permission)
        except NotPermitted:
            return False
        return True

    return frozenset(one for one in Permission if may(one))


def plain_name(given: str) -> str:
    """Return a person's name as it is kept. Raises `UserError` for what is none."""
    name = given.lower()
    if not _NAME.fullmatch(name):
        raise UserError(f"{given[:64]!a} is no name: use 1 to 64 of a-z, 0-9, dot, underscore and hyphen")
    if name in {SYSTEM.name, STRANGER.name}:
        raise UserError(f"{name} is what timed jobs or strangers are called; use the name of a person")
    return name

"""Every error that scamhunt raises on purpose.

    ScamhuntError                 what a person reads: what happened, where, what to do next
    ├── UserError          (2)    the user's mistake, and how to mend it
    │   ├── SettingsError         a setting that is unknown or has a wrong value
    │   ├── BrandPackError        a brand pack with faults, each with file, line and fix
    │   ├── BadIndicator          a name, URL or number that cannot be read
    │   ├── NotFound              no such candidate, feed, brand or report
    │   └── NotAllowedNow         the thing's state does not allow this act
    │       ├── Changed           somebody changed it since it was looked at
    │       └── Claimed           somebody else is at work on it
    ├── OutsideError       (3)    something outside failed: network, disk, a feed
    │   ├── FeedFailed            a feed could not be read; its mark has not moved
    │   ├── FeedHeld              a feed was read, but its content is not believed
    │   └── StoreError            the database or its disk refuses
    │       └── EvidenceChanged   a file of the evidence is not what it was
    ├── LeaseHeld          (4)    another run is at work on the same thing
    └── Refused            (5)    a safety rule says no
        ├── ProtectedTarget       a name or number that is never to be reported
        ├── AddressRefused        an address that is not public
        └── NotPermitted          this person may not do this

The number is the exit code of the shell. Anything else that escapes is a bug and exits with 1.
"""

import difflib
from collections.abc import Iterable


class ScamhuntError(Exception):
    """The root. `str(error)` is one plain message for a person."""

    exit_code = 1


class UserError(ScamhuntError):
    """The user's mistake: arguments, configuration, a brand pack."""

    exit_code = 2


class SettingsError(UserError):
    """A setting that is unknown or has a value that cannot be used."""


class BrandPackError(UserError):
    """A brand pack with faults. `faults` holds one message each, with file, line and fix."""

    def __init__(self, faults: list[str]) -> None:
        """Take at least one fault."""
        super().__init__("\n".join(faults))
        self.faults = faults


class BadIndicator(UserError):
    """A value that is no domain, URL or phone number, and why."""


class NotFound(UserError):
    """There is no such thing."""


class NotAllowedNow(UserError):
    """The state of the thing does not allow this act."""


class Changed(NotAllowedNow):
    """Somebody changed the thing since it was looked at; nothing was done."""


class Claimed(NotAllowedNow):
    """Somebody else is at work on the thing, and for how long."""


class OutsideError(ScamhuntError):
    """Something outside failed; running again later is the cure."""

    exit_code = 3


class FeedFailed(OutsideError):
    """A feed could not be fetched or unpacked. Nothing of it was stored."""


class FeedHeld(OutsideError):
    """A feed came, but what came is not a list of indicators."""


class StoreError(OutsideError):
    """The database, its disk or its folder refuses to work."""


class EvidenceChanged(StoreError):
    """A file of the evidence is not what it was. Only what needs that file stops."""


class LeaseHeld(ScamhuntError):
    """Another run is at work on the same thing."""

    exit_code = 4


class Refused(ScamhuntError):
    """A safety rule says no."""

    exit_code = 5
    logged = False
    """Whether the log tells of it."""


class ProtectedTarget(Refused):
    """The target is protected: it is never to be reported."""


class AddressRefused(Refused):
    """The address is not a public one."""


class NotPermitted(Refused):
    """Who acts may not do that."""


GRAVITY = (0, 4, 3, 2, 5, 1)
"""Exit codes, the gravest last: what is left alone, what may pass by itself, what waits for a person, a rule, a bug."""


def worst(codes: Iterable[int]) -> int:
    """Return the gravest of some exit codes, 0 for none."""
    return max(codes, key=GRAVITY.index, default=0)


def did_you_mean(word: str, known: Iterable[str], prefix: str = "") -> str:
    """Return ` (did you mean '...'?)` for a word that is nearly a known one, else an empty text."""
    near = difflib.get_close_matches(word[:60], list(known), 1)
    return f" (did you mean '{prefix}{near[0]}'?)" if near else ""

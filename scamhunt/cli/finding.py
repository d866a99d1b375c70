"""What `doctor` found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was seen, and what to do about it if it is not well."""

    what: str
    seen: str
    mend: str = ""
    broken: bool = False
    """Whether the work cannot be done before it is mended."""

    @property
    def state(self) -> str:
        """`ok`, `degraded` (works, but not as it should) or `broken`."""
        return "broken" if self.broken else "degraded" if self.mend else "ok"

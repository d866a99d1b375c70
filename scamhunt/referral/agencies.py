"""Who takes referrals: the profiles of `data/agencies.toml`, overlaid by the team's own. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agency:
    """One profile."""

    id: str
    """A-Z in file names: `ic3`, `cbi`, `generic`."""
    name: str
    country: str
    """ISO 3166, empty for one that stands for any."""
    zone: str
    """IANA's name of its time zone: the timeline has it beside UTC."""
    date_format: str
    """Of dates in its zone, as strftime takes it: `%d/%m/%Y`."""
    channel: str
    """How it takes referrals: `form`, `mail`, `desk`."""
    takes: str
    """What its own words or a source say that it takes, a sentence of ours."""
    attachments: bool
    """Whether it takes files; if not, the paste-ready text is what it gets."""
    forms: tuple[str, ...]
    """Which forms the packet has: `ic3_paste`, `fre902`, `bsa63`, `traceback`."""
    hold_days: int
    """How long a release holds the cases for it by default; 0: not at all."""
    source: str
    verified_on: str
    """The date of the source, YYYY-MM-DD; 1970-01-01 where it bears none."""
    how: str
    """`documented`: nobody wrote to it yet."""
    address: str = ""
    """Where it takes them, a page or a mailbox; empty: the team knows its contact."""
    age_key: str = ""
    """Its age recipient (`age1...`), where it gave one: packets are encrypted to it."""
    note: str = ""

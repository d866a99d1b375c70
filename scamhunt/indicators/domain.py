"""Names as they come, read and normalised: host, public suffix, what would be reported.

`parse_many` is made for lists of millions: columns in, columns out, no exception. Names of two plain labels, nine in
ten of a list of new registrations, are decided by one pattern and two look-ups; the rest goes through `reading.read`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

from scamhunt.errors import BadIndicator
from scamhunt.indicators.reading import NAME_LIMIT, URL_LIMIT, read
from scamhunt.indicators.suffixes import suffixes

__all__ = ["NAME_LIMIT", "URL_LIMIT", "Domain", "Names", "parse", "parse_many"]

_TWO_LABELS = re.compile(r"(?!-|xn--)[a-z0-9-]{1,63}(?<!-)\.[a-z]{2,63}").fullmatch


@dataclass(frozen=True, slots=True)
class Names:
    """Names that could be read, as columns of one length."""

    rows: list[int]
    """Index into the values given."""
    given: list[str]
    """The value trimmed and lower-cased, as it is shown again."""
    hosts: list[str]
    """A-labels, lower-case, no dot at the end, at most 253 characters; ASCII letters, digits, "-", seldom "_"."""
    texts: list[str]
    """The host with U-labels; the same object as the host when there is nothing to decode."""
    label_at: list[int]
    """`texts[i][label_at[i]:suffix_at[i] - 1]` is the registrable label, or the tenant's; before it: subdomains."""
    suffix_at: list[int]
    """Where the public suffix starts in `texts[i]`, the private section of the list included."""
    targets: list[str]
    """What would be reported, A-labels: the registrable name, the tenant on a platform, or the platform's apex."""
    flags: list[tuple[str, ...]]
    """What was found or taken away on the way; `reading.FLAGS` explains each."""


@dataclass(frozen=True, slots=True)
class Domain:
    """One name that could be read."""

    given: str
    """The value trimmed and lower-cased."""
    host: str
    """A-labels, lower-case, no dot at the end."""
    text: str
    """The host with U-labels."""
    target: str
    """What would be reported, A-labels."""
    suffix: str
    """The public suffix, A-labels; of a platform's apex the one that it was registered under."""
    label: str
    """The registrable label, or the tenant's, as U-label."""
    subdomain: str
    """What stands before the label, without its dot, U-labels; often empty."""
    flags: tuple[str, ...] = ()
    """As in `Names.flags`."""


def parse_many(values: Sequence[str]) -> tuple[Names, list[tuple[int, str]]]:
    """Read many names. Returns those that could be read, and (index, reason) of each that could not.

    Takes any text, lone surrogates too, and never raises. Reasons are stable phrases without the value in them.
    """
    public = suffixes()
    given = [value.strip().lower() for value in values]
    ends = [name.find(".") + 1 for name in given]
    plain, rules = public.plain, public.rules
    odd = [
        row
        for row, (name, end) in enumerate(zip(given, ends, strict=True))
        if name[end:] not in plain or name in rules or not _TWO_LABELS(name)
    ]
    names = _plain_names(given, ends)
    bad = _read_odd(odd, names)
    return (_without(names, bad) if bad else names), bad


def _plain_names(given: list[str], ends: list[int]) -> Names:
    """Make the columns as if each name were two plain labels."""
    size = len(given)
    return Names(
        rows=list(range(size)),
        given=given,
        hosts=given.copy(),
        texts=given.copy(),
        label_at=[0] * size,
        suffix_at=ends,
        targets=given.copy(),
        flags=[()] * size,
    )


def _read_odd(odd: list[int], names: Names) -> list[tuple[int, str]]:
    """Set the rows that are not plain. Returns those that cannot be read, and why."""
    public = suffixes()
    given, hosts, texts, targets, flags = names.given, names.hosts, names.texts, names.targets, names.flags
    label_at, suffix_at = names.label_at, names.suffix_at
    bad = []
    for row in odd:
        found = read(given[row], public)
        if isinstance(found, str):
            bad.append((row, found))
        else:
            hosts[row], texts[row], label_at[row], suffix_at[row], targets[row], flags[row] = found
    return bad


def _without(names: Names, bad: list[tuple[int, str]]) -> Names:
    unreadable = {row for row, _ in bad}
    kept = [row not in unreadable for row in names.rows]
    return Names(
        rows=list(compress(names.rows, kept)),
        given=list(compress(names.given, kept)),
        hosts=list(compress(names.hosts, kept)),
        texts=list(compress(names.texts, kept)),
        label_at=list(compress(names.label_at, kept)),
        suffix_at=list(compress(names.suffix_at, kept)),
        targets=list(compress(names.targets, kept)),
        flags=list(compress(names.flags, kept)),
    )


def parse(value: str) -> Domain:
    """Read one name. Raises `BadIndicator` with the reason."""
    names, bad = parse_many([value])
    if bad:
        raise BadIndicator(bad[0][1])
    text, host, label, suffix = names.texts[0], names.hosts[0], names.label_at[0], names.suffix_at[0]
    return Domain(
        given=names.given[0],
        host=host,
        text=text,
        target=names.targets[0],
        suffix=".".join(host.split(".")[text[:suffix].count(".") :]),
        label=text[label : suffix - 1],
        subdomain=text[: max(label - 1, 0)],
        flags=names.flags[0],
    )

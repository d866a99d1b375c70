"""Tables of phrases with choices in them, written out: look-ups in a set cost the same however many. Pure."""

from collections.abc import Iterator, Sequence

MOST_WORDS = 7
"""Words of the longest phrase."""


def phrases(table: str) -> frozenset[str]:
    """Return all phrases of a table, their words joined by hyphens.

    Lines and `|` part phrases. Within one, `(?:a|b)` is a choice, `[ao]` one of its letters, and `?` behind either or
    behind a letter says that it may be missing.
    """
    return frozenset(
        "-".join(phrase.split()) for line in table.strip().split("\n") for phrase in _choices(line.strip())
    )


def first_of(words: Sequence[str], known: frozenset[str]) -> bool:
    """Return whether the words begin with a known phrase."""
    return any("-".join(words[:count]) in known for count in range(1, min(len(words), MOST_WORDS) + 1))


def last_of(words: Sequence[str], known: frozenset[str]) -> bool:
    """Return whether the words end with a known phrase."""
    return any("-".join(words[-count:]) in known for count in range(1, min(len(words), MOST_WORDS) + 1))


def _choices(text: str) -> Iterator[str]:
    """Yield what a text with choices can be."""
    for part in _parted(text):
        yield from _written(part)


def _written(text: str) -> Iterator[str]:
    """Yield what a text without a choice at its top can be."""
    if not text:
        yield ""
        return
    if text.startswith("(?:"):
        end = _closed(text)
        first = list(_choices(text[3:end]))
    elif text.startswith("["):
        end = text.index("]")
        first = list(text[1:end])
    else:
        end, first = 0, [text[0]]
    rest = text[end + 1 :]
    if rest.startswith("?"):
        rest = rest[1:]
        first.append("")
    for behind in list(_written(rest)):
        yield from (choice + behind for choice in first)


def _closed(text: str) -> int:
    """Return where the group ends that the text begins with."""
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return at
    raise ValueError(text)


def _parted(text: str) -> Iterator[str]:
    """Yield the choices at the top of a text."""
    depth, start = 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and not depth:
            yield text[start:at]
            start = at + 1
    yield text[start:]

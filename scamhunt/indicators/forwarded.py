"""The original inside a mail that somebody forwarded: the words around it are the forwarder's own.

Known by the block of header lines that mail programs put before it, by their line that says so, or by quoted lines.
Pure.
"""

import re
from collections.abc import Sequence

_NAMES = {
    "from": "from von de da van från fra od",
    "to": "to an à a para aan til till do",
    "date": "date datum fecha data sent gesendet envoyé enviado inviato verzonden skickat sendt am",
    "subject": "subject betreff objet asunto assunto oggetto onderwerp ämne emne temat",
    "more": "cc kopie bcc reply-to importance wichtigkeit attachments anlagen priority",
}
_ROLES = {name: role for role, names in _NAMES.items() for name in names.split()}
_HEADER = re.compile(r"[*_\s]{0,4}([^\W\d_][\w-]{0,14})[*_\s]{0,4}:[*_]{0,2}(?:\s+(.*)|\Z)")
_SAYS_SO = re.compile(
    r"[-_=*\s]{0,60}(?:begin |anfang der |début du |inicio del )?"
    r"(?:forwarded message|original message|weitergeleiteten? (?:nachricht|e-?mail)|ursprüngliche nachricht|"
    r"message (?:transféré|réexpédié|d'origine)|mensaje (?:reenviado|original)|mensagem encaminhada|"
    r"messaggio (?:inoltrato|originale)|doorgestuurd bericht|oorspronkelijk bericht|vidarebefordrat meddelande)"
    r"\s?(?::|[-_=*]{2,60}.{0,60})\s*",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|wg|tr|rv|enc|i|doorst|vb|vs)\s*:", re.IGNORECASE)
_Head = tuple[str, str]
_QUOTE = re.compile(r"(?:[>|]\s?)+")
_BLOCK = 14
"""Lines that a block of header lines may have."""
_FEWEST = 3
"""Header lines of a block, and quoted lines of an original."""
_SIGNATURE = 12
"""Lines that a signature at the end may have."""


def original(lines: Sequence[str], *, nested: int = 5) -> list[int] | None:
    """Return which lines of a text are those of the original, None where none can be told from the rest.

    A forward of a forward is followed to its end. A signature of the forwarder below the original is left out, where
    its two dashes stand (RFC 3676 4.3).
    """
    bare = [unquoted(line) for line in lines]
    heads = [_head(line) for line in bare]
    begun, subject = _begin(bare, heads, 0)
    while begun and nested and is_forward(subject):
        nested -= 1
        more, subject = _begin(bare, heads, begun)
        begun = more or begun
    if begun:
        return list(range(begun, _end(bare, begun)))
    quoted = [at for at, line in enumerate(lines) if line.lstrip().startswith(">")]
    return quoted if len(quoted) >= _FEWEST else None


def unquoted(line: str) -> str:
    """Return a line without the marks of a quotation."""
    text = line.strip()
    quote = _QUOTE.match(text)
    return text[quote.end() :] if quote else text


def is_forward(subject: str) -> bool:
    """Return whether a subject says that a mail was forwarded, as mail programs write it."""
    return _FORWARD.match(subject) is not None


def _begin(lines: Sequence[str], heads: Sequence[_Head], start: int) -> tuple[int, str]:
    """Return the first line after what introduces the original, and its subject; 0 where nothing does."""
    for at in range(start, len(lines)):
        if _SAYS_SO.fullmatch(lines[at]):
            after, subject = _block(lines, heads, at + 1, fewest=0)
            return max(after, at + 1), subject
        if heads[at][0] in {"from", "subject"}:
            after, subject = _block(lines, heads, at, fewest=_FEWEST)
            if after:
                return after, subject
    return 0, ""


def _block(lines: Sequence[str], heads: Sequence[_Head], start: int, fewest: int) -> tuple[int, str]:
    """Return the line after a block of header lines that begins here, and its subject; 0 where there is none."""
    roles: dict[str, str] = {}
    end, others = start, 0
    for at in range(start, min(start + _BLOCK, len(lines))):
        role, value = heads[at]
        if role and role not in roles:
            roles[role], end, others = value, at + 1, 0
        else:
            others += 2 if lines[at] else 1  # an address may take a second line
        if others > 2:  # noqa: PLR2004  # two empty lines, or one that goes on
            break
    known = len(roles.keys() & {"from", "to", "date", "subject"})
    return (end, roles.get("subject", "")) if "from" in roles and known >= fewest else (0, "")


def _head(line: str) -> _Head:
    """Return which header line this is, and what follows its colon."""
    found = _HEADER.match(line)
    return (_ROLES.get(found[1].lower(), ""), found[2] or "") if found else ("", "")


def _end(lines: Sequence[str], begun: int) -> int:
    """Return where a signature at the end begins."""
    for at in range(len(lines) - 1, max(begun, len(lines) - _SIGNATURE) - 1, -1):
        if lines[at] == "--":
            return at
    return len(lines)

"""The original inside a mail that somebody forwarded: the words around it are the forwarder's own.

Known by the block of header lines that mail programs put before it, by their line that says so, or by quoted lines.
Where it ends nobody writes, so it ends at the first sign of an end: rather too little of it than a word of the
forwarder's. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    r"(?:(?P<forward>forwarded message|weitergeleiteten? (?:nachricht|e-?mail)|message (?:transféré|réexpédié)|"
    r"mensaje reenviado|mensagem encaminhada|messaggio inoltrato|doorgestuurd bericht|vidarebefordrat meddelande)|"
    r"original message|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|"
    r"oorspronkelijk bericht)\s?(?::|[-_=*]{2,60}.{0,60})\s*",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|wg|tr|rv|enc|i|doorst|vb|vs)\s*:", re.IGNORECASE)
_REPLY = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|aw|antw|antwort|sv|rif|res|r|odp|ynt)(?:[\[(]\d{1,3}[\])])?\s*:", re.IGNORECASE
)
_WROTE = re.compile(
    r"(?:.{0,200}\s)?(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef)\s?:"
    r"|am\s.{3,200}\sschrieb\s.{0,200}:|op\s.{3,200}\sschreef\s.{0,200}:",
    re.IGNORECASE,
)
_NAME = r"[^\W\d_][\w.'-]{0,30}"
_CLOSINGS = (
    re.compile(
        r"(?:(?:with|mit|met|com os|my|thanks and|kind(?:est)?|warm(?:est)?|best|many|freundliche[nmr]?|beste[nr]?|"
        r"vielen?|liebe[nr]?|herzliche[nr]?|sch(?:ö|oe)ne[nr]?|vriendelijke|hartelijke|sincères|cordiali|distinti|"
        r"melhores)\s+){0,3}"
        r"(?:regards|wishes|gr(?:ü|ue)(?:ß|ss)en?|gru(?:ß|ss)|groet(?:en|jes)?|salutations|salut[io]|saludos|"
        r"cumprimentos|sincerely|yours truly|yours faithfully|atentamente|cordialmente|cordialement|atenciosamente|"
        r"hochachtungsvoll)"
        rf"(?:[\s,.!\u2013-]+{_NAME}){{0,5}}[,.!]*",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:best|cheers|yours|greetings|br|rgds|mfg|lg|vg|mvg|bien à vous|un saludo|un saluto|abraços?|"
        r"(?:many |vielen |besten |muchas |alvast )?"
        r"(?:thanks|thank you|danke?|merci|gracias|grazie|obrigad[oa]|bedankt))"
        rf"(?:\s(?:in advance|im voraus|d'avance))?(?:\s*[,.!\u2013-]+(?:\s*{_NAME}){{0,2}})?[,.!]*",
        re.IGNORECASE,
    ),
)
_SENT_FROM = re.compile(
    r"(?:sent (?:from|via|with) |get outlook for |von meinem |gesendet (?:von|mit) |envoyé (?:de|depuis) |"
    r"enviado (?:desde|do|de) |inviato da |verzonden (?:vanaf|met|vanuit) ).{1,60}",
    re.IGNORECASE,
)
_DASHES = frozenset({"--", "\u2013", "\u2014"})
_Head = tuple[str, str]
_QUOTE = re.compile(r"(?:[>|]\s?)+")
_BLOCK = 14
"""Lines that a block of header lines may have."""
_FEWEST = 3
"""Header lines of a block, and quoted lines of an original."""


@dataclass(frozen=True, slots=True)
class Original:
    """Where the original of a mail stands."""

    rows: list[int]
    """The numbers of its lines."""
    sure: bool
    """Whether somebody forwarded it. What stands below a reply is mostly what the receiver wrote himself."""


@dataclass(frozen=True, slots=True)
class _Intro:
    """What introduces an original."""

    after: int
    """The first line after it."""
    subject: str
    forward: bool
    """Whether it says that something was forwarded."""


def original(lines: Sequence[str], subject: str = "", *, nested: int = 5) -> Original | None:
    """Return which lines of a mail of this subject are those of the original; None where it holds none.

    A forward of a forward is followed to its end. Of what stands below the original nothing counts from the first line
    on that may be somebody else's: a signature (RFC 3676 4.3), a closing, another mail, a line that is not quoted.
    """
    bare = [unquoted(line) for line in lines]
    heads = [_head(line) for line in bare]
    intro = _begin(bare, heads, 0)
    while intro and nested and is_forward(intro.subject):
        more = _begin(bare, heads, intro.after)
        if more is None:
            return Original(list(_until_end(lines, bare, heads, intro.after)), sure=False)
        nested, subject, intro = nested - 1, intro.subject, more
    if intro:
        return Original(list(_until_end(lines, bare, heads, intro.after)), intro.forward or not _is_reply(subject))
    quoted = [at for at, line in enumerate(lines) if _depth(line) == 1]
    return Original(quoted, is_forward(subject)) if len(quoted) >= _FEWEST else None


def unquoted(line: str) -> str:
    """Return a line without the marks of a quotation."""
    text = line.strip()
    quote = _QUOTE.match(text)
    return text[quote.end() :] if quote else text


def is_forward(subject: str) -> bool:
    """Return whether a subject says that a mail was forwarded, as mail programs write it."""
    return _FORWARD.match(subject) is not None


def _is_reply(subject: str) -> bool:
    return _REPLY.match(subject) is not None


def _depth(line: str) -> int:
    """Return how often a line is quoted."""
    return line.count(">", 0, len(line) - len(line.lstrip("> \t")))


def _begin(lines: Sequence[str], heads: Sequence[_Head], start: int) -> _Intro | None:
    """Return the first introduction of an original from a line on."""
    return next(filter(None, (_intro(lines, heads, at) for at in range(start, len(lines)))), None)


def _intro(lines: Sequence[str], heads: Sequence[_Head], at: int) -> _Intro | None:
    """Return the introduction that begins on this line, if one does."""
    if says := _SAYS_SO.fullmatch(lines[at]):
        after, subject = _block(lines, heads, at + 1, fewest=0)
        return _Intro(max(after, at + 1), subject, forward=says["forward"] is not None)
    if heads[at][0] not in {"from", "subject"}:
        return None
    after, subject = _block(lines, heads, at, fewest=_FEWEST)
    return _Intro(after, subject, forward=False) if after else None


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


def _until_end(lines: Sequence[str], bare: Sequence[str], heads: Sequence[_Head], begun: int) -> Iterator[int]:
    """Yield the lines of an original that begins here; what it quotes itself is none of them."""
    depth = -1
    for at in range(begun, len(lines)):
        if not bare[at]:
            yield at
            continue
        here = _depth(lines[at])
        depth = here if depth < 0 else depth
        if here < depth or _ends(bare[at], quoted=depth > 0) or _intro(bare, heads, at):
            return
        if here == depth:
            yield at


def _ends(line: str, *, quoted: bool) -> bool:
    """Tell where an original ends; a closing that is quoted is its own."""
    if _WROTE.fullmatch(line):
        return True
    return not quoted and (line in _DASHES or any(one.fullmatch(line) for one in (*_CLOSINGS, _SENT_FROM)))

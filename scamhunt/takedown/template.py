"""A template: TOML front matter between `+++` lines, then the body in Jinja2.

Templates are files of this project or of the team; what they are filled with comes from outside and is never compiled.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jinja2 import Template as Compiled
from jinja2 import UndefinedError

from scamhunt.errors import UserError, did_you_mean
from scamhunt.takedown.fields import MISSING
from scamhunt.takedown.grammar import SANDBOX, fields_of, parse_source
from scamhunt.takedown.kinds import RecipientKind

TEMPLATE_LIMIT = 16 * 1024
"""Characters of one template file."""
OUTPUT_LIMIT = 64 * 1024
"""Characters of one draft."""

_TEXTS = ("purpose", "lang", "subject")
_KEYS = ("kinds", *_TEXTS, "needs", "cites", "example")
_FENCE = "+++"


@dataclass(frozen=True, slots=True)
class Cite:
    """Words of a template that claim what a source says."""

    words: str
    source: str
    """Where it says so, a URL."""


@dataclass(frozen=True, slots=True)
class Template:
    """A report about one thing, for the kinds of recipients that it fits."""

    name: str
    kinds: tuple[str, ...]
    """Who gets it: values of `RecipientKind`."""
    purpose: str
    """What it is about, which is the type of abuse: `impersonation`."""
    lang: str
    subject: str
    needs: tuple[str, ...]
    """Fields without which the report is not complete; keys of `MISSING`."""
    body: str
    example: Mapping[str, Any] = field(default_factory=dict)
    """Values for `example.check_template`."""
    cites: tuple[Cite, ...] = ()
    """What it may claim in these very words, each with its source."""

    @property
    def kind(self) -> str:
        """The first of its kinds, for a draft of which nobody knows who gets it."""
        return self.kinds[0]


@lru_cache(128)  # the same files are read again for each act
def parse_template(name: str, content: str | bytes) -> Template:
    """Read a template file's content, UTF-8.

    Raises `UserError` as `name:line: what is wrong; how to mend it`.
    """
    text = _decoded(name, content) if isinstance(content, bytes) else content
    if len(text) > TEMPLATE_LIMIT:
        raise UserError(f"{name}:1: longer than {TEMPLATE_LIMIT:,} characters; split it")
    front, body, first = _split(name, text)
    facts = _facts(name, front)
    template = Template(
        name=name,
        kinds=tuple(facts["kinds"]),
        needs=tuple(facts["needs"]),
        cites=tuple(Cite(**cite) for cite in facts["cites"]),
        body=body,
        example=facts.get("example", {}),
        **{key: facts[key] for key in _TEXTS},
    )
    subject_line = _line_of("subject", front)
    trees = (parse_source(name, template.subject, subject_line), parse_source(name, body, first))
    used = {used for tree in trees for used in fields_of(tree)}
    for need in template.needs:
        if need not in used:
            line = _line_of("needs", front)
            raise UserError(f"{name}:{line}: needs {need!r}, but the body never shows {{{{ {need} }}}}; add it")
    return template


def fill(template: Template, source: str, values: Mapping[str, object]) -> str:
    """Render the subject or the body of a template.

    Raises `UserError` with the template's name and the field that is unknown, or why the template cannot be filled.
    """
    compiled: Compiled = SANDBOX.from_string(source)
    pieces: list[str] = []
    size = 0
    try:
        for piece in compiled.generate(values):
            pieces.append(piece)
            size += len(piece)
            if size > OUTPUT_LIMIT:
                raise UserError(f"{template.name}: the draft is longer than {OUTPUT_LIMIT:,} characters; shorten it")
    except (UndefinedError, TypeError) as error:
        raise UserError(f"{template.name}: {error}; mend the template") from None
    return "".join(pieces)


def _decoded(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UserError(f"{name}:{line}: not UTF-8; save the file as UTF-8") from None


def _split(name: str, text: str) -> tuple[list[str], str, int]:
    """Return the front matter's lines, the body, and the body's first line number in the file."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].strip() != _FENCE:
        raise UserError(f"{name}:1: no front matter; start the file with a line {_FENCE}")
    for at, line in enumerate(lines[1:], 1):
        if line.strip() == _FENCE:
            return lines[1:at], "\n".join(lines[at + 1 :]), at + 2
    raise UserError(f"{name}:1: the front matter does not end; add a second line {_FENCE}")


def _facts(name: str, front: list[str]) -> dict[str, Any]:
    try:
        facts = tomllib.loads("\n".join(front))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at.group(1)) + 1 if at else len(front) + 1
        what = str(error).partition(" (at ")[0].lower()
        raise UserError(f"{name}:{line}: {what}; the front matter is TOML") from None
    except (RecursionError, ValueError):  # thousands of brackets, a number of thousands of digits
        raise UserError(f"{name}:1: the front matter is too deep or too long to be read; write it plainly") from None
    for key in facts:
        if key not in _KEYS:
            raise UserError(
                f"{name}:{_line_of(key, front)}: unknown key {key[:40]!r}{did_you_mean(key, _KEYS)}; remove it"
            )
    for key in _TEXTS:
        if not isinstance(facts.get(key), str) or not facts[key].strip():
            raise UserError(f'{name}:{_line_of(key, front)}: {key} is missing or no text; write {key} = "..."')
    _check_kinds(name, facts.get("kinds"), _line_of("kinds", front))
    _check_needs(name, facts.setdefault("needs", []), _line_of("needs", front))
    _check_cites(name, facts.setdefault("cites", []), _line_of("cites", front))
    if not isinstance(facts.get("example", {}), dict):
        raise UserError(f"{name}:{_line_of('example', front)}: example is no table; write [example]")
    return facts


def _check_kinds(name: str, kinds: object, line: int) -> None:
    if not isinstance(kinds, list) or not kinds or not all(isinstance(kind, str) for kind in kinds):
        raise UserError(f'{name}:{line}: kinds is missing or no list of texts; write kinds = ["registrar"]')
    for kind in kinds:
        if kind not in set(RecipientKind):
            near = did_you_mean(kind, RecipientKind)
            raise UserError(f"{name}:{line}: unknown kind {kind[:40]!r}{near}; known: {', '.join(RecipientKind)}")


def _check_cites(name: str, cites: object, line: int) -> None:
    if not isinstance(cites, list) or not all(map(_is_cite, cites)):
        raise UserError(
            f'{name}:{line}: cites is no list of words with their source; write cites = [{{words = "...", source = '
            '"https://..."}]'
        )


def _is_cite(cite: object) -> bool:
    if not isinstance(cite, dict) or cite.keys() != {"words", "source"}:
        return False
    words, source = cite["words"], cite["source"]
    return isinstance(words, str) and bool(words.strip()) and isinstance(source, str) and source.startswith("https://")


def _check_needs(name: str, needs: object, line: int) -> None:
    if not isinstance(needs, list) or not all(isinstance(need, str) for need in needs):
        raise UserError(f'{name}:{line}: needs is no list of texts; write needs = ["observed"]')
    for need in needs:
        if need not in MISSING:
            raise UserError(
                f"{name}:{line}: unknown need {need[:40]!r}{did_you_mean(need, MISSING)}; known: {_listed(MISSING)}"
            )


def _line_of(key: str, front: list[str]) -> int:
    """Return the line of a key in the file, 1 where it does not stand."""
    for at, line in enumerate(front, 2):
        if line.partition("=")[0].strip() in {key, f'"{key}"', f"[{key}]"}:
            return at
    return 1


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))

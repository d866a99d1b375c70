"""A template: TOML front matter between `+++` lines, then the body in Jinja2.

Templates are files of this project or of the team; what they are filled with comes from outside and is never compiled.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, meta, nodes
from jinja2 import Template as Compiled
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scamhunt.errors import UserError

MISSING: Mapping[str, str] = {
    "registrar": "the registrar of the name; RDAP shows it",
    "recipient": "the registrar's abuse address; RDAP shows it, add it with --to",
    "observed": "what was seen at the name, by whom and when; add it with --observed",
    "screenshot": "a screenshot that shows the address and the time",
    "reporter": "who reports; set SCAMHUNT_REPORTER_ORG and SCAMHUNT_REPORTER_EMAIL",
}
"""The fields that a template may need, each with what is missing and how to get it."""

FIELDS = frozenset(MISSING) | {
    "authority",
    "authority_ref",
    "brand",
    "confirmed",
    "feeds",
    "first_seen",
    "last_seen",
    "official",
    "reasons",
    "target",
    "written",
}
"""Every name that a body or a subject may use."""

TEMPLATE_LIMIT = 64 * 1024
"""Characters of one template file."""
OUTPUT_LIMIT = 64 * 1024
"""Characters of one draft."""

_TEXTS = ("kind", "purpose", "lang", "subject")
_KEYS = (*_TEXTS, "needs", "example")
_FENCE = "+++"


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of report to one kind of recipient."""

    name: str
    kind: str
    """Who gets it: `registrar`."""
    purpose: str
    """What it is about: `impersonation`."""
    lang: str
    subject: str
    needs: tuple[str, ...]
    """Fields without which the report is not complete; keys of `MISSING`."""
    body: str
    example: Mapping[str, Any] = field(default_factory=dict)
    """Values for `example.check_template`."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Loops, conditions and `join`: nothing that calls, computes or grows."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def call_binop(self, context: object, operator: str, left: object, right: object) -> Any:  # noqa: ANN401, ARG002  # jinja2's signature
        raise SecurityError(f"a template does not compute: {operator}")

    def is_safe_callable(self, obj: object) -> bool:  # noqa: ARG002  # jinja2's signature
        return False


def _sandbox() -> _Sandbox:
    # Plain text: HTML escapes would be shown to the reader as they are.
    sandbox = _Sandbox(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    sandbox.globals.clear()
    sandbox.filters = {name: sandbox.filters[name] for name in ("join", "length")}
    return sandbox


_SANDBOX = _sandbox()


def parse_template(name: str, text: str) -> Template:
    """Read a template file's text.

    Raises `UserError` as `name:line: what is wrong; how to mend it`.
    """
    if len(text) > TEMPLATE_LIMIT:
        raise UserError(f"{name}:1: longer than {TEMPLATE_LIMIT:,} characters; split it")
    front, body, first = _split(name, text)
    facts = _facts(name, front)
    template = Template(
        name=name,
        needs=tuple(facts["needs"]),
        body=body,
        example=facts.get("example", {}),
        **{key: facts[key] for key in _TEXTS},
    )
    subject_line = _line_of("subject", front)
    used = _used(name, template.subject, subject_line) | _used(name, body, first)
    for need in template.needs:
        if need not in used:
            line = _line_of("needs", front)
            raise UserError(f"{name}:{line}: needs {need!r}, but the body never shows {{{{ {need} }}}}; add it")
    return template


def fill(template: Template, source: str, values: Mapping[str, object]) -> str:
    """Render the subject or the body of a template.

    Raises `UserError` with the template's name and the field that is unknown, or what the template tried to do.
    """
    compiled: Compiled = _SANDBOX.from_string(source)
    pieces: list[str] = []
    size = 0
    try:
        for piece in compiled.generate(values):
            pieces.append(piece)
            size += len(piece)
            if size > OUTPUT_LIMIT:
                raise UserError(f"{template.name}: the draft is longer than {OUTPUT_LIMIT:,} characters; shorten it")
    except (UndefinedError, SecurityError, TypeError) as error:
        raise UserError(f"{template.name}: {error}; mend the template") from None
    return "".join(pieces)


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
    for key in facts:
        if key not in _KEYS:
            raise UserError(f"{name}:{_line_of(key, front)}: unknown key {key!r}{_nearest(key, _KEYS)}; remove it")
    for key in _TEXTS:
        if not isinstance(facts.get(key), str) or not facts[key].strip():
            raise UserError(f'{name}:{_line_of(key, front)}: {key} is missing or no text; write {key} = "..."')
    _check_needs(name, facts.setdefault("needs", []), _line_of("needs", front))
    if not isinstance(facts.get("example", {}), dict):
        raise UserError(f"{name}:{_line_of('example', front)}: example is no table; write [example]")
    return facts


def _check_needs(name: str, needs: object, line: int) -> None:
    if not isinstance(needs, list) or not all(isinstance(need, str) for need in needs):
        raise UserError(f'{name}:{line}: needs is no list of texts; write needs = ["observed"]')
    for need in needs:
        if need not in MISSING:
            raise UserError(f"{name}:{line}: unknown need {need!r}{_nearest(need, MISSING)}; known: {_listed(MISSING)}")


def _used(name: str, source: str, first: int) -> set[str]:
    """Return the fields that a source uses; `first` is its line in the file."""
    try:
        tree = _SANDBOX.parse(source)
        _SANDBOX.compile(tree)
    except TemplateSyntaxError as error:
        raise UserError(
            f"{name}:{first + error.lineno - 1}: {str(error.message).rstrip('.')}; mend the template"
        ) from None
    for outside in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        raise UserError(f"{name}:{first + outside.lineno - 1}: a template stands alone; write the text out")
    used = meta.find_undeclared_variables(_SANDBOX.parse(source))
    for node in tree.find_all(nodes.Name):
        if node.name in used - FIELDS or node.name == "self":
            near = _nearest(node.name, FIELDS)
            line = first + node.lineno - 1
            raise UserError(f"{name}:{line}: unknown field {node.name!r}{near}; known: {_listed(FIELDS)}")
    return used


def _line_of(key: str, front: list[str]) -> int:
    """Return the line of a key in the file, 1 where it does not stand."""
    for at, line in enumerate(front, 2):
        if line.partition("=")[0].strip() in {key, f'"{key}"', f"[{key}]"}:
            return at
    return 1


def _nearest(word: str, known: Mapping[str, str] | frozenset[str] | tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _listed(names: Mapping[str, str] | frozenset[str]) -> str:
    return ", ".join(sorted(names))

"""What a template may consist of: text, fields, choices, one loop at a time and three filters.

A template that cannot compute, call or repeat itself cannot exhaust memory or time, and all it can say can be read.
"""

import itertools
import math
from collections.abc import Iterator, Sequence

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scamhunt.errors import UserError, did_you_mean
from scamhunt.takedown.fields import AGENT, FIELDS, IN_HOUSE, LISTS, NEVER_EMPTY
from scamhunt.takedown.words import clean

FILTERS = {"default": 2, "join": 1, "length": 0}
"""The filters, each with how many values it may be given."""
WAYS_LIMIT = 128
"""In so many ways may a text read: the product over its choices and loops."""
_DEPTH_LIMIT = 20
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Filter),
    *(nodes.If, nodes.For, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
)


def _sandbox() -> ImmutableSandboxedEnvironment:
    # Plain text: HTML escapes would be shown to the reader as they are.
    sandbox = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    sandbox.globals.clear()
    sandbox.filters = {name: sandbox.filters[name] for name in FILTERS}
    return sandbox


SANDBOX = _sandbox()
"""The second wall: what `parse_source` has passed is filled in here."""


def parse_source(name: str, source: str, first: int = 1) -> nodes.Template:
    """Return the tree of a body or a subject, of which `first` is the line in the file.

    Raises `UserError` as `name:line: what is wrong; how to mend it`.
    """
    try:
        tree = SANDBOX.parse(source)
    except TemplateSyntaxError as error:
        what = clean(str(error.message), 200).rstrip(".")
        raise UserError(f"{name}:{first + error.lineno - 1}: {what}; mend the template") from None
    except (RecursionError, ValueError):  # thousands of brackets, a number of thousands of digits
        raise UserError(f"{name}:{first}: too deep or too long to be read; write it plainly") from None
    for line, fault in _faults(tree):
        raise UserError(f"{name}:{first + line - 1}: {fault}")
    if _ways(tree.body) > WAYS_LIMIT:
        raise UserError(f"{name}:{first}: reads in more than {WAYS_LIMIT} ways; use fewer choices and loops")
    return tree


def fields_of(tree: nodes.Template) -> set[str]:
    """Return the fields that a tree uses."""
    return {node.name for node in tree.find_all(nodes.Name)} & FIELDS


def readings(tree: nodes.Template, *, value: str, granted: bool) -> list[str]:
    """Return every text that a tree can give, with `value` for each field; a list has two items, or may be empty.

    Without `granted`, what stands in a branch for a brand that gives authority is left out.
    """
    return _read(tree.body, value, granted=granted)


def _faults(node: nodes.Node, variable: str = "", depth: int = 0) -> Iterator[tuple[int, str]]:
    line = node.lineno or 1
    if depth > _DEPTH_LIMIT:
        yield line, "nested too deep; write it plainly"
    elif type(node) not in _ALLOWED:
        what = type(node).__name__.lower()
        yield line, f"a template cannot do that ({what}); it has text, {{{{ field }}}}, if, for and filters"
    elif isinstance(node, nodes.For):
        yield from ((line, fault) for fault in _loop_faults(node, variable))
        for child in node.body:
            yield from _faults(child, str(getattr(node.target, "name", "")), depth + 1)
    else:
        yield from ((line, fault) for fault in _own_faults(node, variable))
        for child in node.iter_child_nodes():
            yield from _faults(child, variable, depth + 1)


def _own_faults(node: nodes.Node, variable: str) -> Iterator[str]:
    if isinstance(node, nodes.Name) and node.name not in FIELDS | {variable}:
        yield f"unknown field {node.name[:40]!r}{did_you_mean(node.name, FIELDS)}; known: {', '.join(sorted(FIELDS))}"
    if isinstance(node, nodes.Filter):
        yield from _filter_faults(node)


def _loop_faults(node: nodes.For, variable: str) -> Iterator[str]:
    if variable:
        yield "a loop within a loop; write one after the other"
    if not isinstance(node.target, nodes.Name) or node.target.name in FIELDS:
        yield "a loop needs one name of its own; write {% for item in reasons %}"
    if not isinstance(node.iter, nodes.Name) or node.iter.name not in LISTS:
        yield f"a loop goes over a list: {' or '.join(sorted(LISTS))}"
    if node.test or node.else_ or node.recursive:
        yield "a loop has no if, else or recursive; write {% for item in reasons %}"


def _filter_faults(node: nodes.Filter) -> Iterator[str]:
    if node.name not in FILTERS:
        yield f"unknown filter {node.name[:40]!r}{did_you_mean(node.name, FILTERS)}; known: {', '.join(FILTERS)}"
    elif not isinstance(node.node, nodes.Name):
        # Each join over the one before would make the text some times as long.
        yield f"{node.name} is for a field; write {{{{ official | {node.name} }}}}"
    elif len(node.args) > FILTERS[node.name] or node.kwargs or node.dyn_args or node.dyn_kwargs:
        yield f"{node.name} takes fewer values; at most {FILTERS[node.name]}, without names"
    elif not all(isinstance(given, nodes.Const) for given in node.args):
        yield f"{node.name} takes plain values; write them out"


def _branches(node: nodes.If) -> list[tuple[nodes.Node | None, list[nodes.Node]]]:
    """Return the test and the body of each branch; the last one has no test."""
    return [(node.test, node.body), *((other.test, other.body) for other in node.elif_), (None, node.else_)]


def _ways(body: Sequence[nodes.Node]) -> int:
    return math.prod(_ways_of(node) for node in body)


def _ways_of(node: nodes.Node) -> int:
    if isinstance(node, nodes.If):
        return sum(_ways(body) for _, body in _branches(node))
    if isinstance(node, nodes.For):
        return _ways(node.body) ** 2 + (0 if _has_items(node) else 1)
    return 1


def _has_items(loop: nodes.For) -> bool:
    return isinstance(loop.iter, nodes.Name) and loop.iter.name in NEVER_EMPTY


def _read(body: Sequence[nodes.Node], value: str, *, granted: bool) -> list[str]:
    options = [_options(node, value, granted=granted) for node in body]
    return ["".join(pieces) for pieces in itertools.product(*options)]


def _options(node: nodes.Node, value: str, *, granted: bool) -> list[str]:
    if isinstance(node, nodes.If):
        kept = [body if granted or not _grants(test) else [] for test, body in _branches(node)]
        return [text for body in kept for text in _read(body, value, granted=granted)]
    if isinstance(node, nodes.For):
        items = _read(node.body, value, granted=granted)
        twice = [one + other for one in items for other in items]
        return twice if _has_items(node) else ["", *twice]
    return ["".join(_shown(child, value) for child in node.iter_child_nodes())]


def _shown(node: nodes.Node, value: str) -> str:
    match node:
        case nodes.TemplateData(data=text):
            return text
        case nodes.Const(value=constant):
            return str(constant)
        case nodes.Filter(name="length"):
            return "1"
        case nodes.Filter(name="join") if value:
            return f"{value} {_given(node)} {value}"
        case nodes.Filter(name="default"):
            return value or _given(node)
    return value


def _given(node: nodes.Filter) -> str:
    return "".join(_shown(given, "") for given in node.args[:1])


def _grants(test: nodes.Node | None) -> bool:
    """Say whether a branch is taken only where the pack gives authority: `authority == "agent"` and the like."""
    match test:
        case nodes.Or():
            return _grants(test.left) and _grants(test.right)
        case nodes.And():
            return _grants(test.left) or _grants(test.right)
        case nodes.Compare(
            expr=nodes.Name(name="authority"), ops=[nodes.Operand(op="eq", expr=nodes.Const(value=given))]
        ):
            return given in {IN_HOUSE, AGENT}
    return False

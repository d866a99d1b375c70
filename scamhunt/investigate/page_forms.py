"""The forms of a page: where they are sent and what they ask for. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

from bs4 import Tag

from scamhunt.investigate.page_asks import asked, asks_for_seed
from scamhunt.investigate.page_links import Tags, host, joined, owner, value
from scamhunt.investigate.page_shown import Field, Form

FORMS, FIELDS = 20, 60
LOOKED_AT = 40
"""Forms that are read at all."""
READ = 300
"""Fields of one form that are looked at."""
LABEL = 200
DEPTH = 6
"""How far above a field its label may stand."""
_FIELDS = ("input", "textarea", "select")
_SENDING = ("button", "input")
_SAID = ("name", "id", "placeholder", "aria-label", "title", "autocomplete", "data-placeholder")
_SENT_BY_SCRIPT = "script"


def forms(tags: Tags, base: str, url: str) -> tuple[Form, ...]:
    """Return the forms, those that ask for most first; fields outside of all forms are one that a script sends."""
    labels = _labels(tags)
    within = [(tag, _within(tag)) for tag in tags.named("form")[:LOOKED_AT]]
    found = [_form(tag, parts, base, url, labels) for tag, parts in within]
    inside = {id(part) for _, parts in within for part in parts}
    fields, asks = _fields([tag for tag in tags.named(*_FIELDS) if id(tag) not in inside][:READ], labels)
    if asks:
        found.append(Form("", "", foreign=False, method=_SENT_BY_SCRIPT, fields=fields, asks=asks))
    return tuple(sorted(found, key=lambda form: -len(form.asks))[:FORMS])


def _within(form: Tag) -> list[Tag]:
    """Return the fields and buttons of a form."""
    return [one for one in form.descendants if isinstance(one, Tag) and (one.name in _FIELDS or one.name in _SENDING)]


def _form(tag: Tag, parts: Sequence[Tag], base: str, url: str, labels: dict[str, str]) -> Form:
    fields, asks = _fields([one for one in parts if one.name in _FIELDS][:READ], labels)
    given = value(tag, "action").strip()
    other = next((one for one in parts if one.name in _SENDING and one.get("formaction") is not None), None)
    if other:
        given = value(other, "formaction").strip()
    action = joined(base, given) if given else joined(base, url)
    elsewhere = not action or owner(action) != owner(url)
    foreign = elsewhere and not given.lower().startswith("javascript:")
    method = value(tag, "method").strip().lower()
    method = method if method in {"post", "dialog"} else "get"
    return Form(action, host(action), foreign=foreign, method=method, fields=fields, asks=asks)


def _fields(tags: Sequence[Tag], labels: dict[str, str]) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    """Return the fields of a form, and what they ask for together in the order of asking."""
    fields, asks, said = [], list[str](), []
    for tag in tags:
        kind = _kind(tag)
        words = [value(tag, name) for name in _SAID] + [_label(tag, labels)]
        asks += asked(kind, value(tag, "autocomplete"), words)
        said += [words] if kind != "hidden" else []
        fields.append(Field(value(tag, "name")[:120] or value(tag, "id")[:120], kind))
    asks += ["seed phrase"] if asks_for_seed(said) else []
    return tuple(fields[:FIELDS]), tuple(dict.fromkeys(asks))


def _kind(tag: Tag) -> str:
    kind = value(tag, "type").strip().lower()[:30] if tag.name == "input" else str(tag.name)
    return kind or "text"


def _labels(tags: Tags) -> dict[str, str]:
    """Return the words of each label by the id of the field that it is for."""
    found: defaultdict[str, str] = defaultdict(str)
    for tag in tags.named("label", having="for"):
        found[value(tag, "for")] += f" {_words(tag)}"
    return found


def _label(tag: Tag, labels: dict[str, str]) -> str:
    around = next((one for one in islice(tag.parents, DEPTH) if one.name == "label"), None)
    return f"{labels.get(value(tag, 'id'), '')} {_words(around) if around else ''}"[:LABEL]


def _words(tag: Tag) -> str:
    """Return the first words within a tag, without walking through a long one."""
    found, length = [], 0
    for piece in tag.strings:
        found.append(piece[:LABEL])
        length += len(piece)
        if length > LABEL:
            break
    return " ".join(" ".join(found).split())[:LABEL]

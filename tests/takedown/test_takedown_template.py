from pathlib import Path

import pytest

from scamhunt import bundle
from scamhunt.errors import UserError
from scamhunt.takedown.example import check_template, render_example
from scamhunt.takedown.template import FIELDS, MISSING, OUTPUT_LIMIT, TEMPLATE_LIMIT, fill, parse_template

SHIPPED = sorted((bundle.shipped() / "takedown_templates").glob("*.j2"))
HEAD = '+++\nkind = "registrar"\npurpose = "test"\nlang = "en"\nsubject = "About {{ target }}"\n'
KEYS = '[example]\nindicator = "a.top"\nbrand = "A"\nofficial = ["a.com"]\nreasons = ["r"]\nobserved = "o"\n'
KEYS += 'first_seen = 2026-11-20T06:00:00\nfeed = "f"\nrecipient = "a@b.example"\nreporter_org = "O"\n'
KEYS += 'reporter_email = "r@o.example"\n'


def test_there_are_templates() -> None:
    """An empty family of templates is a failure of its own."""
    assert SHIPPED


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_each_shipped_template_holds_on_its_own_example(file: Path) -> None:
    """Every template renders from its example without a fault, and its file name says who gets it and why."""
    template = parse_template(file.name, file.read_text("utf-8"))
    assert check_template(template) == []
    assert file.name == f"{template.kind}_{template.purpose}.txt.j2"
    assert len(render_example(template).text.splitlines()) < 45


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Hello", "t:1: no front matter; start the file with a line +++"),
        ('+++\nkind = "x"\n', "t:1: the front matter does not end; add a second line +++"),
        ("+++\nkind = \n+++\n", "t:2: invalid value; the front matter is TOML"),
        ("+++\nkind = [\n+++\n", "t:2: invalid value; the front matter is TOML"),
        (HEAD + "urgent = true\n+++\n", "t:6: unknown key 'urgent'; remove it"),
        (HEAD + 'exampel = "x"\n+++\n', "t:6: unknown key 'exampel' (did you mean 'example'?); remove it"),
        ('+++\nkind = "registrar"\n+++\n', 't:1: purpose is missing or no text; write purpose = "..."'),
        (HEAD.replace('"en"', "3") + "+++\n", 't:4: lang is missing or no text; write lang = "..."'),
        (HEAD.replace('"test"', '" "') + "+++\n", 't:3: purpose is missing or no text; write purpose = "..."'),
        (HEAD + 'needs = "observed"\n+++\n', 't:6: needs is no list of texts; write needs = ["observed"]'),
        (HEAD + "needs = [1]\n+++\n", 't:6: needs is no list of texts; write needs = ["observed"]'),
        (
            HEAD + 'needs = ["observd"]\n+++\n',
            "t:6: unknown need 'observd' (did you mean 'observed'?); known: observed, recipient, registrar, reporter, ",
        ),
        (
            HEAD + 'needs = ["observed"]\n+++\nHello',
            "t:6: needs 'observed', but the body never shows {{ observed }}; add it",
        ),
        (HEAD + "example = 3\n+++\n", "t:6: example is no table; write [example]"),
        (HEAD + "+++\nHello\n{{ target", "t:8: unexpected end of template, expected 'end of print statement';"),
        (HEAD + "+++\n{% if target %}", "t:7: Unexpected end of template. Jinja was looking for the following tags: "),
        (HEAD + "+++\n{{ target | upper }}", "t:7: No filter named 'upper'; mend the template"),
        (HEAD + "+++\n\n{% include 'x' %}", "t:8: a template stands alone; write the text out"),
        (HEAD + "+++\n{% extends 'x' %}", "t:7: a template stands alone; write the text out"),
        (HEAD + "+++\n{% import 'x' as x %}", "t:7: a template stands alone; write the text out"),
        (HEAD + "+++\nHi\n{{ brnad }}", "t:8: unknown field 'brnad' (did you mean 'brand'?); known: authority, "),
        (HEAD.replace("target", "score") + "+++\n", "t:5: unknown field 'score'; known: authority, "),
        ("+++\n" + "#" * TEMPLATE_LIMIT, "t:1: longer than 65,536 characters; split it"),
    ],
)
def test_a_broken_template_is_explained(text: str, message: str) -> None:
    """Each fault names file, line and fix."""
    with pytest.raises(UserError) as caught:
        parse_template("t", text)
    assert str(caught.value).startswith(message)


def test_a_template_file_of_a_windows_editor_is_read() -> None:
    """A byte-order mark and CRLF line ends do no harm."""
    template = parse_template("t", "\ufeff" + (HEAD + "+++\nHello\nyou").replace("\n", "\r\n"))
    assert (template.kind, template.body, template.needs) == ("registrar", "Hello\nyou", ())


def test_the_guide_names_every_field_and_key() -> None:
    """Whoever writes a template finds each field and each key in the folder's README."""
    guide = (bundle.shipped() / "takedown_templates" / "README.md").read_text("utf-8")
    keys = {"kind", "purpose", "lang", "subject", "needs", "[example]"}
    assert {word for word in FIELDS | keys if f"`{word}`" not in guide} == set()


def test_every_field_has_a_name_that_templates_may_use() -> None:
    """What can be missing can be shown."""
    assert set(MISSING) < FIELDS


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{{ target.__class__.__mro__ }}", "t: access to attribute '__class__' of 'str' object is unsafe."),
        ("{{ target * 1000000000 }}", "t: a template does not compute: *; mend the template"),
        ("{{ target + target }}", "t: a template does not compute: +; mend the template"),
        ("{{ target.format() }}", "t: "),
        ("{{ target.upper() }}", "t: "),
        ("{{ target.nothing }}", "t: 'str object' has no attribute 'nothing'; mend the template"),
        ("{% for a in reasons %}" * 3 + "x" * 20 + "{% endfor %}" * 3, "t: the draft is longer than 65,536 characters"),
        ("{% for a in 3 %}{% endfor %}", "t: 'int' object is not iterable; mend the template"),
    ],
)
def test_a_template_cannot_break_out_or_grow(body: str, message: str) -> None:
    """What is not showing a value, looping or choosing ends in a message that names the template."""
    template = parse_template("t", HEAD + "+++\n" + body)
    with pytest.raises(UserError) as caught:
        fill(template, template.body, {"target": "x", "reasons": ["r"] * 20})
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", ["range", "dict", "lipsum", "cycler", "joiner", "namespace", "self", "loop"])
def test_a_template_has_no_functions(name: str) -> None:
    """The engine's own functions are unknown fields."""
    with pytest.raises(UserError, match=f"unknown field '{name}'"):
        parse_template("t", HEAD + "+++\n{{ " + name + " }}")


def test_the_draft_may_be_as_long_as_the_limit() -> None:
    """The limit itself still passes."""
    template = parse_template("t", HEAD + "+++\n{{ target }}")
    assert len(fill(template, template.body, {"target": "x" * OUTPUT_LIMIT})) == OUTPUT_LIMIT


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (HEAD + KEYS.replace("[example]", "+++\n[example]"), ["t: [example] lacks indicator (str); add it"]),
        (HEAD + KEYS + "more = 1\n+++\nHi", ["t: [example] has an unknown key 'more'; known: "]),
        (HEAD + KEYS.replace('"f"', "3") + "+++\nHi", ["t: [example] lacks feed (str); add it"]),
        (
            HEAD + KEYS + "+++\nYou must act within 24 hours.",
            ["t: a deadline that we cannot", "t: a legal claim: 'You must'"],
        ),
        (
            HEAD + 'needs = ["observed"]\n' + KEYS.replace('"o"', '""') + "+++\n{{ observed }}",
            ["t: the example gives no observed"],
        ),
        (HEAD + KEYS + "+++\n{{ target + target }}", ["t: a template does not compute: +; mend the template"]),
        (HEAD + KEYS + "+++\nHi", []),
    ],
)
def test_a_template_is_tried_on_its_example(text: str, problems: list[str]) -> None:
    """Whoever adds a template learns what is wrong with it before a report is drafted."""
    found = check_template(parse_template("t", text))
    assert len(found) == len(problems)
    assert all(fault.startswith(problem) for fault, problem in zip(found, problems, strict=True))

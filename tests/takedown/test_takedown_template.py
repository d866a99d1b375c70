from pathlib import Path

import pytest

from scamhunt import bundle
from scamhunt.errors import UserError
from scamhunt.takedown.example import check_template, render_example
from scamhunt.takedown.fields import FIELDS, MISSING
from scamhunt.takedown.grammar import FILTERS
from scamhunt.takedown.template import OUTPUT_LIMIT, TEMPLATE_LIMIT, fill, parse_template

SHIPPED = sorted((bundle.shipped() / "takedown_templates").glob("*.j2"))
HEAD = '+++\nkinds = ["registrar"]\npurpose = "test"\nlang = "en"\nsubject = "About {{ target }}"\n'
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
    assert file.name in {
        f"{start}{template.purpose}.txt.j2" for start in ("", *(f"{kind}_" for kind in template.kinds))
    }
    assert len(render_example(template).text.splitlines()) < 60


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Hello", "t:1: no front matter; start the file with a line +++"),
        ('+++\nkinds = "x"\n', "t:1: the front matter does not end; add a second line +++"),
        ("+++\nkinds = \n+++\n", "t:2: invalid value; the front matter is TOML"),
        ("+++\nkinds = [\n+++\n", "t:2: invalid value; the front matter is TOML"),
        (HEAD + "urgent = true\n+++\n", "t:6: unknown key 'urgent'; remove it"),
        (HEAD + 'exampel = "x"\n+++\n', "t:6: unknown key 'exampel' (did you mean 'example'?); remove it"),
        ('+++\nkinds = ["registrar"]\n+++\n', 't:1: purpose is missing or no text; write purpose = "..."'),
        (HEAD.replace('"en"', "3") + "+++\n", 't:4: lang is missing or no text; write lang = "..."'),
        (HEAD.replace('"test"', '" "') + "+++\n", 't:3: purpose is missing or no text; write purpose = "..."'),
        (HEAD.replace('["registrar"]', "[]") + "+++\n", "t:2: kinds is missing or no list of texts; write kinds = ["),
        (HEAD.replace("registrar", "registar") + "+++\n", "t:2: unknown kind 'registar' (did you mean 'registrar'?)"),
        (HEAD + 'cites = ["RAA"]\n+++\n', "t:6: cites is no list of words with their source; write cites = [{"),
        (HEAD + 'cites = [{words = "RAA", source = "me"}]\n+++\n', "t:6: cites is no list of words with their source"),
        (HEAD + 'needs = "observed"\n+++\n', 't:6: needs is no list of texts; write needs = ["observed"]'),
        (HEAD + "needs = [1]\n+++\n", 't:6: needs is no list of texts; write needs = ["observed"]'),
        (
            HEAD + 'needs = ["observd"]\n+++\n',
            "t:6: unknown need 'observd' (did you mean 'observed'?); known: about, abuse_type, call_time, ",
        ),
        (
            HEAD + 'needs = ["observed"]\n+++\nHello',
            "t:6: needs 'observed', but the body never shows {{ observed }}; add it",
        ),
        (HEAD + "example = 3\n+++\n", "t:6: example is no table; write [example]"),
        (HEAD + "+++\nHello\n{{ target", "t:8: unexpected end of template, expected 'end of print statement';"),
        (HEAD + "+++\n{% if target %}", "t:7: Unexpected end of template. Jinja was looking for the following tags: "),
        (HEAD + "+++\n{{ target | upper }}", "t:7: unknown filter 'upper'; known: default, join, length"),
        (HEAD + "+++\n\n{% include 'x' %}", "t:8: a template cannot do that (include)"),
        (HEAD + "+++\n{% extends 'x' %}", "t:7: a template cannot do that (extends)"),
        (HEAD + "+++\n{% import 'x' as x %}", "t:7: a template cannot do that (import)"),
        (
            HEAD + "+++\nHi\n{{ brnad }}",
            "t:8: unknown field 'brnad' (did you mean 'brand'?); known: about, abuse_type, ",
        ),
        (HEAD.replace("target", "score") + "+++\n", "t:5: unknown field 'score'; known: about, abuse_type, "),
        ("+++\n" + "#" * TEMPLATE_LIMIT, "t:1: longer than 16,384 characters; split it"),
        ("+++\nlang = " + "[" * 3_000 + "\n+++\n", "t:1: the front matter is too deep or too long to be read; write "),
        ("+++\nlang = " + "9" * 5_000 + "\n+++\n", "t:1: the front matter is too deep or too long to be read; write "),
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
    assert (template.kinds, template.body, template.needs) == (("registrar",), "Hello\nyou", ())


def test_the_guide_names_every_field_and_key() -> None:
    """Whoever writes a template finds each field and each key in the folder's README."""
    guide = (bundle.shipped() / "takedown_templates" / "README.md").read_text("utf-8")
    keys = {"kinds", "purpose", "lang", "subject", "needs", "cites", "[example]"}
    assert {word for word in FIELDS | keys | FILTERS.keys() if f"`{word}`" not in guide} == set()


def test_every_field_has_a_name_that_templates_may_use() -> None:
    """What can be missing can be shown."""
    assert set(MISSING) < FIELDS


@pytest.mark.parametrize(("content", "line"), [(b"\xff", 1), (b"+++\n# caf\xe9\n+++\n", 2), (HEAD.encode("utf-16"), 1)])
def test_a_template_that_is_not_utf_8_says_so(content: bytes, line: int) -> None:
    """The bytes of another encoding are the user's mistake, with the line of the first one."""
    with pytest.raises(UserError, match=f"^t:{line}: not UTF-8; save the file as UTF-8$"):
        parse_template("t", content)


def test_bytes_and_text_are_the_same_template() -> None:
    """A file may be handed over as it is."""
    text = HEAD + "+++\nNestl\u00e9 {{ target }}"
    assert parse_template("t", text.encode()) == parse_template("t", text)


DOUBLINGS = "{% set a = target ~ target %}" + "{% set a = a ~ a %}" * 30 + "{{ a }}"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "{{ target.__class__.__mro__ }}",
            "t:7: a template cannot do that (getattr); it has text, {{ field }}, if, for",
        ),
        ("{{ target['x'] }}", "t:7: a template cannot do that (getitem)"),
        ("\n{{ reasons[0] }}", "t:8: a template cannot do that (getitem)"),
        ("{{ target * 1000000000 }}", "t:7: a template cannot do that (mul)"),
        ("{{ target + target }}", "t:7: a template cannot do that (add)"),
        ("{{ '%99999999d' % 7 }}", "t:7: a template cannot do that (mod)"),
        ("{{ 9 ** 9 ** 9 ** 9 }}", "t:7: a template cannot do that (pow)"),
        ("{{ target ~ target }}", "t:7: a template cannot do that (concat)"),
        (DOUBLINGS, "t:7: a template cannot do that (assign)"),
        ("{% set a %}x{% endset %}", "t:7: a template cannot do that (assignblock)"),
        ("{% with a = target %}{{ a }}{% endwith %}", "t:7: a template cannot do that (with)"),
        ("{% macro a() %}{{ a() }}{% endmacro %}", "t:7: a template cannot do that (macro)"),
        ("{% block a %}x{% endblock %}", "t:7: a template cannot do that (block)"),
        ("{% filter join %}x{% endfilter %}", "t:7: a template cannot do that (filterblock)"),
        ("{{ target() }}", "t:7: a template cannot do that (call)"),
        ("{{ target is defined }}", "t:7: a template cannot do that (test)"),
        ("{{ target if confirmed else brand }}", "t:7: a template cannot do that (condexpr)"),
        ("{{ [target, target] }}", "t:7: a template cannot do that (list)"),
        ("{% if authority in ('a', 'b') %}{% endif %}", "t:7: a template cannot do that (tuple)"),
        ("{{ {'a': target} }}", "t:7: a template cannot do that (dict)"),
        ("{{ -1 }}", "t:7: a template cannot do that (neg)"),
        ("{{ reasons | join('x') | join('y') }}", "t:7: join is for a field; write {{ official | join }}"),
        ("{{ reasons | join(reasons | join) }}", "t:7: join takes plain values; write them out"),
        ("{{ reasons | join(',', 'x') }}", "t:7: join takes fewer values; at most 1, without names"),
        ("{{ reasons | join(attribute='x') }}", "t:7: join takes fewer values; at most 1, without names"),
        ("{{ reasons | join(*reasons) }}", "t:7: join takes fewer values; at most 1, without names"),
        ("{{ reasons | join(**reasons) }}", "t:7: join takes fewer values; at most 1, without names"),
        ("{{ reasons | length(1) }}", "t:7: length takes fewer values; at most 0, without names"),
        ("{{ 'x' | length }}", "t:7: length is for a field; write {{ official | length }}"),
        ("{{ reasons | joined }}", "t:7: unknown filter 'joined' (did you mean 'join'?); known: default, join, length"),
        (
            "{% for a in reasons %}\n{% for b in official %}{% endfor %}{% endfor %}",
            "t:8: a loop within a loop; write ",
        ),
        (
            "{% for a in reasons %}{% if a %}{% for b in official %}{% endfor %}{% endif %}{% endfor %}",
            "t:7: a loop wit",
        ),
        (
            "{% for a, b in reasons %}{% endfor %}",
            "t:7: a loop needs one name of its own; write {% for item in reasons",
        ),
        ("{% for authority in reasons %}{% endfor %}", "t:7: a loop needs one name of its own; write {% for item in"),
        (
            "{% for a in 3 %}{% endfor %}",
            "t:7: a loop goes over a list: earlier or official or official_numbers or ",
        ),
        (
            "{% for a in target %}{% endfor %}",
            "t:7: a loop goes over a list: earlier or official or official_numbers or ",
        ),
        ("{% for a in reasons if a %}{% endfor %}", "t:7: a loop has no if, else or recursive; write {% for item in"),
        ("{% for a in reasons recursive %}{% endfor %}", "t:7: a loop has no if, else or recursive; write {% for item"),
        (
            "{% for a in reasons %}{% else %}x{% endfor %}",
            "t:7: a loop has no if, else or recursive; write {% for item",
        ),
        ("{% for a in reasons %}{{ loop }}{% endfor %}", "t:7: unknown field 'loop'; known: about, abuse_type, "),
        ("{% for a in reasons %}{% endfor %}{{ a }}", "t:7: unknown field 'a'; known: about, abuse_type, "),
        (
            "\n{{ " + "(" * 3_000 + "target" + ")" * 3_000 + " }}",
            "t:7: too deep or too long to be read; write it plainly",
        ),
        ("{% if " + "not " * 25 + "confirmed %}{% endif %}", "t:7: nested too deep; write it plainly"),
        ("{{ " + "9" * 5_000 + " }}", "t:7: too deep or too long to be read; write it plainly"),
        ("{% if confirmed %}x{% endif %}" * 8, "t:7: reads in more than 128 ways; use fewer choices and loops"),
        ("{% if confirmed %}" + "{% elif confirmed %}" * 127 + "{% endif %}", "t:7: reads in more than 128 ways; use "),
        ("{% for a in official %}" + "{% if a %}x{% endif %}" * 4 + "{% endfor %}", "t:7: reads in more than 128 ways"),
        ("{% for a in official %}x{% endfor %}" * 8, "t:7: reads in more than 128 ways; use fewer choices and loops"),
        ("{{ " + "x" * 9_000 + " }}", "t:7: unknown field '" + "x" * 40 + "'; known: about, abuse_type, "),
        ("{{ target " + "x" * 9_000 + " }}", "t:7: expected token 'end of print statement', got 'xxx"),
    ],
)
def test_a_template_has_text_fields_choices_and_single_loops(body: str, message: str) -> None:
    """What computes, calls, nests or grows is refused when the file is read, with its line."""
    with pytest.raises(UserError) as caught:
        parse_template("t", HEAD + "+++\n" + body)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{% if confirmed %}x{% endif %}" * 7, "x" * 7),
        ("{% for a in reasons %}{{ a }}{% if a == 'r' %}!{% endif %};{% endfor %}", "r!;s;"),
        ("{{ reasons | join(', ') }} {{ reasons | length }} {{ target | default('none', true) }}", "r, s 2 none"),
        ("{% if reasons | length > 1 and (not target or target == 'x') %}many{% else %}few{% endif %}", "many"),
        ("{% if target %}a{% elif confirmed %}b{% else %}c{% endif %} {{ 24 }}", "b 24"),
        ("{% raw %}{{ target }}{% endraw %}{# gone #}", "{{ target }}"),
        ("{{ " + "(" * 20 + "confirmed" + ")" * 20 + " }}", "True"),
    ],
)
def test_what_a_template_can_do(body: str, text: str) -> None:
    """Fields, choices, comparisons, one loop at a time and the three filters work."""
    template = parse_template("t", HEAD + "+++\n" + body)
    assert fill(template, template.body, {"target": "", "confirmed": True, "reasons": ("r", "s")}) == text


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{{ brand }}", "t: 'brand' is undefined; mend the template"),
        ("{% if target > 3 %}x{% endif %}", "t: '>' not supported between instances of 'str' and 'int'; mend the te"),
        ("{{ target }}x", "t: the draft is longer than 65,536 characters; shorten it"),
        ("{{ reasons | join('" + "x" * 15_000 + "') }}", "t: the draft is longer than 65,536 characters; shorten it"),
    ],
)
def test_a_template_that_cannot_be_filled_is_named(body: str, message: str) -> None:
    """A field without a value, a senseless comparison and a text without end are the template's faults."""
    template = parse_template("t", HEAD + "+++\n" + body)
    with pytest.raises(UserError) as caught:
        fill(template, template.body, {"target": "x" * OUTPUT_LIMIT, "reasons": ["r"] * 20})
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
            HEAD + KEYS + "+++\nObserved. You must act within 24 hours.",
            ["t: a deadline that we cannot", "t: a legal claim: 'You must'"],
        ),
        (
            HEAD + 'needs = ["observed"]\n' + KEYS.replace('"o"', '""') + "+++\n{{ observed }}",
            ["t: the example gives no observed"],
        ),
        (HEAD + KEYS + "+++\n{% if target > 3 %}x{% endif %}", ["t: '>' not supported between instances of "]),
        (HEAD + KEYS + "+++\nObserved.\n- You must act now.", ["t: a legal claim: 'You must'"]),
        (
            HEAD + KEYS.replace("2026-11-20T06:00:00", "0001-01-01T00:00:00+09:00") + "+++\nHi",
            ["t: [example] first_seen"],
        ),
        (HEAD + KEYS + "+++\nObserved.", []),
    ],
)
def test_a_template_is_tried_on_its_example(text: str, problems: list[str]) -> None:
    """Whoever adds a template learns what is wrong with it before a report is drafted."""
    found = check_template(parse_template("t", text))
    assert len(found) == len(problems)
    assert all(fault.startswith(problem) for fault, problem in zip(found, problems, strict=True))

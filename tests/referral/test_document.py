"""The document and its pictures: hostile words stay words, the same input gives the same bytes, no font goes unsaid."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from scamhunt import reference
from scamhunt.campaigns.picture import MOST_CASES, MOST_SIGNS, SIGN, Edge, Node, svg
from scamhunt.referral import document, graph, pdf
from scamhunt.referral.example import NAMES, dossier
from tests.pdf_text import text_of
from tests.referral.hostile_dossier import POISON, hostile, joint

AT = datetime(2026, 11, 22, tzinfo=UTC)
TYPST = (
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.1.0"',
    '$ sum_(i=0)^n $ #eval("1+1") ```raw``` @label <label> = Heading \\ #panic()',
)
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"svg", "title", "desc", "rect", "text", "path", "g"}


def printed(told: bytes, pictures: dict[str, bytes] | None = None) -> pdf.Printed:
    """Return the document of what is told."""
    return pdf.render(reference.packet_template(), told, pictures or {}, at=AT)


def pictures() -> dict[str, bytes]:
    """Return the graphs of the example."""
    packet = dossier()
    return {f"08_campaign_{one.id}.svg": graph.of_subject(packet, one).encode() for one in packet.subjects}


def test_what_an_enemy_writes_is_neither_markup_nor_a_file() -> None:
    """Code of the typesetter in a title stands there as it was written."""
    packet = dossier()
    case = packet.cases[0]
    assert case.name is not None
    poisoned = replace(case, name=replace(case.name, registrar=TYPST[1], title=TYPST[0]), reasons=(TYPST[2],))
    told = document.source(replace(packet, cases=(poisoned, *packet.cases[1:])), [])
    made = printed(told)
    shown = text_of(made.body)
    assert made.notes == []
    assert "root:" not in shown
    assert "".join(TYPST[2].split()) in shown
    assert '#read("/etc/passwd")' in shown


def test_a_packet_full_of_poison_still_prints() -> None:
    """Whatever stands in every field, the document is made, and its pictures are pictures."""
    packet = hostile()
    drawn = {f"08_campaign_{one.id}.svg": graph.of_subject(packet, one).encode() for one in packet.subjects}
    told = document.source(packet, sorted(drawn))
    assert json.loads(told)["sections"]
    made = printed(told, drawn)
    assert made.body.startswith(b"%PDF-"), made.notes
    assert b"/JavaScript" not in made.body
    assert b"/Launch" not in made.body
    assert b"/URI" not in made.body


def test_the_same_packet_is_the_same_document() -> None:
    """And another moment or another word is another one."""
    told, drawn = document.source(dossier(), sorted(pictures())), pictures()
    first = printed(told, drawn).body
    assert printed(told, drawn).body == first
    assert pdf.render(reference.packet_template(), told, drawn, at=AT.replace(year=2027)).body != first
    assert printed(document.source(replace(dossier(), purpose="another"), sorted(drawn)), drawn).body != first


def test_a_reader_finds_every_section_and_no_name_to_click() -> None:
    """The letter, the cases, the times in both zones, the hashes; each suspected name is defanged."""
    packet = joint(dossier())
    words = text_of(printed(document.source(packet, [])).body)
    for heading in ("Summary", "Subjects", "Timeline", "Lossesandvictims", "Evidence", "Howtocheck"):
        assert heading in words
    assert "Asia/Kolkata" in words
    assert not any(name in words for name in NAMES)
    assert all(name.replace(".", "[.]") in words for name in NAMES)
    assert all(one.sha256 in words for one in packet.exhibits)
    assert packet.packet in words


@pytest.mark.parametrize(
    ("text", "families", "said"),
    [
        ("नमस्ते", ["DejaVu Sans"], "Devanagari"),
        ("नमस्ते", ["Noto Sans Devanagari"], ""),
        ("日本", ["Libertinus Serif"], "Chinese or Japanese"),
        ("こんにちは", ["IPAGothic"], ""),
        ("안녕", [], "Korean"),
        ("مرحبا", ["Libertinus Serif"], "Arabic"),
        ("Привет, café", [], ""),
    ],
)
def test_a_font_that_is_missing_is_named(text: str, families: list[str], said: str) -> None:
    """With what to install; letters that the typesetter's own fonts have are no matter."""
    found = pdf.missing(text, families)
    assert len(found) == bool(said)
    assert all(said in one and "Debian: fonts-" in one for one in found)


def test_what_cannot_be_printed_says_why() -> None:
    """A broken template costs the document, and the packet says so."""
    made = pdf.render('#panic("no")', b"{}", {}, at=AT)
    assert made.body == b""
    assert "no PDF" in made.notes[0]
    assert "the other files say it all" in made.notes[0]


def test_the_template_reads_nothing_outside_of_its_folder() -> None:
    """Not even if it asked."""
    made = pdf.render('#read("/../../../../etc/hostname")', b"{}", {}, at=AT)
    assert made.body == b""
    assert "no PDF" in made.notes[0]


def test_a_machine_without_the_typesetter_packs_all_the_same() -> None:
    """The child names what to install."""
    code = "import sys; sys.modules['typst'] = None; from scamhunt.referral import pdf; sys.exit(pdf._child())"
    asked = json.dumps({"template": "", "files": {}, "at": 0})
    done = subprocess.run([sys.executable, "-c", code], input=asked.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"pip install typst" in done.stderr


# --- the picture ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("poison", [*POISON, *TYPST, "]]>", "&amp;&#x0;", "--><svg onload=alert(1)>"])
def test_a_picture_draws_and_does_nothing_else(poison: str) -> None:
    """Whatever a label holds: shapes and words, no script, no style, nothing loaded, and it is XML."""
    nodes = [Node("1", poison, "domain"), Node("2", "shop.example", "domain"), Node("x", poison, SIGN)]
    edges = [Edge("1", "x", poison, 1.0, alone=True), Edge("2", "x", poison, 1.0, alone=False)]
    made = svg(nodes, edges, poison)
    seen = list(ET.fromstring(made).iter())  # noqa: S314  # what we wrote ourselves, and that it is sound
    assert {one.tag.removeprefix(SVG) for one in seen} <= DRAWN
    names = {name for one in seen for name in one.attrib}
    assert not [name for name in names if name.startswith("on") or name in {"style", "href", "src"}]
    assert "url(" not in "".join(value for one in seen for value in one.attrib.values())


def test_a_picture_says_what_it_leaves_out() -> None:
    """A page shows the most shared; the same graph in another order gives the same picture."""
    nodes = [Node(str(at), f"shop-{at}.example", "domain") for at in range(MOST_CASES + 4)]
    nodes += [Node(f"s{at}", f"sign {at}", SIGN) for at in range(MOST_SIGNS + 2)]
    edges = [Edge(str(at), f"s{at % 5}", "", 1.0, alone=at == 3) for at in range(MOST_CASES + 4)]
    made = svg(nodes, edges, "a campaign")
    assert "not drawn: 4 more cases and 2 more things that cases share" in made
    assert made.count('stroke-width="2.5" stroke-opacity') == sum(one.alone for one in edges)
    assert svg(nodes[::-1], edges, "a campaign") == made

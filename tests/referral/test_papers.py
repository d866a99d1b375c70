import csv
import io
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from scamhunt.referral import bag, readme, seal
from scamhunt.referral.dossier import Dossier, Marking
from scamhunt.referral.example import NAMES, dossier
from scamhunt.referral.forms import FORMS
from scamhunt.referral.papers import PAPERS
from scamhunt.referral.sheets import SHEETS
from scamhunt.referral.words import WIDTH, prose
from scamhunt.takedown.words import is_hidden
from tests.referral.hostile_dossier import POISON, hostile, joint

MARKDOWN = [path for path in {**PAPERS, **FORMS} if path.endswith(".md")]
README, LETTER, SUMMARY = "00_README.txt", "01_cover_letter.md", "02_summary.md"
ANNEX, LOG = "sharing/data_sharing_annex.md", "sharing/redaction_log.csv"


def text(path: str, packet: Dossier) -> str:
    """Return what a person reads."""
    return {**PAPERS, **FORMS}[path](packet).decode()


def shape(body: str) -> list[str]:
    """Return of what kind the parts of a text in Markdown are, without what they say."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found = [one for block in reader.parse(body) for one in (block, *(block.children or ()))]
    return [one.type for one in found if one.type not in {"text", "text_special", "softbreak"}]


@pytest.mark.parametrize("path", MARKDOWN)
def test_no_text_from_outside_becomes_markup(path: str) -> None:
    """No link, picture, page code, table or heading that is not ours, and nothing unseen."""
    body = text(path, hostile())
    found = set(shape(body))
    assert not {one for one in found if one.startswith(("html", "link", "image", "table", "fence", "code_block", "s_"))}
    assert shape(body).count("heading_open") == shape(text(path, joint(dossier()))).count("heading_open")
    assert not any(is_hidden(one) for one in body.replace("\n", ""))
    assert "http" not in body
    assert len(body) < 60_000


@pytest.mark.parametrize("value", POISON)
def test_a_text_in_a_paper_is_one_plain_paragraph(value: str) -> None:
    """Whatever it begins with or holds, it is read as it was written, and its names open nothing."""
    told = shape(prose(value))
    assert told in (["paragraph_open", "inline", "paragraph_close"], [])
    assert "evil.example" not in prose(value)


@pytest.mark.parametrize("path", [*PAPERS, *FORMS])
def test_the_same_packet_makes_the_same_papers(path: str) -> None:
    """Nothing depends on the moment."""
    assert text(path, joint(dossier())) == text(path, joint(dossier()))


@pytest.mark.parametrize("path", [one for one in PAPERS if one not in {ANNEX, LOG}])
def test_every_paper_says_whose_it_is_and_who_may_see_it(path: str) -> None:
    """A page that is found alone leads back to its packet."""
    packet = replace(dossier(), marking=Marking("GREEN", "CLEAR"))
    assert "p-3f9a12cd04e1 TLP:GREEN PAP:CLEAR" in text(path, packet)


def test_the_marking_is_explained_as_its_protocol_has_it() -> None:
    """Who never heard of a protocol reads what it asks; a mark that nobody knows is not explained away."""
    body = text(README, dossier())
    assert "TLP:AMBER+STRICT means" in body
    assert "PAP:AMBER means" in body
    unknown = text(README, replace(dossier(), marking=Marking("PURPLE", "PURPLE")))
    assert "PURPLE means" not in unknown
    assert "Ask the sender what it means" in unknown


def test_the_commands_name_the_files_that_the_packet_has() -> None:
    """Seal, key and lists are called as they are written, and no command is folded."""
    body = text(README, dossier())
    assert (readme.SIGNATURE, readme.KEY, readme.SIGNERS) == (bag.SIGNATURE, bag.PUBLIC, bag.SIGNERS)
    assert (readme.NAMESPACE, readme.PRINCIPAL, readme.TAGS) == (seal.NAMESPACE, seal.PRINCIPAL, bag.SEALED)
    assert (
        "\n   ssh-keygen -Y verify -f allowed_signers -I scamhunt -n scamhunt-packet -s SIGNATURE.sshsig "
        "< tagmanifest-sha256.txt\n"
    ) in body
    for command in ("sha256sum -c tagmanifest-sha256.txt", "sha256sum --quiet -c manifest-sha256.txt"):
        assert f"\n   {command}\n" in body
    assert "certutil -hashfile data\\evidence\\1\\" in body


def test_the_readme_can_be_read_anywhere() -> None:
    """Plain ASCII; only commands and paths are longer than a line."""
    body = PAPERS[README](hostile()).decode("ascii")
    assert not [line for line in body.splitlines() if len(line) > WIDTH + 3 and not line.startswith("   ")]


def test_the_readme_lists_what_is_there_and_nothing_else() -> None:
    """Every file that may be written is known to it; what this agency does not get is not named."""
    assert {*PAPERS, *SHEETS, *FORMS} <= readme.WHAT.keys()
    for packet in (joint(dossier()), replace(dossier(), agency=replace(dossier().agency, forms=()), custody=())):
        listed = {line.strip() for line in text(README, packet).splitlines() if line.startswith("  ")}
        made = {**PAPERS, **SHEETS, **FORMS}
        assert {path for path in made if path in listed} == {path for path, write in made.items() if write(packet)}


def test_the_letter_claims_no_more_than_there_is() -> None:
    """It says who writes, that all is alleged, and that nobody has signed it."""
    body = text(LETTER, dossier())
    for words in ("in-house team of the brand", "These are allegations", "nobody has signed this yet", "A. Example"):
        assert words in body
    assert "prime-refund[.]example" in body
    bare = replace(dossier(), offences="", holds=(), sender=replace(dossier().sender, authority="", contact=""))
    assert text(LETTER, bare).count("[fill in") == text(LETTER, dossier()).count("[fill in") + 3
    assert "Nothing was on hold" in text(LETTER, bare)


def test_suspected_names_open_nothing_in_a_paper() -> None:
    """A mail program makes a link of a name with dots: each dot is broken, and the page says how to read it."""
    body = text(SUMMARY, dossier())
    assert not [name for name in NAMES if name in body]
    assert "read `shop[.]example`" in body or "`shop[.]example` is shop.example" in body
    assert "abuse@trust.example" in text(LETTER, dossier())


def test_the_summary_is_a_page_however_large_the_packet() -> None:
    """What does not fit is counted, and the file that has it is named."""
    packet = dossier()
    large = replace(
        packet,
        cases=[replace(packet.cases[0], id=at, indicator=f"shop-{at}.example") for at in range(500)],
        subjects=[replace(packet.subjects[0], id=f"S-{at}") for at in range(40)],
        counts=[*packet.counts] * 30,
    )
    body = text(SUMMARY, large)
    assert len(body) < 6_000
    assert "... and 492 more: see 06_domains.csv" in body
    assert "500 sites" in body


def test_the_summary_counts_out_no_few_people() -> None:
    """A count below five that slipped in is not printed."""
    packet = dossier()
    slipped = replace(packet, counts=[replace(packet.counts[1], count="2")])
    assert "fewer than 5 people" in text(SUMMARY, slipped)
    assert ": 2 people" not in text(SUMMARY, slipped)


def test_the_annex_is_for_two_sides_only() -> None:
    """It names both controllers, leaves to counsel what is not known, and is signed by nobody yet."""
    body = text(ANNEX, joint(dossier()))
    for words in (
        "A, Example Trust; B, Other Brand",
        "legitimate interest",
        "Nobody has signed it yet",
        "a date or an",
    ):
        assert words in body
    assert body.count("Signature: [fill in") == 2
    assert text(ANNEX, dossier()) == ""


def test_what_was_left_out_is_counted() -> None:
    """Redactions and withheld exhibits, by rule; where nothing was left out there is no such file."""
    packet = joint(dossier())
    held = [replace(one, withheld="may hold what belongs to a victim") for one in packet.exhibits[:3]]
    body = text(LOG, replace(packet, exhibits=[*held, *packet.exhibits[3:]]))
    found = [tuple(one.values())[:3] for one in csv.DictReader(io.StringIO(body, newline=""))]
    assert found == [
        ("reports.ticket", "own only", "2"),
        ("exhibits: their bytes", "may hold what belongs to a victim", "3"),
    ]
    assert text(LOG, dossier()) == ""

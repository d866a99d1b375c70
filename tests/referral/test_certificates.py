import hashlib
from dataclasses import replace

import pytest

from scamhunt.referral.dossier import Dossier
from scamhunt.referral.example import NAMES, NUMBER, OTHER, dossier
from scamhunt.referral.forms import FORMS, WANTED
from scamhunt.referral.ic3 import MOST
from scamhunt.referral.sheets import SHEETS
from tests.referral.hostile_dossier import hostile

IC3, FRE = "forms/ic3_paste.txt", "forms/fre902_13_14_certificate.md"
PART_A, PART_B = "forms/bsa63_part_a.md", "forms/bsa63_part_b.md"
CERTIFICATES = (FRE, PART_A, PART_B)


def text(path: str, packet: Dossier) -> str:
    """Return a form as a person reads it."""
    return FORMS[path](packet).decode()


@pytest.mark.parametrize("path", FORMS)
def test_an_agency_gets_only_its_forms(path: str) -> None:
    """A form of another country is no help to anybody."""
    packet = dossier()
    assert text(path, replace(packet, agency=replace(packet.agency, forms=(WANTED[path],))))
    assert FORMS[path](replace(packet, agency=replace(packet.agency, forms=()))) == b""


@pytest.mark.parametrize("path", CERTIFICATES)
def test_no_certificate_is_signed(path: str) -> None:
    """It says on top that it is a draft, and leaves name, date and signature to a person."""
    body = text(path, dossier())
    assert "A DRAFT THAT NOBODY HAS SIGNED" in body.split("\n## ")[0] + body.split("\n## ")[1]
    assert "by hand; not signed yet" in body
    assert body.count("[fill in") >= 9
    assert "I certify" not in body


@pytest.mark.parametrize("path", CERTIFICATES)
def test_a_certificate_is_bound_to_the_hash_report(path: str) -> None:
    """Whoever signs it signs for these exhibits: the hash of the index stands in it."""
    packet = dossier()
    report = hashlib.sha256(SHEETS["12_evidence_index.csv"](packet)).hexdigest()
    assert report in text(path, packet)
    fewer = replace(packet, exhibits=packet.exhibits[1:])
    assert report not in text(path, fewer)
    assert "5 files" in text(path, fewer)


@pytest.mark.parametrize("path", CERTIFICATES)
def test_what_is_known_of_the_process_is_filled_in(path: str) -> None:
    """Tool, clock and browser are taken over; a clock that nobody told of is asked for."""
    body = text(path, dossier())
    assert "scamhunt 0.1" in body
    assert "clock: compared with two servers, 0.2 s off" in body
    assert "clock: [fill in" in text(path, replace(dossier(), settings=()))


def test_the_american_certificate_has_both_rules_and_the_words_of_the_statute() -> None:
    """902(13) describes the process, 902(14) the hashes, and 28 USC 1746 has one form at home and one abroad."""
    body = text(FRE, dossier())
    for words in ("902(13)", "902(14)", "SHA-256 and SHA-512", "2026-11-03T09:30:00Z to 2026-11-05T09:30:00Z"):
        assert words in body
    assert '"I declare under penalty of perjury that the foregoing is true and correct."' in body
    assert "under the laws of the United States of America that the foregoing" in body
    assert "hearsay" in body
    assert "adverse party" in body


def test_the_indian_certificate_ticks_the_hash_and_nothing_else() -> None:
    """Which device it was, and whose, a person knows; that SHA256 was used, the packet knows. Times are Indian."""
    for path in (PART_A, PART_B):
        body = text(path, dossier())
        assert [line for line in body.splitlines() if "[x]" in line] == [
            "- Algorithm: [ ] SHA1   [x] SHA256   [ ] MD5   [ ] Other: [fill in: a legally acceptable standard]"
        ]
        assert body.count("[x]") == 1
        assert "from 03/11/2026 15:00:00 IST to 05/11/2026 15:00:00 IST" in body
        for words in ("Server", "Cloud", "IMEI / UIN / UID / MAC", "Son, daughter or spouse", "12_evidence_index.csv"):
            assert words in body
    assert "PART A (to be filled by the party)" in text(PART_A, dossier())
    assert "PART B (to be filled by the expert)" in text(PART_B, dossier())
    assert "Owned" in text(PART_A, dossier())


def test_the_text_for_the_form_is_plain_and_in_its_order() -> None:
    """Who files, victim, money, subject, what happened, headers, other: ASCII that any form takes."""
    body = FORMS[IC3](hostile()).decode("ascii")
    titles = ["1. WHO FILES", "2. VICTIM", "3. MONEY", "4. SUBJECT", "5. WHAT", "6. E-MAIL", "7. OTHER", "8. AFTER"]
    places = [body.index(f"\n{title}") for title in titles]
    assert places == sorted(places)
    assert body.replace("\n", "").isprintable()
    assert len(body) < 60_000


def test_fields_have_names_plainly_and_the_story_has_them_broken() -> None:
    """A search finds what a field holds; what is told opens nothing, and says how to read it."""
    fields, story = text(IC3, dossier()).split("5. WHAT HAPPENED")
    assert all(f"\n  {name}\n" in fields for name in (*NAMES, NUMBER, OTHER))
    assert not [name for name in NAMES if name in story]
    assert "amazon-refund-desk[.]example" in story
    assert "[.] for each dot" in story


def test_nobody_is_said_to_hold_a_number_that_callers_forge() -> None:
    """A number from a victim's telephone stands in a field of its own, with a warning."""
    packet = dossier()
    cases = [replace(one, number=replace(one.number, role="caller_id")) if one.number else one for one in packet.cases]
    shown = [one for one in packet.identifiers if one.value != NUMBER]
    body = text(IC3, replace(packet, cases=cases, identifiers=shown))
    told, forged = body.split("mostly forged")
    assert NUMBER in forged
    assert NUMBER not in told.split("4. SUBJECT")[1]
    assert "mostly forged" not in text(IC3, dossier())


def test_a_large_packet_is_still_a_text_to_paste() -> None:
    """Beyond a hundred values the field says how many there are."""
    packet = dossier()
    many = [replace(packet.cases[0], id=at, indicator=f"shop-{at}.example") for at in range(MOST + 20)]
    body = text(IC3, replace(packet, cases=many))
    assert "and 20 more: ask us for the list" in body
    assert "And 100 more." in body


def test_few_people_are_not_counted_out_in_the_text() -> None:
    """The form gets no count of people below five either."""
    packet = dossier()
    body = text(IC3, replace(packet, counts=[replace(packet.counts[1], count="2")]))
    assert "fewer than 5 people" in body
    assert ": 2 people" not in body


@pytest.mark.parametrize("path", FORMS)
def test_a_packet_without_evidence_makes_no_claim_of_any(path: str) -> None:
    """No times, no files: the form says so."""
    body = text(path, replace(dossier(), exhibits=()))
    assert "0 files" in body
    assert " to 0" not in body

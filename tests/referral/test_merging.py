from collections.abc import Sequence
from dataclasses import asdict, replace

import pytest

from scamhunt.errors import UserError
from scamhunt.referral import example, sheets
from scamhunt.referral.dossier import Brand, CaseFacts, Dossier, Identifier, Sender, Subject
from scamhunt.referral.merging import joint
from scamhunt.referral.overlap import Terms
from scamhunt.referral.part import part
from scamhunt.referral.part_read import Part, read_part

TERMS = Terms("o-0123456789ab", "Other Trust", "joint complaint", "2026-11-22")
SITE, HOST, LONE = "other-refund.example", "192.0.2.10", "other-lone.example"
BRAND = Brand("other", "Other Shop", ("othershop.example",))


def case(number: int, name: str) -> CaseFacts:
    """Return a case of the partner's on a site."""
    return replace(example.dossier().cases[0], id=number, indicator=name, brand="other")


def shows(number: int, kind: str, value: str, days: int = 0) -> Identifier:
    """Return what a case of the partner's shows."""
    at = example.START.replace(day=1 + days)
    return Identifier(number, kind, value, "seen", at, at, "page")


def theirs(
    identifiers: Sequence[Identifier], subjects: Sequence[Sequence[int]] = ((70, 80), (90,)), side: str = "B"
) -> Part:
    """Return the partner's part: three sites, two of one actor."""
    own = [shows(70, "domain", SITE), shows(80, "domain", "other-help.example"), shows(90, "domain", LONE)]
    told = replace(
        example.dossier(),
        sender=Sender("Other Trust", "abuse@other.example"),
        brands=(BRAND,),
        cases=[case(70, SITE), case(80, "other-help.example"), case(90, LONE)],
        subjects=[Subject(f"S-{at}", "c-77", cases) for at, cases in enumerate(subjects, 1)],
        identifiers=[*own, *identifiers],
        exhibits=[replace(example.dossier().exhibits[0], case=70)],
    )
    return read_part(part(told, TERMS, side=side).content)


def both(*identifiers: Identifier) -> Dossier:
    """Return the packet of both sides."""
    return joint(example.dossier(), theirs(identifiers))


def test_the_partners_cases_stand_beside_ours() -> None:
    """Under numbers behind all of ours, with his own number, his brand, and nothing that he did not tell."""
    made = both()
    assert [one.id for one in made.cases] == [1, 2, 3, 4, 5, 1001, 1002, 1003]
    assert [one.partner for one in made.cases][5:] == ["B-1", "B-2", "B-3"]
    assert [one.id for one in made.brands] == ["amazon", "other"]
    assert (made.cases[5].reasons, made.cases[5].confirmed_at) == ((), None)
    assert made.joint is not None
    assert (made.joint.id, made.joint.a, made.joint.b) == (TERMS.referral, "Example Trust", "Other Trust")
    exhibit = made.exhibits[-1]
    assert (exhibit.number, exhibit.case, exhibit.path) == ("B-EX-0001", 1001, "")
    assert exhibit.withheld
    assert any(one.case == 1001 and one.what == "first seen by Other Trust" for one in made.timeline)
    assert all(one.at <= made.as_of for one in made.timeline)


def test_numbers_stay_apart_however_large_ours_are() -> None:
    """Where ours go beyond a thousand, his begin behind the next power of ten."""
    own = example.dossier()
    moved = {one.id: one.id + 1_230 for one in own.cases}
    large = replace(
        own,
        cases=[replace(one, id=moved[one.id]) for one in own.cases],
        subjects=[replace(own.subjects[0], cases=list(moved.values()), links=())],
        identifiers=[replace(one, case=moved[one.case]) for one in own.identifiers],
    )
    made = joint(large, theirs([]))
    assert [one.id for one in made.cases][-3:] == [10_001, 10_002, 10_003]


def test_subjects_that_share_a_number_become_one_and_say_so() -> None:
    """The campaign of ours and the two cases of the partner's that show our number; his lone case stays alone."""
    made = both(
        shows(80, "number", example.NUMBER),
        shows(70, "tracker", "Yandex Metrica 77"),
        shows(80, "tracker", "Yandex Metrica 77"),
    )
    first, second = made.subjects
    assert (first.id, first.campaign, list(first.cases)) == ("S-1", "c-0123456789ab", [1, 2, 3, 4, 5, 1001, 1002])
    assert (second.id, second.campaign, list(second.cases)) == ("S-2", "", [1003])
    across = [one for one in first.links if (one.one < 1000) is not (one.other < 1000)]
    assert [(one.one, one.other) for one in across] == [(1, 1002)]
    assert list(across[0].reasons) == [f"both show the number {example.NUMBER} to call"]
    assert across[0].exhibits == ["EX-0001"]
    inside = [one for one in first.links if one.one > 1000]
    assert [list(one.reasons) for one in inside] == [["both count visitors with the account Yandex Metrica 77"]]
    assert f"number {example.NUMBER}: without it cases of A part from cases of B" in first.holds_by


def test_what_the_partner_joins_without_saying_why_says_that() -> None:
    """His reasons are his own; a link without a reason would be read as ours."""
    (link,) = [one for subject in both().subjects for one in subject.links if one.one > 1000]
    assert list(link.reasons) == ["Other Trust says that they belong together; its reasons are its own"]
    assert link.weight == 0


@pytest.mark.parametrize(
    ("shown", "joined"),
    [
        ([("address", "203.0.113.10")], False),
        ([("address", "203.0.113.10"), ("nameserver", "dns.example")], False),
        ([("domain", example.NAMES[2])], True),
        ([("tracker", "Google Analytics G-EXAMPLE01")], True),
        ([("number", "+18005550149")], False),
    ],
)
def test_who_lies_on_the_same_machine_is_no_actor(shown: list[tuple[str, str]], joined: bool) -> None:
    """Two weak signs of one family join nobody across the sides either; a name or an account of both does."""
    own = example.dossier()
    weak = [
        Identifier(1, "address", "203.0.113.10", "hosts it", example.START, example.START, "dns"),
        Identifier(1, "nameserver", "dns.example", "answers for it", example.START, example.START, "dns"),
    ]
    part_b = theirs([shows(90, kind, value) for kind, value in shown], subjects=((70,), (80,), (90,)))
    made = joint(replace(own, identifiers=[*own.identifiers, *weak]), part_b)
    assert any({1, 1003} <= set(one.cases) for one in made.subjects) is joined
    assert len(made.subjects) == (3 if joined else 4)


def test_the_partner_may_join_what_we_held_apart() -> None:
    """Two campaigns of ours, each with a number that one of his shows: one subject under both names."""
    own = example.dossier()
    parted = replace(
        own,
        subjects=[Subject("S-1", "c-b", (1, 2, 4)), Subject("S-2", "c-a", (3, 5))],
    )
    made = joint(parted, theirs([shows(70, "number", example.NUMBER), shows(80, "number", example.OTHER)]))
    assert [list(one.cases) for one in made.subjects] == [[1, 2, 4, 3, 5, 1001, 1002], [1003]]
    assert made.subjects[0].campaign == "c-a c-b"


def test_the_table_of_what_both_have() -> None:
    """Common ones first, each with when either side saw it first and what proves it; people are in no row."""
    own = example.dossier()
    mail = replace(own.identifiers[0], kind="email", value="desk@pay.example")
    made = joint(replace(own, identifiers=[*own.identifiers, mail]), theirs([shows(80, "number", example.NUMBER, 7)]))
    assert made.joint is not None
    rows = made.joint.overlap
    assert [one.side for one in rows] == ["both"] + ["A"] * 5 + ["B"] * 3
    assert (rows[0].kind, rows[0].value) == ("number", example.NUMBER)
    assert rows[0].first_a == min(one.first_at for one in own.identifiers if one.value == example.NUMBER)
    assert rows[0].first_b == example.START.replace(day=8)
    assert list(rows[0].evidence_a) == ["EX-0001", "EX-0003"]
    assert not any(one.kind == "email" for one in rows)


def test_sides_keep_their_letters() -> None:
    """Who answers is B: then the partner's part is A's, and the table says so."""
    made = joint(example.dossier(), theirs([], side="A"))
    assert made.joint is not None
    assert (made.joint.a, made.joint.b) == ("Other Trust", "Example Trust")
    assert {one.side for one in made.joint.overlap if one.value == SITE} == {"A"}
    assert [one.partner for one in made.cases][5:] == ["A-1", "A-2", "A-3"]


def test_a_brand_of_the_same_id_is_not_taken_for_ours() -> None:
    """Ids are each side's own; the same name in other letters is the same brand."""
    told = theirs([])
    other = replace(
        told, brands=[Brand("amazon", "Amazonas Tours")], cases=[replace(one, brand="amazon") for one in told.cases]
    )
    made = joint(example.dossier(), other)
    assert [(one.id, one.name) for one in made.brands] == [("amazon", "Amazon"), ("amazon-b", "Amazonas Tours")]
    assert {one.brand for one in made.cases if one.partner} == {"amazon-b"}
    same = replace(other, brands=[Brand("amazon", "AMAZON")])
    assert [one.id for one in joint(example.dossier(), same).brands] == ["amazon"]


def test_what_the_partner_left_out_is_in_the_log() -> None:
    """Under his letter, so that the agency knows whom to ask."""
    told = {one.field for one in both().redactions}
    assert "B: CaseFacts.score" in told
    assert "B: NameFacts.title" in told


def test_two_parts_of_one_side_are_refused() -> None:
    """Our own part that came back, and a third side."""
    with pytest.raises(UserError, match="our own name"):
        joint(replace(example.dossier(), sender=Sender("OTHER trust", "")), theirs([]))
    with pytest.raises(UserError, match="one packet for each partner"):
        joint(both(), theirs([]))


def test_the_sheets_take_a_joint_packet_and_the_same_is_the_same() -> None:
    """Every sheet is written from it, with the partner's rows, and twice the same."""
    made = both(shows(80, "number", example.NUMBER))
    assert asdict(made) == asdict(both(shows(80, "number", example.NUMBER)))
    for write in sheets.SHEETS.values():
        assert write(made) == write(made)
    assert SITE.encode() in sheets.domains(made)
    assert b"both" in sheets.overlap(made)

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scamhunt.indicators.phone import Number, NumberType, parse
from scamhunt.investigate.carrier import HELP_DESK, attribute
from scamhunt.investigate.ladder import Confidence, Ladder, Step
from scamhunt.investigate.refdata import import_file
from scamhunt.investigate.refdata_index import Refdata
from scamhunt.settings import Settings
from tests.investigate.tables import TEXTS, save

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
S, C = Step, Confidence


@pytest.fixture(scope="module")
def all_of_it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refdata]:
    """Return every sample, imported."""
    folder = tmp_path_factory.mktemp("refdata")
    for kind in TEXTS:
        import_file(Settings(home=folder / "home", clock=NOW), save(folder, kind))
    with Refdata(folder / "home") as refdata:
        yield refdata


@pytest.fixture
def nothing(tmp_path: Path) -> Refdata:
    """Return the tables of a team that imported none."""
    return Refdata(tmp_path)


def only(folder: Path, *kinds: str) -> Refdata:
    """Return some samples, imported."""
    for kind in kinds:
        import_file(Settings(home=folder / "home", clock=NOW), save(folder, kind))
    return Refdata(folder / "home")


def steps(ladder: Ladder) -> list[tuple[Step, Confidence, str]]:
    """Return what a ladder says in short."""
    return [(rung.step, rung.confidence, rung.holder) for rung in ladder.rungs]


def real(e164: str, region: str, *flags: str, kind: NumberType = NumberType.FIXED_OR_MOBILE) -> Number:
    """Return a number as it would be read if it were not one of those kept for fiction."""
    return Number(e164, region, kind, flags)


GROUND = (S.STRUCTURE, C.REGION, "")
US_AREA = (S.AREA_CODE, C.REGION, "")
POOLED = (S.CO_CODE, C.LOW, "HARBOR VOICE, INC.")
FALCON = "FALCON NETWORKS CLEC, LLC - NY"
CASES = [
    ("+12125550142", "US", [POOLED, (S.BLOCK, C.MEDIUM, FALCON)], FALCON),
    ("+12125551142", "US", [POOLED, (S.BLOCK, C.LOW, "CEDAR WIRELESS L.P.")], "CEDAR WIRELESS L.P."),
    ("+12125552142", "US", [POOLED, (S.BLOCK, C.UNKNOWN, "")], ""),
    ("+12125553142", "US", [POOLED, (S.BLOCK, C.LOW, "HARBOR VOICE, INC.")], "HARBOR VOICE, INC."),
    ("+12125554142", "US", [POOLED, (S.BLOCK, C.UNKNOWN, "")], ""),
    ("+12125555142", "US", [POOLED, (S.BLOCK, C.UNKNOWN, "")], ""),
    ("+16465550142", "US", [(S.CO_CODE, C.MEDIUM, "GRANITE TELEPHONE CO.")], "GRANITE TELEPHONE CO."),
    ("+16465560142", "US", [(S.CO_CODE, C.CERTAIN, "")], ""),
    ("+16465570142", "US", [(S.CO_CODE, C.UNKNOWN, "")], ""),
    ("+16465580142", "US", [(S.CO_CODE, C.UNKNOWN, ""), (S.BLOCK, C.UNKNOWN, "")], ""),
    ("+14165550142", "CA", [(S.CO_CODE, C.MEDIUM, "Érable Téléphone Ltée")], "Érable Téléphone Ltée"),
    ("+14165560142", "CA", [(S.CO_CODE, C.CERTAIN, "")], ""),
    (
        "+14165570142",
        "CA",
        [(S.CO_CODE, C.LOW, "Maple Voice Inc."), (S.BLOCK, C.MEDIUM, "Loon Networks Inc.")],
        "Loon Networks Inc.",
    ),
    ("+14165571142", "CA", [(S.CO_CODE, C.LOW, "Maple Voice Inc."), (S.BLOCK, C.UNKNOWN, "")], ""),
]


@pytest.mark.parametrize(("e164", "region", "above", "best"), CASES)
def test_the_rungs_of_north_america(
    e164: str, region: str, above: list[tuple[Step, Confidence, str]], best: str, all_of_it: Refdata
) -> None:
    """Whole codes are their holder's; of shared ones the block says more; a doubt makes it low or unknown."""
    ladder = attribute(real(e164, region), all_of_it)
    assert steps(ladder) == [GROUND, US_AREA, *above]
    assert (ladder.best.holder if ladder.best else "") == best
    assert ladder.missing == ()
    assert ladder.nobody == any(confidence is C.CERTAIN for _, confidence, _ in above)


def test_a_rung_says_assigned_to_and_cites_its_table(all_of_it: Refdata) -> None:
    """Never "customer of": the holder with its number, the table and the table's day."""
    best = attribute(parse("+1 212 555 0142"), all_of_it).best
    assert best
    assert best.says == (
        "number block 212-555-0xxx assigned to FALCON NETWORKS CLEC, LLC - NY (OCN 9201); "
        "a number of it may have been ported or resold since"
    )
    assert (best.ocn, best.as_of, best.source) == ("9201", "2026-08-30", "US thousands blocks, augmented (NANPA)")


@pytest.mark.parametrize(
    ("e164", "words"),
    [
        ("+12125551142", "some of its numbers were another company's before"),
        ("+12125552142", "number block 212-555-2xxx was not passed on to a company (status AV)"),
        ("+12125553142", "what is in use of it stayed with the holder of the code, HARBOR VOICE, INC."),
        ("+12125554142", "number block 212-555-4xxx is listed twice, and not alike: who holds it is not known"),
        ("+12125555142", "block 212-555-5xxx is not listed"),
        (
            "+16465560142",
            "code 646-556 is assigned to nobody (status RV): as caller ID it is forged, as a number to call",
        ),
        ("+16465570142", "number block 646-557 is assigned, but the table names no single company"),
        ("+18765550142", "area code 876: JAMAICA"),
    ],
)
def test_what_a_table_does_not_say_is_said(e164: str, words: str, all_of_it: Refdata) -> None:
    """Each doubt has its sentence."""
    region = "JM" if e164.startswith("+1876") else "US"
    assert words in " | ".join(rung.says for rung in attribute(real(e164, region), all_of_it).rungs)


def test_a_code_that_is_not_listed_is_unknown_and_not_forged(tmp_path: Path) -> None:
    """A table may be older than a code: only a status says that nobody has it."""
    with only(tmp_path, "co_codes") as refdata:
        listed, other = (attribute(real(e164, "US"), refdata) for e164 in ("+16465580142", "+13125550142"))
    assert "code 646-558 is not listed, others of its area are" in listed.rungs[2].says
    assert listed.rungs[2].confidence is C.UNKNOWN
    assert "no code of area 312 is listed" in other.rungs[2].says
    assert not listed.nobody
    assert listed.missing == ("area_codes", "blocks")


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (real("+19995550142", "US", "unassigned"), "the numbering plan has no such number: as caller ID it is forged"),
        (real("+447000000000", "GB", "unassigned"), "the numbering plan has no such number: as caller ID it is forged"),
        (real("+12129110142", "US"), "no exchange is called 911: as caller ID it is forged"),
    ],
)
def test_a_number_that_cannot_be_is_forged_for_certain(number: Number, says: str, all_of_it: Refdata) -> None:
    """No rung names a company to be asked about it."""
    ladder = attribute(number, all_of_it)
    assert ladder.rungs[0].says.startswith(says)
    assert (ladder.rungs[0].confidence, ladder.nobody, ladder.best) == (C.CERTAIN, True, None)


def test_an_area_code_that_is_not_in_service_is_forged_for_certain(all_of_it: Refdata) -> None:
    """Whether the table has it as idle or not at all; nothing above is looked up."""
    for e164 in ("+12355550142", "+13215550142"):
        ladder = attribute(real(e164, "US"), all_of_it)
        assert steps(ladder) == [GROUND, (S.AREA_CODE, C.CERTAIN, "")]
        assert ladder.rungs[1].as_of == "2026-09-25"
        assert ladder.best is None


def test_a_table_may_be_newer_than_the_plan(all_of_it: Refdata) -> None:
    """An area code that came into service after the program was made makes its numbers possible, not forged."""
    ladder = attribute(real("+16465550142", "US", "unassigned"), all_of_it)
    assert steps(ladder) == [(S.STRUCTURE, C.UNKNOWN, "")]
    assert "area code 646 is in service: it may be new" in ladder.rungs[0].says
    assert not ladder.nobody


def test_numbers_of_fiction_climb_as_others_do(all_of_it: Refdata) -> None:
    """They are told apart on the first rung, and a demonstration shows the others."""
    ladder = attribute(parse("+1 212 555 0142"), all_of_it)
    assert ladder.rungs[0].says == "kept for films and tests: nobody is called by it"
    assert ladder.best


def test_no_table_knows_the_resporg_of_a_toll_free_number(all_of_it: Refdata) -> None:
    """It is said, with who can be asked."""
    ladder = attribute(parse("+1 888 555 0142"), all_of_it)
    assert steps(ladder) == [GROUND, (S.TOLL_FREE, C.UNKNOWN, "")]
    assert HELP_DESK in ladder.rungs[1].says
    assert (ladder.best, ladder.missing) == (None, ())


@pytest.mark.parametrize(
    ("number", "rung", "says"),
    [
        (parse("+44 20 7946 0123"), (S.RANGE, C.MEDIUM, "Heather Voice, Ltd"), "number block +44 2079460 assigned to"),
        (
            real("+442079461123", "GB"),
            (S.RANGE, C.MEDIUM, "Thistle Telecom Limited"),
            "number block +44 207946 assigned",
        ),
        (parse("+44 7700 900123"), (S.RANGE, C.MEDIUM, "Bracken Mobile Ltd"), "number block +44 77009 assigned to"),
        (
            parse("+44 1632 960123"),
            (S.RANGE, C.CERTAIN, ""),
            "block +44 1632960 is allocated to nobody (status Protected)",
        ),
        (real("+447999900123", "GB"), (S.RANGE, C.UNKNOWN, ""), "no block of it is listed"),
        (parse("+44 808 157 0123"), (S.RANGE, C.UNKNOWN, ""), "unknown: UK freephone and special services, 08 (Ofcom)"),
    ],
)
def test_british_numbers(number: Number, rung: tuple[Step, Confidence, str], says: str, all_of_it: Refdata) -> None:
    """The smallest block wins; what is not allocated is nobody's; the file that is missing is named."""
    ladder = attribute(number, all_of_it)
    assert steps(ladder)[1] == rung
    assert ladder.rungs[1].says.startswith(says)
    assert (ladder.best.holder if ladder.best else "") == rung[2]
    assert ladder.missing == (("ofcom_s8",) if "unknown:" in says else ())


@pytest.mark.parametrize(
    ("number", "rung", "says"),
    [
        (real("+41785550142", "CH"), (S.ORIGINAL, C.UNKNOWN, ""), "in CH numbers move between operators"),
        (real("+61491570156", "AU"), (S.ORIGINAL, C.UNKNOWN, ""), "in AU numbers move between operators"),
        (real("+4930555014", "DE"), (S.ORIGINAL, C.UNKNOWN, ""), "no table here has this country's numbers"),
    ],
)
def test_other_countries(number: Number, rung: tuple[Step, Confidence, str], says: str, nothing: Refdata) -> None:
    """Who had a number first says nothing where numbers move; where no table is, that is said."""
    ladder = attribute(number, nothing)
    assert steps(ladder) == [GROUND, rung]
    assert ladder.rungs[1].says.startswith(says)
    assert ladder.missing == ()


def test_where_numbers_stay_the_first_operator_is_a_low_rung(nothing: Refdata) -> None:
    """It is named, with the warning that numbers move all the same."""
    ladder = attribute(real("+93705550142", "AF"), nothing)
    assert ladder.best
    assert (ladder.best.step, ladder.best.confidence) == (S.ORIGINAL, C.LOW)
    assert ladder.best.says == (
        f"numbers that begin like this were first given to {ladder.best.holder}; "
        "a number of it may have been ported or resold since"
    )


def test_without_any_table_every_rung_names_the_file_that_would_say_it(nothing: Refdata) -> None:
    """Nothing is guessed at; each missing table is named with its address."""
    ladder = attribute(parse("+1 212 555 0142"), nothing)
    assert steps(ladder)[1:] == [(S.AREA_CODE, C.UNKNOWN, ""), (S.CO_CODE, C.UNKNOWN, ""), (S.BLOCK, C.UNKNOWN, "")]
    assert all("is not imported; it is at https://" in rung.says for rung in ladder.rungs[1:])
    assert ladder.missing == ("area_codes", "co_codes", "blocks")
    assert ladder.best is None
    assert attribute(real("+18765550142", "JM"), nothing).missing == ("area_codes",)


def test_without_the_block_table_a_shared_code_is_a_low_rung(tmp_path: Path) -> None:
    """Of a shared code its holder may be cited, low; once blocks are known, what they say counts."""
    with only(tmp_path, "co_codes") as refdata:
        best = attribute(real("+12125552142", "US"), refdata).best
        whole = attribute(real("+16465550142", "US"), refdata)
    assert best
    assert (best.holder, best.confidence) == ("HARBOR VOICE, INC.", C.LOW)
    assert "its blocks belong to several companies" in best.says
    assert [rung.step for rung in whole.rungs] == [S.STRUCTURE, S.AREA_CODE, S.CO_CODE]


def test_the_block_table_alone_is_enough(tmp_path: Path) -> None:
    """A team that imported nothing else gets the company, and is told what else there is."""
    with only(tmp_path, "blocks") as refdata:
        ladder = attribute(real("+12125550142", "US"), refdata)
        kept = attribute(real("+12125553142", "US"), refdata)
    assert ladder.best
    assert ladder.missing == ("area_codes", "co_codes")
    assert kept.best is None
    assert "the holder of the code, who is not known here" in kept.rungs[3].says

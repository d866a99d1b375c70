import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scamhunt.investigate.bridge import SHOWN, Company, Directory, candidates, parts
from scamhunt.investigate.refdata_cells import Filing


def filing(frn: int, name: str, *others: tuple[str, str], recertified: str = "2026-02-20") -> Filing:
    """Return an invented company."""
    return Filing(f"{frn:010d}", name, others, f"https://fcc.example/{frn}", "US", "", "", recertified)


COMPANIES = Directory.of(
    [
        filing(1, "Falcon Networks CLEC, LLC", ("Falcon Talk", "dba")),
        filing(2, "Falcon Networks of Ohio, Inc."),
        filing(3, "Cedar Wireless Limited Partnership", ("Old Cedar Telephone Company", "previous")),
        filing(4, "Harbor Voice Inc."),
        filing(5, "Beacon Communications, Inc."),
        filing(6, "Summit Communications, Inc."),
        filing(7, "Érable Téléphone Ltée"),
        filing(8, "Granite Holdings, Inc. d/b/a Granite Telephone"),
    ]
)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("FALCON NETWORKS CLEC, LLC - NY", "falcon networks clec"),
        ("Falcon Networks CLEC L.L.C.", "falcon networks clec"),
        ("The Harbor Voice Co.", "harbor voice"),
        ("HARBOR VOICE, INC. - DBA TALK-4-U", "harbor voice dba talk 4 u"),
        ("Harbor Voice Inc d/b/a Talk", "harbor voice dba talk"),
        ("BEACON.COM & SONS, L.P.", "beacon com and sons"),
        ("Érable Téléphone Ltée", "erable telephone ltee"),
        ("O'Neil's Telephone Company", "oneils telephone"),
        ("LLC", "llc"),
        ("U.S. VOICE CORP", "us voice"),
        ("", ""),
        ("- NY", "ny"),
    ],
)
def test_spellings_of_one_name_are_one(name: str, folded: str) -> None:
    """Legal form, state, case, accents and punctuation make no difference; what a firm does business as is kept."""
    assert " dba ".join(parts(name)) == folded


@pytest.mark.parametrize(
    ("holder", "frn", "matched"),
    [
        ("FALCON NETWORKS CLEC, LLC - NY", 1, "Falcon Networks CLEC, LLC"),
        ("FALCON TALK", 1, "Falcon Talk (dba)"),
        ("OLD CEDAR TELEPHONE CO", 3, "Old Cedar Telephone Company (previous)"),
        ("HARBOUR VOICE INC", 4, "Harbor Voice Inc."),
        ("ERABLE TELEPHONE", 7, "Érable Téléphone Ltée"),
        ("GRANITE TELEPHONE CO. - OH", 8, "Granite Holdings, Inc. d/b/a Granite Telephone"),
        ("UNHEARD OF, INC. DBA SUMMIT COMMUNICATIONS", 6, "Summit Communications, Inc."),
    ],
)
def test_the_most_alike_name_stands_first(holder: str, frn: int, matched: str) -> None:
    """By any of a company's names, and by either name of the holder; what matched is shown."""
    first = candidates(holder, COMPANIES)[0]
    assert (int(first.frn), first.matched) == (frn, matched)


def test_what_is_shown_of_a_company() -> None:
    """Its number, name, what matched, how alike, when it stood by its filing, and where that is."""
    assert candidates("Harbor Voice LLC", COMPANIES)[0] == Company(
        "0000000004", "Harbor Voice Inc.", "Harbor Voice Inc.", 100.0, "2026-02-20", "https://fcc.example/4"
    )


def test_a_part_of_a_name_is_not_all_of_it() -> None:
    """The company of exactly this name stands before one whose name has more words."""
    directory = Directory.of([filing(1, "Falcon Networks of the Great Lakes Inc"), filing(2, "Falcon Networks")])
    found = candidates("FALCON NETWORKS, LLC", directory)
    assert [int(one.frn) for one in found] == [2, 1]
    assert found[0].score == 100
    assert found[1].score < 90


def test_a_person_always_has_a_list_and_never_a_choice() -> None:
    """Five at most, each company once, low scores too; nothing is left out for its score."""
    found = candidates("FALCON NETWORKS", COMPANIES)
    assert len(found) == SHOWN
    assert len({one.frn for one in found}) == SHOWN
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert candidates("", COMPANIES) == []
    assert candidates("FALCON", Directory.of([])) == []


def test_of_equal_names_the_one_that_recertified_last_stands_first() -> None:
    """A filing that is kept up to date is more likely to have a contact that answers."""
    directory = Directory.of(
        [
            filing(1, "Harbor Voice", recertified=""),
            filing(3, "Harbor Voice", recertified="2026-02-01"),
            filing(2, "Harbor Voice", recertified="2026-02-01"),
        ]
    )
    assert [int(one.frn) for one in candidates("HARBOR VOICE INC", directory)] == [2, 3, 1]


def test_all_companies_can_be_gone_through() -> None:
    """A directory is its companies."""
    assert [one.frn for one in COMPANIES] == [f"{number:010d}" for number in range(1, 9)]
    assert len(COMPANIES) == 8


def test_a_long_list_is_searched_whole() -> None:
    """The last of thousands of names is found."""
    generator = random.Random(1)
    names = [" ".join(generator.choices("atlas river lake star metro cedar".split(), k=4)) for _ in range(3_000)]
    directory = Directory.of([*(filing(at, name) for at, name in enumerate(names)), filing(9_999, "Granite Voice LLC")])
    assert int(candidates("GRANITE VOICE - TX", directory)[0].frn) == 9_999


@given(st.text(max_size=60))
def test_no_name_breaks_it(name: str) -> None:
    """Whatever a table calls a holder, folding twice changes nothing more, and scores stay within 0 and 100."""
    assert all(0 <= one.score <= 100 for one in candidates(name, COMPANIES))
    assert [parts(part) for part in parts(name)] == [[part] for part in parts(name)]

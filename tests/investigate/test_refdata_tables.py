from datetime import date

import pytest

from scamhunt.errors import UserError
from scamhunt.investigate.refdata_cells import Block, Filing, Flag, american, british
from scamhunt.investigate.refdata_formats import FORMATS, PUBLISHED, kind_of
from scamhunt.investigate.refdata_rows import rows
from scamhunt.investigate.refdata_table import Said, read_table
from scamhunt.model import Rejected
from tests.investigate.tables import BLOCK_HEADER, FILING, TEXTS, content

AS, POOLED, MIXED = Flag.ASSIGNED, Flag.POOLED, Flag.CONTAMINATED


def said(kind: str, text: str = "") -> list[Said]:
    """Return what the rows of a sample say, or of another text under its header."""
    return list(read_table("t.csv", rows([text.encode() or content(kind)])).readings)


def values(kind: str) -> list[Block | Filing | date | str]:
    """Return what the rows of a sample say, without line numbers; of rejected rows the reason."""
    return [one if isinstance(one, date) else one.reason if isinstance(one, Rejected) else one[1] for one in said(kind)]


def test_area_codes() -> None:
    """An area code has its place, and whether it is in service."""
    assert values("area_codes") == [
        Block(212, "", "", "in service", "NEW YORK, US", AS, date(1947, 1, 1)),
        Block(416, "", "", "in service", "ONTARIO, CANADA", AS, date(1947, 1, 1)),
        Block(646, "", "", "in service", "NY, US", AS, date(1999, 7, 1)),
        Block(876, "", "", "in service", "JAMAICA", AS, date(1997, 5, 1)),
        Block(235, "", "", "not in service", "", Flag(0)),
        Block(999, "", "", "not in service", "", Flag(0)),
    ]


def test_us_codes() -> None:
    """A code has its holder; several holders are none; only AS is assigned."""
    assert values("co_codes") == [
        Block(212555, "HARBOR VOICE, INC.", "9101", "AS", "NWYRCYZN01, NY", AS | POOLED, date(1999, 1, 4)),
        Block(646555, "GRANITE TELEPHONE CO.", "9102", "AS", "NWYRCYZN01, NY", AS, date(2001, 1, 4)),
        Block(646556, "", "", "RV", "NWYRCYZN01, NY", Flag(0)),
        Block(646557, "", "", "AS", "NWYRCYZN01, NY", AS),
    ]


def test_us_blocks() -> None:
    """A block has the company that it was passed on to, not the holder of its code."""
    found = values("blocks")
    place = "NWYRCYZN01, NY"
    assert found == [
        Block(2125550, "FALCON NETWORKS CLEC, LLC - NY", "9201", "AS", place, AS, date(2026, 8, 30)),
        Block(2125551, "CEDAR WIRELESS L.P.", "9202", "AS", place, AS | MIXED, date(2015, 11, 20)),
        Block(2125552, "", "", "AV", place, Flag(0)),
        Block(2125553, "", "", "AV", place, MIXED),
        Block(2125554, "CEDAR WIRELESS L.P.", "9202", "AS", place, AS),
        Block(2125554, "BEACON BROADBAND", "9203", "AS", place, AS),
    ]


def test_canadian_tables() -> None:
    """Statuses in words, names in an old encoding, and a last line that only says how old the file is."""
    assert values("cnac_codes") == [
        Block(416555, "Érable Téléphone Ltée", "9301", "In Service", "Toronto, ON", AS),
        Block(416556, "", "", "Protected", "Toronto, ON", Flag(0)),
        Block(416557, "Maple Voice Inc.", "9302", "In Service", "Toronto, ON", AS | POOLED),
        date(2026, 9, 20),
    ]
    assert values("cnac_blocks") == [
        Block(4165570, "Loon Networks Inc.", "9303", "AS", "Toronto", AS),
        Block(4165571, "", "", "AV", "Toronto", Flag(0)),
    ]


def test_british_tables() -> None:
    """Blanks in a block mean nothing, days come first, and a closed range is allocated too."""
    assert values("ofcom_s1") == [
        Block(207946, "Thistle Telecom Limited", "", "Allocated", "", AS, date(1997, 5, 21)),
        Block(2079460, "Heather Voice, Ltd", "", "Allocated(Closed Range)", "", AS, date(2026, 4, 3)),
        Block(1632960, "", "", "Protected", "kept for drama", Flag(0)),
    ]
    assert values("ofcom_s7") == [
        Block(77009, "Bracken Mobile Ltd", "", "Allocated", "", AS, date(1995, 11, 6)),
        Block(77008, "", "", "Free", "", Flag(0)),
    ]


def test_companies() -> None:
    """A filing keeps names, roles and dates; no person, no telephone, and no address that is not https."""
    found = values("rmd")
    assert found == [
        Filing(
            "0000009201",
            "Falcon Networks CLEC, LLC",
            (("Falcon Talk", "dba"), ("FalconTel", "dba")),
            FILING + "a1",
            "US",
            "Complete STIR/SHAKEN",
            "voice service: Yes; gateway: No; intermediate: Yes",
            "2026-02-20",
            date(2026, 2, 11),
        ),
        Filing(
            "0000009202",
            "Cedar Wireless LP",
            (("Old Cedar Telephone Company", "previous"),),
            FILING + "a2",
            "US",
            "Partial",
            "voice service: Yes",
            "2026-01-12",
            date(2026, 1, 11),
        ),
        Filing(
            "0000009299",
            "Falcon Networks of Ohio, Inc.",
            (),
            "",
            "US",
            "Complete",
            "voice service: Yes",
            "2025-03-01",
            date(2025, 3, 11),
        ),
        "no FRN: at most ten digits",
        Filing(
            "0000009299",
            "Falcon of Ohio II",
            (),
            FILING + "a5",
            "US",
            "Complete",
            "voice service: Yes",
            "2024-03-01",
            date(2024, 3, 11),
        ),
    ]


@pytest.mark.parametrize("kind", TEXTS)
def test_a_table_is_known_by_its_header(kind: str) -> None:
    """The name plays no part; case, blanks and the order of columns neither."""
    lines = content(kind).decode("utf-8-sig" if kind.startswith("ofcom") else "utf-8", "replace").splitlines()
    at = 1 if kind == "area_codes" else 0
    lines[at] = lines[at].upper().replace(",", " , ")
    first = next(iter(read_table("x.bin", rows(["\n".join(lines).encode()])).readings))
    assert isinstance(first, tuple)
    form = read_table("x.bin", rows([content(kind)])).form
    assert kind_of(form, first[1]) == kind


@pytest.mark.parametrize(("kind", "day"), [("area_codes", date(2026, 9, 25)), ("co_codes", date(2026, 9, 21))])
def test_a_file_that_tells_its_day_is_believed(kind: str, day: date) -> None:
    """`File Date` above the header and `File Updated` in it are the file's own day."""
    assert read_table("x", rows([content(kind)])).day == day


@pytest.mark.parametrize("kind", [kind for kind in TEXTS if kind != "area_codes"])
def test_every_column_that_is_read_has_to_be_there(kind: str) -> None:
    """A table with any needed column renamed is refused with file, line and the column's name."""
    header = TEXTS[kind].split("\r\n")[0]
    form = read_table("x", rows([content(kind)])).form
    delimiter = "\t" if "\t" in header else ","
    for cell in header.split(delimiter):
        wanted = next((name for name, also in form.columns.items() if cell.lower() in also), "")
        if wanted:
            drifted = (
                header.replace(cell, f"{cell} Renamed Of Late") if cell != "NPA" else header.replace("NPA", "N", 1)
            )
            with pytest.raises(UserError, match=r"^t\.csv: line 1: no ") as refused:
                read_table("t.csv", rows([drifted.encode()]))
            assert "is not imported" not in str(refused.value)


def test_the_plain_block_file_is_refused_with_the_address_of_the_augmented_one() -> None:
    """Without the company there is nothing to look up: the message names the column and where the right file is."""
    header = BLOCK_HEADER.replace(",Assigned To", "")
    with pytest.raises(UserError) as refused:
        read_table("blocks.csv", rows([header.encode()]))
    assert str(refused.value) == (
        "blocks.csv: line 1: no column 'assigned to', which the file of US thousands blocks, augmented (NANPA) has; "
        "download it again from https://reports.nanpa.com/public/ThousandsBlockAssignment_All_Augmented.zip; "
        "if it has changed there, rename the column in the file"
    )


def test_the_line_of_the_header_is_told_where_another_stands_above_it() -> None:
    """The list of area codes has its header in line 2."""
    text = TEXTS["area_codes"].replace("IN_SERVICE", "SERVING")
    with pytest.raises(UserError, match=r"^a: line 2: no column 'in_service'"):
        read_table("a", rows([text.encode()]))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: no table"),
        ("File Date,01/01/2026\n", "line 1: no table that is known here"),
        ("name,colour\na,b\n", "line 1: no table that is known here"),
        ("\n<!DOCTYPE html>\n", "line 2: a web page and no table"),
        (BLOCK_HEADER + ",OCN", "line 1: column 'ocn' stands there twice"),
        ("x" * 5_000, "line 1: no table"),
    ],
)
def test_what_is_no_table_of_ours_is_told(text: str, told: str) -> None:
    """An empty file, another table, a page that refuses us, a column twice."""
    with pytest.raises(UserError, match=f"^t: {told}"):
        read_table("t", rows([text.encode()]))


BAD = [
    ("area_codes", "12,,,,,,,,X,US,Y,,,", "no area code: three digits, the first one 2 to 9"),
    ("area_codes", "112,,,,,,,,X,US,Y,,,", "no area code: three digits, the first one 2 to 9"),
    ("blocks", "1,NY,212,155,0,AS,,N,0,R,,,A,9201,", "no such block of numbers in the North American plan"),
    ("blocks", "1,NY,212,555,A,AS,,N,0,R,,,A,9201,", "no such block of numbers in the North American plan"),
    ("blocks", "1,NY,212,555,0,,,N,0,R,,,A,9201,", "no status: whether it is assigned is not known"),
    ("blocks", "1,NY,212,555,0,AS,,N,0,R,,,A,12345,", "no operating company number: four letters or digits"),
    ("blocks", "1,NY,212,555,0,AS,,N,0,R,,,Harbor, Corp,9201,", "16 columns, the header has 15: a separator too many"),
    ("blocks", "1,NY,212,555,0,AS", "6 columns, the header has 15"),
    ("blocks", "1,NY,212,555,0,AS,,N,0,R,,,A\x1b[31m,9201,", "control characters in a cell"),
    ("blocks", f"1,NY,212,555,0,AS,,N,0,R,,,{'A' * 801},9201,", "a cell of more than 800 characters"),
    ("co_codes", "NY\t212555x\t9\tA\tR\t\tAS\t\t\tN", "no such block of numbers in the North American plan"),
    ("ofcom_s7", "77x9,Allocated,A,10,", "no block of British numbers: 2 to 10 digits"),
    ("ofcom_s7", "77009,,A,10,", "no status: whether it is allocated is not known"),
    ("rmd", "," * 22, ""),
    ("rmd", "1,u,0,N" + "," * 19, "no FRN: at most ten digits"),
    ("rmd", "1,u,7," + "," * 19, "no business name"),
]


@pytest.mark.parametrize(("kind", "row", "reason"), BAD)
def test_a_row_that_cannot_be_used_is_told(kind: str, row: str, reason: str) -> None:
    """Each has its line and its reason; the next row is read. A row of nothing but separators says nothing."""
    lines = TEXTS[kind].split("\r\n")
    head = lines[: 2 if kind == "area_codes" else 1]
    good = lines[len(head)]
    found = said(kind, "\n".join([*head, good, row, good]))
    told = [(one.line, one.reason) for one in found if isinstance(one, Rejected)]
    assert told == ([(len(head) + 2 + good.count("\n"), reason)] if reason else [])
    assert sum(isinstance(one, tuple) for one in found) == 2


def test_trailing_separators_are_no_shift() -> None:
    """A row with empty cells beyond the header is read, and so is one that lacks what is not needed."""
    row = "1,NY,212,555,0,AS,,N,0,R,,,A,9201"
    for text in (row, row + ",,,,"):
        assert isinstance(said("blocks", f"{BLOCK_HEADER}\n{text}")[0], tuple)


@pytest.mark.parametrize(
    ("text", "us", "uk"),
    [
        ("03/04/2026", date(2026, 3, 4), date(2026, 4, 3)),
        ("31/12/2026", None, date(2026, 12, 31)),
        ("2026-02-20 08:00:00", date(2026, 2, 20), date(2026, 2, 20)),
        ("02/30/2026", None, None),
        ("", None, None),
        ("soon", None, None),
    ],
)
def test_dates_are_read_as_their_publisher_writes_them(text: str, us: date | None, uk: date | None) -> None:
    """Month first in America, day first in Britain; an impossible day is none."""
    assert (american(text), british(text)) == (us, uk)


def test_every_format_has_a_title_and_an_address() -> None:
    """What can be imported can be found by whoever lacks it."""
    assert {form.kind for form in FORMATS} - set(PUBLISHED) == {"ofcom"}
    assert all(title and address.startswith("https://") for title, address in PUBLISHED.values())

"""Which column of a table of reports is taken for what, and what is asked before anything is taken."""

import pytest

from scamhunt.errors import FeedHeld
from scamhunt.indicators.report_columns import options_of
from scamhunt.indicators.reports import columns, is_reports, read_reports
from scamhunt.model import Batch

HEADER = "number,role,text,seen_at,source\n"


def taken(header: str, **options: str) -> dict[str, str]:
    """Return what each column of a header is taken for."""
    return {one.column: one.taken_for for one in columns(header.encode(), options)}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (HEADER, {"number": "number", "role": "role", "text": "text", "seen_at": "seen_at", "source": "source"}),
        ("Phone;Notes;Ticket", {"Phone": "number", "Notes": "text", "Ticket": "dropped"}),
        ("Rufnummer;Kunde;Beschreibung;Datum", dict.fromkeys(["Kunde"], "dropped")),
        ("Numéro de téléphone,Commentaire,Victime", {"Numéro de téléphone": "number", "Victime": "dropped"}),
        ("Teléfono,Descripción,Fecha,Cliente", {"Teléfono": "number", "Fecha": "seen_at", "Cliente": "dropped"}),
        ("Telefon Numarası,Açıklama", {"Telefon Numarası": "number", "Açıklama": "text"}),
        ("電話番号,内容", {"電話番号": "number", "内容": "text"}),
        ("Rufnummer;Marke;Nachricht", {"Marke": "brand", "Nachricht": "text"}),
        ("number,company impersonated,notes", {"company impersonated": "brand", "notes": "text"}),
        ("number,claimed to be,brand", {"claimed to be": "dropped", "brand": "brand"}),
        ("number,subject,notes,date,created_at", {"subject": "text", "notes": "text", "date": "seen_at"}),
        ("scam number,called number,my phone,contact", {"scam number": "number", "called number": "dropped"}),
    ],
)
def test_a_column_is_known_by_its_name(header: str, expected: dict[str, str]) -> None:
    """Names in several languages are known, all columns of words count, and the best date."""
    found = taken(header)
    assert {name: found[name] for name in expected} == expected
    assert list(found.values()).count("number") == 1


@pytest.mark.parametrize(
    "name",
    [
        *[
            "called number",
            "Victim phone",
            "customer_number",
            "My number",
            "reporter",
            "Contact number",
            "dialed number",
        ],
        *["Kundennummer", "Opfer Telefon", "numéro appelé", "número llamado", "gebelde nummer", "to number"],
    ],
)
def test_the_number_of_a_victim_is_never_taken_by_its_name(name: str) -> None:
    """Alone such a column is no number column at all; beside one it is dropped."""
    with pytest.raises(FeedHeld, match=r"no column of phone numbers|no header"):
        columns(f"{name},notes".encode(), {})
    assert taken(f"{name},number,notes")[name] == "dropped"
    assert taken(f"{name},text", number=name)[name] == "number"


def test_what_is_dropped_says_why() -> None:
    """The preview tells personal data, what another column gives, and what is not needed."""
    header = b"number,victim phone,date,created_at,colour,size"
    assert {one.column: one.why for one in columns(header, {"text": "colour"})} == {
        "number": "by its name",
        "victim phone": "may be about who was called or who reports: personal data",
        "date": "by its name",
        "created_at": "the seen_at stands in date",
        "colour": "named in SCAMHUNT_PHONE_COLUMNS",
        "size": "not needed: personal data is dropped",
    }


@pytest.mark.parametrize(
    ("header", "options", "why"),
    [
        ("phone,telephone,text", {}, "may stand in phone or telephone; say which: SCAMHUNT_PHONE_COLUMNS=number=phone"),
        (
            "caller,text",
            {},
            "no column of phone numbers among text and 1 other; say which it is: SCAMHUNT_PHONE_COLUMNS",
        ),
        ("jolanda_kanarini,date,oslo", {}, "no column of phone numbers among date and 2 others; say which"),
        (
            "phone,text",
            {"number": "Caller"},
            "no column caller for the number, but phone, text; say which it is: SCAMHUNT_PHONE_COLUMNS",
        ),
        ("jolanda name,e-mail,phone,message", {}, "phone may be the phone of who reports, for the table has name;"),
        ("date,jolanda,jolanda", {}, "a column stands twice in the header; rename one of them"),
        (",".join(f"c{at}" for at in range(201)) + ",number", {}, "more than 200 columns"),
        ("<html><body>number,text", {}, "a page or XML came"),
        ("number" + "\0" * 20, {}, "binary data came"),
    ],
)
def test_what_is_not_clear_is_asked(header: str, options: dict[str, str], why: str) -> None:
    """A table that could be read in two ways is held, with the setting that says which way is right."""
    with pytest.raises(FeedHeld) as problem:
        list(read_reports([f"{header}\n+18885550142,callback\n".encode()], options))
    assert why in str(problem.value)
    assert "jolanda" not in str(problem.value)


@pytest.mark.parametrize("header", ["name,phone,text", "name,victim phone,phone"])
def test_whose_phone_it_is_can_be_said(header: str) -> None:
    """A table of people is read when the team says so, or when it has their phones in a column of their own."""
    options = {"number": "phone"} if "victim" not in header else {}
    assert taken(header, **options)["phone"] == "number"


def test_the_mapping_of_the_team_wins() -> None:
    """What the team says of a column holds, whatever the column is called; the rest goes by name."""
    found = taken("Caller,Number,Notes,Comment", number="Caller", text="Comment", region="US")
    assert found == {"Caller": "number", "Number": "dropped", "Notes": "dropped", "Comment": "text"}


def test_the_column_of_countries_can_be_named() -> None:
    """What is called `region` in the settings is a column; the country of all numbers has a setting of its own."""
    options = options_of({"region": "Staat", "number": "Caller"}, "DE", "2026-11-22T08:00:00+00:00")
    assert taken("Caller,Staat,country", **options) == {"Caller": "number", "Staat": "region", "country": "dropped"}
    (batch,) = read_reports([b"Caller,Staat\n020 7946 0123,GB\n"], options)
    assert isinstance(batch, Batch)
    assert [one.region for one in batch.statements] == ["GB"]


@pytest.mark.parametrize(
    ("head", "yes"),
    [
        (HEADER.encode(), True),
        ("number;text\n".encode("utf-16"), True),
        (b"phone,telephone\n", True),
        (b'[{"number": 1}]', True),
        (b"domain,when\nweather-in-oslo.net,2026\n", False),
        (b"+18885550142\n", False),
        (b"", False),
        (b"<html>", False),
    ],
)
def test_a_table_of_reports_is_known_from_others(head: bytes, yes: bool) -> None:
    """A table with a column of numbers is one of reports, be it one that has to be asked about."""
    assert is_reports(head, {}) is yes

import pytest

from scamhunt import bundle
from scamhunt.errors import UserError
from scamhunt.referral.agencies import FAULTS_TOLD, FORMS, parse, pick

SHIPPED = parse([("agencies.toml", bundle.data("agencies.toml").read_text("utf-8"))])
KEY = "age1t0ddsdl4qk3t2m336erc6k65e8kyvnvual2x24qe2gylj6ujff5qx87sc6"
LINES = (
    "[[agency]]",
    'id = "cyber_unit"',
    'name = "Cyber unit of a police force"',
    'country = "SE"',
    'zone = "Europe/Stockholm"',
    'date_format = "%Y-%m-%d"',
    'channel = "mail"',
    'takes = "A packet with evidence."',
    "attachments = true",
    'forms = ["fre902"]',
    "hold_days = 7",
    'source = "https://police.example/cyber"',
    'verified_on = "2026-10-01"',
    'how = "documented"',
    'address = "cyber@police.example"',
)
SOUND = "\n".join(LINES)


def with_line(key: str, line: str) -> str:
    """Return the sound profile with another line in the place of one key, or with one more."""
    return "\n".join([*(one for one in LINES if not one.startswith(f"{key} =")), line])


def refused(text: str) -> str:
    """Return what is said of a file that cannot be read."""
    with pytest.raises(UserError) as caught:
        parse([("mine.toml", text)])
    return str(caught.value)


def test_the_shipped_profiles_are_those_that_are_promised() -> None:
    """Each agency of the issue has a profile, and each that says nothing of its source says so."""
    assert set(SHIPPED) == {"ic3", "fbi", "cbi", "report_fraud", "nca", "europol", "generic"}
    assert set(SHIPPED["generic"].forms) == set(FORMS)
    assert all(one.verified_on <= "2026-11-01" and one.source and one.takes for one in SHIPPED.values())
    assert all(
        "erified" in one.note or one.source.startswith("http") for one in SHIPPED.values() if one.id != "generic"
    )


@pytest.mark.parametrize(("agency", "days"), [("ic3", 0), ("report_fraud", 0), ("fbi", 14), ("cbi", 14), ("nca", 14)])
def test_a_portal_holds_no_case(agency: str, days: int) -> None:
    """A form that anybody fills holds nothing: victims would go on losing for a complaint that nobody reads yet."""
    assert SHIPPED[agency].hold_days == days


def test_who_takes_no_files_gets_text() -> None:
    """IC3 takes no attachments, so its profile has the text to paste; India's has India's certificate."""
    assert not SHIPPED["ic3"].attachments
    assert "ic3_paste" in SHIPPED["ic3"].forms
    assert SHIPPED["cbi"].forms == ("bsa63",)
    assert (SHIPPED["cbi"].zone, SHIPPED["cbi"].date_format) == ("Asia/Kolkata", "%d/%m/%Y")


def test_the_team_replaces_a_profile_whole() -> None:
    """A later file takes the place of the profile of the same id, and adds others."""
    mine = SOUND.replace("cyber_unit", "fbi")
    found = parse(
        [("agencies.toml", bundle.data("agencies.toml").read_text("utf-8")), ("mine.toml", f"{mine}\n{SOUND}")]
    )
    assert found["fbi"].address == found["cyber_unit"].address == "cyber@police.example"
    assert len(found) == len(SHIPPED) + 1


def test_an_unknown_agency_names_the_known_ones() -> None:
    """Who mistypes an id sees the nearest, and all."""
    with pytest.raises(UserError, match="did you mean 'ic3'") as caught:
        pick(SHIPPED, "ic4")
    assert "cbi, europol, fbi, generic, ic3, nca, report_fraud" in str(caught.value)
    assert pick(SHIPPED, "cbi") is SHIPPED["cbi"]


@pytest.mark.parametrize(
    ("key", "line", "words"),
    [
        ("id", 'id = "Cyber Unit"', "is no id"),
        ("id", 'id = "../x"', "is no id"),
        ("name", "", "no name; add name"),
        ("name", 'name = ""', "name is empty"),
        ("name", 'name = "two\\nlines"', "no plain text"),
        ("name", 'name = "a\\u202eb"', "no plain text"),
        ("country", 'country = "SWE"', "is no country"),
        ("zone", 'zone = "Europe/Stokholm"', "is no time zone"),
        ("zone", 'zone = "Europe"', "is no time zone"),
        ("zone", 'zone = "../../etc/passwd"', "is no time zone"),
        ("date_format", 'date_format = "%d/%m"', "is no form of a date"),
        ("date_format", 'date_format = "%d/%m/%Y%n"', "is no form of a date"),
        ("channel", 'channel = "maill"', "did you mean 'mail'"),
        ("attachments", 'attachments = "yes"', "not true or false"),
        ("forms", 'forms = ["fre903"]', "did you mean 'fre902'"),
        ("forms", 'forms = ["fre902", "fre902"]', "no list of different texts"),
        ("hold_days", "hold_days = 31", "from 0 to 30"),
        ("hold_days", "hold_days = true", "from 0 to 30"),
        ("source", 'source = "http://police.example/"', "source "),
        ("verified_on", 'verified_on = "2026-02-30"', "is no day"),
        ("verified_on", "verified_on = 2026-01-31", "no plain text"),
        ("how", 'how = "tested"', "is no how"),
        ("address", 'address = "police.example"', "is no address"),
        ("age_key", f'age_key = "{KEY[:-1]}7"', "is no age recipient"),
        ("age_key", 'age_key = "age1short"', "is no age recipient"),
        ("zones", 'zones = "x"', "unknown key 'zones' (did you mean 'zone'?)"),
    ],
)
def test_a_fault_names_file_entry_and_fix(key: str, line: str, words: str) -> None:
    """Each fault is one line: which file, which agency, what, and what to write."""
    told = refused(with_line(key, line))
    assert words in told
    assert all(one.startswith("mine.toml: agency 1 '") and "; " in one for one in told.splitlines())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[agency]\n", "not TOML"),
        ("[agency]\nid = 'x'\n", "two brackets"),
        ("[[agencies]]\nid = 'x'\n", "did you mean 'agency'"),
        ("agency = 3\n", "two brackets"),
        (f"{SOUND}\n{SOUND}\n", "is there twice"),
        ("#" * 300_000, "larger than"),
        ("x = " + "[" * 3_000, "not TOML"),
    ],
)
def test_what_is_no_list_of_agencies_is_refused(text: str, words: str) -> None:
    """The whole file is judged first."""
    assert words in refused(text)


def test_only_so_many_faults_are_told() -> None:
    """A file full of faults does not fill the screen."""
    assert len(refused("[[agency]]\n" * 30).splitlines()) == FAULTS_TOLD + 1


def test_a_key_that_an_agency_gave_is_kept() -> None:
    """A recipient whose checksum holds is taken as it is, and a profile without one has none."""
    assert parse([("mine.toml", f'{SOUND}\nage_key = "{KEY}"')])["cyber_unit"].age_key == KEY
    assert not any(one.age_key for one in SHIPPED.values())


def test_nothing_read_is_nobody() -> None:
    """Without a file there is no agency, and asking for one says so."""
    with pytest.raises(UserError, match="there are none"):
        pick(parse([]), "ic3")

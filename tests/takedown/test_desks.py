import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scamhunt import bundle, reference
from scamhunt.errors import UserError
from scamhunt.model import Channel
from scamhunt.settings import Settings
from scamhunt.takedown.case import Desk
from scamhunt.takedown.desks import FAULTS_TOLD, content_of, parse_desks, why_unconfirmed
from scamhunt.takedown.recipients import check_form, check_recipient, is_junk

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LINES = (
    "[[desk]]",
    'name = "registrar-desk"',
    'kind = "registrar"',
    'channel = "email"',
    'address = "abuse@registrar.example"',
    'source = "https://registrar.example/abuse"',
    'verified_on = "2026-10-01"',
    'how = "documented"',
    'registrar_ids = ["9999"]',
)
SOUND = "\n".join(LINES)


def shipped() -> Iterator[Desk]:
    """Yield the desks that ship."""
    name, content = bundle.recipient_lists(Path("/nonexistent"))[0]
    yield from parse_desks(name, content)


SHIPPED = list(shipped())


def with_line(key: str, line: str) -> str:
    """Return the sound desk with another line in the place of one key, or with one more."""
    kept = [each for each in LINES if not each.startswith(f"{key} =")]
    return "\n".join([*kept, line])


def test_there_are_desks_of_each_important_kind() -> None:
    """The list is no token: forty desks and more, and each name once."""
    assert len(SHIPPED) >= 40
    assert {"platform", "host", "cdn", "shortener", "registrar", "registry", "blocklist", "cert", "carrier"} <= {
        each.kind for each in SHIPPED
    }
    assert len({each.name for each in SHIPPED}) == len(SHIPPED)


@pytest.mark.parametrize("desk", SHIPPED, ids=[each.name for each in SHIPPED])
def test_every_shipped_desk_has_a_source_and_can_be_found(desk: Desk) -> None:
    """Its address can be used, its source is a page, its day is over, and some fact of a case leads to it."""
    assert check_form(desk.source) == desk.source
    assert date.fromisoformat(desk.verified_on) <= date(2026, 11, 23)
    assert bool(desk.policy) == bool(desk.policy_url)
    check = check_recipient if desk.channel is Channel.EMAIL else check_form
    assert check(desk.address) == desk.address
    assert not is_junk(desk.address)
    assert desk.how == "documented"
    everywhere = {"blocklist", "traceback", "do_not_originate", "resporg"}
    assert desk.registrar_ids or desk.names or desk.domains or desk.kind in everywhere or desk.channel is Channel.API
    assert json.dumps([desk.name, desk.names, desk.requires, desk.refuses], ensure_ascii=False).isascii()


def test_a_registrar_has_one_desk() -> None:
    """Two desks for one IANA number would make the choice a matter of order."""
    numbers = [number for each in SHIPPED if each.kind == "registrar" for number in each.registrar_ids]
    assert len(numbers) == len(set(numbers))


def test_a_sound_desk_is_read_whole() -> None:
    """What stands in the file is what the desk says."""
    said = ("https://registrar.example/abuse", "2026-10-01", "documented")
    expected = Desk("registrar-desk", "registrar", Channel.EMAIL, "abuse@registrar.example", *said)
    assert parse_desks("mine.toml", SOUND) == [replace(expected, registrar_ids=("9999",))]
    assert parse_desks("mine.toml", b"\xef\xbb\xbf" + SOUND.encode()) == parse_desks("mine.toml", SOUND)
    assert parse_desks("mine.toml", "") == []


@pytest.mark.parametrize(
    ("key", "line", "says"),
    [
        ("adress", 'adress = "x"', r":10: unknown key 'adress' \(did you mean 'address'\?\); a desk has name, kind"),
        (
            "kind",
            'kind = "registar"',
            r"'registar' is no kind \(did you mean 'registrar'\?\); a kind is one of platform",
        ),
        ("channel", 'channel = "fax"', "'fax' is no channel; a channel is one of email, form, api, portal"),
        ("name", 'name = "Registrar Desk"', "'Registrar Desk' is no name; use 1 to 64"),
        ("address", 'address = "abuse@a.example, b@b.example"', "is not one plain e-mail address; write it as in"),
        ("address", 'address = "Desk <abuse@a.example>"', "is not one plain e-mail address"),
        ("address", 'address = "hostmaster@ripe.net"', "hostmaster@ripe.net is a mailbox that acts on no report"),
        ("address", 'address = "abuse@\\u202ea.example"', "address is no plain text on one line"),
        ("address", 'address = "abuse@a.example\\nBcc: x@y.example"', "address is no plain text on one line"),
        ("address", 'address = ""', "no address; add address = ..."),
        ("channel", 'channel = "form"', "the address of the form is no plain https address"),
        (
            "source",
            'source = "http://registrar.example/"',
            "source is no plain https address: 'http://registrar.example/'",
        ),
        ("source", 'source = "https://a:b@registrar.example/"', "source is no plain https address"),
        ("source", 'source = ""', "no source; add source = ..."),
        ("verified_on", 'verified_on = "2026-13-01"', "'2026-13-01' is no day; write the day of the source"),
        ("verified_on", 'verified_on = "yesterday"', "'yesterday' is no day"),
        ("verified_on", "verified_on = 2026-10-01", "verified_on is no plain text on one line"),
        ("how", 'how = "tried"', "'tried' is no how; a how is one of documented"),
        ("policy", 'policy = "Acceptable Use"', "policy and policy_url come together"),
        ("registrar_ids", 'registrar_ids = ["IANA 1"]', "'IANA 1' is no number of IANA's"),
        ("registrar_ids", "registrar_ids = [9999]", "registrar_ids is no list of at most 100 plain texts"),
        ("domains", 'domains = [".Example"]', "'.Example' is no domain; lower case, A-labels"),
        ("names", 'names = "one"', "names is no list of at most 100 plain texts; write names ="),
    ],
)
def test_each_fault_has_its_line_and_its_fix(key: str, line: str, says: str) -> None:
    """Whoever adds a desk reads where the fault is and what to write instead."""
    with pytest.raises(UserError, match=says) as caught:
        parse_desks("mine.toml", with_line(key, line))
    assert re.match(r"mine\.toml:\d+: ", str(caught.value))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[desk]\n", "mine.toml:1: not TOML"),
        ("x = 1\n", "mine.toml:1: unknown table 'x'; write"),
        ("[desk]\n", "mine.toml:1: 'desk' is not a list of tables"),
        (b"\xff\n", "mine.toml:1: not UTF-8"),
        ("#" * (2**20 + 1), "mine.toml:1: larger than 1 MiB"),
        ("[[desk]]\n" * 2001, "mine.toml:1: more than 2,000 desks"),
        (f"{SOUND}\n{SOUND}", "mine.toml:11: registrar-desk is listed in line 2 already; keep one"),
    ],
)
def test_a_file_that_is_no_list_of_desks_says_so(text: str | bytes, says: str) -> None:
    """Damage, size and duplicates end in one clear message."""
    with pytest.raises(UserError, match=re.escape(says)):
        parse_desks("mine.toml", text)


def test_only_so_many_faults_are_told() -> None:
    """A file full of faults does not fill the screen."""
    with pytest.raises(UserError) as caught:
        parse_desks("mine.toml", "[[desk]]\n" * 30)
    assert len(str(caught.value).splitlines()) == FAULTS_TOLD + 1


def test_a_confirmation_is_of_one_content_and_grows_old() -> None:
    """Nobody, changed, 181 days, another clock: each asks again, with the command; 180 days hold."""
    desk = parse_desks("mine.toml", SOUND)[0]
    content = content_of(desk)
    assert why_unconfirmed(desk, NOW - timedelta(days=180), content, NOW) == ""
    told = [
        why_unconfirmed(desk, None, "", NOW),
        why_unconfirmed(replace(desk, address="abuse@other.example"), NOW, content, NOW),
        why_unconfirmed(desk, NOW - timedelta(days=181), content, NOW),
        why_unconfirmed(desk, NOW + timedelta(days=1), content, NOW),
    ]
    assert all(each.endswith("run: scamhunt recipients confirm registrar-desk") for each in told)
    words = ("nobody of the team", "was changed in the list", "181 days ago, longer than 180", "in the future")
    assert all(word in each for word, each in zip(words, told, strict=True))


@pytest.mark.parametrize("key", ["policy", "names", "requires", "payload", "source", "verified_on"])
def test_whatever_changes_in_a_desk_changes_its_content(key: str) -> None:
    """No field of a desk can change behind a confirmation."""
    desk = parse_desks("mine.toml", SOUND)[0]
    other = ("x",) if isinstance(getattr(desk, key), tuple) else "x"
    assert content_of(replace(desk, **{key: other})) != content_of(desk)  # type: ignore[arg-type]  # the type it has


def test_the_team_replaces_a_desk_by_its_name(tmp_path: Path) -> None:
    """A desk of the overlay takes the place of the shipped one of its name, others are added."""
    folder = tmp_path / "overlay" / "data"
    folder.mkdir(parents=True, mode=0o700)
    mine = SOUND.replace("registrar-desk", "namecheap")
    (folder / "recipients.toml").write_text(f"{mine}\n{SOUND}\n", "utf-8")
    desks = {each.name: each for each in reference.desks(Settings(home=tmp_path, overlay=tmp_path / "overlay"))}
    assert len(desks) == len(SHIPPED) + 1
    assert desks["namecheap"].address == desks["registrar-desk"].address == "abuse@registrar.example"

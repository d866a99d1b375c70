"""The course in docs/course.md, typed into the real program in front of real servers, while simulated weeks pass."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from bench.lab_desk import Registrar, read, recipient
from bench.lab_kits import KITS
from bench.lab_smtp import Smtp
from bench.lab_world import ABUSE, NETWORK_ABUSE, World
from tests.imap_server import Mailserver, mailserver
from tests.test_takedown_pages import NOW, TOP, Lab, plain

TEAM = "national-team@cert.example"
OVERLAY = f"""[[desk]]
name = "example-cert"
kind = "cert"
channel = "email"
address = "{TEAM}"
source = "https://cert.example/report"
verified_on = "2026-11-01"
how = "documented"
domains = ["se"]
"""
"""The invented national team of the country in which the host of the lab is."""
EXPORT = re.compile(r"export (SCAMHUNT_[A-Z]+)=(\S+)")


class Course:
    """The lab of docs/takedown.md, with a mailbox, a registrar's desk that answers, and a host that ignores."""

    def __init__(self, folder: Path, world: World, smtp: Smtp, server: Mailserver) -> None:
        """Set what the page says is set."""
        self.lab = Lab(folder, world, smtp)
        world.clock = lambda: self.now
        self.desk = Registrar(world, smtp, server.put)
        for name in ("overlay", "overlay/data"):
            (folder / name).mkdir(mode=0o700)
        (folder / "overlay" / "data" / "recipients.toml").write_text(OVERLAY)
        self.lab.environment |= {"SCAMHUNT_INBOX_URL": server.url()}
        self.happenings: dict[str, Callable[[], object]] = {
            "the registrar's desk acknowledges": lambda: self.desk.acknowledge(self.now),
            "the registrar's desk writes that the domain is suspended": lambda: self.desk.claim(self.now),
            "the registrar suspends the name": lambda: self.desk.suspend("login"),
            "the name is back": lambda: world.put_back("login"),
        }

    @property
    def now(self) -> datetime:
        """The time that it is."""
        return datetime.fromisoformat(str(self.lab.environment["SCAMHUNT_CLOCK"])).astimezone(UTC)

    def typed(self, command: str) -> str:
        """Type a command, or set a variable, and return what is printed."""
        if said := EXPORT.fullmatch(command):
            self.lab.environment[said[1]] = said[2]
            return ""
        return self.lab.printed(command)


def parts(page: str) -> Iterator[tuple[str, str]]:
    """Yield what happens on a page in its order: `("", what happens outside)`, or a command with what it prints."""
    text = (TOP / page).read_text("utf-8")
    found = re.findall(r"^<!-- in the world: (.*?) -->$|^```\n(\$ .*?)^```$", text, re.DOTALL | re.MULTILINE)
    for happening, block in found:
        if happening:
            yield "", happening
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = step.partition("\n")
            yield command, shown


def as_shown(shown: str, came: str) -> bool:
    """Say whether what came is what a page shows: a line `...` stands for any lines, `...` in a line for any text."""
    lines = plain(shown).splitlines() if shown.strip() else []
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(re.escape("..."), ".*") + r"\n" for line in lines
    )
    return bool(re.fullmatch(pattern, plain(came) if came.strip() else ""))


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    """Return a lab in which the page's kit is, its host ignores us, and its registrar answers."""
    kits = [kit for kit in KITS if kit.name == "login"]
    with World(tmp_path, kits, NOW) as world, Smtp() as smtp, mailserver() as server:
        yield Course(tmp_path, world, smtp, server)


def said(mail: EmailMessage) -> str:
    """Return the text of a mail, each space one."""
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def check_moments(course: Course) -> None:
    """Assert that each report went its own way, `verified_down` by looks alone, and that each moment stands apart."""
    ran = [course.typed(f"scamhunt reports show {number} --as ann --format json") for number in (1, 2, 8)]
    registrar, host, again = (json.loads(one) for one in ran)
    assert [one["state"] for one in (registrar, host, again)] == ["relapsed", "relapsed", "verified_down"]
    moments = {name: str(at)[:16] for name, at in registrar["times"].items() if at}
    assert moments == {
        "first_seen": "2026-11-22T06:00",
        "detected": "2026-11-22T06:00",
        "reported": "2026-11-22T06:00",
        "acknowledged": "2026-11-22T08:00",
        "claimed": "2026-11-25T10:00",
        "content_down": "2026-11-27T15:00",
        "dns_hold": "2026-11-27T15:00",
        "verified_down": "2026-11-27T22:00",
        "recovered": "2026-12-17T22:00",
    }
    assert (host["times"]["acknowledged"], host["times"]["claimed"]) == (None, None)
    later = {name: str(again["times"][name])[:16] for name in ("reported", "content_down", "verified_down")}
    assert later == {
        "reported": "2026-12-17T22:00",
        "content_down": "2026-12-18T00:00",
        "verified_down": "2026-12-18T07:00",
    }


def check_mails(mails: Sequence[EmailMessage]) -> None:
    """Assert that each desk got each mail once, in this order, with what was reported before."""
    first, host, reminder, team, still_there, host_closed, team_closed, again = mails
    assert [recipient(mail) for mail in mails] == [
        *(ABUSE, NETWORK_ABUSE),
        *(NETWORK_ABUSE, TEAM, ABUSE),
        *(NETWORK_ABUSE, TEAM),
        ABUSE,
    ]
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)

    before = "What was reported before"
    assert [before in said(mail) for mail in mails] == [False, False, True, True, True, False, False, True]
    assert all(mail["Message-ID"] in said(team) for mail in (host, reminder))
    assert "what became of it: actioned, 2026-11-25 10:00 UTC" in said(still_there)
    assert all(mail["Message-ID"] in said(again) for mail in (first, still_there))
    assert (host_closed["In-Reply-To"], team_closed["In-Reply-To"]) == (host["Message-ID"], team["Message-ID"])


def test_a_case_goes_from_sent_to_gone_and_comes_back_and_goes_again(course: Course) -> None:
    """Every command of the page prints what it shows, each desk gets each mail once, and each moment is kept."""
    happened = []
    for command, shown in parts("docs/course.md"):
        if not command:
            course.happenings[shown]()
            happened.append(shown)
            continue
        came = course.typed(command)
        assert as_shown(shown, came), f"$ {command}\n{plain(came)}"
    assert set(happened) == set(course.happenings)
    check_mails(read(course.lab.smtp))
    check_moments(course)


@pytest.mark.parametrize(
    ("shown", "came", "same"),
    [
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\nd\n", "a\nd\n", True),
        ("a ... d\n", "a b c d\n", True),
        ("a ... d\n", "a b\nc d\n", False),
        ("a\n", "a\nb\n", False),
        ("", "something\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_a_page_is_compared_line_by_line(shown: str, came: str, same: bool) -> None:  # a table
    """Dots stand for lines, or for text within a line, and for nothing beyond; all else is as it stands there."""
    assert as_shown(shown, came) is same

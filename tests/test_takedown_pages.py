"""The walk in docs/takedown.md, and the one in the README, typed into the real program in front of real servers."""

import os
import pwd
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from doctest import ELLIPSIS, OutputChecker
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.lab_kits import KITS
from bench.lab_smtp import Smtp
from bench.lab_world import ABUSE, World
from scamhunt.cli.app import app

TOP = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
PACK = """[[brand]]
id = "amazon"
name = "Amazon"
domains = ["amazon.test"]
phones = ["+1 888 280 4331"]
"""
REPORTS = """number,role,text,seen_at,source
+1 212 555 0142,callback,Amazon support: call us about your order,2026-11-21T14:05:00Z,desk
+1 212 555 0142,callback,it said it was Amazon,2026-11-22T05:30:00Z,hotline
"""
SAME = ((r"\b[0-9a-f]{64}\b", "HASH"), (r"\b[0-9a-f]{32}\b", "TOKEN"), (r":\d{4,5}/", ":PORT/"))
"""What differs from run to run."""


class Lab:
    """A folder to work in, with a small internet and a mail server around it."""

    def __init__(self, folder: Path, world: World, smtp: Smtp) -> None:
        """Write the files that the pages name."""
        self.smtp, self.folder, self.world = smtp, folder, world
        (folder / "names.txt").write_text(f"{world.url('login')}\n")
        (folder / "reports.csv").write_text(REPORTS)
        (folder / "pack.toml").write_text(PACK)
        self.environment: dict[str, str | None] = {
            **{name: None for name in os.environ if name.startswith("SCAMHUNT_")},
            **{name: value for name, value in world.environment.items() if name.startswith("SCAMHUNT_")},
            "XDG_CONFIG_HOME": str(folder / "config"),
            "SCAMHUNT_SMTP_URL": smtp.url,
            "SCAMHUNT_SENDING": "on",
            "SCAMHUNT_REPORTER_ORG": "Example Trust and Safety",
            "SCAMHUNT_REPORTER_EMAIL": "abuse-reports@trust.example",
            "SCAMHUNT_TRUST_NAMES": "on",
            "SCAMHUNT_CLOCK": NOW.isoformat(),
            "COLUMNS": "100",
            "NO_COLOR": "1",
        }

    def printed(self, command: str) -> str:
        """Type a command and return what it prints; `$(id -un)` is what a shell makes of it."""
        program, *arguments = shlex.split(command.replace("$(id -un)", pwd.getpwuid(os.geteuid()).pw_name))
        assert program == "scamhunt"
        here = Path.cwd()
        os.chdir(self.folder)
        try:
            done = CliRunner().invoke(app, arguments, env=self.environment, prog_name="scamhunt")
        finally:
            os.chdir(here)
        assert done.exit_code == 0, (command, done.output, done.exception)
        return done.stdout


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Return a lab in which the kit of the page is."""
    with World(tmp_path, [kit for kit in KITS if kit.name == "login"], NOW) as world, Smtp() as smtp:
        yield Lab(tmp_path, world, smtp)


def walks(page: str) -> list[list[tuple[str, str]]]:
    """Return the blocks of a page that are typed into the program: commands, each with what it prints."""
    blocks = re.findall(r"^```\n(\$ scamhunt .*?)^```$", (TOP / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)
    steps = [re.split(r"^\$ ", block, flags=re.MULTILINE)[1:] for block in blocks]
    return [[(command, output) for command, _, output in (step.partition("\n") for step in each)] for each in steps]


def plain(text: str) -> str:
    """Return what a command prints, without what differs from run to run."""
    for pattern, instead in SAME:
        text = re.sub(pattern, instead, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


def walked(lab: Lab, walk: list[tuple[str, str]]) -> None:
    """Type what a page says and compare what it prints; a line `...` of the page stands for any lines."""
    for command, shown in walk:
        came = plain(lab.printed(command))
        assert OutputChecker().check_output(plain(shown), came, ELLIPSIS), f"$ {command}\n{came}"


def test_the_page_takes_a_name_from_a_list_to_a_mail_that_a_server_got_once(lab: Lab) -> None:
    """Every command prints what the page shows, and the registrar's desk has one mail with the evidence."""
    walked(lab, walks("docs/takedown.md")[0])
    (content,) = lab.smtp.accepted
    mail = message_from_bytes(content, policy=default)
    assert [one.addr_spec for one in mail["To"].addresses] == [ABUSE]
    plain_part = mail.get_body(("plain",))
    assert plain_part is not None
    text = plain_part.get_content()
    assert "amazon-signin-verify[.]test" in text
    assert "amazon-signin-verify.test" not in text
    assert [part.get_filename() for part in mail.walk() if part.get_filename()] == ["xarf.json"]


def test_the_page_takes_a_number_to_its_carrier(lab: Lab) -> None:
    """The same for a number that people are told to call."""
    walked(lab, walks("docs/takedown.md")[1])
    (content,) = lab.smtp.accepted
    mail = message_from_bytes(content, policy=default)
    assert [one.addr_spec for one in mail["To"].addresses] == ["abuse@carrier.example"]


def test_the_readme_has_the_same_walk(lab: Lab) -> None:
    """Its commands, in their order, end in one mail at the server."""
    text = (TOP / "README.md").read_text("utf-8")
    block = text.partition("### From a name to a report that was received")[2].partition("--now")[0] + "--now --as ann"
    commands = re.findall(r"^ {4}(scamhunt .*?)(?: {2,}#.*)?$", block, re.MULTILINE)
    assert len(commands) > 8
    for command in commands:
        lab.printed(command)
    assert len(lab.smtp.accepted) == 1

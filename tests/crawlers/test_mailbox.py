"""The mailbox of forwarded mails, read from a real IMAP server."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import SecretStr

from scamhunt import bundle
from scamhunt.errors import FeedFailed, UserError
from scamhunt.gather.drive import drive
from scamhunt.gather.fetch import Fetcher, locate
from scamhunt.gather.pace import Pace
from scamhunt.model import Batch, Fetch, Kind, Notice, Reply, Role, Snapshot
from scamhunt.settings import Settings
from scamhunt.testing import Hosts
from tests.imap_server import PASSWORD, USER, Mailserver, mailserver

SAVED = Path(__file__).parent / "mailbox"
CRAWLER = bundle.crawlers(Path("/no-overlay"))["mailbox"]
NAMES = ("gmail", "attached", "encrypted", "away", "words")
LINK, NUMBER = "https://amazon-refund-desk.com/cancel/*", "+18885550142"
OTHER_LINK, OTHER_NUMBER = "https://paypal-invoice-help.net/view", "+442079460123"


@pytest.fixture
def server() -> Iterator[Mailserver]:
    """Give a mailbox with five mails as people forward them."""
    with mailserver() as one:
        one.put(*(mail(name) for name in NAMES))
        yield one


def mail(name: str) -> bytes:
    """Return a saved mail as it travels."""
    return (SAVED / f"{name}.eml").read_bytes().replace(b"\n", b"\r\n")


def settings_for(server: Mailserver, home: Path, folder: str = "") -> Settings:
    """Return what a team sets."""
    return Settings(home=home, imap_url=SecretStr(server.url(folder)), fetch_allow_nets=(ip_network("127.0.0.0/8"),))


def read(settings: Settings, mark: str = "") -> list[Batch | Notice]:
    """Read the mailbox as a sweep does."""
    with Fetcher(settings, Pace(Hosts())) as fetcher:

        def answer(asked: Fetch | Snapshot) -> Reply:
            assert isinstance(asked, Fetch)
            location = locate(asked, CRAWLER.feed, "", settings)
            with fetcher.fetch(asked, location, CRAWLER.feed) as fetched:
                assert PASSWORD not in fetched.reply.url
                return Reply(fetched.reply.url, 200, {}, "", [b"".join(fetched.reply.chunks)])

        return list(drive(CRAWLER.crawl(mark), answer))


def test_a_mailbox_gives_links_and_numbers_with_their_roles(server: Mailserver, tmp_path: Path) -> None:
    """What scammers wrote comes out, what the team wrote does not; the rest is told in numbers."""
    batch, *notices = read(settings_for(server, tmp_path))
    assert isinstance(batch, Batch)
    assert list(batch.values) == [LINK, NUMBER, OTHER_LINK, OTHER_NUMBER]
    assert list(batch.kinds) == [Kind.URL, Kind.PHONE, Kind.URL, Kind.PHONE]
    assert [stated.role for stated in batch.statements] == [Role.UNKNOWN, Role.CALLBACK, Role.UNKNOWN, Role.CALLBACK]
    assert "Amazon" in batch.statements[1].text
    assert "PayPal invoice\nYour PayPal" in batch.statements[3].text
    assert batch.location == f"imap://127.0.0.1:{server.port}/INBOX"
    assert [one.text.partition(":")[0] for one in notices if isinstance(one, Notice)] == [
        "1 of its mails are encrypted (S/MIME, PGP) or attached as .msg",
        "1 of its mails are automatic replies or bounces",
        "1 of its mails hold neither a link nor a number; look whether pictures were forwarded",
    ]


def test_numbers_that_are_not_the_scammers_are_left_alone_and_counted(tmp_path: Path) -> None:
    """Those of a mail that is no forward, and those of the victim in one that is."""
    with mailserver() as one:
        one.put(mail("victim"), mail("order"), mail("order"))
        batch, *notices = read(settings_for(one, tmp_path))
    assert isinstance(batch, Batch)
    assert list(batch.values) == ["https://amazon-refund-desk.com/pay", NUMBER, NUMBER]
    assert {stated.source for stated in batch.statements} == {""}
    assert [one.text.partition(":")[0] for one in notices if isinstance(one, Notice)] == [
        "1 of its mails come without a forwarded original",
        "6 numbers in its mails are none that the mails say to call, or that texts come from",
    ]


def test_the_next_run_reads_what_came_since(server: Mailserver, tmp_path: Path) -> None:
    """The mark is the last UID; nothing is read twice, and nothing is read where nothing came."""
    settings = settings_for(server, tmp_path)
    first = read(settings)[0]
    assert isinstance(first, Batch)
    assert read(settings, first.mark) == []
    (uid,) = server.put(mail("attached"))
    (second,) = read(settings, first.mark)
    assert isinstance(second, Batch)
    assert (list(second.values), set(second.lines)) == ([OTHER_LINK, OTHER_NUMBER], {uid})
    assert second.mark == f"{first.mark.partition('.')[0]}.{uid}"


def test_a_folder_that_was_made_anew_is_read_anew(server: Mailserver, tmp_path: Path) -> None:
    """Another UIDVALIDITY means that every UID is another mail; a mark that cannot be read is none."""
    server.add_folder("Scams")
    server.put(mail("gmail"), folder="Scams")
    settings = settings_for(server, tmp_path, "Scams")
    (batch,) = read(settings)
    server.add_folder("Scams")
    server.put(mail("attached"), folder="Scams")
    assert isinstance(batch, Batch)
    (again,) = read(settings, batch.mark)
    assert isinstance(again, Batch)
    assert list(again.values) == [OTHER_LINK, OTHER_NUMBER]
    assert again.mark.partition(".")[0] != batch.mark.partition(".")[0]
    assert read(settings, "no mark") == [again]


def test_many_mails_come_in_several_batches(server: Mailserver, tmp_path: Path) -> None:
    """A run that is killed loses the mails of one batch, not all."""
    settings = settings_for(server, tmp_path)
    server.put(*[mail("gmail")] * 60)
    batches = [one for one in read(settings) if isinstance(one, Batch)]
    assert [len(set(one.lines)) for one in batches] == [47, 15]  # 50 and 15 mails, three of them without a value
    assert len({one.mark for one in batches}) == 2


@pytest.mark.parametrize("place", ["mailbox:", "mailbox:/", "mailbox:/after/1", "mailbox:/5/delete", "mailbox:/x"])
def test_a_crawler_asks_for_what_a_mailbox_has(place: str, server: Mailserver, tmp_path: Path) -> None:
    """Nothing but a list and a message can be asked for."""
    settings = settings_for(server, tmp_path)
    with (
        Fetcher(settings, Pace(Hosts())) as fetcher,
        pytest.raises(FeedFailed, match="no mailbox has"),
        fetcher.fetch(Fetch(place, raw=True), place, CRAWLER.feed),
    ):
        pass


@pytest.mark.parametrize(
    ("place", "words"), [("mailbox:/5", "set SCAMHUNT_IMAP_URL"), ("imaps://u:pw@host/", "holds its password")]
)
def test_without_a_mailbox_it_is_told_what_to_set(place: str, words: str, tmp_path: Path) -> None:
    """The address of a mailbox has its own setting, for it holds a password; no other way in is taken."""
    with (
        Fetcher(Settings(home=tmp_path), Pace(Hosts())) as fetcher,
        pytest.raises(UserError, match=words) as told,
        fetcher.fetch(Fetch(place, raw=True), place, CRAWLER.feed),
    ):
        pass
    assert "pw@" not in str(told.value)


def run(folder: Path, server: Mailserver, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the program as a team's timer would."""
    (folder / "pack.toml").write_text('[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n')
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
    env = ours | {
        "SCAMHUNT_HOME": str(folder / "home"),
        "SCAMHUNT_OVERLAY": str(folder / "overlay"),
        "SCAMHUNT_BRANDS": str(folder / "pack.toml"),
        "SCAMHUNT_IMAP_URL": server.url(),
        "SCAMHUNT_CLOCK": "2026-11-22T06:00",
        "SCAMHUNT_TRUST_NAMES": "on",
        "SCAMHUNT_FETCH_ALLOW_NETS": "127.0.0.0/8",
    }
    command = [sys.executable, "-m", "scamhunt", *arguments]
    return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_a_sweep_of_a_mailbox(tmp_path: Path, server: Mailserver) -> None:
    """A number and a name become candidates; neither the password nor a word of the mails is kept anywhere."""
    done = run(tmp_path, server, "sweep", "--feed", "mailbox", "--format", "json")
    assert done.returncode == 0, done.stderr
    (feed,) = json.loads(done.stdout)["feeds"]
    assert (feed["status"], feed["read"], feed["accepted"]) == ("ok", 4, 4)
    listed = run(tmp_path, server, "candidates", "list", "--format", "json")
    found = {one["indicator"]: one for one in json.loads(listed.stdout)}
    assert found.keys() == {NUMBER, "amazon-refund-desk.com"}
    assert found[NUMBER]["role"] == "callback"
    shown = done.stdout + done.stderr
    kept = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    for word in (PASSWORD, USER, "Anna", "anna", "passport", "charged", "0147", "weather.example"):
        assert word not in shown
        assert word.encode() not in kept

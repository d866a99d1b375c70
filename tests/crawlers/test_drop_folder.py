"""The drop folder: each file once, the others go on, and what it remembers stays small."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from scamhunt import bundle, testing
from scamhunt.errors import FeedFailed
from scamhunt.gather.drive import drive
from scamhunt.model import Batch, Fetch, Kind, Notice, Reply, Snapshot

CRAWLER = bundle.crawlers(Path("/no-overlay"))["drop_folder"]
SAVED = Path(__file__).parent / "drop_folder"
TABLE = b"number,role\n+18885550142,callback\n"
MAIL = (
    b"From: a@example.com\nSubject: refund\nDate: Fri, 20 Nov 2026 08:00:00 +0000\n\n"
    b"---- Forwarded message ----\nCall +1 888 555 0143 now.\n"
)
FROM = b"From a@example.com Fri Nov 20 08:00:00 2026\n"


def listing(*names: str, size: int = 1, more: int = 0) -> bytes:
    """Return the listing of a folder."""
    files = [{"name": name, "size": size, "modified": 1} for name in names]
    return json.dumps({"files": files, "more": more}).encode()


def crawl(mark: str, files: Mapping[str, bytes], **facts: int) -> tuple[list[Batch | Notice], list[str]]:
    """Return what comes of a folder, and what was asked for."""
    asked: list[str] = []
    answer = testing.answers({f"configured:/{name}": body for name, body in files.items()}, listing(*files, **facts))

    def noted(one: Fetch | Snapshot) -> Reply:
        assert isinstance(one, Fetch)
        asked.append(one.url)
        found = answer(one)
        assert isinstance(found, Reply)
        return found

    return list(drive(CRAWLER.crawl(mark), noted)), asked


def marks(steps: list[Batch | Notice]) -> list[str]:
    """Return the marks of the batches, in order."""
    return [step.mark for step in steps if isinstance(step, Batch)]


def done(mark: str) -> list[str]:
    """Return what a mark says was read."""
    found = json.loads(mark)["done"]
    assert isinstance(found, list)
    return found


def values(steps: list[Batch | Notice]) -> list[str]:
    """Return all values."""
    return [value for step in steps if isinstance(step, Batch) for value in step.values]


def test_a_file_is_read_once() -> None:
    """The mark moves behind the last row of a file; a second look asks for the listing alone."""
    steps, _ = crawl("", {"a.csv": TABLE})
    before, after = marks(steps)
    assert (values(steps), done(before), len(done(after))) == (["+18885550142"], [], 1)
    assert json.loads(before)["begun"] == done(after)[0]
    assert json.loads(after)["begun"] == ""
    assert crawl(after, {"a.csv": TABLE}) == ([], ["configured:"])


def test_a_file_that_changed_is_read_again() -> None:
    """A name with another size or time is another file; what it was known by before is forgotten."""
    mark = marks(crawl("", {"a.csv": TABLE, "b.csv": TABLE})[0])[-1]
    steps, asked = crawl(mark, {"a.csv": TABLE}, size=2)
    assert asked == ["configured:", "configured:/a.csv"]
    assert len(done(marks(steps)[-1])) == 1


def test_a_file_in_which_a_run_ended_comes_last_in_the_next() -> None:
    """Whatever stops a run in the middle of a file, the other files are read before it is tried again."""
    files = {"a.csv": TABLE, "b.csv": TABLE, "c.csv": TABLE}
    first = marks(crawl("", files)[0])[0]
    steps, asked = crawl(first, files)
    assert [url[-5:] for url in asked[1:]] == ["b.csv", "c.csv", "a.csv"]
    assert len(done(marks(steps)[-1])) == 3


@pytest.mark.parametrize(
    ("endless", "kind"),
    [
        (b"number\n" + b"+18885550199\n" * 600_000, "a table"),
        (b"a.example\n" * 300_000, "a list of names"),
        (b"number\n" + b",,\n" * 300_000, "broken rows"),
    ],
)
def test_a_file_without_an_end_stops_no_other(endless: bytes, kind: str) -> None:
    """Of one file some 100,000 rows are read; it is told by name, counts as read, and the next one comes."""
    steps, _ = crawl("", {"endless.csv": endless, "good.csv": TABLE})
    notices = [step for step in steps if isinstance(step, Notice)]
    text = "'endless.csv': more than 100,000 rows; the rest of it was not read: cut it into several"
    assert notices == [Notice(text, held=True)], kind
    rows = [step.rows for step in steps if isinstance(step, Batch)]
    assert 100_000 < sum(rows[:-3]) <= 150_000
    assert values(steps)[-1] == "+18885550142"
    assert len(done(marks(steps)[-1])) == 2


@pytest.mark.parametrize(
    ("feed", "body"),
    [
        ("ftc_dnc", ",".join(bundle.crawlers(Path("/no-overlay"))["ftc_dnc"].feed.columns).encode() + b"\n"),
        ("fcc_calls", ",".join(bundle.crawlers(Path("/no-overlay"))["fcc_calls"].feed.columns).encode() + b"\n"),
        ("misp", b'{"Event": {"info": "x", "Attribute": []}}'),
    ],
)
def test_a_publishers_file_is_sent_where_it_belongs(feed: str, body: bytes) -> None:
    """A day of complaints or an event is no table of the team's own: it is named, with the command that reads it."""
    steps, _ = crawl("", {"day.csv": body, "good.csv": TABLE})
    (notice,) = (step for step in steps if isinstance(step, Notice))
    assert notice.text == (
        f"'day.csv': a file of the feed {feed}, not the team's own; read it in with: scamhunt feeds import FILE"
    )
    assert values(steps) == ["+18885550142"]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b"\0\1\2" * 500, "no table of numbers"),
        (b"just words\n", "no table of numbers"),
        (b"+18885550142\n+18885550143\n", "no table of numbers"),
        (b"phone,telephone\n+18885550142,+18885550143\n", "may stand in phone or telephone"),
        (b'[{"number": "+18885550199"}, {"number"', "ends before its last bracket"),
        (MAIL + b"x" * (25 * 2**20), "a mail of more than 26,214,400 bytes"),
        (FROM + MAIL + b"x" * (25 * 2**20), "a mail of more than 26,214,400 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_the_others_go_on(bad: bytes, why: str) -> None:
    """It is tried again the next time, for it is not in the mark; nothing of it is quoted."""
    steps, _ = crawl("", {"bad.bin": bad, "good.csv": TABLE})
    (notice,) = (step for step in steps if isinstance(step, Notice))
    assert notice.text.startswith("'bad.bin': ")
    assert why in notice.text
    assert "5550" not in notice.text
    assert values(steps)[-1] == "+18885550142"
    assert len(done(marks(steps)[-1])) == 1


def test_an_empty_file_is_done() -> None:
    """Nothing to read is no fault."""
    steps, _ = crawl("", {"empty.csv": b"", "blank.txt": b"\n\n"})
    assert (values(steps), len(done(marks(steps)[-1]))) == ([], 2)


def test_a_file_that_is_gone_or_refused_is_told() -> None:
    """What fails outside is a sentence with the file's name."""

    def answer(asked: Fetch | Snapshot) -> Reply:
        assert isinstance(asked, Fetch)
        if asked.url != "configured:":
            raise FeedFailed("no such file or directory; look at the file")
        return testing.reply(listing("a\u202e\n.csv"))

    (notice,) = drive(CRAWLER.crawl(""), answer)
    assert notice == Notice("'a\\u202e\\n.csv': no such file or directory; look at the file")


@pytest.mark.parametrize("name", ["a b.csv", "50%.csv", "{date-1}.csv", "ü.csv", "a?b#c.csv", "bad\udcff.csv"])
def test_any_name_is_asked_for_as_it_is(name: str) -> None:
    """A name is %-encoded, so that nothing in it is read as an address or filled in."""
    steps = CRAWLER.crawl("")
    next(steps)
    asked = steps.send(testing.reply(listing(name)))
    assert isinstance(asked, Fetch)
    assert set(asked.url.removeprefix("configured:/")) <= set("abcdefghijklmnopqrstuvwxyz.-_%0123456789ABCDEF")


def test_names_are_names_and_addresses_are_addresses() -> None:
    """A list of names gives both kinds; its bad rows are masked."""
    steps, _ = crawl("", {"names.txt": b"amazon-refund-desk.com\nhttps://weather.example/x\nQuilla\xff\n"})
    batch = steps[0]
    assert isinstance(batch, Batch)
    assert list(batch.kinds) == [Kind.DOMAIN, Kind.URL]
    assert [(row.line, row.raw) for row in batch.rejected] == [(3, b"xxxxxxx")]


@pytest.mark.parametrize("count", [1, 3, 1_200])
def test_a_file_of_mails_gives_each_its_number(count: int) -> None:
    """The line of a row is the number of its mail; batches stay small."""
    steps, _ = crawl("", {"mails.mbox": (FROM + MAIL + b"\n") * count})
    found = [step for step in steps if isinstance(step, Batch) and step.values]
    assert [line for batch in found for line in batch.lines] == list(range(1, count + 1))
    assert [len(batch.values) for batch in found] == [1_000] * (count // 1_000) + [count % 1_000]
    assert {batch.schema for batch in found} == {"mail"}


def test_a_file_of_too_many_mails_is_cut_and_told() -> None:
    """The first two thousand are read; the rest is said."""
    steps, _ = crawl("", {"mails.mbox": (FROM + MAIL + b"\n") * 2_001})
    assert len(values(steps)) == 2_000
    assert [step.text for step in steps if isinstance(step, Notice)] == [
        "'mails.mbox': only the first 2,000 mails were read; cut it into several files"
    ]


def test_a_line_that_begins_with_from_is_no_new_mail() -> None:
    """Only a line as mbox writes it parts two mails."""
    mail = MAIL + b"\nFrom Monday on we open at 08:00\nFrom here call +1 888 555 0144\n"
    steps, _ = crawl("", {"mails.mbox": FROM + mail})
    assert {line for step in steps if isinstance(step, Batch) for line in step.lines} == {1}


def test_nothing_of_who_dropped_it_leaves_the_crawler() -> None:
    """Of the saved mails and tables no name, address or number of the forwarder is in what comes."""
    saved = {name: (SAVED / name).read_bytes() for name in ("forward.eml", "mails.mbox", "notes.txt", "reports.csv")}
    steps, _ = crawl("", saved)
    assert values(steps).count("+18885550143") == 1
    assert [word for word in ("Quilla", "quilla@", "0177", "4711") if word in repr(values(steps))] == []

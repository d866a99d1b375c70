import csv
import gzip
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.cells import cell_len

from scamhunt.cli import entry

PACK = """
[[brand]]
id = "amazon"
name = "Amazon"
domains = ["amazon.com", "amazon.de"]

[[brand]]
id = "paypal"
name = "PayPal"
domains = ["paypal.com"]
"""
NAMES = ["amazon-refund-desk.com", "weather-in-oslo.com", "secure-paypa1.com", "amazon-paypal-help.net"]


def environment(home: Path) -> dict[str, str]:
    """Return ours without settings, with a state folder that does not exist."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
    return {**ours, "SCAMHUNT_HOME": str(home / "none"), "XDG_CONFIG_HOME": str(home)}


def command(home: Path, *arguments: str) -> list[str]:
    """Return the command line of `scamhunt score` with a small pack of brands."""
    pack = home / "pack.toml"
    pack.write_text(PACK, "utf-8")
    return [sys.executable, "-m", "scamhunt", "score", "--brands", str(pack), *arguments]


@dataclass(frozen=True)
class Done:
    """What a run printed and its exit code."""

    returncode: int
    out: str
    err: str


Score = Callable[..., Done]


@pytest.fixture
def score(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Score:
    """Return a function that scores lines from a file."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SCAMHUNT_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def run(*arguments: str, lines: bytes | list[str] | None = None) -> Done:
        if lines is not None:
            body = lines if isinstance(lines, bytes) else ("\n".join(lines) + "\n").encode()
            (tmp_path / "lines").write_bytes(body)
            arguments = (str(tmp_path / "lines"), *arguments)
        code = entry.run(command(tmp_path, *arguments)[3:])
        return Done(code, *capsys.readouterr())

    return run


def matches(done: Done) -> list[dict[str, object]]:
    """Return the objects of a jsonl output."""
    return [json.loads(line) for line in done.out.splitlines()]


def test_a_line_of_jsonl_is_a_match_in_input_order_then_by_score(tmp_path: Path, score: Score) -> None:
    """Scripts read one object a match, with the fields of the contract, and the run leaves no state folder behind."""
    done = score("--min-score", "0", "--format", "jsonl", lines=NAMES)
    found = matches(done)
    assert done.returncode == 0
    assert [(one["indicator"], one["brand"]) for one in found[:2]] == [(NAMES[0], "amazon"), (NAMES[2], "paypal")]
    assert [one["indicator"] for one in found[2:]] == [NAMES[3], NAMES[3]]
    assert float(str(found[2]["score"])) >= float(str(found[3]["score"]))
    for one in found:
        assert list(one) == ["indicator", "kind", "brand", "score", "reasons", "text", "span", "word"]
        assert (one["kind"], one["text"], one["word"]) == ("domain", one["indicator"], one["brand"])
        assert one["span"] in ([0, 6], [7, 13])
        assert isinstance(one["reasons"], list)
        assert all(set(reason) == {"signal", "weight", "text"} for reason in one["reasons"])
    assert done.err == "4 lines read: 4 matches; 0 lines could not be read\n"
    assert not (tmp_path / "none").exists()


def test_the_other_formats_hold_the_same_matches(score: Score) -> None:
    """A spreadsheet, a script and a person see the same."""
    expected = matches(score("--min-score", "0", "--format", "jsonl", lines=NAMES))
    array = score("--min-score", "0", "--format", "json", lines=NAMES)
    assert json.loads(array.out) == expected
    sheet = score("--min-score", "0", "--format", "csv", lines=NAMES).out
    head, *rows = csv.reader(io.StringIO(sheet))
    assert head == ["indicator", "kind", "brand", "score", "reasons"]
    names = [(one["indicator"], one["brand"]) for one in expected]
    assert [(row[0], row[2]) for row in rows] == names
    assert [float(row[3]) for row in rows] == [one["score"] for one in expected]
    text = score("--min-score", "0", lines=NAMES).out.splitlines()
    assert [tuple(line.split()[1:3]) for line in text if not line.startswith(" ")] == names


def test_the_table_shows_which_part_was_read_as_the_brand(score: Score) -> None:
    """The brand's letters stand under the name, with a mark where they differ; columns keep their places."""
    lines = score("--min-score", "0", lines=[NAMES[2], "楽天-paypal.com", "xn--aypal-uye.com"]).out.splitlines()
    assert [line.split()[1:3] for line in (lines[0], lines[3])] == [[NAMES[2], "paypal"], ["楽天-paypal.com", "paypal"]]
    assert {cell_len(line.partition("  paypal ")[0]) for line in (lines[0], lines[3])} == {7 + 34}
    assert [*lines[1:3], lines[4]] == [" " * 14 + "paypal", " " * 19 + "^", " " * 12 + "paypal"]
    assert lines[5][7:24] == "xn--aypal-uye.com"
    assert lines[6:] == ["       рaypal.com", "       paypal", "       ^"]


def test_no_line_of_the_table_is_wider_than_the_terminal(tmp_path: Path, on_terminal: Callable[..., str]) -> None:
    """A long name is cut at the terminal's edge, in columns, and the brand's part is shown below it."""
    (tmp_path / "list").write_text(f"{'楽' * 30}.{'a' * 50}.secure-paypa1.com\n", "utf-8")
    arguments = [*command(tmp_path, str(tmp_path / "list"), "--min-score", "0")[3:]]
    program = f"import sys, scamhunt.cli\nsys.argv = {['scamhunt', *arguments]!r}\nscamhunt.cli.main()\n"
    first, *below = on_terminal(program, **environment(tmp_path) | {"COLUMNS": "60"}).splitlines()[:4]
    assert cell_len(first) == 60
    assert [line.lstrip(" …a") for line in below] == [".secure-paypa1.com", "paypal", "^"]
    assert below[1].index("paypal") == below[0].index("paypa1")


def test_unreadable_lines_are_named_and_never_stop_the_run(score: Score) -> None:
    """Each bad line has its number, its reason and its escaped value on stderr; the good one is found; exit 0."""
    body = b"127.0.0.1\n\n# a comment\n\x00\x1b[31mevil.com\n" + b"a" * 300 + b".com\ngood-amazon-login.com\n"
    done = score("--min-score", "0", "--format", "jsonl", lines=body)
    told = done.err.splitlines()
    assert done.returncode == 0
    assert [one["indicator"] for one in matches(done)] == ["good-amazon-login.com"]
    assert [line.split(":")[0] for line in told[:3]] == ["line 1", "line 4", "line 5"]
    assert "IP address" in told[0]
    assert "\\u{0}\\u{1b}[31mevil.com" in told[1]
    assert told[2].endswith("…")
    assert told[3] == "4 lines read: 1 match; 3 lines could not be read"
    assert max(map(len, told)) < 200


def test_after_a_thousand_unreadable_lines_the_rest_is_counted(score: Score) -> None:
    """A file of garbage does not flood the log."""
    done = score("--format", "jsonl", lines=[f"10.0.{at // 250}.{at % 250}" for at in range(1_312)])
    told = done.err.splitlines()
    assert done.returncode == 0
    assert len(told) == 1_002
    assert told[999].startswith("line 1000: ")
    assert told[1000:] == [
        "... and 312 more lines that cannot be read",
        "1,312 lines read: 0 matches; 1,312 lines could not be read",
    ]


def test_top_keeps_the_strongest(score: Score) -> None:
    """`--top 2` prints the two with the highest scores, the strongest first."""
    scores = [one["score"] for one in matches(score("--min-score", "0", "--format", "jsonl", lines=NAMES))]
    best = matches(score("--min-score", "0", "--top", "2", "--format", "jsonl", lines=NAMES))
    assert [one["score"] for one in best] == sorted(scores, key=lambda value: -float(str(value)))[:2]


def test_min_score_leaves_the_weaker_out(score: Score) -> None:
    """Nothing below the bar is printed."""
    everything = matches(score("--min-score", "0", "--format", "jsonl", lines=NAMES))
    bar = max(float(str(one["score"])) for one in everything)
    strongest = matches(score("--min-score", str(bar), "--format", "jsonl", lines=NAMES))
    assert [one["score"] for one in strongest] == [bar] * len(strongest)
    assert 0 < len(strongest) < len(everything)


def test_urls_are_scored_by_their_host(score: Score) -> None:
    """`--kind url` takes addresses and says so in each match."""
    done = score("--kind", "url", "--min-score", "0", "--format", "jsonl", lines=["https://amazon-refund-desk.com/a?b"])
    assert [(one["kind"], one["brand"]) for one in matches(done)] == [("url", "amazon")]


def test_a_compressed_file_is_read_as_it_is(tmp_path: Path, score: Score) -> None:
    """Nobody has to unpack a list first."""
    (tmp_path / "list.gz").write_bytes(gzip.compress("\n".join(NAMES).encode()))
    done = score(str(tmp_path / "list.gz"), "--min-score", "0", "--format", "jsonl")
    assert len(matches(done)) == 4


def test_a_truncated_file_is_told_after_what_was_good(tmp_path: Path, score: Score) -> None:
    """A list that was cut is exit 3 in words, not a shorter list."""
    (tmp_path / "cut.gz").write_bytes(gzip.compress("\n".join(NAMES * 100).encode())[:-9])
    done = score(str(tmp_path / "cut.gz"), "--format", "jsonl")
    assert done.returncode == 3
    assert done.err == f"error: {tmp_path / 'cut.gz'}: the gzip file is cut off; fetch it again\n"


def test_what_is_no_list_is_told_with_its_name(tmp_path: Path, score: Score) -> None:
    """Of several files in a loop a person sees which one is a web page."""
    done = score(lines=b"<html><body>maintenance</body></html>\n")
    assert done.returncode == 3
    assert done.err.startswith(f"error: {tmp_path / 'lines'}: an HTML page came")
    piped = subprocess.run(
        command(tmp_path), input=b"<html>", capture_output=True, env=environment(tmp_path), check=False
    )
    assert piped.stderr.startswith(b"error: stdin: an HTML page came")


def test_one_is_told_as_one(score: Score) -> None:
    """The closing line reads well for a single match and a single bad line."""
    told = score(lines=[NAMES[0], "127.0.0.1"]).err.splitlines()
    assert told[-1] == "2 lines read: 1 match; 1 line could not be read"


@pytest.mark.parametrize("where", ["terminal", "file"])
def test_a_long_list_shows_its_progress_beside_its_matches(
    tmp_path: Path, on_terminal: Callable[..., str], where: str
) -> None:
    """A person sees how far it is; no drawing stands in a match, and matches that go to a file all go there."""
    (tmp_path / "list").write_text("\n".join([NAMES[0], *["weather-in-oslo.com"] * 60_000, NAMES[2]]), "utf-8")
    arguments = [*command(tmp_path, str(tmp_path / "list"), "--format", "jsonl")[3:]]
    program = (
        "import os, sys, scamhunt.cli\n"
        f"if {where == 'file'}: os.dup2(os.open({str(tmp_path / 'out')!r}, os.O_CREAT | os.O_WRONLY), 1)\n"
        "from scamhunt.cli import progress\n"
        "progress.PATIENCE = 0\n"  # a list that takes a second would do as well
        f"sys.argv = {['scamhunt', *arguments]!r}\n"
        "scamhunt.cli.main()\n"
    )
    drawn = on_terminal(program, **environment(tmp_path) | {"COLUMNS": "200", "TERM": "xterm"})
    assert re.search(r" list [0-9]{2},[0-9]{3} rows", drawn)
    shown = (tmp_path / "out").read_text("utf-8") if where == "file" else drawn
    found = [line for line in re.split(r"[\r\n]+|\x1b\[[0-9;?]*[A-Za-z]", shown) if "indicator" in line]
    assert [json.loads(line)["indicator"] for line in found] == [NAMES[0], NAMES[2]]
    assert drawn.splitlines()[-1].endswith("60,002 lines read: 2 matches; 0 lines could not be read")


@pytest.mark.parametrize("name", ["no-such-file.txt", "."])
def test_a_file_that_cannot_be_read_is_the_users_mistake(score: Score, name: str) -> None:
    """Exit 2 and the name, in one line."""
    done = score(name)
    assert (done.returncode, done.out) == (2, "")
    assert done.err.startswith(f"error: {name}: ")
    assert len(done.err.splitlines()) == 1


def test_a_broken_pack_is_explained(tmp_path: Path, score: Score) -> None:
    """Faults of a pack come before any line is read."""
    broken = tmp_path / "broken.toml"
    broken.write_text('[[brand]]\nid = "x"\nname = "X"\ndomians = ["x.com"]\n', "utf-8")
    done = score("--brands", str(broken), lines=NAMES)
    assert done.returncode == 2
    assert "broken.toml:4" in done.err
    assert done.out == ""


def test_a_terminal_with_nothing_typed_gets_the_help(tmp_path: Path) -> None:
    """Somebody who forgot the file learns how to name it, instead of waiting."""
    ours, theirs = pty.openpty()
    done = subprocess.run(
        command(tmp_path), stdin=theirs, capture_output=True, env=environment(tmp_path), check=False, timeout=60
    )
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 2
    assert done.stderr.startswith(b"Usage: scamhunt score")


def test_results_come_while_the_input_still_flows_and_a_signal_ends_it(tmp_path: Path) -> None:
    """A stream has no end, so its matches cannot wait for it; a stopped run says so and exits with 3."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    run = command(tmp_path, "-", "--min-score", "0", "--format", "jsonl")
    with subprocess.Popen(run, env=environment(tmp_path), **pipes) as process:  # type: ignore[call-overload]  # pipes by name
        process.stdin.write(NAMES[0].encode() + b"\n" + b"weather-in-oslo.com\n" * 60_000)
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["indicator"] == NAMES[0]
        time.sleep(0.3)  # it waits for more
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 3
        assert process.stderr.read() == b"error: stopped; run the same again, it goes on where it was\n"

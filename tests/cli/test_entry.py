import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

import scamhunt
from scamhunt import errors
from scamhunt.cli import entry

RUN = "import scamhunt.cli, sys, time, os\nfrom scamhunt import errors\nfrom scamhunt.cli import output\n"


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return ours without settings, with a state and home folder of its own."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SCAMHUNT_")}
    return {**ours, "SCAMHUNT_HOME": str(home), "HOME": str(home), "XDG_CONFIG_HOME": str(home), **more}


def run(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a user would."""
    command = [sys.executable, "-m", "scamhunt", *arguments]
    return subprocess.run(command, capture_output=True, env=environment(home, **more), check=False, timeout=60)


def script(body: str) -> list[str]:
    """Return the program with one more command, `act`, that does what a test needs."""
    indented = "".join(f"    {line}\n" for line in body.split("\n"))
    return [sys.executable, "-c", f"{RUN}@scamhunt.cli.app.command()\ndef act():\n{indented}scamhunt.cli.main()", "act"]


def act(home: Path, body: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command that does what a test needs."""
    return subprocess.run(script(body), capture_output=True, env=environment(home), check=False, timeout=60)


def test_version(tmp_path: Path) -> None:
    """`--version` says the package's version and nothing else."""
    done = run(tmp_path, "--version")
    assert (done.returncode, done.stdout.decode()) == (0, f"scamhunt {scamhunt.__version__}\n")


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (errors.UserError("no such thing"), 2, "error: no such thing\n"),
        (errors.SettingsError("one\ntwo"), 2, "error: one\nerror: two\n"),
        (errors.BrandPackError(["a:1: x", "a:2: y"]), 2, "error: a:1: x\nerror: a:2: y\n"),
        (errors.StoreError("disk full"), 3, "error: disk full\n"),
        (errors.LeaseHeld("another run"), 4, "error: another run\n"),
        (errors.ProtectedTarget("protected"), 5, "error: protected\n"),
        (errors.UserError("a\x1b[31m"), 2, "error: a\\u{1b}[31m\n"),
        (
            OSError(28, "No space left on device", "/x"),
            3,
            "error: the system refused: No space left on device (/x); mend that and run the same again\n",
        ),
        (typer.BadParameter("odd"), 2, "error: Invalid value: odd\n"),
    ],
)
def test_each_error_has_its_words_and_exit_code(
    error: Exception, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script tells the user's mistake from the outside world's by the exit code; a person reads one line a fault."""
    assert entry.explain(error) == code
    assert capsys.readouterr().err == told


def test_what_was_printed_before_an_error_is_not_lost(tmp_path: Path) -> None:
    """The good part of a list comes out although the rest failed."""
    done = act(tmp_path, "output.write('before\\n')\nraise errors.LeaseHeld('another run')")
    assert (done.returncode, done.stdout, done.stderr) == (4, b"before\n", b"error: another run\n")


def test_a_bug_says_that_it_is_one(tmp_path: Path) -> None:
    """What nobody foresaw: exit 1, one line to read and the traceback to report below it."""
    done = act(tmp_path, "raise ValueError('odd \\x1b[31m')")
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 1
    assert lines[0] == "error: a bug: ValueError: odd \\u{1b}[31m; please report it with the lines below"
    assert lines[1] == "Traceback (most recent call last):"
    assert "\x1b" not in done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["cnadidates"], "Did you mean 'candidates'?"),
        (["candidates", "comfirm"], "Did you mean 'confirm'?"),
        (["candidates", "list", "--limti", "3"], "--limit"),
        (["candidates", "list", "--format", "xml"], "'xml' is not one of 'table', 'json', 'jsonl', 'csv'"),
        (["candidates", "list", "--state", "maybe"], "'maybe' is not one of"),
        (["candidates", "list", "--kind", "mail"], "'mail' is not one of"),
        (["candidates", "list", "--min-score", "2"], "--min-score"),
        (["candidates", "list", "--min-score", "nan"], "--min-score"),
        (["candidates", "list", "--limit", "0"], "--limit"),
        (["candidates", "show"], "Missing argument"),
        (["quarantine", "show", "x\x1b[31m"], "ID"),
        (["score", "--kind", "fax"], "'fax' is not one of"),
        (["score", "--top", "0"], "--top"),
        (["score", "a", "b"], "unexpected extra argument"),
        (["\x1b]0;x\x07"], "No such command"),
    ],
)
def test_wrong_arguments_are_explained(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, what is wrong, what was likely meant, and where the help is."""
    assert entry.run(arguments) == 2
    out, text = capsys.readouterr()
    assert out == ""
    assert text.startswith("error: ")
    assert told in text
    assert "Value error" not in text
    assert "\x1b" not in text
    assert text.splitlines()[-1].startswith("try: scamhunt")


@pytest.mark.parametrize("arguments", [[], ["candidates"], ["brands"]])
def test_a_noun_alone_shows_its_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody who does not know the commands learns them; a script sees exit 2."""
    assert entry.run(arguments) == 2
    assert capsys.readouterr().err.startswith(" ".join(["Usage: scamhunt", *arguments]))


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    """`scamhunt ... | head -1` ends quietly."""
    body = "for at in range(200_000):\n    output.write(f'line {at}\\n')"
    with subprocess.Popen(
        script(body), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path)
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == b"line 0\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["act"]])
def test_a_full_disk_behind_stdout_is_told(tmp_path: Path, arguments: list[str]) -> None:
    """Output that could not be written is never a success."""
    command = [*script("output.write('x' * 100_000)")[:-1], *arguments]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, env=environment(tmp_path), check=False, timeout=60
        )
    assert done.returncode == 3
    assert "No space left on device" in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_in_order(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C and `kill` let the run clean up, say how to go on, and exit with 3."""
    body = "try:\n    print('up', flush=True)\n    time.sleep(60)\nfinally:\n    print('cleaned', flush=True)"
    with subprocess.Popen(
        script(body), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path)
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == b"up\n"
        process.send_signal(number)
        assert process.stdout.read() == b"cleaned\n"
        assert process.stderr.read() == b"error: stopped; run the same again, it goes on where it was\n"
        assert process.wait(30) == 3


def test_a_signal_is_not_lost_in_a_finalizer(tmp_path: Path) -> None:
    """Where Python cannot raise, the stop comes a moment later, in the same words and without a traceback."""
    gone = "class Gone:\n    def __del__(self):\n        import signal\n        signal.raise_signal(signal.SIGINT)"
    done = act(tmp_path, f"{gone}\nGone()\ntime.sleep(60)\nprint('never')")
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr == b"error: stopped; run the same again, it goes on where it was\n"


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    """Who presses Ctrl-C twice does not wait for the clean-up."""
    nap = "time.sleep(60)"
    body = f"try:\n    print('up', flush=True)\n    {nap}\nfinally:\n    print('slow', flush=True)\n    {nap}"
    start = time.monotonic()
    with subprocess.Popen(
        script(body), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path)
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"up\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == b"slow\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 3
    assert time.monotonic() - start < 10


def test_the_locale_does_not_matter(tmp_path: Path) -> None:
    """UTF-8 comes out in a C locale and where the system says something else."""
    for more in ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "cp1252"}):
        command = script("output.write('m\\xfc \\ud800 \\u4f8b\\n')\noutput.tell('\\xf6')")
        done = subprocess.run(command, capture_output=True, env=environment(tmp_path, **more), check=False, timeout=60)
        assert (done.stdout, done.stderr) == ("mü \\ud800 例\n".encode(), "ö\n".encode())


def test_files_belong_to_the_user_alone(tmp_path: Path) -> None:
    """What a command writes is 0600 and its folders 0700, whatever the shell's umask is."""
    act(tmp_path, f"os.mkdir({str(tmp_path / 'folder')!r})\nopen({str(tmp_path / 'file')!r}, 'w').close()")
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_do_not_break_it(tmp_path: Path, closed: str) -> None:
    """Some schedulers start programs without stdout or stderr."""
    line = f"exec {sys.executable} -m scamhunt --version {closed}"
    assert subprocess.run(["/bin/sh", "-c", line], env=environment(tmp_path), check=False, timeout=60).returncode == 0


def complete(home: Path, words: str) -> list[str]:
    """Ask for completions as bash does."""
    at = str(len(words.split()) - 1)
    done = run(home, _SCAMHUNT_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=at)
    return done.stdout.decode().split()


def test_the_shell_completes_commands_and_options(tmp_path: Path) -> None:
    """`scamhunt cand<TAB>` is answered through the protocol of the shell."""
    assert complete(tmp_path, "scamhunt cand") == ["candidates"]
    assert complete(tmp_path, "scamhunt candidates con") == ["confirm"]
    assert complete(tmp_path, "scamhunt candidates list --min") == ["--min-score"]


def test_completion_can_be_shown_and_installed(tmp_path: Path) -> None:
    """The script for the user's shell is printed, or put where the shell reads it."""
    for option in ("--show-completion", "--install-completion"):
        line = f"{sys.executable} -m scamhunt {option}; exit $?"
        done = subprocess.run(
            ["/bin/bash", "-c", line], capture_output=True, env=environment(tmp_path), check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        assert b"ompletion" in done.stdout
    assert "scamhunt" in (tmp_path / ".bashrc").read_text("utf-8")


def test_completion_for_a_shell_that_is_not_known_is_the_users_mistake(tmp_path: Path) -> None:
    """Where no script can be put anywhere, it says so and exits with 2, not as a bug."""
    shell = tmp_path / "tcsh"
    shell.symlink_to("/bin/sh")  # the name of the parent process is what counts
    line = f"{sys.executable} -m scamhunt --install-completion; exit $?"
    done = subprocess.run([shell, "-c", line], capture_output=True, env=environment(tmp_path), check=False, timeout=60)
    assert done.returncode == 2
    assert b"is not supported" in done.stdout

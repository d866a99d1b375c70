"""Start and end of a command: signals, the character set, and from an error to words and an exit code."""

import os
import signal
import sys
import threading
import traceback
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import TextIO

import typer

from scamhunt.cli import output
from scamhunt.cli.app import app
from scamhunt.errors import ScamhuntError

COMPLETION = "_SCAMHUNT_COMPLETE"
"""The shell sets it when it asks for completions."""
AGAIN = 0.01
"""Seconds after which a stop that was lost is tried again."""
STOPPED = 3
"""The exit code of a run that was told to stop."""


def main() -> None:
    """Run the command line and end the process with its exit code (DESIGN.md section 4)."""
    _prepare()
    if COMPLETION in os.environ:
        app(prog_name="scamhunt")
    sys.exit(run(sys.argv[1:]))


def _prepare() -> None:
    os.umask(0o077)
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    _listen()
    sys.unraisablehook = _unraisable


def _listen() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)


def _unraisable(lost: "sys.UnraisableHookArgs") -> None:
    """Stop again, a moment later, where a stop fell into a place that cannot raise, as a finalizer does."""
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    _listen()
    threading.Timer(AGAIN, os.kill, (os.getpid(), signal.SIGINT)).start()


def _nowhere() -> TextIO:
    """Take the place of a stream that the caller closed: Python has None there."""
    return Path(os.devnull).open("w", encoding="utf-8")  # open for as long as the process lives


def _stop(_number: int, _frame: FrameType | None) -> None:
    """End in order at the first signal and at once at the second."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(STOPPED))
    raise KeyboardInterrupt


def run(arguments: list[str]) -> int:
    """Run one command and bring its output to the other end; tell what goes wrong; return the exit code."""
    try:
        code = _invoke(arguments)
        output.flush()
    except (output.ReaderGone, BrokenPipeError):
        output.silence()
        return 0
    except KeyboardInterrupt:
        return _fail("stopped; run the same again, it goes on where it was", STOPPED)
    except Exception as error:  # noqa: BLE001  # the last line of defence
        return explain(error)
    return code


def explain(error: Exception) -> int:
    """Tell an error on stderr in words; return its exit code."""
    if isinstance(error, ScamhuntError):
        return _fail(str(error), error.exit_code)
    if isinstance(error, typer.TyperException):
        return _misused(error)
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return _fail(f"the system refused: {error.strerror or error}{where}; mend that and run the same again", 3)
    return _bug(error)


def _invoke(arguments: list[str]) -> int:
    # Not `app()`: typer ends the process itself with codes of its own for a broken pipe and for Ctrl-C.
    command = typer.main.get_command(app)
    try:
        with command.make_context("scamhunt", arguments) as context:
            command.invoke(context)
    except typer.Exit as end:
        return 2 if end.exit_code == 1 else end.exit_code  # typer's own 1: it cannot install into this shell
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _misused(error: typer.TyperException) -> int:
    """Tell what is wrong with the arguments, and where help is."""
    context = getattr(error, "ctx", None)
    message = error.format_message().replace("Value error, ", "")
    if context is None:
        return _fail(message, 2)
    if message == context.get_help():  # a noun without its verb
        output.tell(message)
        return 2
    _fail(message, 2)
    output.tell("try: " + output.hint(f"{context.command_path} --help"))
    return 2


def _fail(message: str, code: int) -> int:
    """Tell each line of the message as a fault of its own; keep what was printed before it."""
    try:
        output.flush()
    except (output.ReaderGone, ScamhuntError):
        output.silence()
    output.tell("\n".join(f"error: {line}" for line in message.split("\n")))
    return code


def _bug(error: Exception) -> int:
    what = traceback.format_exception_only(error)[-1].strip()
    _fail(f"a bug: {what.splitlines()[0]}; please report it with the lines below", 1)
    output.tell("".join(traceback.format_exception(error)).rstrip())
    return 1

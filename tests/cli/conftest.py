import os
import pty
import subprocess
import sys
from collections.abc import Callable

import pytest


@pytest.fixture
def on_terminal() -> Callable[..., str]:
    """Return a function that runs a Python program on a real terminal and returns what was drawn."""

    def run(program: str, **more: str) -> str:
        ours, theirs = pty.openpty()
        plain = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        env = {**plain, "TERM": "xterm-256color", "COLUMNS": "100", **more}
        command = [sys.executable, "-c", program]
        with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as process:
            os.close(theirs)
            drawn = b"".join(iter(lambda: _piece(ours), b""))
            assert process.wait() == 0, drawn
        os.close(ours)
        return drawn.decode()

    return run


def _piece(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side is closed
        return b""

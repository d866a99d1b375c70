"""What a child gives up before it touches hostile bytes, and how it proves that it has.

The order matters: imports first (a later one may not find its file any more), then `give_up`, then the first byte.
What is claimed is asked of the kernel afterwards, not remembered; the parent uses no child that misses something.
"""

import ctypes
import os
import resource
import socket
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scamhunt.investigate import seccomp

NOBODY = 65534
"""User and group of Linux that own nothing."""
NEW_NETWORK = 0x40000000
SET_NO_NEW_PRIVS, GET_NO_NEW_PRIVS = 38, 39
HARMLESS = frozenset({"LC_CTYPE", "LANG", "TZ", "HOME", "TMPDIR", "PATH"})
"""Names that the environment of a child may have: Python itself sets LC_CTYPE."""
STREAMS = 3


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a child may still have. None: no limit of this kind."""

    cpu_seconds: int | None = None
    memory: int | None = None
    """Bytes of private memory that can be written (RLIMIT_DATA): its own, without the code that it shares."""
    files: int = STREAMS
    """Open files. Three are the streams: nothing else can be opened."""
    file_bytes: int | None = 0
    """Bytes of one file that it writes."""
    processes: int | None = 0
    """Processes of its user; not counted for root."""
    network: bool = False
    calls: bool = False
    """Whether the system calls stay that `seccomp` takes away: starting, opening, connecting. A browser needs them."""


def give_up(allowance: Allowance) -> dict[str, bool]:
    """Give up rights and limits, and return which of the properties hold, each asked of the kernel.

    A root process becomes nobody; an ordinary user stays who they are. Nothing is raised: what could not be given
    up is False in the answer, and `missing` says whether that is borne.
    """
    os.umask(0o077)
    if os.geteuid() == 0:
        if not allowance.network:
            _system("unshare", NEW_NETWORK)
        with suppress(OSError):
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
    _system("prctl", SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    told = {"no_capabilities": _no_capabilities()}
    for kind, value in _limits(allowance):
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (value, value))
    if not allowance.calls:
        told["filtered"] = seccomp.forbid()
    return told | held(allowance)


def missing(held: Mapping[str, bool], allowance: Allowance) -> list[str]:
    """Return the required properties that do not hold, by name: empty where the child may be used.

    The kernel's filter and a network of its own stand for each other: without either a child is refused that may
    have no network.
    """
    wanted = {"unprivileged", "no_secrets", "own_session", "limits"}
    if sys.platform == "linux":
        wanted |= {"no_capabilities", "no_new_privileges"}
        wanted |= set() if allowance.network else {"no_network"}
        wanted |= set() if allowance.files > STREAMS else {"no_files"}
    return sorted(name for name in wanted if held.get(name) is not True)


def held(allowance: Allowance) -> dict[str, bool]:
    """Return what the kernel says now."""
    return {
        "unprivileged": 0 not in {*os.getresuid(), *os.getresgid(), *os.getgroups()},
        "no_new_privileges": _system("prctl", GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1,
        "no_secrets": harmless(os.environ),
        "own_session": os.getsid(0) == os.getpid(),
        "limits": all(resource.getrlimit(kind) == (value, value) for kind, value in _limits(allowance)),
        "no_network": _no_network(),
        "no_files": _no_files(),
        "at_the_root": Path.cwd() == Path("/"),
    }


def harmless(environment: Collection[str]) -> bool:
    """Say whether an environment has only names that hold no secret."""
    return HARMLESS.issuperset(environment)


def _limits(allowance: Allowance) -> list[tuple[int, int]]:
    """Return each limit of the kernel and its value."""
    asked = (
        (resource.RLIMIT_CPU, allowance.cpu_seconds),
        (resource.RLIMIT_DATA, allowance.memory),
        (resource.RLIMIT_FSIZE, allowance.file_bytes),
        (resource.RLIMIT_NPROC, allowance.processes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, allowance.files),
    )
    return [(kind, value) for kind, value in asked if value is not None]


def _no_capabilities() -> bool:
    """Say whether no capability is left: `CapPrm`, `CapEff` and `CapAmb` of proc(5) are zero."""
    try:
        lines = Path("/proc/self/status").read_bytes().splitlines()
    except OSError:
        return False
    sets = [line.split()[1] for line in lines if line.startswith((b"CapPrm:", b"CapEff:", b"CapAmb:"))]
    return bool(sets) and all(int(value, 16) == 0 for value in sets)


def _no_network() -> bool:
    """Say whether not even this machine's loopback can be reached. Nothing is sent: connecting UDP only finds a way."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.connect(("127.0.0.1", 9))
    except OSError:
        return True
    return False


def _no_files() -> bool:
    """Say whether nothing more can be opened."""
    try:
        os.close(os.open("/", os.O_RDONLY))
    except OSError:
        return True
    return False


def _system(name: str, *arguments: int) -> int:
    """Call a function of the C library; -1 where it fails or there is none of this name."""
    try:
        function = getattr(ctypes.CDLL(None), name)
    except AttributeError:
        return -1
    return int(function(*(ctypes.c_ulong(argument) for argument in arguments)))

"""A network of the browser's own: nothing in it but the proxy that we listen with.

The child moves into an empty network, opens one listening socket there and hands it to its parent, who stays outside
and answers on it. What the browser does with its sockets then does not matter: there is nowhere to go. An ordinary
user may do so in a user namespace of their own, which Chromium's sandbox needs anyway.

Source: network_namespaces(7), user_namespaces(7), netdevice(7), capset(2).
"""

import asyncio
import ctypes
import fcntl
import os
import socket
import struct
from contextlib import suppress
from pathlib import Path

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
SET_FLAGS, UP_AND_RUNNING = 0x8914, 0x41
CAPABILITIES_VERSION = 0x20080522
BACKLOG = 128
HAND_OVER_SECONDS = 10.0


def enter() -> socket.socket:
    """Move into an empty network and return a listening socket in it. Raises `OSError` where that is not allowed."""
    user, group = os.geteuid(), os.getegid()
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(NEW_NETWORK if user == 0 else NEW_USER | NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "no network of its own")
    if user:
        Path("/proc/self/setgroups").write_text("deny", "ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", "ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", "ascii")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_:
        fcntl.ioctl(any_, SET_FLAGS, struct.pack("16sH14x", b"lo", UP_AND_RUNNING))
    if user:
        header, none = struct.pack("Ii", CAPABILITIES_VERSION, 0), bytes(24)
        library.capset(header, none)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(BACKLOG)
    return listening


def hand_over(channel: int, listening: socket.socket) -> None:
    """Give the socket to the parent, at the other end of the channel."""
    with socket.socket(fileno=os.dup(channel)) as to:
        socket.send_fds(to, [b"."], [listening.fileno()])
    listening.close()


async def take_over(channel: socket.socket) -> socket.socket | None:
    """Return the socket that the child hands over, None where it has none. Raises `TimeoutError`."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def readable() -> None:
        loop.remove_reader(channel)
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(channel, readable)
    try:
        await asyncio.wait_for(ready, HAND_OVER_SECONDS)
    finally:
        loop.remove_reader(channel)
    with suppress(OSError):
        _, given, _, _ = socket.recv_fds(channel, 1, 1)
        if given:
            return socket.socket(fileno=given[0])
    return None

"""A real IMAP server (pymap) on loopback, with or without TLS; and one that says what a script says."""

import asyncio
import contextlib
import socket
import ssl
import threading
from argparse import Namespace
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import trustme
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend, Identity
from pymap.backend.dict.mailbox import MailboxData
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage

USER, PASSWORD = "scams@example.com", "pa ss/w:ord%41"


@dataclass
class Mailserver:
    """The server of one test: one user, one mailbox with folders."""

    backend: DictBackend
    loop: asyncio.AbstractEventLoop
    port: int
    scheme: str

    def url(self, folder: str = "", user: str = USER, password: str = PASSWORD, host: str = "127.0.0.1") -> str:
        """Return its address with user and password, as a team sets it."""
        return f"{self.scheme}://{quote(user, '')}:{quote(password, '')}@{host}:{self.port}/{quote(folder, '')}"

    def put(self, *mails: bytes, folder: str = "INBOX") -> list[int]:
        """Put mails into a folder that there is; return their UIDs."""
        uids: list[int] = self._run(self._put(mails, folder))
        return uids

    def add_folder(self, name: str) -> None:
        """Make a folder, a new one in place of one of that name: it has another UIDVALIDITY."""
        self._run(self._add_folder(name))

    def remove(self, uid: int, folder: str = "INBOX") -> None:
        """Take a mail away as somebody else would."""
        self._run(self._remove(uid, folder))

    def flags(self, folder: str = "INBOX") -> list[set[str]]:
        """Return the flags of each mail."""
        box = self._run(self._box(folder))
        return [{str(flag) for flag in mail.permanent_flags} for mail in box._messages.values()]  # noqa: SLF001  # no public way

    def _run(self, what: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401  # what the coroutine returns
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(20)

    async def _box(self, folder: str) -> MailboxData:
        login = self.backend.login
        async with Identity(USER, login, None, frozenset()).new_session() as session:
            return await session.mailbox_set.get_mailbox(folder)

    async def _put(self, mails: tuple[bytes, ...], folder: str) -> list[int]:
        box, when = await self._box(folder), datetime(2026, 11, 22, 10, tzinfo=UTC)
        return [(await box.append(AppendMessage(mail, when, frozenset()))).uid for mail in mails]

    async def _add_folder(self, name: str) -> None:
        async with Identity(USER, self.backend.login, None, frozenset()).new_session() as session:
            with contextlib.suppress(KeyError):
                await session.mailbox_set.delete_mailbox(name)
            await session.mailbox_set.add_mailbox(name)

    async def _remove(self, uid: int, folder: str) -> None:
        await (await self._box(folder)).delete([uid])


@contextlib.contextmanager
def mailserver(
    authority: trustme.CA | None = None, name: str = "127.0.0.1", password: str = PASSWORD
) -> Iterator[Mailserver]:
    """Run a server; with an authority it speaks TLS from the first byte and has a certificate for a name."""
    context = None
    if authority:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
    loop, up = asyncio.new_event_loop(), threading.Event()
    made: list[Mailserver] = []

    async def serve() -> None:
        args = Namespace(host="127.0.0.1", port=0, debug=False, cert=None, key=None, tls=False, passlib_cfg=None)
        args.proxy_protocol, args.demo_data, args.demo_user, args.demo_password = None, False, USER, password
        backend, config = await DictBackend.init(args, invalid_user_sleep=0.0)
        config.apply_context()
        callback = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
        server = await asyncio.start_server(callback, host="127.0.0.1", port=0, ssl=context)
        made.append(Mailserver(backend, loop, server.sockets[0].getsockname()[1], "imaps" if authority else "imap"))
        up.set()
        with contextlib.suppress(asyncio.CancelledError):
            await server.serve_forever()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(task)
        for other in (left := asyncio.all_tasks(loop)):
            other.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    task = loop.create_task(serve())
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    up.wait(20)
    try:
        yield made[0]
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(20)


def done(tag: bytes, *before: bytes) -> bytes:
    """Return that a command is done, after some untagged lines."""
    return b"".join(b"* %s\r\n" % line for line in before) + b"%s OK done\r\n" % tag


USUAL: dict[str, Callable[[bytes], bytes]] = {
    "*": lambda _: b"* OK ready\r\n",
    "CAPABILITY": lambda tag: done(tag, b"CAPABILITY IMAP4rev1"),
    "EXAMINE": lambda tag: done(tag, b"1 EXISTS", b"OK [UIDVALIDITY 7] valid"),
    "LOGOUT": lambda tag: done(tag, b"BYE gone"),
}
"""What a server says that has nothing to hide."""


@dataclass
class Scripted:
    """A server that answers each command by its name; what has no answer is said to be done."""

    answers: dict[str, Callable[[bytes], bytes]]
    """What to say to a command, by its name, given its tag; `*` is the greeting, an empty answer hangs up."""
    port: int = 0
    lines: list[bytes] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        """Serve until the socket is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection = listening.accept()[0]
                with connection, contextlib.suppress(OSError):
                    self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        connection.sendall(self.answers["*"](b"*"))
        with connection.makefile("rb") as lines:
            for line in lines:
                self.lines.append(line)
                tag, name = line.split()[0], b" ".join(line.split()[1:3]).decode("ascii", "replace")
                name = name if name.startswith("UID ") else name.split()[0]
                answer = self.answers.get(name, done)(tag)
                if not answer:
                    return
                connection.sendall(answer)


@contextlib.contextmanager
def scripted(answers: dict[str, Callable[[bytes], bytes]]) -> Iterator[Scripted]:
    """Run such a server."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        one = Scripted({**USUAL, **answers})
        one.port = listening.getsockname()[1]
        threading.Thread(target=one.serve, args=(listening,), daemon=True).start()
        yield one
        listening.shutdown(socket.SHUT_RDWR)

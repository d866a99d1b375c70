"""The child that reads hostile pages and pictures: imports, gives everything up, says so, then answers frames.

A frame in: four bytes of length, so many bytes of JSON (`kind`, `size`, `headers`, `url`, `region`), `size` bytes of
body. A frame out: four bytes of length and JSON. It ends when its input does.
"""

import io
import json
import signal
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from phonenumbers import PhoneMetadata
from PIL import Image

from scamhunt.investigate import decode, sandbox
from scamhunt.investigate.page import PageError, read_page
from scamhunt.investigate.page_shown import Shown, Unreadable, to_json
from scamhunt.investigate.pictures import FORMATS, PictureError, read_picture
from scamhunt.investigate.reader_process import allowance_of

HEADER = 1024 * 1024
_SAMPLE = (
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>Sample</title><base href=/a/></head><body>"
    "<form action=https://collect.example/x><label for=i>Card</label><input id=i name=q></form>"
    "<a href='tel:+18005550142'>+1 800 555 0142</a> call (805) 555-0142 &amp; +49 30 23125 000 <img src=x.png>"
    "<p>Mail a@b.example</p><![CDATA[x]]><svg><text>x</text></svg><script>alert(1)</script></body></html>"
)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to read."""

    kind: str
    """`page` or `picture`."""
    body: bytes
    headers: list[tuple[str, str]]
    url: str
    region: str


def main() -> None:
    """Answer frames until there are no more. The arguments: bytes of memory, seconds of one answer."""
    memory, seconds = int(sys.argv[1]), float(sys.argv[2])
    serve(sys.stdin.buffer, sys.stdout.buffer, lambda: begin(memory), seconds)


def begin(memory: int) -> dict[str, Any]:
    """Load what reading needs, give everything up, and return the first frame."""
    warm()
    return {"held": sandbox.give_up(allowance_of(memory))}


def serve(given: BinaryIO, told: BinaryIO, hello: Callable[[], dict[str, Any]], seconds: float) -> None:
    """Say hello, then answer each frame; a task that takes longer than its seconds ends the process."""
    _tell(told, hello())
    while (task := take(given)) is not None:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        _tell(told, answer(task))
        signal.setitimer(signal.ITIMER_REAL, 0)


def take(given: BinaryIO) -> Task | None:
    """Read one frame; None at the end of the input."""
    size = given.read(4)
    if len(size) < struct.calcsize(">I"):
        return None
    head = json.loads(given.read(min(struct.unpack(">I", size)[0], HEADER)))
    headers = [(str(name), str(value)) for name, value in head["headers"]]
    return Task(head["kind"], given.read(head["size"]), headers, head["url"], head["region"])


def answer(task: Task) -> dict[str, Any]:
    """Return what the body shows, or why it cannot be read. `spent`: this child is to be replaced."""
    try:
        return {"read": to_json(read_picture(task.body) if task.kind == "picture" else page_of(task))}
    except (PageError, PictureError, decode.CodingError) as error:
        return _unreadable(str(error))
    except MemoryError:
        return _unreadable("reading it takes more memory than a reader has", spent=True)
    except RecursionError:
        return _unreadable("it is nested too deeply", spent=True)


def _unreadable(why: str, *, spent: bool = False) -> dict[str, Any]:
    return {"unreadable": to_json(Unreadable(why)), "spent": spent}


def page_of(task: Task) -> Shown:
    """Take a page's codings off and read it."""
    opened = decode.plain(task.body, decode.codings_of(task.headers))
    shown = read_page(decode.text(opened.body, task.headers), task.url, task.region)
    return shown if not opened.cut else _cut(shown, opened.cut)


def warm() -> None:
    """Load all that is loaded on first use: later no file can be opened."""
    PhoneMetadata.load_all()
    for codec in decode.SETS.values():
        b"x".decode(codec, "replace")
    for coding, body in (("gzip", b""), ("br", b"\x3b"), ("zstd", b""), ("deflate", b"")):
        answer(Task("page", body, [("content-encoding", coding)], "https://sample.example/", ""))
    answer(Task("page", _SAMPLE.encode(), [("content-type", "text/html")], "https://sample.example/", "US"))
    for kind in FORMATS:
        read_picture(_drawn(kind))


def _drawn(kind: str) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, kind)
    return file.getvalue()


def _cut(shown: Shown, why: str) -> Shown:
    return replace(shown, cut="; ".join(one for one in (why, shown.cut) if one))


def _tell(told: BinaryIO, value: dict[str, Any]) -> None:
    body = json.dumps(value, ensure_ascii=True).encode()
    told.write(struct.pack(">I", len(body)) + body)
    told.flush()


if __name__ == "__main__":
    main()

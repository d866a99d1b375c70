import gzip
import io
import json
import struct
import zlib
from collections.abc import Callable
from functools import partial

import brotli  # type: ignore[import-untyped]  # untyped
import pytest
import zstandard

from scamhunt.investigate import decode, reader_child, sandbox, seccomp
from scamhunt.investigate.reader_process import frame

PAGE = b"<!doctype html><title>Parcel desk</title>" + b"<p>Your parcel waits.</p>" * 40
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=3),
    "zstd": zstandard.compress,
}


def test_frames_are_answered_until_there_are_no_more() -> None:
    """A child says hello, answers a page and a picture that is none, and ends with its input."""
    sent = frame("page", PAGE, (), "https://x.test/", "") + frame("picture", b"none", (), "", "")
    out = io.BytesIO()
    reader_child.serve(io.BytesIO(sent), out, lambda: {"held": {}}, 20)
    answers, rest = [], out.getvalue()
    while rest:
        size = struct.unpack(">I", rest[:4])[0]
        answers.append(json.loads(rest[4 : 4 + size]))
        rest = rest[4 + size :]
    assert answers[0] == {"held": {}}
    assert answers[1]["read"]["title"] == "Parcel desk"
    assert answers[2]["unreadable"]["why"].startswith("no picture")
    assert answers[2]["spent"] is False


def test_all_is_loaded_before_files_are_gone() -> None:
    """Warming up reads a page, every coding and every kind of picture without a fault."""
    reader_child.warm()


@pytest.mark.parametrize("name", PACK)
def test_each_coding_is_taken_off(name: str) -> None:
    """A page arrives whole from each of the codings that browsers know."""
    assert decode.plain(PACK[name](PAGE), [name]) == decode.Plain(PAGE)


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_what_breaks_off_is_kept_and_said(name: str) -> None:
    """Half a body gives what it holds and says that more was to come."""
    long = bytes(range(256)) * 50 + PAGE
    found = decode.plain(PACK[name](long)[:-10], [name])
    assert long.startswith(found.body)
    assert found.body
    assert found.cut == f"the {name} breaks off"


def test_deflate_without_its_frame_is_read() -> None:
    """Some servers leave the frame of zlib out; browsers read that."""
    machine = zlib.compressobj(wbits=-15)
    assert decode.plain(machine.compress(PAGE) + machine.flush(), ["deflate"]) == decode.Plain(PAGE)


def test_members_of_gzip_belong_together() -> None:
    """Several gzip members are one body, and what follows them is passed over."""
    both = gzip.compress(b"one ") + gzip.compress(b"two")
    assert decode.plain(both, ["x-gzip"]).body == b"one two"
    assert decode.plain(both + b"trailing rubbish", ["gzip"]).body == b"one two"


@pytest.mark.parametrize("name", PACK)
def test_a_bomb_is_cut(name: str) -> None:
    """No coding gives more than 20 MiB or a thousand bytes for one, and the cut is told."""
    bomb = PACK[name](bytes(24 * 1024 * 1024))
    found = decode.plain(bomb, [name])
    assert len(found.body) == min(decode.DECODED, max(decode.FREE, decode.RATIO * len(bomb)))
    assert found.cut.startswith(f"cut at {len(found.body):,} bytes")


@pytest.mark.parametrize("name", PACK)
def test_what_is_not_in_its_coding_says_so(name: str) -> None:
    """A plain page that claims a coding cannot be read, as no browser reads it."""
    with pytest.raises(decode.CodingError, match="though it says so"):
        decode.plain(PAGE, [name])


def test_two_codings_are_read_and_three_are_not() -> None:
    """Codings come off last first; a third is a trick, and an unknown one cannot be read."""
    twice = brotli.compress(gzip.compress(PAGE))
    headers = [("Content-Encoding", "gzip, BR"), ("x", "y")]
    assert decode.plain(twice, decode.codings_of(headers)).body == PAGE
    with pytest.raises(decode.CodingError, match="more than 2"):
        decode.plain(twice, ["gzip", "br", "gzip"])
    with pytest.raises(decode.CodingError, match="browsers do not know"):
        decode.plain(twice, ["rot13"])
    assert decode.plain(b"x", ["identity", ""]).body == b"x"


CHARSETS = [
    ("m\u00fcller".encode(), "", "m\u00fcller"),
    ("m\u00fcller".encode("cp1252"), "", "m\u00fcller"),
    ("m\u00fcller".encode("cp1252"), "text/html; charset=ISO-8859-1", "m\u00fcller"),
    ("\u043f\u0440".encode("cp1251"), "text/html; charset=windows-1251", "\u043f\u0440"),
    (b"\xef\xbb\xbfm\xc3\xbc", "text/html; charset=windows-1251", "m\u00fc"),
    ("\ufeffm\u00fc".encode("utf-16-le"), "text/html; charset=utf-8", "m\u00fc"),
    ("\ufeffm\u00fc".encode("utf-16-be"), "", "m\u00fc"),
    (b"<meta charset=utf-16>m\xc3\xbc", "", "<meta charset=utf-16>m\u00fc"),
    (b"<meta charset=utf-7>+ADw-b+AD4-", "text/html; charset=utf-7", "<meta charset=utf-7>+ADw-b+AD4-"),
    (b"<meta charset=koi8-r><meta charset=utf-8>\xd0", "", "<meta charset=koi8-r><meta charset=utf-8>\u043f"),
    (b"a\x00b", "", "a\ufffdb"),
    (b"a\xffb", "text/html; charset=utf-8", "a\ufffdb"),
]


@pytest.mark.parametrize("at", range(len(CHARSETS)))
def test_the_character_set_is_the_browsers(at: int) -> None:
    """Mark before header before meta; UTF-7 never; what nobody declares is UTF-8 or Windows-1252."""
    body, said, text = CHARSETS[at]
    assert decode.text(body, [("content-type", said)]) == text


def test_a_character_at_the_cut_is_no_other_set() -> None:
    """A long UTF-8 page whose limit falls into a character is still UTF-8."""
    body = b"a" * (decode.READ - 1) + "\u00fc\u00fc".encode()
    assert decode.text(body, []) == "a" * (decode.READ - 1) + "\ufffd"


def test_an_ordinary_process_holds_little() -> None:
    """The kernel is asked, not believed: this test's own process has network, files and secrets."""
    found = sandbox.held(sandbox.Allowance(cpu_seconds=1))
    assert not found["no_network"]
    assert not found["no_files"]
    assert not found["limits"]
    assert not sandbox.harmless({"SCAMHUNT_DATABASE"})
    assert sandbox.harmless({"LC_CTYPE"})


def test_a_browser_may_keep_what_it_needs() -> None:
    """Network and files are required to be gone only where they are not allowed."""
    held = dict.fromkeys("unprivileged no_secrets own_session limits no_capabilities no_new_privileges".split(), True)
    assert sandbox.missing(held, sandbox.Allowance(files=1_024, network=True)) == []
    assert sandbox.missing(held, sandbox.Allowance(files=1_024)) == ["no_network"]


def test_the_filter_denies_each_call() -> None:
    """Of each machine every forbidden number leads to the last step, another machine to death."""
    for architecture, calls in seccomp.MACHINES.values():
        steps = list(struct.iter_unpack("=HBBI", seccomp.program(architecture, calls)))
        numbers = {int(word) for word in calls.split()[1::2]}
        denied = {value: at + 1 + yes for at, (code, yes, _, value) in enumerate(steps) if code == seccomp.EQUAL}
        assert {value for value, to in denied.items() if to == len(steps) - 1} == numbers
        assert steps[-1][3] == seccomp.DENY
        assert steps[-2][3] == seccomp.ALLOW
        assert steps[2][3] == seccomp.KILL

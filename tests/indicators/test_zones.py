import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scamhunt.errors import FeedHeld
from scamhunt.indicators.zones import LINE_LIMIT, RECORD_LINES, UNREAD_LIMIT, Zone

SOA = b"com.\t900\tin\tsoa\ta.nic.com. admin.nic.com. 1 1800 900 604800 86400\n"
NS = b"weather-in-oslo.com.\t3600\tin\tns\tns1.weather.test.\n"
LABEL = st.from_regex(r"[a-z0-9_][a-z0-9_-]{0,8}", fullmatch=True).map(str.encode)


def read(*chunks: bytes, zone: str = "com") -> tuple[list[bytes], list[tuple[int, str]]]:
    """Return the labels of a zone file, each once, and line and reason of what could not be read."""
    file = Zone(zone)
    labels = list(dict.fromkeys(itertools.chain.from_iterable(file.labels(chunks))))
    return labels, [(bad.line, bad.reason) for bad in file.rejected]


# --- what is registered -----------------------------------------------------------------------------------------------


def test_registered_is_what_has_name_servers_below_the_apex() -> None:
    """Glue, keys, signatures, hashes, the apex and deeper delegations are no names that somebody registered."""
    zone = (
        SOA
        + b"com.\t86400\tin\tns\ta.nic.com.\n"
        + b"com.\t86400\tin\trrsig\tsoa 13 1 900 20261205000000 20261121230000 1 com. aB+/c==\n"
        + b"0p9mhaveqvm6t7vb.com.\t900\tin\tnsec3\t1 1 0 - 2T7B4G4V NS DS RRSIG\n"
        + b"amazon-billing-desk.com.\t172800\tin\tns\tns1.weather.test.\n"
        + b"amazon-billing-desk.com.\t172800\tin\tns\tns2.weather.test.\n"
        + b"amazon-billing-desk.com.\t86400\tin\tds\t12345 13 2 AABB\n"
        + b"ns1.amazon-billing-desk.com.\t172800\tin\ta\t192.0.2.1\n"
        + b"ns1.amazon-billing-desk.com.\t172800\tin\taaaa\t2001:db8::1\n"
        + b"shop.amazon-billing-desk.com.\t172800\tin\tns\tns1.weather.test.\n"
        + NS
        + SOA
    )
    registered: tuple[list[bytes], list[tuple[int, str]]] = ([b"amazon-billing-desk", b"weather-in-oslo"], [])
    assert read(zone) == registered
    assert read(*zone.splitlines(keepends=True)) == registered
    assert read(SOA, zone.replace(SOA, b"")) == registered


@pytest.mark.parametrize(
    "text",
    [
        b"weather-in-oslo.com. 3600 IN NS ns1.weather.test.\n",
        b"weather-in-oslo.com. IN NS ns1\n",
        b"weather-in-oslo.com. NS ns1\n",
        b"weather-in-oslo.com. 3600 NS ns1\n",
        b"weather-in-oslo.com. IN 3600 NS ns1\n",
        b"weather-in-oslo.com. 1h30m IN NS ns1\n",
        b"Weather-In-OSLO.COM.\t3600\tin\tns\tNS1.weather.test.\r\n",
        b"weather-in-oslo IN NS ns1\n",
        b'weather-in-oslo.com. 3600 IN NS ns1 ; a comment (with a parenthesis) and a "quote\n',
        b"weather-in-oslo.com. IN NS (\n ns1 )\n",
        b"weather-in-oslo.com. ( 3600\n ; nothing\n\n IN\n NS ns1\n)\n",
        b"$ORIGIN com.\nweather-in-oslo NS ns1\n",
        b"$ORIGIN .\nweather-in-oslo.com NS ns1\n",
        b"$origin weather-in-oslo\n$TTL 1h\n@ IN NS ns1\n",
        b"$ORIGIN oslo.com.\n$ORIGIN com.\nweather-in-oslo NS ns1\n",
        b"weather-in-oslo.com. 3600 IN DS 1 13 2 AABB\n  3600 IN NS ns1\n",
        b"weather-in-oslo.com.\t3600\tin\tds\t1 13 2 AABB\n\tNS ns1\n",
        b'weather-in-oslo.com. 3600 IN TXT "a ; b ( c" "d\\"e"\n NS ns1\n',
        b"\n   \n; a comment\nweather-in-oslo.com. 3600 IN NS ns1",
    ],
)
@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_every_way_to_write_a_delegation(text: bytes, piece: int) -> None:
    """The master format leaves much out and spreads records over lines; the name is found however the file is cut."""
    text = SOA + text
    assert read(*(text[at : at + piece] for at in range(0, len(text), piece))) == ([b"weather-in-oslo"], [])


@given(labels=st.lists(LABEL, max_size=12), cuts=st.lists(st.integers(0, 600), max_size=5), odd=st.integers(0, 12))
def test_plain_lines_and_odd_ones_give_the_same(labels: list[bytes], cuts: list[int], odd: int) -> None:
    """What is read many lines at once is what is read line by line, cut anywhere, with an odd line in any place."""
    plain = [b"%b.com.\t3600\tin\tns\tns%d.weather.test.\n" % (label, n) for label in labels for n in (1, 2)]
    plain.insert(min(odd, len(plain)), b"  3600 IN DS ( 1 13 2\n AABB )\n")
    commented = [line.replace(b"\n", b" ; odd\n") for line in plain]
    found = []
    for lines in (plain, commented):
        text = SOA + b"".join(lines)
        ends = sorted({0, *cuts, len(text)})
        found.append(read(*(text[at:to] for at, to in itertools.pairwise(ends))))
    assert [set(labels_found) for labels_found, _ in found] == [set(labels)] * 2
    assert [bad for _, bad in found] == [[], []]


def test_a_zone_of_another_spelling_and_of_several_labels() -> None:
    """Zones are named in any case; one of two labels is read the same way."""
    assert read(SOA, NS, zone="COM") == ([b"weather-in-oslo"], [])
    uk = b"co.uk. 1 in soa a b 1 1 1 1 1\na.co.uk. 1 in ns b.\nb.xco.uk. 1 in a 192.0.2.1\n"
    assert read(uk, zone="co.uk") == ([b"a"], [])


# --- what cannot be read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"garbage", "no record: it has no type"),
        (b"oslo-weather.com. 3600 IN", "no record: it has no type"),
        (b"oslo-weather.com. 3600 IN ???? x", "no record: it has no type"),
        (b"oslo-weather.com.\t3600\tin\tns\t", "no name server after NS"),
        (b"oslo-weather.net. 3600 IN NS ns1", "the owner is not below com"),
        (b"weathercom. 3600 IN NS ns1", "the owner is not below com"),
        (b"we\\032ather.com. 3600 IN NS ns1", "the owner is no host name"),
        (b"we\\.ather.com. 3600 IN NS ns1", "the owner is no host name"),
        (b"*.com. 3600 IN NS ns1", "the owner is no host name"),
        (b"w\xc3\xa4tter.com.\t3600\tin\tns\tns1.", "the owner is no host name"),
        (b"%b.com.\t3600\tin\tns\tns1." % (b"x" * 64), "the owner is no host name"),
        (b'oslo-weather.com. 3600 IN TXT "never closed', "a quote that is never closed"),
        (b"oslo-weather.com. ) NS ns1", "a parenthesis that was never opened"),
        (b"$INCLUDE other.zone", "a directive that is not read"),
        (b"$GENERATE 1-9 a$ NS ns1", "a directive that is not read"),
        (b"$ORIGIN", "a directive that is not read"),
        (b"x" * (LINE_LIMIT + 1), "longer than 65,536 bytes"),
    ],
)
def test_a_line_that_cannot_be_read_is_told(line: bytes, reason: str) -> None:
    """It has its number and reason, and what stands around it is read."""
    before, after = NS.replace(b"oslo", b"rome"), NS
    text = SOA + before + before + line + b"\n" + after
    expected = ([b"weather-in-rome", b"weather-in-oslo"], [(4, reason)])
    assert read(text) == expected
    assert read(SOA, text.removeprefix(SOA)) == expected
    assert read(*(text[at : at + 900] for at in range(0, len(text), 900))) == expected


def test_what_is_kept_of_a_line_is_its_beginning() -> None:
    """The quarantine shows the line as it came, and no more than its first bytes."""
    file = Zone("com")
    list(file.labels([SOA + b"GARBAGE" * 1_000 + b"\n"]))
    assert [bad.raw for bad in file.rejected] == [(b"GARBAGE" * 1_000)[:512]]


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    """Of a line that never ends only the beginning is held; the next line is read."""
    file = Zone("com")
    endless = itertools.repeat(b"x" * 100_000, 300)
    labels = list(itertools.chain.from_iterable(file.labels([SOA, *endless, b"\n", NS])))
    assert (labels, [(bad.line, len(bad.raw)) for bad in file.rejected]) == ([b"weather-in-oslo"], [(2, 512)])


@pytest.mark.parametrize(("lines", "labels"), [(10, []), (RECORD_LINES - 1, []), (RECORD_LINES, [b"weather-in-oslo"])])
def test_a_parenthesis_that_is_never_closed(lines: int, labels: list[bytes]) -> None:
    """It swallows a thousand lines and no more."""
    text = SOA + b"garbage.com. IN TXT (\n" + b"x\n" * lines + NS
    assert read(text) == (labels, [(2, "a parenthesis that is never closed")])


def test_deep_parentheses_keep_no_words() -> None:
    """A record of very many words is read by its first."""
    text = SOA + b"weather-in-oslo NS " + b"((" + b" word" * 5_000 + b"\n" + b"word " * 5_000 + b"))\n"
    assert read(text) == ([b"weather-in-oslo"], [])


# --- what is no zone file ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xef\xbb\xbf\n <!DOCTYPE html>\n<html>", "an HTML page came in place of a zone file"),
        (b"", "no SOA record came for com"),
        (NS, "no SOA record came for com"),
        (b'{"error": "not approved"}', "no SOA record came for com"),
        (SOA.replace(b"com.", b"net.", 1) + NS, "is not that of com: its SOA record has another owner"),
        (SOA + NS + b"weather-in-oslo.com.\t1\tin\tsoa\ta. b. 1 1 1 1 1\n", "its SOA record has another owner"),
        (SOA + b"\0\xff\n" * (UNREAD_LIMIT + 1), "more than 1,000 lines of the zone file of com cannot be read"),
    ],
)
def test_what_is_no_zone_file_of_ours_is_held(content: bytes, words: str) -> None:
    """A page, another zone, an empty file and rubbish are not believed."""
    with pytest.raises(FeedHeld, match=words):
        read(content)


def test_a_name_of_many_lines_comes_once() -> None:
    """What a large zone says of one name in a row is skipped at once."""
    lines = [b"weather-in-oslo.com.\t3600\tin\tns\tns%d.weather.test.\n" % n for n in range(4)]
    assert list(Zone("com").labels([SOA, b"".join(lines)])) == [[], [], [b"weather-in-oslo"]]


def test_a_zone_need_not_repeat_its_soa() -> None:
    """Many files end with the SOA again, and many do not; as many bad lines as are allowed are no fault."""
    assert read(SOA, NS) == read(SOA, NS, SOA) == ([b"weather-in-oslo"], [])
    assert len(read(SOA, b"rubbish\n" * UNREAD_LIMIT)[1]) == UNREAD_LIMIT

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from scamhunt.errors import UserError
from scamhunt.referral import overlap
from scamhunt.referral.overlap import (
    Offer,
    Terms,
    compare,
    digests,
    key_line,
    normalised,
    offer,
    read_key,
    read_offer,
)

KEY, OTHER_KEY, PADDING = bytes(range(32)), bytes(range(1, 33)), b"p" * 32
TERMS = Terms("o-0123456789ab", "Example Trust", "joint complaint", "2026-11-22")
MINE = [
    ("number", "+1 (800) 555-0142"),
    ("number", "+18005550143"),
    ("domain", "Amazon-Refund-Desk.example"),
    ("tracker", "Google Analytics G-EXAMPLE01"),
    ("address", "203.0.113.10"),
]
THEIRS = [
    ("number", "1-800-555-0142".replace("1-", "+1-", 1)),
    ("domain", "amazon-refund-desk.EXAMPLE."),
    ("wallet", "x" * 30),
]


def made(identifiers: list[tuple[str, str]] = MINE, terms: Terms = TERMS, padding: bytes = PADDING) -> bytes:
    """Return an offer."""
    return offer(KEY, digests(KEY, identifiers), terms, padding)


def read(content: bytes, key: bytes = KEY, referral: str = TERMS.referral, own_org: str = "Other Trust") -> Offer:
    """Read an offer as the partner does."""
    return read_offer(content, key, referral=referral, own_org=own_org)


def test_both_sides_learn_what_they_share_however_they_write_it() -> None:
    """A number in another spelling and a name in capitals are the same; the rest stays unknown."""
    theirs = read(made(THEIRS))
    found = compare(digests(KEY, MINE), theirs)
    assert list(found.common) == [("domain", "amazon-refund-desk.example"), ("number", "+18005550142")]
    assert found.mine_only == {"address": 1, "number": 1, "tracker": 1}
    assert found.theirs_at_most == overlap.FEWEST - 2
    assert theirs.terms == TERMS


def test_what_an_offer_tells_to_who_has_no_key() -> None:
    """No value, no kind and not how many there are: three and sixty look alike, and so do their files."""
    few, many = made(), made([("number", f"+1800555{at:04}") for at in range(100, 160)])
    assert len(few) == len(many)
    assert not any(word in few for word in (b"5550142", b"refund", b"number", b"G-EXAMPLE01"))
    assert not set(read(few).digests) & digests(OTHER_KEY, MINE).keys()


def test_the_padding_is_none_that_the_partner_can_tell() -> None:
    """It comes from a secret of one side: with another secret it is another, and what is offered stays."""
    one, other = read(made()).digests, read(made(padding=b"q" * 32)).digests
    assert one & other == digests(KEY, MINE).keys()


def test_the_same_is_the_same_bytes() -> None:
    """Whatever the order and however often: an offer that was lost can be made again."""
    assert made() == made(list(reversed(MINE)) + MINE)


def test_the_size_goes_up_in_powers_of_two() -> None:
    """Up to 64 are 64, 65 are 128; too many are refused with what to do."""
    for count, size in ((0, 64), (64, 64), (65, 128), (1_000, 1_024)):
        assert len(read(made([("address", f"198.51.{at // 250}.{at % 250}") for at in range(count)])).digests) == size
    with pytest.raises(UserError, match="take fewer cases"):
        offer(KEY, {f"{at:064x}": ("number", "") for at in range(overlap.MOST + 1)}, TERMS, PADDING)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("number", "tel:+1 800 555 0142", "+18005550142"),
        ("number", "no number", ""),
        ("domain", "Ex\u00e4mple.example", "xn--exmple-cua.example"),
        ("domain", "https://amazon-refund.example/a?b", "amazon-refund.example"),
        ("domain", "..", ""),
        ("certificate", "AB" * 32, "ab" * 32),
        ("address", "10.0.0.1", ""),
        ("nameserver", "NS1.dns.example.", "ns1.dns.example"),
        ("email", "victim.one@corp.example", ""),
        ("registrant", "Jane Example", ""),
        ("likeness", "abc", ""),
        ("", "", ""),
    ],
)
def test_an_identifier_has_one_text_and_people_have_none(kind: str, value: str, expected: str) -> None:
    """What may name a person, or tells how pages are recognised, is never compared."""
    assert normalised(kind, value) == expected


def test_plain_hashes_are_guessed_and_keyed_ones_are_not() -> None:
    """All 10,000 numbers of an exchange: with the key every one is found, which is why the key is destroyed."""
    wanted = digests(KEY, [("number", "+12025550142")]).keys()
    guesses = [("number", f"+1202555{at:04}") for at in range(10_000)]
    assert wanted & digests(KEY, guesses).keys() == wanted
    assert not wanted & digests(OTHER_KEY, guesses).keys()


# --- the key ----------------------------------------------------------------------------------------------------------


def test_a_key_survives_its_file() -> None:
    """One line, with blanks around it as mail programs leave them."""
    assert key_line(KEY).startswith("scamhunt-overlap-key-1:")
    assert read_key(f"\n  {key_line(KEY)}\r\n") == KEY
    with pytest.raises(ValueError, match="31 bytes"):
        key_line(KEY[:31])


@pytest.mark.parametrize("at", range(24, len(key_line(KEY)) - 2, 5))
def test_a_slip_in_a_key_is_seen(at: int) -> None:
    """Each character that was changed is noticed before anything is compared to no end, and no key is quoted."""
    line = key_line(KEY).strip()
    slipped = line[:at] + ("A" if line[at] != "A" else "B") + line[at + 1 :]
    with pytest.raises(UserError, match="damaged") as error:
        read_key(slipped)
    assert line[30:40] not in str(error.value)


@pytest.mark.parametrize(
    "text",
    ["", "scamhunt-overlap-key-1", "scamhunt-overlap-key-1:", "age1xyz", "scamhunt-overlap-key-1:\u00e4", "x" * 10**6],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    """An empty file, another kind of key, a huge one."""
    with pytest.raises(UserError, match="key for a comparison"):
        read_key(text)


# --- hostile files ----------------------------------------------------------------------------------------------------

Change = Callable[[dict[str, Any]], object]
CHANGES: Mapping[str, tuple[Change, str]] = {
    "another key": (lambda told: told.update(more="x"), "has not exactly"),
    "a key less": (lambda told: told.pop("org"), "has not exactly"),
    "another format": (lambda told: told.update(format="x"), "it is no scamhunt"),
    "a number for a text": (lambda told: told.update(org=None), "it is no scamhunt"),
    "no list": (lambda told: told.update(digests={}), "no list"),
    "an empty list": (lambda told: told.update(digests=[]), "no list"),
    "a short digest": (lambda told: told["digests"].append("ab"), "64 hexadecimal"),
    "capitals": (lambda told: told["digests"].append("F" * 64), "64 hexadecimal"),
    "a list in it": (lambda told: told["digests"].append([]), "64 hexadecimal"),
    "one twice": (lambda told: told["digests"].append(told["digests"][-1]), "stands twice"),
    "unsorted": (lambda told: told["digests"].reverse(), "not sorted"),
    "one more": (lambda told: told["digests"].append("f" * 64), "another key, or changed"),
    "another name": (lambda told: told.update(org="Mallory"), "another key, or changed"),
    "a seal that is none": (lambda told: told.update(seal="\ud800\u20ac"), "another key, or changed"),
}


@pytest.mark.parametrize(("change", "why"), CHANGES.values(), ids=CHANGES)
def test_a_changed_offer_is_refused(change: Change, why: str) -> None:
    """Whatever is wrong is told with what to do, and nothing of it is believed."""
    told = json.loads(made())
    change(told)
    with pytest.raises(UserError, match=why) as error:
        read(json.dumps(told).encode())
    assert "ask the partner" in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no JSON"),
        (b"[]", "no JSON object"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"org":1,"org":2}', "twice"),
        (b"\xff\xfe", "UTF-8"),
        (b" " * (overlap.FILE_LIMIT + 1), "larger than 10 MB"),
    ],
    ids=["empty", "list", "nested", "nested objects", "twice", "bytes", "huge"],
)
def test_what_is_no_offer_is_refused(content: bytes, why: str) -> None:
    """A partner's file may be anything."""
    with pytest.raises(UserError, match=why):
        read(content)


def test_random_damage_is_always_seen() -> None:
    """Seeded: a bit that flipped anywhere, a cut, a piece twice: an error of ours and never another one."""
    dice, whole = random.Random(6), made()
    for _ in range(300):
        at, broken = dice.randrange(len(whole) - 1), bytearray(whole)
        if dice.random() < 0.6:
            broken[at] ^= 1 << dice.randrange(8)
        else:
            broken[at:at] = whole[: dice.randrange(1, 99)]
        with pytest.raises(UserError):
            read(bytes(broken))


def test_an_offer_for_something_else_is_refused() -> None:
    """Of another referral, with another key, or our own that came back."""
    with pytest.raises(UserError, match="belongs to referral 'o-0123456789ab'"):
        read(made(), referral="o-else")
    with pytest.raises(UserError, match="another key"):
        read(made(), key=OTHER_KEY)
    with pytest.raises(UserError, match="our own name"):
        read(made(), own_org="EXAMPLE trust")


@pytest.mark.parametrize(
    "terms",
    [
        Terms("../../x", "Example Trust", "x", "2026-11-22"),
        Terms("o-1", "Example\u202eTrust", "x", "2026-11-22"),
        Terms("o-1", "", "x", "2026-11-22"),
        Terms("o-1", "Example Trust", "x" * 400, "2026-11-22"),
        Terms("o-1", "Example Trust", "x", "2026-02-30"),
        Terms("o-1", "Example Trust", "x", "20261122"),
    ],
)
def test_terms_are_plain_words(terms: Terms) -> None:
    """They are shown to people and name files: no path, nothing hidden, nothing endless, no day that is none."""
    with pytest.raises(UserError, match="cannot be used"):
        read(made(terms=terms), referral=terms.referral)

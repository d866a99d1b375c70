"""What two brands have in common, found out before either shows what it has: keyed hashes of identifiers. Pure.

The key is made for one referral, goes to the partner on another way than the offers, and is destroyed at the end. Who
does not hold it learns nothing of an offer but its size, rounded up to a power of two. Who holds it can test guesses:
all numbers of a country in minutes, all IPv4 addresses in an hour. So an offer protects against a leak and against a
look by the way, not against a partner who breaks his word; what must not be guessed has to stay out. Nothing proves
that a partner holds what he offers either: he may put guesses into it. Names of people and mail addresses are never in
an offer.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from scamhunt.campaigns import values
from scamhunt.errors import BadIndicator, UserError
from scamhunt.indicators import domain
from scamhunt.indicators.strictjson import UnreadableError, decode
from scamhunt.referral.words import canonical
from scamhunt.takedown.words import clean

INFRASTRUCTURE = (
    *("address", "certificate", "chat", "domain", "form", "nameserver", "network", "number", "tracker", "wallet"),
)
"""Kinds that may cross to a partner: what an actor uses. The others may name a person, or tell how we detect."""
KEY_SIZE = 32
KEY_MARK = "scamhunt-overlap-key-1"
FORMAT = "scamhunt-overlap-offer-1"
FILE_LIMIT = 10_000_000
"""Bytes of a partner's file."""
MOST = 2**17
"""Digests of one offer."""
FEWEST = 2**6
LONGEST = 300
_MESSAGE, _PAD, _SEAL = b"scamhunt-overlap-1", b"scamhunt-overlap-pad-1", b"scamhunt-overlap-seal-1"
_CHECK = 4
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_KEYS = ("created", "digests", "format", "org", "purpose", "referral", "seal")
_TEXTS = ("created", "org", "purpose", "referral", "seal")

Key = tuple[str, str]
"""An identifier: kind and value."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Whose file it is, and for what."""

    referral: str
    """The id that both sides agreed on."""
    org: str
    purpose: str
    created: str
    """YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one side offers to compare."""

    terms: Terms
    digests: frozenset[str]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What came of a comparison."""

    common: Sequence[Key]
    """Sorted."""
    mine_only: Mapping[str, int]
    """How many of mine the partner has not, by kind."""
    theirs_at_most: int
    """How many the partner may have besides: among them are those that only hide how many he has."""


# --- the key ----------------------------------------------------------------------------------------------------------


def key_line(key: bytes) -> str:
    """Return the key as the one line of a file; its last bytes tell a slip of the pen. `key` is 32 random bytes."""
    if len(key) != KEY_SIZE:
        raise ValueError(f"a key of {len(key)} bytes, not {KEY_SIZE}")
    return f"{KEY_MARK}:{base64.b64encode(key + _check(key)).decode()}\n"


def read_key(text: str) -> bytes:
    """Read the line of a key file. Raises `UserError`, which quotes nothing of it."""
    mark, found, coded = text.strip().partition(":")
    if mark != KEY_MARK or not found or len(coded) > LONGEST:
        raise UserError(f"no key for a comparison: the file is one line that begins with {KEY_MARK}:")
    try:
        raw = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    key, check = raw[:KEY_SIZE], raw[KEY_SIZE:]
    if len(key) != KEY_SIZE or not hmac.compare_digest(check, _check(key)):
        raise UserError("a key for a comparison that was damaged on its way: ask the partner for the file again")
    return key


def _check(key: bytes) -> bytes:
    return hashlib.sha256(KEY_MARK.encode() + b"\0" + key).digest()[:_CHECK]


# --- digests ----------------------------------------------------------------------------------------------------------


def normalised(kind: str, value: str) -> str:
    """Return the one text that both sides have for an identifier: E.164, names as A-labels; empty for what is none."""
    if kind not in INFRASTRUCTURE:
        return ""
    if kind != "domain":
        return values.normalised(kind, value)
    try:
        return domain.parse(value).host
    except BadIndicator:
        return ""


def digests(key: bytes, identifiers: Iterable[Key]) -> dict[str, Key]:
    """Return identifiers in their normal form by their keyed hashes; what may not cross, or is no value, is left out.

    Each is HMAC-SHA256 over `scamhunt-overlap-1`, the kind and the value, with a zero byte between them.
    """
    known = {(kind, plain) for kind, value in identifiers if (plain := normalised(kind, value))}
    return {_digest(key, _MESSAGE, kind.encode(), value.encode()): (kind, value) for kind, value in sorted(known)}


def _digest(key: bytes, *parts: bytes) -> str:
    return hmac.new(key, b"\0".join(parts), hashlib.sha256).hexdigest()


# --- offers -----------------------------------------------------------------------------------------------------------


def offer(key: bytes, mine: Mapping[str, Key], terms: Terms, padding: bytes) -> bytes:
    """Return the file for the partner: the digests among as many more as hide their number, and no kind of any.

    `padding` is a secret of this side (32 random bytes that the partner never gets): from the shared key he could tell
    the padding. The same arguments give the same bytes. Raises `UserError` for too many.
    """
    if len(mine) > MOST:
        raise UserError(f"more than {MOST:,} identifiers to compare; take fewer cases at once")
    size = max(FEWEST, 1 << (len(mine) - 1).bit_length() if mine else 0)
    added = (_digest(padding, _PAD, str(at).encode()) for at in range(size - len(mine)))
    told = {**_told(terms), "digests": sorted({*mine, *added}), "format": FORMAT}
    return f"{canonical({**told, 'seal': _seal(key, told)})}\n".encode()


def read_offer(content: bytes, key: bytes, *, referral: str, own_org: str) -> Offer:
    """Read a partner's file, which may be anything. Raises `UserError` with what is wrong and what to do.

    `referral` is the id that was agreed on; an offer under our own name is one of ours that came back.
    """
    told = _decoded(content)
    texts = {name: value for name in _TEXTS if isinstance(value := told[name], str)}
    if len(texts) < len(_TEXTS) or told["format"] != FORMAT:
        raise _refused(f"it is no {FORMAT}")
    found = told["digests"]
    if not isinstance(found, list) or not 0 < len(found) <= MOST:
        raise _refused(f"it has no list of 1 to {MOST:,} digests")
    if not all(isinstance(one, str) and _DIGEST.fullmatch(one) for one in found):
        raise _refused("one of its digests is not 64 hexadecimal digits in lower case")
    if any(one >= other for one, other in pairwise(found)):
        raise _refused("its digests are not sorted, or one stands twice")
    seal = texts.pop("seal")
    if not _is_same(seal, _seal(key, {**texts, "digests": found, "format": FORMAT})):
        raise _refused("it was made with another key, or changed on its way; compare the key files")
    terms = checked_terms(texts)
    if terms.referral != referral:
        raise _refused(f"it belongs to referral '{terms.referral}', not to '{clean(referral, 64)}'")
    if terms.org.casefold() == own_org.casefold():
        raise _refused("it bears our own name: it is the file that we sent")
    return Offer(terms, frozenset(found))


def compare(mine: Mapping[str, Key], theirs: Offer) -> Overlap:
    """Return what both sides have, and how much only one has."""
    common = sorted(mine[one] for one in mine.keys() & theirs.digests)
    only = Counter(kind for digest, (kind, _) in mine.items() if digest not in theirs.digests)
    return Overlap(common, dict(sorted(only.items())), len(theirs.digests) - len(common))


def checked_terms(texts: Mapping[str, str]) -> Terms:
    """Return terms that a partner wrote. Raises `UserError`."""
    for name in ("referral", "org", "purpose", "created"):
        if not texts[name] or clean(texts[name], LONGEST) != texts[name]:
            raise _refused(f"its {name} is no plain text on one line of at most {LONGEST} characters")
    if not _ID.fullmatch(texts["referral"]):
        raise _refused("its referral is no id of at most 64 of A-Z, a-z, 0-9, point, hyphen and low line")
    try:
        day = date.fromisoformat(texts["created"]).isoformat()
    except ValueError:
        day = ""
    if day != texts["created"]:
        raise _refused("the day when it was created is none; it is written YYYY-MM-DD")
    return Terms(texts["referral"], texts["org"], texts["purpose"], day)


def _told(terms: Terms) -> dict[str, object]:
    return {"created": terms.created, "org": terms.org, "purpose": terms.purpose, "referral": terms.referral}


def _seal(key: bytes, told: Mapping[str, object]) -> str:
    return _digest(key, _SEAL, canonical(told).encode())


def _is_same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _decoded(content: bytes) -> Mapping[str, object]:
    if len(content) > FILE_LIMIT:
        raise _refused(f"it is larger than {FILE_LIMIT // 1_000_000} MB")
    try:
        told = decode(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise _refused("it is no text in UTF-8") from None
    except UnreadableError as error:
        raise _refused(f"it is {error}") from None
    if sorted(told) != list(_KEYS):
        raise _refused(f"it has not exactly {', '.join(_KEYS)}")
    return told


def _refused(why: str) -> UserError:
    return UserError(f"the partner's offer cannot be used: {why}; ask the partner to make it anew")

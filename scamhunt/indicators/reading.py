"""Read one value that is not plainly a name of two labels: reduce it to its host, check and decode that, split it.

Limits come before libraries: a URL is capped at 2,048 characters and a name at 253 (RFC 1035) before anything whose
cost grows faster than its input sees them. IDNA follows what browsers do (UTS 46, non-transitional): a name that a
browser opens must not slip past because registries should not have sold it.
"""

import re
import unicodedata
from functools import cache, lru_cache

import idna

from scamhunt.indicators.lookalike import mixed
from scamhunt.indicators.parts import cut
from scamhunt.indicators.suffixes import Rule, Suffixes

NAME_LIMIT = 253
LABEL_LIMIT = 63
URL_LIMIT = 2_048

FLAGS = {
    "url": "a scheme before the host was taken away",
    "userinfo": "user information before the host was taken away",
    "port": "a port was taken away",
    "path": "what follows the host was taken away",
    "wildcard": "a star or dot before the host was taken away",
    "trailing_dot": "a dot at the end was taken away",
    "defanged": "dots in brackets or hxxp were made whole",
    "mapped": "characters that IDNA replaces or drops (wide letters, ideographic dots) were mapped",
    "idn": "a label beyond ASCII",
    "symbols": "a label with characters that IDNA 2008 forbids and browsers still open",
    "mixed_script": "a label that mixes scripts which are not written together",
    "tenant": "below a private suffix: a tenant of a platform",
    "platform": "itself a private suffix: the platform's apex",
    "underscore": "a subdomain with an underscore: no host name by RFC 1123, but browsers open it",
    "unlisted_suffix": "the public-suffix list lacks the suffix: its default rule was used",
}

CONTROL = "a control character"
CHARACTER = "a character that host names do not have"
PUNYCODE = "punycode that does not decode"
FORBIDDEN = "a label that browsers refuse"
TOO_LONG = "longer than 253 characters"

Found = tuple[str, str, int, int, str, tuple[str, ...]]
"""Host, text, label_at, suffix_at, target, flags: the columns of `domain.Names`."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]").search
_SURROGATE = re.compile("[\ud800-\udfff]").search
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*").fullmatch
_SIXTH = re.compile(r"\[[0-9a-f:.]+(?:%[^\]]*)?\](?::[0-9]*)?|[0-9a-f:.]+(?:%.*)?").fullmatch
_HOST = re.compile(r"(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)[a-z0-9-]{1,63}(?<!-)").fullmatch
_LETTERS = re.compile(r"[a-z0-9._-]*").fullmatch
_SERVICE = re.compile(r"(?:^|\.)_[a-z0-9]").search
_PORT = re.compile("[0-9]*").fullmatch
_WILDCARD = re.compile(r"^\*?\.")
_LAST_PORT = 65_535


class Unreadable(Exception):
    """Why a value cannot be read. Never leaves this module."""


def read(value: str, public: Suffixes) -> Found | str:
    """Read one value, trimmed and lower-cased. Returns the columns of a name, or the reason why it is none."""
    try:
        flags: list[str] = []
        host = value if len(value) <= NAME_LIMIT and _HOST(value) else _host(value, flags)
        text = _text(host, flags) if host.startswith("xn--") or ".xn--" in host else host
        return _split(host, text, flags, public)
    except Unreadable as reason:
        return str(reason)


# --- from a value to a host -------------------------------------------------------------------------------------------


def _host(value: str, flags: list[str]) -> str:
    """Reduce a value to its host. A-labels, or labels that only look like some."""
    if not value:
        raise Unreadable("empty")
    if len(value) > URL_LIMIT:
        raise Unreadable("longer than 2,048 characters" if "/" in value[:URL_LIMIT] else TOO_LONG)
    if _CONTROL(value):
        raise Unreadable(CONTROL)
    if _SURROGATE(value):
        raise Unreadable(CHARACTER)
    host = _bare(_authority(value, flags), flags)
    if not host.isascii():
        host = _mapped(host, flags)
    _check(host)
    return host


def _authority(value: str, flags: list[str]) -> str:
    """Take scheme, user information, port and path away."""
    parts = cut(value)
    if parts.user and not parts.absolute:
        raise Unreadable("user information before the host")
    host, colon, port = parts.host.partition(":")
    if _SIXTH(parts.host) and parts.host.count(":") > 1:
        raise Unreadable("an IP address")
    if not _PORT(port) or int(port or 0) > _LAST_PORT:
        raise Unreadable("a port that does not exist" if _PORT(port) else CHARACTER)
    taken = {
        "defanged": parts.defanged,
        "url": parts.absolute or parts.scheme,
        "userinfo": parts.user,
        "port": colon,
        "path": parts.rest,
    }
    flags.extend(flag for flag, there in taken.items() if there)
    return host


def _bare(host: str, flags: list[str]) -> str:
    """Take a wildcard and the dot of the root away, and cap what is left."""
    bare = _WILDCARD.sub("", host, count=1)
    if bare != host:
        host = bare
        flags.append("wildcard")
    if host.endswith("."):
        host = host[:-1]
        flags.append("trailing_dot")
    if len(host) > NAME_LIMIT:
        raise Unreadable(TOO_LONG)
    return host


def _mapped(host: str, flags: list[str]) -> str:
    """Map a Unicode host as browsers do (UTS 46) and return its A-labels."""
    try:
        mapped = idna.uts46_remap(host, std3_rules=False)
    except UnicodeError:
        raise Unreadable(CHARACTER) from None
    if mapped != host:
        flags.append("mapped")
    if len(mapped) > NAME_LIMIT:
        raise Unreadable(TOO_LONG)
    if mapped.endswith("."):
        mapped = mapped[:-1]
        flags.append("trailing_dot")
    labels = mapped.split(".")
    return ".".join(label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in labels)


def _check(host: str) -> None:
    """Say what is wrong with a host that must be A-labels."""
    if len(host) > NAME_LIMIT:
        raise Unreadable(TOO_LONG)
    labels = host.split(".")
    if not host:
        raise Unreadable("empty")
    if not all(labels):
        raise Unreadable("an empty label")
    if not _LETTERS(host):
        raise Unreadable(CHARACTER)
    if max(map(len, labels)) > LABEL_LIMIT:
        raise Unreadable("a label longer than 63 characters")
    if any(label[0] == "-" or label[-1] == "-" for label in labels):
        raise Unreadable("a label starts or ends with a hyphen")
    if len(labels) == 1:
        raise Unreadable("an IP address" if _NUMBER(host) else "a single label")


# --- from A-labels to what a person reads -----------------------------------------------------------------------------


def _text(host: str, flags: list[str]) -> str:
    """Decode the A-labels of a host."""
    labels = host.split(".")
    for at, label in enumerate(labels):
        if label.startswith("xn--"):
            labels[at], symbols = _decoded(label)
            if symbols:
                flags.append("symbols")
    flags.append("idn")
    if any(map(mixed, labels)):
        flags.append("mixed_script")
    return ".".join(labels)


@lru_cache(4_096)
def _decoded(label: str) -> tuple[str, bool]:
    """Return the U-label of an A-label, and whether only browsers take it."""
    try:
        text = label[4:].encode().decode("punycode")
        again = text.encode("punycode").decode()
    except (ValueError, OverflowError, IndexError):
        raise Unreadable(PUNYCODE) from None
    if "xn--" + again != label:
        raise Unreadable(PUNYCODE)
    if text.startswith(("-", "xn--")) or text.endswith("-"):
        raise Unreadable(FORBIDDEN)
    if all(map(_ordinary, text)):
        return text, False
    try:
        return idna.ulabel(label), False
    except UnicodeError:
        _check_as_browsers_do(text)
        return text, True


@cache
def _ordinary(char: str) -> bool:
    """Say whether a character is fine in any place of any label: no mark, no joiner, written from left to right."""
    if char.isascii():
        return True
    try:
        idna.check_label(char)
    except UnicodeError:
        return False
    return unicodedata.bidirectional(char) == "L"


def _check_as_browsers_do(text: str) -> None:
    """Refuse a U-label that UTS 46 refuses too (section 4.1, non-transitional, without CheckHyphens)."""
    try:
        valid = idna.uts46_remap(text) == text and idna.check_initial_combiner(text) and idna.check_bidi(text)
        joiners = [at for at, char in enumerate(text) if char in "\u200c\u200d"]
        valid = valid and all(idna.valid_contextj(text, at) for at in joiners)
    except ValueError:
        valid = False
    if not valid:
        raise Unreadable(FORBIDDEN)


# --- from a host to what would be reported ----------------------------------------------------------------------------


def _split(host: str, text: str, flags: list[str], public: Suffixes) -> Found:
    """Split at the public suffix and say what would be reported."""
    suffix_at, rule = public.split(host)
    apex = False
    if rule is Rule.PRIVATE:
        apex = not suffix_at and host in public.rules
        flags.append("platform" if apex else "tenant")
        suffix_at = suffix_at or _below(host, public)
    elif rule is Rule.UNLISTED:
        _check_unlisted(host, host[suffix_at:])
        flags.append("unlisted_suffix")
    if suffix_at == 0:
        raise Unreadable("a public suffix itself")
    label_at = host.rfind(".", 0, suffix_at - 1) + 1
    target = host if apex else host[label_at:]
    if "_" in host:
        _check_underscore(host, label_at, flags)
    if text is not host:
        labels = text.split(".")
        label_at, suffix_at = (
            sum(len(label) + 1 for label in labels[: host.count(".", 0, at)]) for at in (label_at, suffix_at)
        )
    return host, text, label_at, suffix_at, target, tuple(flags)


def _below(host: str, public: Suffixes) -> int:
    """Return where the suffix of a name starts that is a private suffix as a whole.

    An apex was registered below another suffix. What only a rule with a star names is in practice somebody's site
    (`shop.my.canva.site`): the tenant of what follows.
    """
    parent = host.find(".") + 1
    return parent + public.split(host[parent:])[0] if host in public.rules else parent


def _check_unlisted(host: str, suffix: str) -> None:
    """Refuse what browsers take for an address: the last label is a number (WHATWG URL, "ends in a number")."""
    if _NUMBER(suffix):
        raise Unreadable("an IP address" if all(map(_NUMBER, host.split("."))) else "a suffix of digits only")


def _check_underscore(host: str, label_at: int, flags: list[str]) -> None:
    """Accept an underscore in a subdomain, where phishing uses it; not in what is registered nor of a DNS service."""
    if "_" in host[label_at:] or _SERVICE(host):
        raise Unreadable("an underscore")
    flags.append("underscore")

"""Links in the words of a mail: found, undone where they were defanged or wrapped, and cut down to what is no secret.

Of a link scheme, host and path are kept. User, query and fragment are dropped, and parts of the path that may name the
victim become `*`. Pure.
"""

import base64
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote

from scamhunt.errors import BadIndicator
from scamhunt.indicators.domain import parse
from scamhunt.indicators.parts import cut

LONGEST = 2_048
"""Characters of a link."""
WRAPPERS = 5
"""How often a link may be wrapped by link checkers."""

_DOT = r"(?:\.|\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\))"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"{_LABEL}(?:{_DOT}{_LABEL}){{1,20}}"
_REST = r"""(?:[:/?#][^\s<>"'`\u00ab\u00bb\u201c\u201d|]{0,1900})?"""
_WITH_SCHEME = re.compile(
    r"(?<![A-Za-z])(h(?:tt|xx|\*\*)ps?(?:\[:\]|:|\[://\])(?:\[?//\]?|\\\\)?)([^\s<>\"'`|]{1,2000})", re.IGNORECASE
)
_BARE = re.compile(
    rf"(?<![@\w./:-])(?:(?=www{_DOT})|(?=[\w.-]{{1,250}}[\[({{])|(?=[\w.-]{{4,250}}/)){_HOST}{_REST}", re.IGNORECASE
)
_NOT_SEEN = re.compile(r"[\t\r\n]")
_DEFANGED = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)", re.IGNORECASE)
_TRAILING = ".,;:!?'\")]}>*\u2026"
_BASE64 = re.compile(r"[A-Za-z0-9_-]{12,}={0,2}|[A-Za-z0-9+]{12,}={0,2}")
_SLUG = re.compile(r"[a-z]+(?:[-_+][a-z]+)*")
_MAIL = re.compile(rb"[\w.+-]@[\w-]+\.[a-z]{2}", re.IGNORECASE)
_QUERY = re.compile(r"[?#]|%(?:25)*(?:3f|23)", re.IGNORECASE)
_PARAMETER = re.compile(r"(?:;|%(?:25)*3b)[^/]*", re.IGNORECASE)
_LONG = 40
_DIGITS = 8

_PARAMETERS = (
    (re.compile(r"(?:[\w-]+\.)*safelinks\.protection\.outlook\.com"), ("url",)),
    (re.compile(r"urldefense(?:\.proofpoint)?\.com"), ("u",)),
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}"), ("q", "url", "adurl")),
    (re.compile(r"lm?\.facebook\.com"), ("u",)),
    (re.compile(r"linkprotect\.cudasvc\.com"), ("a",)),
    (re.compile(r"(?:[\w-]+\.)*protection\.sophos\.com"), ("u",)),
    (re.compile(r"deref-[\w-]+\.[a-z]{2,3}"), ("redirectUrl",)),
    (re.compile(r"(?:www\.)?youtube\.com"), ("q",)),
    (re.compile(r"slack-redir\.net"), ("url",)),
)
"""Who wraps links, and in which parameter the link stands."""


def find(text: str) -> Iterator[str]:
    """Yield the links of a text: those with a scheme, with `www.`, with a path, and those that were defanged."""
    for found in _WITH_SCHEME.finditer(text):
        secure = "s" if re.match(r"h..ps", found[1], re.IGNORECASE) else ""
        yield _trimmed(f"http{secure}://{_DEFANGED.sub('.', found[2])}")
    for found in _BARE.finditer(_WITH_SCHEME.sub(" ", text)):
        yield _trimmed(_DEFANGED.sub(".", found[0]))


def clean(link: str) -> str:
    """Return scheme, host and path of a link without what may name its receiver; nothing for what is no link."""
    for _ in range(WRAPPERS):
        inner = _unwrapped(link)
        if not inner:
            break
        link = inner
    parts = cut(_NOT_SEEN.sub("", link).strip()[:LONGEST])
    if parts.scheme not in {"", "http", "https"} or not _is_name(parts.host, sure=parts.absolute):
        return ""
    scheme = f"{parts.scheme}://" if parts.scheme else ""
    return f"{scheme}{parts.host.lower()}{safe_path(parts.rest)}"


def _is_name(host: str, *, sure: bool) -> bool:
    """Tell a name from a number or a file's name; `sure` where a link says that it is one."""
    try:
        return "." in host if sure else "unlisted_suffix" not in parse(host).flags
    except BadIndicator:
        return False


def _trimmed(link: str) -> str:
    """Return a link without the marks that end a sentence; a bracket that the link opened stays."""
    kept = link.rstrip(_TRAILING)
    opened = kept.count("(") > kept.count(")") and link.startswith(")", len(kept))
    return f"{kept})" if opened else kept


def safe_path(rest: str) -> str:
    """Return a path without what may name the receiver of a link.

    Query, fragment and the parameters of its parts (RFC 3986 3.3) are dropped, also where `?` and `#` are encoded; a
    part that may hold a mail address, a phone number or a token becomes `*`. A plain name in a path cannot be told.
    """
    path = _QUERY.split(rest, maxsplit=1)[0].replace("\\", "/")
    return "/".join("*" if _may_name(part) else part for part in _PARAMETER.sub("", path).split("/"))


def _may_name(segment: str) -> bool:
    """Tell a part of a path that may hold a mail address, a phone number, or a token that stands for a person."""
    text = unquote(unquote(segment))
    if "@" in text or sum(char.isdigit() for char in text) >= _DIGITS:
        return True
    tokens = _BASE64.findall(text)
    return any((len(token) > _LONG and not _SLUG.fullmatch(token)) or _MAIL.search(_decoded(token)) for token in tokens)


def _decoded(token: str) -> bytes:
    letters = token.rstrip("=").replace("+", "-")
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))


def _unwrapped(link: str) -> str:
    """Return the link that a link checker or search engine has wrapped, nothing where it is none of those."""
    parts = cut(_NOT_SEEN.sub("", link).strip()[: 4 * LONGEST])
    _, _, query = parts.rest.partition("#")[0].partition("?")
    host = parts.host.lower().partition(":")[0]
    if host == "urldefense.com" and (third := re.match(r"/v3/__(.+?)__;", f"{parts.rest};")):
        return re.sub(r"^(https?):/(?!/)", r"\1://", third[1])
    for wrapper, names in _PARAMETERS:
        if wrapper.fullmatch(host):
            given = parse_qs(query) if query.count("&") < _LONG else {}
            return next((inner for name in names for inner in map(_link, given.get(name, ())) if inner), "")
    return ""


def _link(value: str) -> str:
    """Return the link that a parameter stands for: as it is, as Proofpoint writes it (version 2), or in base64."""
    if re.match(r"https?-3A", value, re.IGNORECASE):
        return unquote(value.replace("-", "%").replace("_", "/"))
    if re.match(r"https?://", value, re.IGNORECASE):
        return value
    decoded = _decoded(value).decode("utf-8", "replace") if _BASE64.fullmatch(value) else ""
    return decoded if re.match(r"https?://", decoded, re.IGNORECASE) else ""

"""The list of certificate logs, version 3 of its format: which there are, where, with which key, in which state."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from scamhunt.errors import FeedHeld

LIST_LIMIT = 2**23
"""Bytes of a log list; Google's has about 100 KB."""
LOGS_LIMIT = 500
"""Logs of a list; Google's has about 60."""
READABLE = frozenset({"usable", "qualified", "readonly"})
GROWING = READABLE - {"readonly"}
CLOSED = frozenset({"retired", "rejected"})
KNOWN = READABLE | CLOSED | {"pending"}

_URL = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(?::\d{1,5})?/[A-Za-z0-9._~/-]{0,200}", re.ASCII)
_KEY_LIMIT = 2_048
_WRONG: dict[str, Any] = {"state": ""}


@dataclass(frozen=True, slots=True)
class Log:
    """One log that can be read."""

    id: str
    """Base64 of the SHA-256 of its key."""
    key: bytes
    """SubjectPublicKeyInfo, DER."""
    url: str
    """Where it is read, ASCII, ends in a slash."""
    origin: str
    """The submission prefix without scheme and last slash: the origin of its checkpoints."""
    growing: bool = True
    """Whether it still signs new tree heads; one that is read only need not."""


@dataclass(frozen=True, slots=True)
class LogList:
    """What a list says of the logs of one kind."""

    logs: tuple[Log, ...]
    closed: dict[str, str]
    """Identity and address of logs that are retired or rejected."""
    unusable: int
    """Logs that are left out because their entry is wrong: address, key or identity."""


def read_log_list(body: bytes, *, tiled: bool) -> LogList:
    """Read the tiled logs of a list, or those of RFC 6962. Raises `FeedHeld` for what is no list of logs."""
    listed = list(_listed(body, "tiled_logs" if tiled else "logs"))
    if len(listed) > LOGS_LIMIT:
        raise FeedHeld(f"the log list names {len(listed):,} logs, {LOGS_LIMIT} at most are believed; look at it")
    logs: dict[str, Log] = {}
    closed: dict[str, str] = {}
    unusable = 0
    for one in listed:
        log = _log(one, "monitoring_url" if tiled else "url", "submission_url" if tiled else "url")
        state = _state(one)
        if log is None or log.id in logs:
            unusable += state in READABLE
        elif state in READABLE:
            logs[log.id] = replace(log, growing=state in GROWING)
        elif state in CLOSED:
            closed[log.id] = log.url
    return LogList(tuple(logs.values()), closed, unusable)


def _listed(body: bytes, key: str) -> Iterator[dict[str, Any]]:
    try:
        said = json.loads(body)
        operators = said["operators"]
    except (ValueError, RecursionError, KeyError, TypeError):
        operators = None
    if not isinstance(operators, list):
        raise FeedHeld("what came is no list of certificate logs (version 3); look at SCAMHUNT_CT_LOG_LIST")
    for operator in operators:
        logs = operator.get(key, []) if isinstance(operator, dict) else []
        yield from (log if isinstance(log, dict) else _WRONG for log in logs) if isinstance(logs, list) else ()


def _state(listed: dict[str, Any]) -> str:
    """Return the state of a listed log; one that cannot be read counts as one to be read, so that it is told of."""
    state = listed.get("state", {"pending": {}})
    found = next(iter(KNOWN.intersection(state)), "") if isinstance(state, dict) and len(state) == 1 else ""
    return found or "usable"


def _log(listed: dict[str, Any], place: str, prefix: str) -> Log | None:
    try:
        url, submission = _address(listed[place]), _address(listed[prefix])
        key = base64.b64decode(listed["key"], validate=True)
        identity = base64.b64decode(listed["log_id"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        return None
    if len(key) > _KEY_LIMIT or hashlib.sha256(key).digest() != identity:
        return None
    return Log(base64.b64encode(identity).decode(), key, url, submission.partition("://")[2].rstrip("/"))


def _address(value: object) -> str:
    """Return an address with a slash at its end. Raises `ValueError` for what is none of the web."""
    url = value if isinstance(value, str) else ""
    url = url if url.endswith("/") else f"{url}/"
    if not _URL.fullmatch(url):
        raise ValueError("no address of the web")
    return url

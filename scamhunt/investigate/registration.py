"""What a registry says of a name, whichever way it was asked, in the words of RDAP. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from scamhunt.investigate.abuse_contacts import Contact

LONGEST_TEXT = 200
MOST_STATUSES = 32
MOST_NAME_SERVERS = 32
MOST_NOTES = 20

# Words of EPP that are not those of RDAP in lower case (RFC 8056 section 2).
_OTHER_WORDS = {"ok": "active", "linked": "associated"}
_LONGEST_STATUS = 60
_LONGEST_NUMBER = 7
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_STATUS = re.compile(r"[a-z][a-z0-9 ]*")


@dataclass(frozen=True, slots=True)
class Registration:
    """One answer about one name."""

    name: str
    registrar: str = ""
    registrar_id: str = ""
    """Its number at IANA."""
    abuse: Sequence[Contact] = ()
    """The one to write to first stands first."""
    statuses: Sequence[str] = ()
    """RDAP words: `client hold`."""
    registered: str = ""
    """ISO 8601 in UTC, as the other two; empty where it is not told or cannot be believed."""
    expires: str = ""
    changed: str = ""
    nameservers: Sequence[str] = ()
    registrant: str = ""
    notes: Sequence[str] = ()
    """What a person has to know before believing it."""
    elsewhere: Sequence[str] = ()
    """Where the answer says that more is known: addresses of RDAP, names of WHOIS servers. Nobody has checked them."""

    @property
    def told(self) -> str:
        """Return it in one sentence, for a person."""
        since = f", registered {self.registered[:10]}" if self.registered else ""
        states = f", {', '.join(self.statuses)}" if self.statuses else ""
        desk = next((one.email for one in self.abuse if one.email), "")
        return f"{self.name}: registrar {self.registrar or 'unknown'}{since}{states}; abuse to {desk or 'nobody named'}"

    def data(self, server: str) -> dict[str, object]:
        """Return it as the data of a finding."""
        told = asdict(self)
        del told["elsewhere"]
        lists = {key: list(told[key]) for key in ("statuses", "nameservers")}
        return (
            told
            | lists
            | {"abuse": [dict(one) for one in told["abuse"]], "notes": notes(self.notes)}
            | {"server": server}
        )


def notes(said: Sequence[str]) -> list[str]:
    """Return notes, each once, and not too many."""
    return list(dict.fromkeys(one for one in said if one))[:MOST_NOTES]


def words(value: object, longest: int = LONGEST_TEXT) -> str:
    """Return a text of outsiders in one line, without what steers a terminal; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    kept = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in value[: 20 * longest])
    return " ".join(kept.split())[:longest].strip()


def status(value: object) -> str:
    """Return a status in the words of RDAP: `clientHold https://icann.org/epp#clientHold` is `client hold`."""
    text = words(value, 2 * LONGEST_TEXT)
    text = re.split(r"\s+\(?https?:|\s*\(", text, maxsplit=1)[0].strip(" .,;")
    spaced = " ".join(_CAPITAL.sub(" ", text).replace("_", " ").replace("-", " ").lower().split())
    return _OTHER_WORDS.get(spaced, spaced) if _STATUS.fullmatch(spaced) and len(spaced) <= _LONGEST_STATUS else ""


def statuses(values: Sequence[object]) -> tuple[str, ...]:
    """Return statuses, each once."""
    return tuple(dict.fromkeys(filter(None, map(status, values))))[:MOST_STATUSES]


def iana_number(text: str) -> str:
    """Return the number of a registrar at IANA; empty for what is none."""
    return text if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else ""


def host(value: object) -> str:
    """Return the name of a server in lower case, empty for what is none."""
    text = words(value, 255).lower().rstrip(".")
    return text if re.fullmatch(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+", text) else ""


def hosts(values: Sequence[object]) -> tuple[str, ...]:
    """Return names of servers, each once."""
    return tuple(dict.fromkeys(filter(None, map(host, values))))[:MOST_NAME_SERVERS]

"""Where the public suffix of a host starts: the public-suffix list with its private section, as tldextract bundles it.

`platforms.txt` adds shared platforms that the private section lacks: their tenants are targets of their own, too.

The rules are those of https://publicsuffix.org/list/ (longest rule wins, `*` and `!`, default rule `*`). tldextract
itself is not imported: it brings requests along and needs four times as long for a name. A test compares the two; they
differ in names like `ex.futurecms.at`, where a rule `*.futurecms.at` meets a longer one: tldextract forgets the first.
"""

from enum import IntEnum
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

_SNAPSHOT = ".tld_set_snapshot"
_PRIVATE_SECTION = "// ===BEGIN PRIVATE DOMAINS==="


class Rule(IntEnum):
    """What kind of rule decided."""

    UNLISTED = 0
    """No rule fits: the default rule `*` makes the last label the suffix."""
    ICANN = 1
    """A registry's suffix: `com`, `co.uk`."""
    PRIVATE = 2
    """A shared platform's: `github.io`. Those below are its tenants."""


class Suffixes:
    """The rules of a public-suffix list, as A-labels."""

    def __init__(self, text: str, platforms: str = "") -> None:
        """Read the list's own format: comments with `//`, one rule a line, ICANN section first.

        `platforms` adds private suffixes: one a line, comments with `#`.
        """
        self.rules: dict[str, Rule] = {}
        """Rules without a star, A-labels."""
        self._wild: dict[str, Rule] = {}
        self._exceptions: set[str] = set()
        kind = Rule.ICANN
        for line in text.splitlines():
            if line.startswith(_PRIVATE_SECTION):
                kind = Rule.PRIVATE
            elif line and not line.startswith("//"):
                self._add(line.split()[0], kind)
        for line in platforms.splitlines():
            if not line.startswith("#"):
                self._add(line, Rule.PRIVATE)
        self.plain = frozenset(rule for rule in self.rules if "." not in rule and rule not in self._wild)
        """Top-level domains below which each label can be registered, but for the rules that say otherwise."""
        longer = self.rules.keys() | self._wild.keys() | self._exceptions
        self._forks = frozenset(".".join(rule.split(".")[-2:]) for rule in longer if "." in rule)
        """The last two labels of each rule that is longer than a top-level domain."""

    def _add(self, rule: str, kind: Rule) -> None:
        if rule.startswith("!"):
            self._exceptions.add(_ascii(rule[1:]))
        elif rule.startswith("*."):
            self._wild[_ascii(rule[2:])] = kind
        else:
            self.rules[_ascii(rule)] = kind

    def split(self, host: str, *, private: bool = True) -> tuple[int, Rule]:
        """Return where the public suffix of `host` starts, and by what kind of rule.

        `host`: A-labels, lower-case, no dot at the end. 0 when the whole host is a suffix.
        """
        last = host.rfind(".")
        if host[last + 1 :] in self.plain and host[host.rfind(".", 0, max(last, 0)) + 1 :] not in self._forks:
            return last + 1, Rule.ICANN
        return self._split_by_rules(host, Rule.PRIVATE if private else Rule.ICANN)

    def _split_by_rules(self, host: str, most: Rule) -> tuple[int, Rule]:
        """Try each tail of the host, the longest first."""
        at = 0
        while True:
            tail = host[at:]
            dot = host.find(".", at)
            kind = self.rules.get(tail) or self._wild.get(host[dot + 1 :] if dot >= 0 else "")
            if kind and kind <= most:
                return (dot + 1 if tail in self._exceptions else at), kind
            if dot < 0:
                return at, Rule.UNLISTED
            at = dot + 1


def _ascii(rule: str) -> str:
    if rule.isascii():
        return rule
    labels = rule.split(".")
    return ".".join(label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in labels)


@cache
def suffixes() -> Suffixes:
    """Return the bundled list with our own platforms, read at the first call."""
    platforms = files("scamhunt.indicators").joinpath("platforms.txt").read_text("utf-8")
    return Suffixes(public_suffix_list(), platforms)


def public_suffix_list() -> str:
    """Return the snapshot that tldextract carries, in the list's own format."""
    package = find_spec("tldextract")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("tldextract is not installed: its snapshot of the public-suffix list is needed")
    return (Path(package.origin).parent / _SNAPSHOT).read_text("utf-8")

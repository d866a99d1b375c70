"""The work that each peer does for a pair of name and brand, to be run and timed as a process of its own.

`python bench/peer_speed.py KERNEL HITS NAMES WORDS [LURES]`: files with one entry a line; writes the names that hit to
HITS and prints how many there are.
"""

import importlib
import importlib.util
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from rapidfuzz.distance import Levenshtein

TOLERANCE = 2
"""Edits that eth-phishing-detect's configuration allows."""
PEERS_LIBRARY = "confusable_homoglyphs"
"""What openSquat asks, of every pair, whether a label could be taken for another."""
SCRIPTS_UP_TO = 0x20000
ETH_IN_JAVASCRIPT = """
const read = (path) => require("fs").readFileSync(path, "utf8").split("\\n").filter(Boolean);
const form = (name) => name.slice(0, name.lastIndexOf(".")).replace(/^www\\./, "");
const [names, words] = process.argv.slice(1, 3).map(read);
const row = new Uint16Array(300);
function distance(a, b) {
  for (let j = 0; j <= b.length; j++) row[j] = j;
  for (let i = 1; i <= a.length; i++) {
    let corner = row[0];
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j];
      const changed = corner + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      row[j] = Math.min(changed, above + 1, row[j - 1] + 1);
      corner = above;
    }
  }
  return row[b.length];
}
const fuzzy = words.map(form);
let hits = 0;
for (const name of names) {
  const own = form(name);
  if (fuzzy.some((word) => distance(own, word) <= 2)) hits++;
}
console.log(hits);
"""
"""The same distance without a library, as a browser would run it."""


def opensquat(names: Sequence[str], words: Sequence[str]) -> Iterator[str]:
    """Yield the hits of every keyword: first label within one edit, else the keyword anywhere in the name.

    As the peer does it: keyword by keyword, name by name, with a look at the scripts of the label for every pair.
    """
    is_dangerous = danger()
    for word in words:
        for name in names:
            label = name.partition(".")[0].lower()
            if is_dangerous(label):
                label = unicodedata.normalize("NFKD", label)
            if edits(word, label, 1) <= 1 or word in name:
                yield name


def edits(left: str, right: str, most: int) -> int:
    """Return the edits between two words, or `most` + 1 as soon as there are more."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    above = list(range(len(right) + 1))
    for at, letter in enumerate(left, 1):
        row = [at]
        for column, other in enumerate(right, 1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (letter != other)))
        if min(row) > most:
            return most + 1
        above = row
    return above[-1]


def danger() -> Callable[[str], bool]:
    """Return the peer's own check for look-alikes (confusable_homoglyphs) where it is there, else our quicker one."""
    if importlib.util.find_spec(PEERS_LIBRARY) is None:
        return Scripts().are_mixed
    check: Callable[[str], bool] = importlib.import_module(f"{PEERS_LIBRARY}.confusables").is_dangerous
    return check


class Scripts:
    """Unicode's scripts as a sorted table of ranges, bisected in Python for every character as the peer's library does.

    Quicker than the library, which makes two calls a character and looks its table up anew at every step.
    """

    def __init__(self) -> None:
        """Make the table: 0.1 s."""
        self._ranges: list[tuple[int, int, str]] = []
        last = ("", "")
        for code in range(SCRIPTS_UP_TO):
            kind = _script(chr(code))
            if kind == last:
                self._ranges[-1] = (self._ranges[-1][0], code, kind[0])
            else:
                self._ranges.append((code, code, kind[0]))
            last = kind

    def are_mixed(self, text: str) -> bool:
        """Return whether letters of more than one script stand in a text."""
        return len({self._of(character) for character in text} - {"COMMON"}) > 1

    def _of(self, character: str) -> str:
        code, low, high = ord(character), 0, len(self._ranges) - 1
        while low <= high:
            middle = (low + high) // 2
            first, last, script = self._ranges[middle]
            if code < first:
                high = middle - 1
            elif code > last:
                low = middle + 1
            else:
                return script
        return "UNKNOWN"


def _script(character: str) -> tuple[str, str]:
    category = unicodedata.category(character)
    script = unicodedata.name(character, "UNKNOWN").split(" ")[0].split("-")[0] if category[0] == "L" else "COMMON"
    return script, category[0]


def eth(names: Sequence[str], words: Sequence[str]) -> Iterator[str]:
    """Yield the names within two edits of an official domain, both without last label and `www.`.

    The distance is rapidfuzz's (compiled, cut off): the peer runs JavaScript, so pure Python would wrong it.
    """
    fuzzy = [_form(word) for word in words]
    for name in names:
        own = _form(name)
        if any(Levenshtein.distance(own, word, score_cutoff=TOLERANCE) <= TOLERANCE for word in fuzzy):
            yield name


def _form(name: str) -> str:
    return name.rpartition(".")[0].removeprefix("www.")


def dnstwist(names: Sequence[str], words: Sequence[str], lures: Sequence[str] = ()) -> Iterator[str]:
    """Yield the names that dnstwist generates from the official domains, with their suffixes and with lure words."""
    listed = frozenset(names)
    suffixes = {word.partition(".")[2] for word in words}
    for word in words:
        yield from generated(word, lures, suffixes) & listed


def generated(name: str, dictionary: Collection[str], suffixes: Collection[str]) -> set[str]:
    """Return the names that dnstwist (the package) makes of an official domain by all its methods."""
    from dnstwist import Fuzzer  # noqa: PLC0415  # the others are timed without it

    fuzzer = Fuzzer(name, dictionary=sorted(dictionary), tld_dictionary=sorted(suffixes))
    fuzzer.generate()
    return {str(made["domain"]) for made in fuzzer.domains}


KERNELS: dict[str, Callable[..., Iterator[str]]] = {"openSquat": opensquat, "eth": eth, "dnstwist": dnstwist}


def main() -> None:
    """Run one kernel."""
    kernel, hits, *files = sys.argv[1:]
    lines = [Path(path).read_text("utf-8").split() for path in files]
    found = list(KERNELS[kernel](*lines))
    Path(hits).write_text("\n".join(found), "utf-8")
    print(len(found))


if __name__ == "__main__":
    main()

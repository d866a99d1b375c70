"""Make `scamhunt/indicators/confusables.tsv` and `scripts.tsv` from the files of the Unicode Consortium.

    python bench/make_confusables.py CONFUSABLES.TXT SCRIPTS.TXT

Take both files of one version from https://www.unicode.org/Public/security/ (confusables.txt) and
https://www.unicode.org/Public/ (ucd/Scripts.txt). What never reaches the table at run time is left out: ASCII, marks
(they are stripped) and what compatibility mapping or case folding changes first. Letters that Unicode calls a form of
a Latin letter (`LATIN SMALL LETTER B WITH HOOK`, `LATIN LETTER SMALL CAPITAL R`) and that confusables.txt does not lead
to ASCII are added from their names. Where UTS 39 stops short of the Latin letter that a hurried reader sees, `READERS`
goes on; a middle dot is overlooked.
"""

import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "scamhunt" / "indicators"
LICENCE = "Unicode License v3, https://www.unicode.org/license.txt; (c) Unicode, Inc."
READERS = dict(zip("βĸʍωƅ∂ǝəɛεμπχɹᴎᴙǃ", "bkmwbdeeeeunxrnrl", strict=True)) | {"·": ""}
NAMED = re.compile(r"LATIN (?:SMALL LETTER|LETTER SMALL CAPITAL) ([A-Z])(?: WITH .*)?")


def rows(file: Path) -> Iterator[list[str]]:
    """Yield the fields of each line, without comments."""
    for line in file.read_text("utf-8-sig").splitlines():
        fields = [field.strip() for field in line.partition("#")[0].split(";")]
        if len(fields) > 1:
            yield fields


def header(file: Path, what: str) -> list[str]:
    """Return the comment lines: what it is, version, date, sha256 and licence of the source."""
    head = file.read_text("utf-8-sig")[:1000]
    version = re.search(r"Version: ([\d.]+)|^# \w+-([\d.]+)\.txt", head)
    date = re.search(r"Date: ([\d-]+)", head)
    if not version or not date:
        sys.exit(f"{file}: no version and date on top; is it the file of the Unicode Consortium?")
    number = version[1] or version[2]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return [f"# {what}", f"# Unicode {number}, {date[1]}, sha256 of {file.name}: {digest}", f"# {LICENCE}"]


def settled(char: str) -> bool:
    """Say whether decomposition, stripping marks and case folding leave `char` alone."""
    parts = unicodedata.normalize("NFKD", char).casefold()
    return "".join(part for part in parts if unicodedata.category(part) not in {"Mn", "Me", "Cf"}) == char


def named() -> dict[str, str]:
    """Return the Latin letters whose Unicode name says which letter they are a form of."""
    found = {}
    for code in range(0x80, 0x20000):
        name = NAMED.fullmatch(unicodedata.name(chr(code), ""))
        if name and settled(chr(code)):
            found[chr(code)] = name[1].lower()
    return found


def confusables(file: Path) -> Iterator[str]:
    """Yield `code point, code points of what it looks like`, as hexadecimal."""
    table = {chr(int(row[0], 16)): "".join(chr(int(code, 16)) for code in row[1].split()) for row in rows(file)}
    forms = named()
    for char in sorted(table.keys() | forms.keys() | READERS.keys()):
        target = table.get(char, "")
        latin = unicodedata.normalize("NFKD", target)[:1].isascii()
        shown = target if target and (latin or char not in forms) else forms.get(char, "")
        shown = READERS.get(char, shown.replace("ß", "b"))
        if not char.isascii() and (settled(char) or char in READERS):
            yield f"{ord(char):04X}\t{' '.join(f'{ord(each):04X}' for each in shown)}"


def scripts(file: Path) -> Iterator[str]:
    """Yield `first, last, script`, neighbours joined; what belongs to every script is left out."""
    found = []
    for span, script in rows(file):
        ends = [int(end, 16) for end in span.split("..")]
        if script not in {"Common", "Inherited"}:
            found.append((ends[0], ends[-1], script))
    merged: list[tuple[int, int, str]] = []
    for first, last, script in sorted(found):
        if merged and merged[-1][2] == script and merged[-1][1] + 1 == first:
            first = merged.pop()[0]  # noqa: PLW2901  # the span grows to the left
        merged.append((first, last, script))
    yield from (f"{first:04X}\t{last:04X}\t{script}" for first, last, script in merged)


def main() -> None:
    """Write both tables."""
    lookalikes, ranges = map(Path, sys.argv[1:3])
    for name, source, what, lines in (
        (
            "confusables.tsv",
            lookalikes,
            "What a character looks like (UTS 39); plus letter forms",
            confusables(lookalikes),
        ),
        ("scripts.tsv", ranges, "The script of a character (UAX 24), without Common and Inherited", scripts(ranges)),
    ):
        text = "\n".join([*header(source, what), *lines]) + "\n"
        (PACKAGE / name).write_text(text, "utf-8")
        print(f"{name}: {text.count(chr(10))} lines, {len(text)} bytes")


if __name__ == "__main__":
    main()

"""Makes the document that a person reads first, with typst, in a child that can be killed.

Without typst, or where it fails, the packet is whole all the same, and a note says so.
"""

import base64
import json
import resource
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

SECONDS = 120
MEMORY = 4 * 2**30
"""Bytes of address space that the child may take; typst maps all fonts of the system."""
_PDF = b"%PDF-"

SCRIPTS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "DEVANAGARI": ("Devanagari", ("Devanagari", "Lohit Hindi", "FreeSans", "Mangal", "Nirmala"), "fonts-noto-core"),
    "BENGALI": ("Bengali", ("Bengali", "FreeSans", "Nirmala"), "fonts-noto-core"),
    "TAMIL": ("Tamil", ("Tamil", "FreeSans", "Nirmala"), "fonts-noto-core"),
    "TELUGU": ("Telugu", ("Telugu", "Nirmala"), "fonts-noto-core"),
    "GUJARATI": ("Gujarati", ("Gujarati", "FreeSans", "Nirmala"), "fonts-noto-core"),
    "GURMUKHI": ("Gurmukhi", ("Gurmukhi", "FreeSans", "Nirmala"), "fonts-noto-core"),
    "ARABIC": ("Arabic", ("Arabic", "Amiri", "DejaVu Sans", "FreeSerif", "Kacst"), "fonts-noto-core"),
    "HEBREW": ("Hebrew", ("Hebrew", "DejaVu Sans", "FreeSans"), "fonts-noto-core"),
    "THAI": ("Thai", ("Thai", "FreeSerif", "Loma", "Garuda"), "fonts-noto-core"),
    "CJK": (
        "Chinese or Japanese",
        ("CJK", "IPA", "VL Gothic", "Takao", "WenQuanYi", "Droid Sans Fallback", "Gothic"),
        "fonts-noto-cjk",
    ),
    "HIRAGANA": ("Japanese", ("CJK", "IPA", "VL Gothic", "VL PGothic", "Takao", "Gothic"), "fonts-ipafont-gothic"),
    "KATAKANA": ("Japanese", ("CJK", "IPA", "VL Gothic", "VL PGothic", "Takao", "Gothic"), "fonts-ipafont-gothic"),
    "HANGUL": ("Korean", ("CJK", "Nanum", "UnDotum", "Baekmuk"), "fonts-noto-cjk"),
}
"""Scripts that typst's own fonts lack, by the first word of the names of their letters: what it is called, words in the
names of fonts that have it, and the package of Debian that brings one."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A document, and what has to be said of it."""

    body: bytes
    """Empty where none could be made."""
    notes: Sequence[str]


def render(template: str, told: bytes, pictures: Mapping[str, bytes], *, at: datetime) -> Printed:
    """Return the PDF of what is told; the same input gives the same bytes where the fonts are the same.

    `at` is the moment that stands in it as its creation. A font that is missing for a script is named.
    """
    asked = {
        "template": template,
        "files": {name: base64.b64encode(body).decode() for name, body in {**pictures, "data.json": told}.items()},
        "at": int(at.timestamp()),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "scamhunt.referral.pdf"],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return Printed(b"", [f"no PDF: it took longer than {SECONDS} s; the other files say it all"])
    if not done.stdout.startswith(_PDF):
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[-1][:200] if said else f"typst ended with {done.returncode}"
        return Printed(b"", [f"no PDF: {why}; the other files say it all"])
    families = done.stderr.decode("utf-8", "replace").splitlines()
    return Printed(done.stdout, missing(told.decode("utf-8", "replace"), families))


def missing(text: str, families: Iterable[str]) -> list[str]:
    """Return which scripts of a text no font of the system shows, and what to install."""
    there = list(families)
    seen: dict[str, str] = {}
    for letter in sorted({one for one in text if not one.isascii()}):
        first = unicodedata.name(letter, "").partition(" ")[0]
        if first in SCRIPTS:
            seen.setdefault(first, letter)
    found = []
    for first in sorted(seen):
        called, fonts, package = SCRIPTS[first]
        if not any(font in family for font in fonts for family in there):
            found.append(
                f"the PDF lacks letters: no font for {called}; install one (Debian: {package}) and build again"
            )
    return list(dict.fromkeys(found))


def _child() -> int:
    """Compile what stdin holds and write the PDF to stdout, the names of the fonts to stderr."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    asked = json.loads(sys.stdin.buffer.read())
    try:
        import typst  # noqa: PLC0415  # 80 MB, and only here
    except ImportError:
        sys.stderr.write("typst is not installed: pip install typst\n")
        return 3
    with TemporaryDirectory(prefix="scamhunt-pdf-") as folder:
        top = Path(folder)
        for name, body in asked["files"].items():
            (top / name).write_bytes(base64.b64decode(body))
        main = top / "packet.typ"
        main.write_text(asked["template"], "utf-8")
        fonts = typst.Fonts()
        compiler = typst.Compiler(root=str(top), font_paths=fonts, package_path=str(top), package_cache_path=str(top))
        try:
            body = compiler.compile(str(main), format="pdf", timestamp=asked["at"])
        except typst.TypstError as error:
            sys.stderr.write(f"typst: {str(error).splitlines()[0][:200]}\n")
            return 3
    sys.stderr.write("\n".join(fonts.families()))
    sys.stdout.buffer.write(body if isinstance(body, bytes) else b"")
    return 0


if __name__ == "__main__":
    sys.exit(_child())

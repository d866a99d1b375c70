"""Put every hostile text alone into every place of the desk that outside text reaches, and compare the pages.

    python -m bench.soak_hostile

120 texts, 16 pages; and each text in each address that a page shows. The tests take all at once, and four alone.
"""

import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from tests.site_lab import Site
from tests.web.hostile import ADDRESSES, HARMLESS, PAGES, PAYLOADS, fill, furnished, made_of

Elements = list[tuple[str, tuple[str, ...]]]


def pages(site: Site, names: dict[str, str], text: str) -> dict[str, Elements]:
    """Return what each page is made of with a text in every place."""
    fill(site, text)
    return {path: made_of(site.known("ivy").get(path.format_map(names)).text) for path in PAGES}


def main() -> None:
    """Try all, print what differs, and end with 1 where something does."""
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder, furnished(Path(folder) / "site") as (site, names):
        pages(site, names, HARMLESS)
        harmless = pages(site, names, HARMLESS)
        for text in PAYLOADS:
            now = pages(site, names, text)
            found += [f"{path}: {text!r}" for path in PAGES if now[path] != harmless[path]]
        fill(site, HARMLESS)
        ivy = site.known("ivy")
        for address in ADDRESSES:
            before = ivy.get(address.replace("{}", "zebra"))
            for text in PAYLOADS:
                after = ivy.get(address.replace("{}", quote(text, safe="")))
                same = after.status_code != before.status_code or made_of(after.text) == made_of(before.text)
                found += [] if same and after.status_code < 500 else [f"{address}: {text!r}"]  # noqa: PLR2004  # a bug
    print(f"{len(PAYLOADS)} texts, {len(PAGES)} pages, {len(ADDRESSES)} addresses: {len(found)} differ")
    print("\n".join(found[:50]))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()

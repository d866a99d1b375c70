"""Every shipped crawler on saved bodies as its source serves them. docs/adding-a-crawler.md explains the layout."""

from pathlib import Path

import pytest

from scamhunt import bundle
from scamhunt.gather.check import check_crawler
from scamhunt.gather.saved import read_case, try_case

HERE = Path(__file__).parent
CRAWLERS = bundle.crawlers(Path("/no-overlay"))
CASES = sorted(HERE.glob("*/*.json"))
OURS = ["nrd_list", "domain_list", "openphish", "phishtank", "urlhaus"]


@pytest.mark.parametrize("feed", sorted({*OURS, *CRAWLERS}))
def test_every_crawler_has_a_saved_body(feed: str) -> None:
    """A source that ships is there, passes its own examples, and has at least one body that gives rows."""
    assert check_crawler(CRAWLERS[feed]) == []
    assert any(read_case(case)["rows"] for case in CASES if case.parent.name == feed)


def test_every_saved_body_belongs_to_a_crawler() -> None:
    """A folder of bodies is named as its crawler, and no file in it is forgotten by the cases."""
    assert {case.parent.name for case in CASES} <= CRAWLERS.keys()
    for folder in {case.parent for case in CASES}:
        cases = [case for case in CASES if case.parent == folder]
        used = {folder / name for case in cases for name in read_case(case)["replies"].values() if name}
        there = {path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}}
        assert there == used | set(cases)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
@pytest.mark.parametrize("piece", [65_536, 61])
def test_a_saved_body_gives_its_rows(case: Path, piece: int) -> None:
    """What the source serves comes out as the rows, bad rows and notices that stand beside it, however it is cut."""
    assert try_case(CRAWLERS[case.parent.name], case, piece) == []

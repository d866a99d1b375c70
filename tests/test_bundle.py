import os
from pathlib import Path

import pytest

from scamhunt import bundle, testing
from scamhunt.errors import NotFound, Refused, UserError
from scamhunt.gather import check
from scamhunt.model import Example

CRAWLER = '''
"""A source of a team."""

from dataclasses import dataclass

from scamhunt.indicators.lists import read_rows
from scamhunt.model import CONFIGURED, Crawl, Example, Feed, Fetch, Kind

FEED = Feed("NAME", "us", "https://a.example", "ours", Kind.DOMAIN, "0 6 * * *", False, (1, 9), "2026-01-01", "tried")
EXAMPLES = (Example(b"a.com", ("a.com",)),)


@dataclass
class Page:
    number: int = 1


def crawl(mark: str) -> Crawl:
    reply = yield Fetch(CONFIGURED)
    assert reply and Page().number
    yield from read_rows(reply.chunks, mark)
'''


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """Give an overlay folder with its three content folders, written to by nobody else."""
    top = tmp_path / "overlay"
    for part in ("crawlers", "takedown_templates", "data/brands", "data/protected"):
        (top / part).mkdir(parents=True)
    for path in (top, *top.rglob("*")):
        path.chmod(0o755)
    return top


def _write(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o644)
    return path


def _crawler(overlay: Path, name: str, text: str = CRAWLER) -> Path:
    return _write(overlay / "crawlers" / f"{name}.py", text.replace("NAME", name))


@pytest.mark.parametrize("name", bundle.crawlers(Path("/no-overlay")))
def test_each_shipped_crawler_passes_its_own_examples(name: str) -> None:
    """A shipped source has its facts, is named as its file and gives what its examples say."""
    crawler = bundle.crawlers(Path("/no-overlay"))[name]
    assert check.check_crawler(crawler) == []
    assert crawler.path == bundle.shipped() / "crawlers" / f"{name}.py"
    assert crawler.shadows is None


def test_what_is_shipped_is_found() -> None:
    """The list of newly registered domains is there, and a file of data is found by its name."""
    assert "nrd_list" in bundle.crawlers(Path("/no-overlay"))
    assert bundle.data("").is_dir()
    with pytest.raises(NotFound, match="this installation is not complete"):
        bundle.data("no-such-file")


def test_an_overlay_adds_and_takes_the_place(overlay: Path) -> None:
    """A file of a new name is added, one of a shipped name takes its place, and both facts are told."""
    mine = _crawler(overlay, "nrd_list")
    _crawler(overlay, "our_list")
    _crawler(overlay, "_shared", "raise RuntimeError")
    found = bundle.crawlers(overlay)
    assert list(found) == sorted(found)
    assert found["our_list"].shadows is None
    assert found["nrd_list"].path == mine
    assert found["nrd_list"].shadows == bundle.shipped() / "crawlers/nrd_list.py"
    assert check.check_crawler(found["our_list"]) == []
    assert bundle.shadows(overlay) == [bundle.Shadow("crawler", bundle.shipped() / "crawlers/nrd_list.py", mine)]


def test_templates_and_brand_packs_are_overlaid_by_name(overlay: Path) -> None:
    """A team's template is found by its name up to the first dot, its brand pack beside the shipped ones."""
    template = _write(overlay / "takedown_templates/our_letter.txt.j2", "Dear")
    pack = _write(overlay / "data/brands/our.toml", "[[brand]]\n")
    assert bundle.templates(overlay)["our_letter"] == template
    assert (str(pack), b"[[brand]]\n") in bundle.brand_packs(overlay)
    assert len(bundle.brand_packs(overlay)) == len(bundle.brand_packs(Path("/no-overlay"))) + 1


def test_protected_names_are_only_added_to(overlay: Path) -> None:
    """A team's list of a shipped name stands beside the shipped one and never in its place."""
    shipped = bundle.protected_lists(Path("/no-overlay"))
    for name in {"popular.txt", "our.txt"} | {name for name, _ in shipped}:
        _write(overlay / "data/protected" / name, "ours.example\n")
    both = bundle.protected_lists(overlay)
    assert both[: len(shipped)] == shipped
    assert {body for _, body in both[len(shipped) :]} == {b"ours.example\n"}
    assert bundle.shadows(overlay) == []


def test_chosen_packs_take_the_place_of_all(tmp_path: Path) -> None:
    """Chosen files and folders are read in their order, and nothing else is."""
    one = _write(tmp_path / "one.toml", "1")
    folder = tmp_path / "packs"
    folder.mkdir()
    for name in ("b.toml", "a.toml", "notes.txt"):
        _write(folder / name, name)
    packs = bundle.brand_packs(Path("/no-overlay"), [one, folder])
    assert packs == [(str(one), b"1"), (str(folder / "a.toml"), b"a.toml"), (str(folder / "b.toml"), b"b.toml")]


@pytest.mark.parametrize(
    ("path", "words"),
    [("no-such.toml", "no-such.toml: no such file"), ("empty", "empty: no brand pack"), ("a\0b", "not a path")],
)
def test_a_chosen_pack_that_cannot_be_read(tmp_path: Path, path: str, words: str) -> None:
    """A path that is wrong is the user's mistake and is named."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=words):
        bundle.brand_packs(Path("/no-overlay"), [tmp_path / path])


def test_a_huge_pack_is_not_read_whole() -> None:
    """Of an endless file one byte more than the limit is read."""
    assert len(bundle.brand_packs(Path("/no-overlay"), [Path("/dev/zero")])[0][1]) == bundle.PACK_LIMIT + 1


# --- an overlay that others may write to ------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["", "crawlers", "crawlers/our_list.py"])
@pytest.mark.parametrize("mode", [0o020, 0o002])
def test_an_overlay_that_others_may_write_to_is_refused(overlay: Path, part: str, mode: int) -> None:
    """Code from a folder or file that others may change is not run (5), and the cure is named."""
    _crawler(overlay, "our_list")
    path = overlay / part
    path.chmod(path.stat().st_mode | mode)
    with pytest.raises(Refused, match=r"refused: others may write to it; run: chmod go-w") as caught:
        bundle.crawlers(overlay)
    assert caught.value.exit_code == 5
    assert f"'{path}'" in str(caught.value)


@pytest.mark.parametrize("look", [bundle.templates, bundle.brand_packs, bundle.protected_lists, bundle.shadows])
def test_every_kind_of_content_is_guarded(overlay: Path, look: object) -> None:
    """Templates, packs and protected names of such a folder are refused as its crawlers are."""
    overlay.chmod(0o777)
    assert callable(look)
    with pytest.raises(Refused):
        look(overlay)


def test_the_folder_between_is_guarded(overlay: Path) -> None:
    """A safe data/brands in a data/ that others may write to is not safe."""
    (overlay / "data").chmod(0o777)
    with pytest.raises(Refused):
        bundle.brand_packs(overlay)


def test_a_link_into_a_folder_of_others_is_refused(overlay: Path, tmp_path: Path) -> None:
    """A symbolic link is as safe as the file and the folder that it leads to."""
    away = tmp_path / "away"
    away.mkdir()
    (overlay / "crawlers/our_list.py").symlink_to(_write(away / "list.py", CRAWLER.replace("NAME", "our_list")))
    away.chmod(0o755)
    assert "our_list" in bundle.crawlers(overlay)
    away.chmod(0o777)
    with pytest.raises(Refused, match="away"):
        bundle.crawlers(overlay)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(overlay: Path) -> None:
    """Code that belongs to another user is not run, whatever its mode."""
    os.chown(_crawler(overlay, "our_list"), 54_321, -1)
    with pytest.raises(Refused, match="belongs to another user"):
        bundle.crawlers(overlay)


def test_no_overlay_is_no_overlay(tmp_path: Path) -> None:
    """A folder that is not there, or has other things in it, changes nothing."""
    assert bundle.crawlers(tmp_path).keys() == bundle.crawlers(tmp_path / "none").keys()
    assert bundle.shadows(tmp_path) == []


# --- a crawler with faults --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\nimport no_such_module\n", r"our\.py:2: ModuleNotFoundError: No module named 'no_such_module'; mend"),
        ("x = 1\ndef f(:\n", r"our\.py:2: SyntaxError: .*; mend the crawler"),
        ("\n\nraise SystemExit\n", r"our\.py:3: SystemExit; mend the crawler"),
        ("a\0b", r"our\.py:1: .*; mend the crawler"),
        ("x = 1\n", r"our\.py:1: no FEED and no EXAMPLES and no crawl; a crawler has FEED, EXAMPLES and crawl\(mark\)"),
        (CRAWLER.replace("EXAMPLES", "EXAMPLE"), r"our\.py:1: no EXAMPLES;"),
        (CRAWLER.replace("NAME", "other"), r"our\.py:9: FEED.name is 'other'; name it 'our' as its file"),
        (CRAWLER.replace('(Example(b"a.com", ("a.com",)),)', "()"), r"our\.py:10: EXAMPLES is no tuple of Example"),
        (CRAWLER.replace('(Example(b"a.com", ("a.com",)),)', "[1]"), r"our\.py:10: EXAMPLES is no tuple of Example"),
        (CRAWLER + "\ncrawl = 5\n", r"our\.py:18: crawl is no function; write def crawl\(mark\)"),
        (CRAWLER + "\nFEED = 'facts'\n", r"our\.py:9: FEED is no scamhunt.model.Feed; write FEED = Feed\(\.\.\.\)"),
        ("from os import name as FEED, sep as EXAMPLES\ndef crawl(mark): ...\n", r"our\.py:1: FEED is no scamhunt"),
    ],
)
def test_a_crawler_with_a_fault_is_told_with_file_line_and_fix(overlay: Path, text: str, words: str) -> None:
    """A team's crawler that cannot be loaded is the user's mistake (2) with the line to look at."""
    _write(overlay / "crawlers/our.py", text.replace("NAME", "our"))
    with pytest.raises(UserError, match=words):
        bundle.crawlers(overlay)


def test_a_crawler_is_read_anew_and_leaves_no_cache(overlay: Path) -> None:
    """A changed crawler counts at once, and nothing is written beside it."""
    for name in ("a.com", "b.com"):
        _crawler(overlay, "our_list", CRAWLER.replace("a.com", name))
        assert bundle.crawlers(overlay)["our_list"].examples == (Example(name.encode(), (name,)),)
    assert [path.name for path in (overlay / "crawlers").iterdir()] == ["our_list.py"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('("a.com",)', '("b.com",)', "example 1: gives ('a.com',), not ('b.com',)"),
        ('b"a.com", ("a.com",)', 'b"\\xff", ()', "example 1: rejects the lines [1], not []"),
        ('b"a.com", ("a.com",)', 'b"\\xff", (), ((2, "UTF"),)', "example 1: rejects the lines [1], not [2]"),
        ('b"a.com", ("a.com",)', 'b"\\xff", (), ((1, "long"),)', "rejects for ['not UTF-8'], not ['long']"),
        ('b"a.com"', 'b"<html>"', "example 1: FeedHeld: an HTML page"),
        ("yield from read_rows", "yield 5; yield from read_rows", "FeedFailed: the crawler yielded int"),
        ("def crawl(mark: str) -> Crawl:", "def crawl() -> Crawl:", "example 1: TypeError: "),
        (
            "from dataclasses",
            "import httpx\nfrom dataclasses",
            ":4: imports httpx; a crawler may import scamhunt.model",
        ),
        ("from dataclasses", "from scamhunt import net\nfrom dataclasses", ":4: imports scamhunt.net;"),
        ("from dataclasses", "from scamhunt.gather import drive\nfrom dataclasses", ":4: imports scamhunt.gather;"),
    ],
)
def test_a_crawler_is_tried_on_its_own_examples(overlay: Path, old: str, new: str, words: str) -> None:
    """Whatever an example does not do, and an import that a crawler may not have, is one problem in words."""
    _crawler(overlay, "our_list", CRAWLER.replace(old, new))
    (problem,) = check.check_crawler(bundle.crawlers(overlay)["our_list"])
    assert problem.startswith(str(overlay / "crawlers/our_list.py"))
    assert words in problem


def test_allowed_imports_are_allowed(overlay: Path) -> None:
    """The standard library, bs4 and the three parts of scamhunt are what a crawler may import."""
    lines = "if False:\n    import bs4.element, json, scamhunt.errors\n    from scamhunt import indicators, model\n"
    _crawler(overlay, "our_list", CRAWLER + lines)
    assert check.check_crawler(bundle.crawlers(overlay)["our_list"]) == []


# --- the fakes that ship ----------------------------------------------------------------------------------------------


def test_the_fakes() -> None:
    """A clock stands still in UTC, a reply has the hash of its body and comes in pieces, the brands are distinct."""
    assert testing.clock("2026-01-02")() == testing.clock(testing.clock("2026-01-02T01:00:00+01:00")())()
    came = testing.reply(b"abcde", piece=2)
    assert (came.status, list(came.chunks)) == (200, [b"ab", b"cd", b"e"])
    brands = testing.sample_brands()
    assert len({brand.id for brand in brands}) == len(brands) >= 5
    assert {"amazon", "paypal", "microsoft", "dhl"} <= {brand.id for brand in brands}

import gzip
import hashlib
import io
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scamhunt import bundle
from scamhunt.cli import entry
from scamhunt.gather import archive

FORCE = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\n'
CHANGED = '[[brand]]\nid = "amazon"\nname = "Amazon"\naliases = ["Qwertix"]\ndomains = ["amazon.com"]\n'
NEW = '[[brand]]\nid = "qwertix"\nname = "Qwertix"\ndomains = ["qwertix.com", "amazonrefunddesk.com"]\n'


def greedy() -> str:
    """Return a pack whose aliases are what 60 honest names consist of, 30 of them protected."""
    popular = (bundle.data("protected/popular.txt")).read_text("utf-8").splitlines()
    with gzip.open(bundle.data("feeds/nrd_sample.csv.gz"), "rt", encoding="utf-8") as file:
        sample = [line.partition(",")[0] for line in file]
    aliases = [*plain_labels(popular)[:30], *plain_labels(sample)[:30]]
    return f'[[brand]]\nid = "greedy"\nname = "Greedy"\naliases = {json.dumps(aliases)}\ndomains = ["greedy.example"]\n'


def plain_labels(names: list[str]) -> list[str]:
    """Return the labels that are long words."""
    return [name.partition(".")[0] for name in names if re.fullmatch(r"[a-z]{12,16}\.(com|net)", name)]


@dataclass(frozen=True)
class Done:
    """What a run printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:  # noqa: ANN401  # JSON
        """What was printed as JSON."""
        return json.loads(self.out)


Shadow = Callable[..., Done]


@pytest.fixture
def shadow(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shadow:
    """Return a function that tries a pack against one brand in force."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    (tmp_path / "force.toml").write_text(FORCE, "utf-8")
    monkeypatch.setenv("SCAMHUNT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SCAMHUNT_BRANDS", str(tmp_path / "force.toml"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def run(pack: str, *arguments: str) -> Done:
        (tmp_path / "pack.toml").write_text(pack, "utf-8")
        code = entry.run(["brands", "shadow", str(tmp_path / "pack.toml"), *arguments])
        return Done(code, *capsys.readouterr())

    return run


def keep(home: Path, body: bytes, feed: str = "nrd_list", wrapping: str = "plain") -> Path:
    """Keep a body as a sweep does."""
    sha = hashlib.sha256(body).hexdigest()
    return home / "archive" / archive.keep(home, feed, io.BytesIO(body), sha256=sha, wrapping=wrapping)


def counted(done: Done) -> dict[str, tuple[int, int, int]]:
    """Return for each list its size, and how many names are newly and no longer flagged."""
    return {each["list"]: (each["names"], each["new"], each["gone"]) for each in done.data["lists"]}


def test_a_changed_brand_shows_what_it_would_newly_flag(tmp_path: Path, shadow: Shadow) -> None:
    """Names of the archive count once, those of the sample not again; nothing is written, and the exit code is 0."""
    with gzip.open(bundle.data("feeds/nrd_sample.csv.gz"), "rt") as file:
        known = file.read().splitlines()[1].partition(",")[0]
    names = ["login-qwertix.com", "amazon-refund-desk.com", "weather-in-oslo.com", "LOGIN-qwertix.com ", known]
    keep(tmp_path / "home", "\n".join(names).encode())
    keep(tmp_path / "home", "\n".join([*names, "127.0.0.1"]).encode())
    before = sorted((tmp_path / "home").rglob("*"))
    done = shadow(CHANGED, "--format", "json")
    assert (done.code, done.err) == (0, "")
    assert counted(done)["archive"] == (3, 1, 0)
    assert counted(done)["sample"][0] > 40_000
    assert counted(done)["protected"][0] > 10_000
    assert [(brand["id"], brand["added"]) for brand in done.data["brands"]] == [("amazon", False)]
    assert [(flag["list"], flag["indicator"], flag["word"]) for flag in done.data["brands"][0]["new"]] == [
        ("archive", "login-qwertix.com", "qwertix")
    ]
    assert (done.data["refused"], done.data["problems"]) == ([], [])
    assert sorted((tmp_path / "home").rglob("*")) == before


def test_a_person_reads_each_brand_with_its_names(tmp_path: Path, shadow: Shadow) -> None:
    """New brands, brands whose matches change because of them, and where more names are than shown."""
    names = ["login-qwertix.com", "secure-qwertix.com", "amazonrefunddesk.com"]
    keep(tmp_path / "home", "\n".join(names).encode())
    lines = shadow(NEW, "--limit", "1").out.splitlines()
    assert lines[2] == "archive    3 names: 1 -> 2 at review, 1 -> 2 at urgent; 2 new, 1 gone"
    assert "amazon: not changed, but its matches are" in lines
    assert [line.split()[-2:] for line in lines if line.startswith("    archive")] == [
        ["amazonrefunddesk.com", "'amazon'"],
        ["login-qwertix.com", "'qwertix'"],
    ]
    assert lines[lines.index("qwertix: new") + 1].startswith("  sample ")
    assert lines[-1] == "    ... and 1 more; see them with --limit"


def test_a_pack_in_force_changes_nothing(tmp_path: Path, shadow: Shadow) -> None:
    """Who tries a pack against itself is told so, also where there is no state folder."""
    done = shadow(FORCE)
    assert done.code == 0
    assert done.out.splitlines()[-1] == "no brand of these packs differs from the one in force"
    assert not (tmp_path / "home").exists()


def test_a_pack_that_flags_too_much_is_refused(shadow: Shadow) -> None:
    """Words that stand in everybody's names are exit 2 with the words; --force says so and passes."""
    done = shadow(greedy(), "--format", "json")
    assert done.code == 2
    told = done.err.splitlines()
    assert [line.removeprefix("error: refused: ") for line in told[:-1]] == done.data["refused"]
    protected, *sample = done.data["refused"]
    assert re.match(r"it would newly flag [0-9]{2} protected names, more than 25: the word '[a-z]{12,}' of ", protected)
    assert any(line.startswith("brand greedy would flag ") for line in sample)
    assert all(hint in told[-1] for hint in ("'ambiguous'", "--force"))
    forced = shadow(greedy(), "--force")
    assert forced.code == 0
    assert forced.err.splitlines() == [f"--force: {reason}" for reason in done.data["refused"]]


def test_what_of_the_archive_cannot_be_read_is_told(tmp_path: Path, shadow: Shadow) -> None:
    """A damaged file, or one of a feed that is gone, is passed over in words; the rest counts."""
    home = tmp_path / "home"
    damaged = keep(home, gzip.compress(b"login-qwertix.com\n" * 99)[:-9], wrapping="gzip")
    gone = keep(home, b"login-qwertix.com", feed="gone")
    twice = keep(home, b"login-qwertix.net", feed="twice")
    overlay = tmp_path / "scamhunt" / "overlay" / "crawlers"
    overlay.mkdir(parents=True, mode=0o700)
    shipped = (bundle.shipped() / "crawlers" / "nrd_list.py").read_text("utf-8")
    again = "reply: Reply = yield Fetch(CONFIGURED)"
    crawler = shipped.replace('"nrd_list"', '"twice"').replace(again, f"{again}\n    yield Fetch(CONFIGURED)")
    (overlay / "twice.py").write_text(crawler, "utf-8")
    keep(home, b"secure-qwertix.com")
    done = shadow(CHANGED, "--format", "json")
    assert done.code == 0
    assert counted(done)["archive"][1] == 1
    unread = [problem.partition(": ")[0] for problem in done.data["problems"]]
    assert sorted(unread) == sorted(map(str, (damaged, gone, twice)))
    assert done.err.count("not looked at: ") == 3


@pytest.mark.parametrize(
    ("since", "archived"), [("30d", True), ("", False), ("2030-01-01", False)], ids=["lately", "never", "later"]
)
def test_only_the_newest_of_the_archive_counts(tmp_path: Path, shadow: Shadow, since: str, archived: bool) -> None:
    """`--since` says how far back."""
    keep(tmp_path / "home", b"login-qwertix.com")
    assert ("archive" in counted(shadow(CHANGED, "--since", since, "--format", "json"))) is archived


def test_mistakes_are_told_before_anything_is_scored(tmp_path: Path, shadow: Shadow) -> None:
    """A pack with faults, a path that is not there and an unreadable time are exit 2."""
    broken = shadow(NEW.replace("qwertix.com", "amazon.com"))
    assert broken.code == 2
    assert "pack.toml:4: domain 'amazon.com' of brand 'qwertix' is claimed by brand 'amazon'" in broken.err
    assert shadow(NEW, str(tmp_path / "none.toml")).code == 2
    assert shadow(NEW, "--since", "30/2/2026").code == 2

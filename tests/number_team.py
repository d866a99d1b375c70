"""A team that reads numbers: a brand, a feed of first-hand reports and one that only corroborates."""

from datetime import UTC, datetime
from pathlib import Path

from scamhunt import desk, pipeline
from scamhunt.pipeline import Summary
from scamhunt.settings import Settings
from scamhunt.store import CandidateView

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
PACK = """
[[brand]]
id = "amazon"
name = "Amazon"
aliases = ["Amazon Prime"]
domains = ["amazon.com"]
phones = ["+1 888 280 4331"]
lures = ["prime", "refund", "order"]
"""
CRAWLER = '''
from datetime import UTC, datetime, timedelta
from scamhunt.model import CONFIGURED, Batch, Example, Feed, Fetch, Keeps, Kind, Role, Statement

FEED = Feed(
    name="{name}", publisher="us", homepage="https://own.example/", terms="ours", kind=Kind.PHONE, schedule="0 6 * * *",
    needs_key=False, verified_on="2026-11-22", how="tried", keeps=Keeps.ROWS, {more}
)
EXAMPLES = (Example(b"", ()),)


def crawl(mark):
    """Read lines of number|role|text|source|place|kind|minutes; what is left out at the end is empty."""
    reply = yield Fetch(CONFIGURED)
    rows = [(line + "||||||").split("|") for line in b"".join(reply.chunks).decode().splitlines()]
    start = datetime(2026, 11, 21, 12, tzinfo=UTC)
    yield Batch(
        str(len(rows)), [row[0] for row in rows], list(range(1, len(rows) + 1)),
        [start + timedelta(minutes=int(row[6] or 0)) for row in rows],
        kinds=[Kind(row[5] or "phone") for row in rows],
        statements=[Statement(Role(row[1]), "column", row[2], source=row[3], place=row[4]) for row in rows],
    )
'''
FEEDS = {"calls": "rows_a_day=(0, 1000)", "agency": 'rows_a_day=(1, 1000), corroborates=True, pool="agencies"'}


def reported(number: str, role: str, source: str = "a", minutes: int = 0) -> str:
    """Return the row of a report that names the brand, `minutes` after noon of 21 November 2026."""
    return f"{number}|{role}|amazon prime refund|{source}|||{minutes}"


class Team:
    """A state folder with two feeds of its own: `calls`, first-hand, and `agency`, which only corroborates."""

    def __init__(self, folder: Path) -> None:
        """Write the crawlers and the brand pack."""
        crawlers = folder / "overlay" / "crawlers"
        crawlers.mkdir(parents=True, exist_ok=True)
        for name, more in FEEDS.items():
            (crawlers / f"{name}.py").write_text(CRAWLER.format(name=name, more=more))
        self.folder, self.pack = folder, folder / "pack.toml"
        self.pack.write_text(PACK)

    def settings(self, now: datetime = NOW) -> Settings:
        """Return the settings of a run at a moment."""
        return Settings(
            home=self.folder / "home",
            overlay=self.folder / "overlay",
            brands=(self.pack,),
            region="US",
            clock=now,
        )

    def read(self, feed: str, *rows: str, now: datetime = NOW) -> Summary:
        """Hand rows in for a feed."""
        file = self.folder / f"{feed}.txt"
        file.write_text("\n".join(rows) + "\n")
        return pipeline.import_file(self.settings(now), str(file), feed)

    def candidates(self, now: datetime = NOW) -> dict[str, CandidateView]:
        """Return the candidates by what they are."""
        with desk.open_store(self.settings(now)) as store:
            return {one.indicator: one for one in desk.candidates(store)}

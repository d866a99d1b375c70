"""`scamhunt feeds`: the sources and their crawlers."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import asking, importing, listing, output, replay
from scamhunt.cli.options import As, ListFormat, PasswordStdin
from scamhunt.cli.output import Format
from scamhunt.errors import NotFound, UserError

if TYPE_CHECKING:
    from scamhunt.bundle import Crawler
    from scamhunt.desk_feeds import FeedState

COLUMNS = ("name", "state", "read_at", "rows", "behind", "problem")
FACTS = ("schedule", "needs_key", "kind", "publisher", "terms", "how", "verified_on")
LAYOUT = listing.Layout(whole=("name", "state"), few=("name", "state"), spare=("behind",))
FACTS_LAYOUT = listing.Layout(whole=("name", "schedule"), few=("name", "schedule", "needs_key"))
app = typer.Typer(help="The sources that a sweep reads.", rich_markup_mode=None, no_args_is_help=True)


@app.command("list")
def show_all(
    *,
    facts: Annotated[bool, typer.Option("--facts", help="The publishers' facts instead of the state.")] = False,
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """List the feeds: what is wrong first, which are on, and how their last run went."""
    from scamhunt import desk_feeds, settings
    from scamhunt.gather import sources

    knobs = settings.load()
    reader = partial(asking.reader, knobs=knobs, acting_as=acting_as, stdin=password_stdin)
    rows = [_row(state) for state in desk_feeds.feeds(knobs, reader)]
    rows = [_unknown(name, problem, rows[0]) for name, problem in sources.unknown(knobs).items()] + rows
    if facts:
        listing.print_rows(rows, ("name", *FACTS), form, FACTS_LAYOUT)
    else:
        listing.print_rows(rows, COLUMNS if form is Format.TABLE else (*COLUMNS, *FACTS), form, LAYOUT)


def _row(state: "FeedState") -> dict[str, object]:
    last = state.last
    facts = {name: value for name, value in output.plain(state.facts).items() if name not in {"commercial", "rate"}}
    return (
        {"id": state.facts.name}
        | facts
        | {
            "commercial_use": state.facts.commercial,
            "on": state.on,
            "state": state.state,
            "read_at": last and last.started_at,
            "rows": sum(run.read for run in state.runs) if last else None,
            "behind": sum(run.behind for run in state.runs),
            "problem": state.problem or state.why,
            "believed_at": state.believed_at,
            "last_run": last and output.plain(last),
        }
    )


def _unknown(name: str, problem: str, like: dict[str, object]) -> dict[str, object]:
    """Return a row for a name of the setting that is no feed: of what other rows have it has nothing."""
    said = {"id": name, "name": name, "on": False, "state": "unknown", "behind": 0, "problem": problem}
    return dict.fromkeys(like) | said


@app.command("check")
def check(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A feed; all of them if none is named.")] = "",
) -> None:
    """Try a feed's crawler on its own examples; no network."""
    from scamhunt.gather import check

    known = _crawlers()
    if name and name not in known:
        raise NotFound(f"no feed {output.shorten(name, 60)!r}; there are: {', '.join(known)}")
    problems = []
    for feed in [name] if name else known:
        found = check.check_crawler(known[feed])
        problems += [f"{feed}: {problem}" for problem in found]
        if not found:
            output.write(f"{feed}: all examples pass\n")
    if problems:
        raise UserError("\n".join(problems))


app.command("import")(importing.import_file)
app.command("replay")(replay.replay)


def _crawlers() -> dict[str, "Crawler"]:
    from scamhunt import bundle, settings

    return bundle.crawlers(settings.load().overlay)

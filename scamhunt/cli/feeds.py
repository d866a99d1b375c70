"""`scamhunt feeds`: the sources and their crawlers."""

from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import listing, output
from scamhunt.cli.options import ListFormat
from scamhunt.cli.output import Format
from scamhunt.errors import NotFound, UserError

if TYPE_CHECKING:
    from scamhunt.bundle import Crawler

COLUMNS = ("name", "kind", "publisher", "schedule", "needs_key", "terms", "how", "verified_on")
app = typer.Typer(help="The sources that a sweep reads.", rich_markup_mode=None, no_args_is_help=True)


@app.command("list")
def show_all(*, form: ListFormat = Format.TABLE) -> None:
    """List the feeds with their facts."""
    listing.print_rows(
        [{"id": name} | output.plain(crawler.feed) for name, crawler in _crawlers().items()], COLUMNS, form
    )


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


def _crawlers() -> dict[str, "Crawler"]:
    from scamhunt import bundle, settings

    return bundle.crawlers(settings.load().overlay)

"""`scamhunt sweep`: the nightly job."""

from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import options, output
from scamhunt.cli.options import OneFormat
from scamhunt.cli.output import ThingFormat

if TYPE_CHECKING:
    from scamhunt.pipeline import Summary


def sweep(
    *,
    feed: Annotated[
        list[str] | None, typer.Option(metavar="NAME|PATH|URL", help="Only this one; may be repeated. - is stdin.")
    ] = None,
    since: options.Since = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what it would find; store nothing.")] = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Do the nightly job: read feeds, score, keep, sum it up.

    Safe to stop at any moment and to run twice. It sends nothing, and opens suspected sites only where
    SCAMHUNT_INVESTIGATE is `pages`.
    """
    from scamhunt import pipeline, settings
    from scamhunt.cli.progress import Progress

    knobs = settings.load()
    start = options.since(since, knobs.now())
    with Progress() as progress:
        done = pipeline.sweep(knobs, feeds=feed or (), since=start, dry_run=dry_run, progress=progress)
    tell(done, form)
    raise typer.Exit(done.exit_code)


def tell(done: "Summary", form: ThingFormat) -> None:
    """Print the summary of a sweep or a replay; what is wrong with a feed stands on stderr too."""
    from scamhunt.cli import summary

    if form is ThingFormat.JSON:
        output.write(output.encode(done.as_json(), indent=1) + "\n")
    else:
        summary.show(done)
    for result, title in zip(done.feeds, summary.titles(done.feeds), strict=True):
        if result.problem:
            status = "" if result.status == "ok" else f"{result.status}: "
            output.tell(f"{title}: {status}{result.problem}")

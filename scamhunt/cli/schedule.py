"""`scamhunt schedule`: each feed by its own schedule, until it is told to stop."""

from typing import Annotated

import typer

from scamhunt.cli import output


def schedule(
    *,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now and end: for a crontab.")] = False,
) -> None:
    """Read each feed whenever its own schedule says so.

    May run on several machines on one PostgreSQL: nothing is read twice. SIGTERM and Ctrl-C end it in order.
    """
    from scamhunt import schedule, settings  # slow, and not for --help

    knobs = settings.load()
    if once:
        raise typer.Exit(schedule.once(knobs, output.tell))
    schedule.run(knobs, output.tell)

"""`scamhunt serve`: the triage desk and the schedule in one process."""

from typing import Annotated

import typer

from scamhunt.cli import output

PORT = 8642


def serve(
    *,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Where it listens.")] = PORT,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Another address than this machine's own; needs SCAMHUNT_WEB_URL.")
    ] = "127.0.0.1",
    schedule: Annotated[
        bool, typer.Option("--schedule/--no-schedule", help="Read the feeds and do what is due beside it.")
    ] = True,
) -> None:
    """Open the triage desk in a browser.

    Queue, cases, reports, campaigns, packets, dashboard, the log.

    People sign in with name and password; an admin adds the first one in the shell: scamhunt people add. SIGTERM and
    Ctrl-C end it in order.
    """
    from scamhunt import settings  # slow, and not for --help
    from scamhunt.web import server

    server.run(settings.load(), output.tell, host=host, port=port, schedule=schedule)

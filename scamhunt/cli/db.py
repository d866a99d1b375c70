"""`scamhunt db`: the database."""

import typer

from scamhunt.cli import output
from scamhunt.errors import NotFound, StoreError

app = typer.Typer(help="The database: bring it up to date, check it.", rich_markup_mode=None, no_args_is_help=True)


@app.command("upgrade")
def upgrade() -> None:
    """Bring the database to this version of scamhunt. Copy the state folder first."""
    from scamhunt import desk, settings

    changed = desk.upgrade(settings.load())
    output.write("the database was brought up to date\n" if changed else "the database is up to date\n")


@app.command("check")
def check() -> None:
    """Check the file, the tables and the chain of the log; changes nothing."""
    from scamhunt import desk, settings

    knobs = settings.load()
    if not desk.has_store(knobs):
        raise NotFound(
            f"no tables in {desk.where(knobs)} yet; run scamhunt db upgrade, or let the first sweep make them"
        )
    with desk.open_store(knobs) as store:
        problems = desk.check(store)
    if problems:
        raise StoreError("\n".join(problems))
    output.write("the database and its log hold\n")

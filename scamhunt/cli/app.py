"""The tree of commands. Importing it must stay quick: what is heavy is imported inside the commands."""

from typing import Annotated

import typer

import scamhunt
from scamhunt.cli import (
    audit,
    brands,
    campaigns,
    candidates_work,
    db,
    doctor,
    evidence,
    feeds,
    holds,
    inbox,
    investigate,
    numbers,
    output,
    people,
    quarantine,
    recipients,
    refdata,
    referral,
    reports_track,
    retrohunt,
    schedule,
    score,
    serve,
    signals,
    stats,
    sweep,
)
from scamhunt.cli.tour import Tour

FIRST_STEPS = """Find the sites that pretend to be a brand, prove it, and get them taken down.

\b
First steps:
  scamhunt sweep                       read the feeds (a bundled sample at first)
  scamhunt candidates list             see what was found, the strongest first
  scamhunt investigate NAME            look at one now, and keep the evidence
  scamhunt candidates confirm 1 --reason "asks for a password"
  scamhunt reports draft 1             write the report; nothing is ever sent by itself

A list of your own needs no database: scamhunt score names.txt
"""


def _version(wanted: bool) -> None:  # noqa: FBT001  # typer hands it over like that
    if wanted:
        output.write(f"scamhunt {scamhunt.__version__}\n")
        raise typer.Exit


def start(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version.")
    ] = False,
) -> None:
    """Hold the options of the program itself."""


app = typer.Typer(cls=Tour, help=FIRST_STEPS, rich_markup_mode=None, no_args_is_help=True, callback=start)
app.command("sweep", rich_help_panel="Gather")(sweep.sweep)
app.command("schedule", rich_help_panel="Gather")(schedule.schedule)
app.add_typer(feeds.app, name="feeds", rich_help_panel="Gather")
app.add_typer(quarantine.app, name="quarantine", rich_help_panel="Gather")
app.command("score", rich_help_panel="Score")(score.score)
app.command("retrohunt", rich_help_panel="Score")(retrohunt.retrohunt)
app.add_typer(brands.app, name="brands", rich_help_panel="Score")
app.add_typer(numbers.app, name="numbers", rich_help_panel="Score")
app.command("signals", rich_help_panel="Score")(signals.signals)
app.add_typer(refdata.app, name="refdata", rich_help_panel="Score")
app.command("investigate", rich_help_panel="Investigate")(investigate.investigate)
app.add_typer(evidence.app, name="evidence", rich_help_panel="Investigate")
app.command("serve", rich_help_panel="Triage")(serve.serve)
app.add_typer(candidates_work.app, name="candidates", rich_help_panel="Triage")
app.add_typer(recipients.app, name="recipients", rich_help_panel="Take down")
app.add_typer(reports_track.app, name="reports", rich_help_panel="Take down")
app.add_typer(inbox.app, name="inbox", rich_help_panel="Take down")
app.add_typer(holds.app, name="holds", rich_help_panel="Take down")
app.command("stats", rich_help_panel="Take down")(stats.stats)
app.add_typer(campaigns.app, name="campaigns", rich_help_panel="Refer")
app.add_typer(referral.app, name="referral", rich_help_panel="Refer")
app.add_typer(people.app, name="people", rich_help_panel="Look after it")
app.command("doctor", rich_help_panel="Look after it")(doctor.doctor)
app.add_typer(audit.app, name="audit", rich_help_panel="Look after it")
app.add_typer(db.app, name="db", rich_help_panel="Look after it")

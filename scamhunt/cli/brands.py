"""`scamhunt brands`: the brand packs."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import listing, options, output
from scamhunt.cli.options import Brands, ListFormat, OneFormat
from scamhunt.cli.output import Format, ThingFormat
from scamhunt.cli.progress import Progress
from scamhunt.errors import NotFound, UserError, did_you_mean

if TYPE_CHECKING:
    from scamhunt.score.brands import Brands as Parsed

COLUMNS = ("id", "name", "sector", "countries", "domains")
LAYOUT = listing.Layout(whole=("id",), few=("id", "name"))
app = typer.Typer(help="The brands to protect, from brand packs.", rich_markup_mode=None, no_args_is_help=True)


@app.command("list")
def show_all(*, brands: Brands = None, form: ListFormat = Format.TABLE) -> None:
    """List the brands in force."""
    parsed, _ = _parsed(brands)
    listing.print_rows([output.plain(brand) for brand in parsed.by_id.values()], COLUMNS, form, LAYOUT)


@app.command("check")
def check(
    packs: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]...", help="Packs or folders of them.")] = None,
) -> None:
    """Explain every fault of the packs with file, line and fix; without PATH of those in force."""
    parsed, files = _parsed(packs)
    output.write(f"no fault: {output.count(len(parsed.by_id), 'brand')} in {output.count(files, 'pack')}\n")
    if packs:
        output.tell(f"what they would flag: {output.hint('scamhunt brands shadow')} {shlex.join(map(str, packs))}")


@app.command("show")
def show(
    brand: Annotated[str, typer.Argument(metavar="ID", help="As `brands list` shows it.")],
    *,
    brands: Brands = None,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Show one brand with its names, domains and words."""
    parsed, _ = _parsed(brands)
    if brand not in parsed.by_id:
        raise NotFound(
            f"no brand {output.shorten(brand, 60)!r}{did_you_mean(brand, parsed.by_id)}; see scamhunt brands list"
        )
    output.print_thing(output.plain(parsed.by_id[brand]), form)


@app.command("shadow")
def shadow(
    packs: Annotated[list[Path], typer.Argument(metavar="PACK...", help="Packs that are not in force, or folders.")],
    *,
    since: Annotated[str, typer.Option(metavar="WHEN", help="Of the archive only what was kept from then on.")] = "30d",
    limit: Annotated[int, typer.Option(min=0, max=100_000, help="At most so many names a brand on each side.")] = 20,
    force: Annotated[bool, typer.Option("--force", help="Exit with 0 even where it flags too much.")] = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Show what changed or new packs would newly flag; nothing is stored.

    Tried on the bundled sample, on what this state folder read of late, and on protected names. A brand takes the place
    of the one of the same id; the others stay.
    """
    from scamhunt import settings, trial
    from scamhunt.cli import shadow as shown

    knobs = settings.load()
    start = options.since(since, knobs.now())
    with Progress() as progress:
        found = trial.shadow(knobs, packs, since=start, shown=limit, progress=progress)
    if form is ThingFormat.JSON:
        output.print_thing(shown.as_object(found), form)
    else:
        output.write("".join(f"{line}\n" for line in shown.lines(found)))
    for problem in found.problems:
        output.tell(f"not looked at: {problem}")
    _judge(found.shadow.refusals(), force=force)


def _judge(refusals: list[str], *, force: bool) -> None:
    """Raise `UserError` for a pack that would flag too much."""
    if not refusals:
        return
    if not force:
        todo = "write names that mean nothing else, put a common word into 'ambiguous', or add --force"
        raise UserError("\n".join([*(f"refused: {each}" for each in refusals), todo]))
    output.tell("\n".join(f"--force: {each}" for each in refusals))


def _parsed(chosen: list[Path] | None) -> tuple["Parsed", int]:
    """Return the brands and how many packs they come from."""
    from scamhunt import bundle, settings
    from scamhunt.score.brands import parse_packs

    knobs = settings.load()
    packs = bundle.brand_packs(knobs.overlay, tuple(chosen or knobs.brands))
    return parse_packs(packs), len(packs)

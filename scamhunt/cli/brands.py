"""`scamhunt brands`: the brand packs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scamhunt.cli import listing, output
from scamhunt.cli.options import Brands, ListFormat, OneFormat
from scamhunt.cli.output import Format, ThingFormat
from scamhunt.errors import NotFound, did_you_mean

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


def _parsed(chosen: list[Path] | None) -> tuple["Parsed", int]:
    """Return the brands and how many packs they come from."""
    from scamhunt import bundle, settings
    from scamhunt.score.brands import parse_packs

    knobs = settings.load()
    packs = bundle.brand_packs(knobs.overlay, tuple(chosen or knobs.brands))
    return parse_packs(packs), len(packs)

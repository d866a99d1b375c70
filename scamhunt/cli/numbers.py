"""`scamhunt numbers`: phone numbers, found in texts and looked at one by one."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from scamhunt.cli import listing, number, output
from scamhunt.cli.options import ListFormat
from scamhunt.cli.output import Format
from scamhunt.errors import UserError

if TYPE_CHECKING:
    from scamhunt.indicators.extract import Found

LARGEST = 64_000_000
"""Bytes of a text that are read."""
COLUMNS = ("e164", "offset", "role", "type", "region", "flags", "how", "raw")
LAYOUT = listing.Layout(whole=("e164", "offset"), few=("e164", "role", "raw"))
app = typer.Typer(help="Phone numbers: find them in texts, look at one.", rich_markup_mode=None, no_args_is_help=True)
app.command("show")(number.show)
app.command("carrier")(number.carrier)


@app.command("extract")
def extract(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A text or a page of HTML, UTF-8; - for stdin.")],
    *,
    region: Annotated[
        str, typer.Option(metavar="CC", help="Country of numbers without one, as in US; else SCAMHUNT_REGION.")
    ] = "",
    form: ListFormat = Format.TABLE,
) -> None:
    """Find the phone numbers in a text, also disguised ones: what stands where, and what it is.

    A number that might be something else is left out. Nothing is stored.
    """
    from scamhunt import settings  # slow, and not for --help
    from scamhunt.indicators import extract as numbers

    country = _country(region or settings.load().region)
    rows = [_row(found) for found in numbers.extract(_text(file), country)]
    listing.print_rows(rows, COLUMNS, form, LAYOUT)
    where = "" if country else "; numbers without a country were left out, add --region US or the like"
    output.tell(f"{output.count(len(rows), 'number')} found{where}")


def _country(region: str) -> str:
    import phonenumbers

    if region and region.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise typer.BadParameter(f"{region[:10]!a} is no country; write two letters, as in US", None, None, "--region")
    return region.upper()


def _text(file: str) -> str:
    """Return the text of a file; a byte that is no UTF-8 becomes one character. Raises `UserError`."""
    if file == "-":
        return _decoded(sys.stdin.buffer, "stdin")
    try:
        with Path(file).open("rb") as source:
            return _decoded(source, file)
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}; name a file that can be read, or - for stdin") from None


def _decoded(source: BinaryIO, name: str) -> str:
    body = source.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise UserError(f"{name}: more than {LARGEST // 1_000_000} MB; cut it into pieces")
    return body.decode("utf-8", "replace")


def _row(found: "Found") -> dict[str, object]:
    return {
        "raw": found.raw,
        "offset": found.offset,
        "e164": found.number.e164,
        "role": found.role.value,
        "type": found.number.type.value,
        "region": found.number.region,
        "flags": list(found.number.flags),
        "how": list(found.how),
    }

from datetime import UTC, datetime, timedelta, timezone

import pytest
import typer

from scamhunt.cli.options import since

NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("", None),
        ("7d", (NOW - timedelta(days=7)).replace(hour=0, minute=0, second=0, microsecond=0)),
        ("36h", NOW - timedelta(hours=36)),
        ("2w", (NOW - timedelta(weeks=2)).replace(hour=0, minute=0, second=0, microsecond=0)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T08:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
        ("2026-01-31T08:00+02:00", datetime(2026, 1, 31, 8, tzinfo=timezone(timedelta(hours=2)))),
    ],
)
def test_since_reads_an_age_or_a_date(text: str, moment: datetime | None) -> None:
    """Both ways of saying from when give the same kind of moment: aware, in UTC."""
    found = since(text, NOW)
    assert found == moment
    assert found is None or found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text",
    [
        "30/2/2026",
        "2026-02-30",
        "yesterday",
        "7",
        "d",
        "-7d",
        "\u0667d",
        "0001-01-01T00:00+02:00",
        "123456d",
        "7d " * 999,
        "\x1b[31m",
    ],
)
def test_since_names_the_forms_that_it_understands(text: str) -> None:
    """A date that does not exist is told, with the forms that can be written."""
    with pytest.raises(typer.BadParameter, match="7d, 36h, 2w, 2026-01-31") as told:
        since(text, NOW)
    assert len(told.value.message) < 200

"""Values given as columns of one length, as a database takes them."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

Columns = Mapping[str, Iterable[object]]
"""By the name of the column in the table."""


def converted(connection: sa.Connection, table: sa.Table, columns: Columns) -> list[Iterable[object]]:
    """Return the columns as the driver takes them; a type converts each distinct value once."""
    return [_converted(connection, table.c[name].type, values) for name, values in columns.items()]


def _converted(connection: sa.Connection, kind: Any, values: Iterable[object]) -> Iterable[object]:  # noqa: ANN401  # SQLAlchemy types them so
    convert = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    if convert is None:
        return values
    return map(convert if isinstance(kind, sa.JSON) else cache(convert), values)

"""Look-ups for answers: which reports a mail may belong to, and whether it was read before. Each asks an index."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from scamhunt.store.tables import REPLY, REPORT
from scamhunt.store.values import ReportView

MOST = 50
"""Reports of one rank that are looked at: where more than one fits, it belongs to none of them."""
_WRITTEN = ("{}", "#{}", "[{}]", "[#{}]")
"""How people note a ticket that a desk writes as a number alone."""


def likely(
    connection: sa.Connection, message_ids: Sequence[str], references: Sequence[str], tickets: Sequence[str]
) -> list[ReportView]:
    """Return the reports that have one of these Message-IDs, references or tickets, the newest of each rank first.

    A reference, 32 hexadecimal digits, is a report's token or what stands before the @ of its Message-ID.
    """
    r = REPORT.c
    # From `<1f..@` to `<1f..A`: whatever the domain; the columns are compared byte by byte.
    spans = [sa.and_(r.message_id >= f"<{one}@", r.message_id < f"<{one}A") for one in references]
    ranks: list[list[sa.ColumnElement[bool]]] = [
        [r.message_id.in_(list(message_ids))] if message_ids else [],
        [r.token.in_(list(references)), *spans] if references else [],
        [r.ticket.in_(sorted(set(_forms(tickets))))] if tickets else [],
    ]
    found: dict[int, ReportView] = {}
    for wanted in filter(None, ranks):
        query = sa.select(REPORT).where(sa.or_(*wanted)).order_by(r.id.desc()).limit(MOST)
        found |= {row["id"]: ReportView(**row) for row in connection.execute(query).mappings()}
    return list(found.values())


def is_known(connection: sa.Connection, digest: str) -> bool:
    """Say whether a mail with these bytes was read before."""
    return connection.execute(sa.select(REPLY.c.id).where(REPLY.c.digest == digest)).first() is not None


def _forms(tickets: Sequence[str]) -> Iterator[str]:
    for ticket in tickets:
        for letters in (ticket, ticket.upper(), ticket.lower()):
            yield from (form.format(letters) for form in _WRITTEN)

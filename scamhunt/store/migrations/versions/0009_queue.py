"""What makes the queue of the triage desk quick, and who is at work on what."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from scamhunt.indicators.series import series_of
from scamhunt.model import Kind

revision = "0009"
down_revision = "0008"

_PAGE = 5_000


def upgrade() -> None:
    """Create what the queue needs; each candidate gets its campaign, else its series."""
    op.add_column("candidate", _text("fold", server_default=""))
    op.create_table(
        "claim",
        sa.Column("candidate_id", sa.Integer(), autoincrement=False, nullable=False),
        *map(_text, ("person", "by")),
        *map(_time, ("at", "until")),
        sa.PrimaryKeyConstraint("candidate_id", name="pk_claim"),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name="fk_claim_candidate_id_candidate"),
    )
    _fill(op.get_bind())
    op.create_index("ix_claim_person_until", "claim", ["person", "until"])
    op.create_index("ix_candidate_fold_state_score", "candidate", ["fold", "state", "score"])
    op.create_index("ix_candidate_state_kind_brand", "candidate", ["state", "kind", "brand"])
    op.create_index("ix_candidate_created_at_state", "candidate", ["created_at", "state"])
    op.create_index("ix_candidate_last_seen_state", "candidate", ["last_seen", "state"])
    op.create_index("ix_match_brand_candidate_id", "match", ["brand", "candidate_id"])


def downgrade() -> None:
    """Drop it again."""
    op.drop_index("ix_match_brand_candidate_id", "match")
    op.drop_index("ix_candidate_last_seen_state", "candidate")
    op.drop_index("ix_candidate_created_at_state", "candidate")
    op.drop_index("ix_candidate_state_kind_brand", "candidate")
    op.drop_index("ix_candidate_fold_state_score", "candidate")
    op.drop_table("claim")
    op.drop_column("candidate", "fold")


def _fill(connection: sa.Connection) -> None:
    names = ("id", "kind", "target", "fold")
    candidate = sa.table("candidate", *(sa.column(name) for name in names))
    member = sa.table("member", sa.column("candidate_id"), sa.column("campaign_id"))
    campaigns = dict(connection.execute(sa.select(member.c.candidate_id, member.c.campaign_id)).all())
    change = sa.update(candidate).where(candidate.c.id == sa.bindparam("at")).values(fold=sa.bindparam("own"))
    last = 0
    while rows := connection.execute(
        sa.select(candidate.c.id, candidate.c.kind, candidate.c.target)
        .where(candidate.c.id > last)
        .order_by(candidate.c.id)
        .limit(_PAGE)
    ).all():
        last = rows[-1][0]
        own = [{"at": one[0], "own": campaigns.get(one[0]) or series_of(Kind(one[1]), one[2])} for one in rows]
        connection.execute(change, own)


def _text(name: str, server_default: str | None = None) -> sa.Column[object]:
    kind = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=False, server_default=server_default)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, UTCDateTime(), nullable=False)

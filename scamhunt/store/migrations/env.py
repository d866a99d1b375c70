"""Alembic runs this file to migrate. The connection, already in a transaction, comes from `schema.upgrade`."""

from alembic import context

from scamhunt.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

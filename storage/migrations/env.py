"""What Alembic runs: the migrations, over the connection and inside the transaction that `migrate` gives."""

from alembic import context

from storage.tables import Schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Schema.metadata,
    render_as_batch=True,
    # SQLite can undo a change of tables, though Alembic does not count on it.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

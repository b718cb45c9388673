"""Alembic's environment: migrations run on the connection that `Store.migrate` opened, in its transaction."""

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":  # two processes that start at once: one migrates, the other waits
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('onestop.migrate'))"))
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()

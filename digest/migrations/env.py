"""Alembic's entry: run the versions on the connection that `upgrade` passes in."""

from alembic import context

from digest.migrations.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # `upgrade` holds the one transaction
)
context.run_migrations()

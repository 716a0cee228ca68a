"""What Alembic runs before the versions: on the connection that it was handed, in one go."""

from alembic import context

from transcript2handoff.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()

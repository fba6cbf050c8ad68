"""Alembic's entry: the composition root knows every table, so importing it is enough and complete."""

from alembic import context
from sqlalchemy import create_engine

from lti_tool.run.app import METADATA

# Tables that procrastinate makes and migrates by its own schema files (see the first revision).
FOREIGN_PREFIX = "procrastinate_"


def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """True for what our own MetaData describes."""
    return not (kind == "table" and name is not None and name.startswith(FOREIGN_PREFIX))


def run() -> None:
    """The asked-for revisions have been applied in one transaction."""
    engine = create_engine(context.config.attributes["database_url"])
    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=METADATA, include_object=ours, compare_server_default=False
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()

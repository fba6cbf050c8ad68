"""One history of the database's shape for the whole house (Alembic, in lti_tool/migrations)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

HISTORY = Path(__file__).parent.parent / "migrations"


def configuration(database_url: str) -> Config:
    """Alembic's configuration for this database."""
    config = Config()
    config.set_main_option("script_location", str(HISTORY))
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str) -> None:
    """Every table has the shape that this version of the code expects."""
    command.upgrade(configuration(database_url), "head")


def is_current(engine: Engine) -> bool:
    """True where the database has exactly the shape that this version expects."""
    expected = ScriptDirectory(str(HISTORY)).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == expected

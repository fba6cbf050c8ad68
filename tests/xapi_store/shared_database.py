"""One database for all tests of a file that keep to a store of their own: making a database takes longer than most."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from lti_tool.run.postgres import EmbeddedPostgres
from xapi_store.database import Database


@contextmanager
def shared_database(postgres: EmbeddedPostgres, template: str, admin: Engine, name: str) -> Iterator[Database]:
    """A database of that name with every table, gone at the end."""
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    opened = Database(postgres.url(name))
    try:
        yield opened
    finally:
        opened.close()
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))

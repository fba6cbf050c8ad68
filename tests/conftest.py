"""One real PostgreSQL for the whole run; each test that writes for good gets a database of its own from a template."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from lti_tool.run.postgres import EmbeddedPostgres
from tests import schema
from tests.installed import Installed
from xapi_store.database import Database

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL server on throw-away files."""
    home = Path(tempfile.mkdtemp(prefix="animateur-test-", dir=_memory()))
    server = EmbeddedPostgres(home / "postgres")
    server.start()
    _hurry(server)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _memory() -> str | None:
    """A place in memory, where there is one with room: databases come and go by the hundred."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3 else None


def _hurry(server: EmbeddedPostgres) -> None:
    """This server's files are thrown away: nothing has to survive a power cut. (The durability trials use another.)"""
    admin = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """The name of a database with every table and no rows."""
    schema.install(postgres.url("template_animateur"))
    return "template_animateur"


@pytest.fixture(scope="session")
def admin(postgres: EmbeddedPostgres) -> Iterator[Engine]:
    """A connection that makes and drops databases."""
    engine = create_engine(postgres.url("postgres"), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, template: str, admin: Engine) -> Iterator[str]:
    """The address of an empty database for one test."""
    name = f"test_{next(NUMBERS)}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY = FILE_COPY'))
    yield postgres.url(name)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """That database, opened as the product opens it."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session on an empty database; nothing is committed unless the test does so."""
    with database.session() as opened:
        yield opened


@pytest.fixture
def now() -> datetime:
    """The present, to the microsecond, in UTC."""
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel of this checkout in a clean environment, built and installed when first used."""
    return Installed(tmp_path_factory.mktemp("installed"))

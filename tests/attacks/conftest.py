"""What every attack starts from: a tool, a platform that is connected to it, and a browser."""

import secrets
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from lti_tool.run.postgres import EmbeddedPostgres
from tests import builders
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database


@pytest.fixture(scope="module")
def one_database(postgres: EmbeddedPostgres, template: str) -> str:
    """The address of a database that the tests of one module share, since they leave nothing behind."""
    name = f"attacks_{secrets.token_hex(4)}"
    admin = create_engine(postgres.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    admin.dispose()
    return postgres.url(name)


@pytest.fixture
def platform() -> Iterator[SigningPlatform]:
    """A platform that listens."""
    listening = SigningPlatform()
    yield listening
    listening.close()


@pytest.fixture
def tool(database: Database, platform: SigningPlatform) -> Flask:
    """The tool, to which that platform is connected."""
    builders.a_platform(database, platform)
    return builders.a_tool(database)


@pytest.fixture
def browser(tool: Flask) -> FlaskClient:
    """A browser of nobody in particular."""
    return tool.test_client()

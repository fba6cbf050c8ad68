"""What every test of this wing starts from: a tool, a platform that is connected to it, and a browser."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import builders
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database


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

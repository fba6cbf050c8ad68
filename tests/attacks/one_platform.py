"""One tool and one platform for a whole file of launches: each case leaves nothing behind, or has a user of its own."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests import builders
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database


@pytest.fixture(scope="module")
def database(one_database: str) -> Iterator[Database]:
    """One database for all of them."""
    opened = Database(one_database)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def platform() -> Iterator[SigningPlatform]:
    """A platform that listens."""
    listening = SigningPlatform()
    yield listening
    listening.close()


@pytest.fixture(scope="module")
def tool(database: Database, platform: SigningPlatform) -> Flask:
    """The tool, to which that platform is connected."""
    builders.a_platform(database, platform)
    return builders.a_tool(database)

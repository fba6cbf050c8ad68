"""The whole house in one process, with a platform connected to it, so that a journey can be walked and traced."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests import builders, walking
from tests.signing_platform import SigningPlatform
from tests.walking import Person
from xapi_store.database import Database


@pytest.fixture
def platform() -> Iterator[SigningPlatform]:
    """A platform that listens."""
    listening = SigningPlatform()
    yield listening
    listening.close()


@pytest.fixture
def house(database: Database, database_url: str, platform: SigningPlatform) -> Iterator[Flask]:
    """The whole tool; the platform is connected to it."""
    builders.a_platform(database, platform)
    app = walking.a_house(database_url)
    yield app
    app.extensions["database"].close()


@pytest.fixture
def launched(house: Flask, platform: SigningPlatform) -> Any:
    """Gives a person who has just been launched: `launched("5", name="Ada")`."""

    def launch(sub: str, **claims: Any) -> Person:
        return walking.launch(house, platform, sub, **claims)

    return launch

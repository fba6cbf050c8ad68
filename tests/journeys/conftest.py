"""The whole house in one process, with a platform connected to it, so that a journey can be walked and traced."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.run.app import create_app
from lti_tool.run.settings import Settings
from tests import builders
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database

SECRET = "a secret for the tests, long enough to be taken"
LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
LEARNER, INSTRUCTOR, MANAGER = (f"{LIS}membership#{name}" for name in ("Learner", "Instructor", "Manager"))


@dataclass
class Person:
    """Somebody in a browser of their own who has been launched from the platform."""

    browser: FlaskClient

    def get(self, path: str) -> TestResponse:
        """The answer to opening that page."""
        return self.browser.get(path)

    def send(self, path: str, seen_on: str, **fields: Any) -> TestResponse:
        """The answer to sending that form, with the token of the page on which it stands."""
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', self.get(seen_on).text)
        assert found is not None, f"no form on {seen_on}"
        return self.browser.post(path, data={"form_token": found.group(1), **fields})


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
    settings = Settings(
        database_url=database_url,
        public_url=builders.TOOL_ADDRESS,
        secret_key=SECRET,
        allow_private_platforms=True,
        demo=True,
    )
    app = create_app(settings)
    yield app
    app.extensions["database"].close()


@pytest.fixture
def launched(house: Flask, platform: SigningPlatform) -> Any:
    """Gives a person who has just been launched: `launched("5", name="Ada")`."""

    def launch(sub: str, *, role: str = LEARNER, target: str = "/learn/oicf/m1", **claims: Any) -> Person:
        browser = house.test_client()
        login = {"target_link_uri": builders.TOOL_ADDRESS + target}
        answer = builders.a_launch(browser, platform, login=login, sub=sub, roles=[role], **claims).send()
        assert answer.status_code == 303, answer.text
        return Person(browser)

    return launch

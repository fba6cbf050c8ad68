"""A platform whose logins all name the tool's one address: the signed message says where to, and only among us."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import builders
from tests.attacks.aftermath import refused
from tests.builders import TOOL_ADDRESS, a_launch
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database

STEP = "/learn/oicf/m1/1"


@pytest.fixture(scope="module")
def database(one_database: str) -> Iterator[Database]:
    """One database for all of them."""
    opened = Database(one_database)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def tool(database: Database) -> Flask:
    """The tool."""
    return builders.a_tool(database)


@pytest.fixture(scope="module")
def platform(database: Database) -> Iterator[SigningPlatform]:
    """An Open edX."""
    listening = SigningPlatform()
    builders.a_platform(database, listening, family="openedx")
    yield listening
    listening.close()


def launched(browser: FlaskClient, platform: SigningPlatform, **changes: Any) -> Any:
    """The answer to a launch whose login named the tool's one address."""
    return a_launch(browser, platform, login={"target_link_uri": f"{TOOL_ADDRESS}/learn"}, **changes).send()


@pytest.mark.parametrize(
    "target",
    [
        f"https://elsewhere.example{STEP}",
        f"{TOOL_ADDRESS}.elsewhere.example{STEP}",
        f"{TOOL_ADDRESS}@elsewhere.example{STEP}",
        f"{TOOL_ADDRESS}/learn\n",
        f"{TOOL_ADDRESS}/\\elsewhere.example",
        STEP,
        "",
        [f"{TOOL_ADDRESS}{STEP}"],
        None,
    ],
    ids=str,
)
def test_it_leads_nowhere_but_to_us(
    target: object, browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    refused(launched(browser, platform, target_link_uri=target), "foreign_target", database)


def test_the_login_must_still_name_us(browser: FlaskClient, platform: SigningPlatform) -> None:
    asked = {"iss": platform.address, "client_id": platform.client_id, "login_hint": "5"}
    answer = browser.post("/lti/login", data={**asked, "target_link_uri": "https://elsewhere.example/learn"})
    assert 'data-code="foreign_target"' in answer.text

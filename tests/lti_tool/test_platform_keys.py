"""The platforms' keys: fetched when needed, by one at a time, and never for each launch."""

import json
import threading
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lti_tool.errors import LaunchRefused
from lti_tool.lti import platform_keys
from lti_tool.lti.platform_client import Answer, Client
from lti_tool.lti.platforms import Platform
from tests.signing_platform import SigningPlatform, public_jwk
from xapi_store.database import Database

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class Slow(Client):
    """A client whose answers wait until they are let go."""

    def __init__(self) -> None:
        super().__init__(allow_private=True)
        self.asked, self.go = threading.Event(), threading.Event()

    def get(self, url: str, **more: object) -> Answer:
        """The answer, later."""
        self.asked.set()
        assert self.go.wait(20)
        return super().get(url)


@pytest.fixture
def known(tool: Flask, database: Database) -> Platform:
    """The platform's row."""
    with database.session() as session:
        return session.scalars(select(Platform)).one()


def found(
    database: Database, known: Platform, at: datetime, *, kid: str = "first-key", client: Client | None = None
) -> int:
    key = platform_keys.key(database, client or Client(allow_private=True), platform=known, kid=kid, at=at)
    return key.public_numbers().n


def test_keys_are_fetched_once_an_hour(
    database: Database, known: Platform, platform: SigningPlatform, now: datetime
) -> None:
    for minutes in (0, 1, 30, 59):
        found(database, known, now + minutes * MINUTE)
    assert len(platform.asked("/jwks")) == 1
    found(database, known, now + HOUR)
    assert len(platform.asked("/jwks")) == 2


def test_of_several_keys_the_named_one_is_used_and_a_new_one_found(
    database: Database, known: Platform, platform: SigningPlatform, now: datetime
) -> None:
    platform.published = ["first-key", "second-key"]
    assert found(database, known, now) != found(database, known, now, kid="second-key")
    platform.published = ["second-key", "third-key"]
    with pytest.raises(LaunchRefused):
        found(database, known, now + MINUTE / 2, kid="third-key")
    assert found(database, known, now + MINUTE, kid="third-key")
    with pytest.raises(LaunchRefused):
        found(database, known, now + 2 * MINUTE, kid="first-key")
    assert len(platform.asked("/jwks")) == 3


def test_while_an_old_set_is_fetched_anew_its_keys_are_good_for_others(
    database: Database, known: Platform, platform: SigningPlatform, now: datetime
) -> None:
    found(database, known, now)
    slow, later = Slow(), now + HOUR + MINUTE
    waiting = threading.Thread(target=found, args=(database, known, later), kwargs={"client": slow})
    waiting.start()
    assert slow.asked.wait(20)
    assert found(database, known, later)
    assert len(platform.asked("/jwks")) == 1
    slow.go.set()
    waiting.join()
    assert len(platform.asked("/jwks")) == 2


@pytest.mark.parametrize("status", [404, 500, 302])
def test_an_error_page_takes_no_keys_away(
    status: int, database: Database, known: Platform, platform: SigningPlatform, now: datetime
) -> None:
    found(database, known, now)
    platform.instead["/jwks"] = (status, json.dumps({"keys": []}).encode())
    assert found(database, known, now + 2 * HOUR)
    with pytest.raises(LaunchRefused, match="keys_unreachable"):
        found(database, known, now + timedelta(days=1))
    platform.instead["/jwks"] = (200, json.dumps({"keys": [public_jwk("first-key")]}).encode())
    assert found(database, known, now + timedelta(days=1) + MINUTE)

"""Fixtures of the sign-in's tests: one house for a module, in which nobody is left from the test before."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Engine, text

from lti_tool.run.postgres import EmbeddedPostgres
from lti_tool.sign_in import passwords
from tests import builders, walking
from tests.signing_platform import SigningPlatform
from tests.walking import Person
from xapi_store.database import Database

LEFT_BEHIND = (
    "organisation_identity",
    "organisation_login",
    "passkey_challenge",
    "passkey",
    "account_invitation",
    "sign_in_failure",
    "join_code",
    "person_link",
    "visit",
    "operator_visit",
    "account",
)


@pytest.fixture(scope="module")
def one_platform() -> Iterator[SigningPlatform]:
    """A platform that listens."""
    listening = SigningPlatform()
    yield listening
    listening.close()


@pytest.fixture(scope="module")
def one_house(
    postgres: EmbeddedPostgres, template: str, admin: Engine, one_platform: SigningPlatform
) -> Iterator[Flask]:
    """The whole tool, to which the platform of an agency `north` is connected."""
    name = f"sign_in_{secrets.token_hex(4)}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    app = walking.a_house(postgres.url(name))
    builders.a_platform(app.extensions["database"], one_platform)
    yield app
    app.extensions["database"].close()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture
def database(one_house: Flask) -> Database:
    """The house's database."""
    found: Database = one_house.extensions["database"]
    return found


@pytest.fixture
def house(one_house: Flask, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The house. Passwords are hashed as they are, but with the least work: what it costs in earnest is shown once."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys.cache_clear()
    yield one_house
    passwords._nobodys.cache_clear()
    with database.engine.begin() as connection:
        for table in LEFT_BEHIND:
            connection.execute(text(f'DELETE FROM "{table}"'))
        connection.execute(text("UPDATE platform SET status = 'active'"))


@pytest.fixture
def launched(house: Flask, one_platform: SigningPlatform) -> Any:
    """Gives a person who has just been launched: `launched("5", name="Ada")`."""

    def launch(sub: str, **claims: Any) -> Person:
        return walking.launch(house, one_platform, sub, **claims)

    return launch

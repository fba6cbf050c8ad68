"""The operator at a desk, before the empty record store of an agency."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from courses import agencies
from lti_tool import visitor
from lti_tool.run.postgres import EmbeddedPostgres
from tests import walking
from tests.builders import a_statement, an_agent
from tests.walking import Person
from xapi_store import api_keys, statements
from xapi_store.database import Database
from xapi_store.errors import UnknownKey
from xapi_store.transaction import transaction


@dataclass
class Desk:
    """The operator at a desk, with the store of the agency North before them."""

    house: Flask
    database: Database
    operator: Person
    slug: str
    store_id: int
    other_store_id: int

    @property
    def path(self) -> str:
        """Where the store's pages are."""
        return f"/operator/stores/{self.slug}"

    def get(self, path: str = "", **asked: str) -> TestResponse:
        """The page of the store at that path."""
        return self.operator.browser.get(self.path + path, query_string=asked)

    def send(self, path: str, **sent: Any) -> TestResponse:
        """The answer to a form of the store."""
        return self.operator.browser.post(self.path + path, data={"form_token": self.operator.token(self.path), **sent})

    def record(self, **changed: Any) -> UUID:
        """A statement is in the store."""
        with transaction(self.database) as session:
            return statements.record(
                session,
                store_id=self.store_id,
                statement=a_statement(**changed),
                authority=an_agent("authority"),
                at=datetime.now(UTC),
            )

    def opens(self, key: str, secret: str) -> bool:
        """True where the key and secret let a program in."""
        with transaction(self.database) as session:
            try:
                access = api_keys.authenticate(session, key=key, secret=secret, at=datetime.now(UTC))
            except UnknownKey:
                return False
        return access.store_id == self.store_id


@pytest.fixture(scope="module")
def house(postgres: EmbeddedPostgres, template: str, admin: Engine) -> Iterator[Flask]:
    """The whole tool with an operator's desk; each test has stores of its own there."""
    name = f"stores_{secrets.token_hex(4)}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    app = walking.a_house(postgres.url(name))
    yield app
    app.extensions["database"].close()


@pytest.fixture(scope="module")
def operator(house: Flask) -> Person:
    """The operator, signed in."""
    with transaction(house.extensions["database"]) as session:
        link = visitor.operator_link(session, at=datetime.now(UTC))
    person = Person(house.test_client())
    assert person.browser.post(f"/operator/sign-in/{link}", base_url="https://localhost").status_code == 303
    shown = person.browser.get_cookie(visitor.OPERATOR_COOKIE)
    assert shown is not None
    person.browser.set_cookie(visitor.OPERATOR_COOKIE, shown.value)  # the other requests of these tests are plain
    return person


@pytest.fixture
def desk(house: Flask, operator: Person) -> Desk:
    """The operator before the empty store of an agency; there is another agency's, too."""
    database, slug, at = house.extensions["database"], f"north-{secrets.token_hex(4)}", datetime.now(UTC)
    with transaction(database) as session:
        north, south = (
            agencies.create(session, slug=each, name=each.title(), account_home=f"https://{each}.example", at=at)
            for each in (slug, f"south-of-{slug}")
        )
    return Desk(house, database, operator, slug, north.store_id, south.store_id)

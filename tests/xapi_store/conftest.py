"""A store, ways to fill it, and the door over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.builders import a_statement, an_agent
from xapi_store import api, api_keys, query, statements, stores
from xapi_store.database import Database
from xapi_store.filters import Filters
from xapi_store.transaction import transaction

AUTHORITY = an_agent("authority")


@dataclass
class StoreAtHand:
    """A store of the test's own database."""

    database: Database
    id: int

    def record(self, *given: dict[str, Any]) -> list[UUID]:
        """The statements are stored together."""
        with transaction(self.database) as session:
            return [
                statements.record(session, store_id=self.id, statement=each, authority=AUTHORITY, at=datetime.now(UTC))
                for each in given
            ]

    def find(self, **filters: Any) -> list[dict[str, Any]]:
        """What the filters let through."""
        with self.database.session() as session:
            page = query.find(session, store_id=self.id, filters=Filters(**filters))
        return [orjson.loads(raw) for raw in page.statements]

    def found(self, **filters: Any) -> list[str]:
        """The ids of what the filters let through."""
        return [each["id"] for each in self.find(**filters)]

    def by_id(self, statement_id: UUID | str, *, voided: bool = False) -> dict[str, Any]:
        """The stored statement."""
        with self.database.session() as session:
            raw = query.by_id(session, store_id=self.id, statement_id=UUID(str(statement_id)), voided=voided)
        return dict(orjson.loads(raw))


@pytest.fixture
def store(database: Database, now: datetime) -> StoreAtHand:
    """An empty store."""
    with transaction(database) as session:
        return StoreAtHand(database, stores.create(session, slug="north", at=now).id)


@pytest.fixture
def app(database: Database) -> Flask:
    """A web application with nothing but the xAPI door."""
    flask_app = Flask("store alone")
    flask_app.wsgi_app = api.in_front_of(flask_app.wsgi_app, database)  # type: ignore[method-assign]  # Flask's own way
    return flask_app


Keys = Callable[..., tuple[str, str]]


@pytest.fixture
def a_key(store: StoreAtHand) -> Keys:
    """Makes an access key with these scopes: (key, secret)."""

    def make(*scopes: str) -> tuple[str, str]:
        with transaction(store.database) as session:
            row, secret = api_keys.create(
                session, store_id=store.id, label="test", scopes=scopes or ("all",), at=datetime.now(UTC)
            )
            return row.key, secret

    return make


@dataclass
class Caller:
    """A program that speaks xAPI to the store."""

    client: FlaskClient
    auth: tuple[str, str] | None
    version: str | None = "1.0.3"

    def __call__(self, method: str, path: str = "/xapi/statements", **options: Any) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if self.version:
            headers.setdefault("X-Experience-API-Version", self.version)
        return self.client.open(path, method=method, auth=self.auth, headers=headers, **options)


@pytest.fixture
def call(app: Flask, a_key: Keys) -> Caller:
    """A program with a key for everything."""
    return Caller(app.test_client(), a_key())


def a_voiding(target: UUID | str, **changed: Any) -> dict[str, Any]:
    """A statement that voids another."""
    return a_statement(
        verb={"id": "http://adlnet.gov/expapi/verbs/voided"},
        object={"objectType": "StatementRef", "id": str(target)},
        result=None,
        context=None,
        actor=an_agent("operator"),
        **changed,
    )


def a_reference(target: UUID | str, **changed: Any) -> dict[str, Any]:
    """A statement about another."""
    return a_statement(
        verb={"id": "https://w3id.org/xapi/acrossx/verbs/evaluated"},
        object={"objectType": "StatementRef", "id": str(target)},
        result=None,
        context=None,
        **{"actor": an_agent("trainer"), **changed},
    )

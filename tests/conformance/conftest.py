"""One database and two doors for all tests here; each test has a store of its own, and knows it by HTTP alone."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import cycle
from uuid import uuid4
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from sqlalchemy import Engine

from lti_tool.run.postgres import EmbeddedPostgres
from tests.conformance.client import Lrs
from tests.xapi_store.shared_database import shared_database
from xapi_store import api, api_keys, stores
from xapi_store.database import Database
from xapi_store.transaction import transaction

NewStore = Callable[[str], Lrs]


@pytest.fixture(scope="session")
def database(postgres: EmbeddedPostgres, template: str, admin: Engine) -> Iterator[Database]:
    """The one database."""
    with shared_database(postgres, template, admin, "conformance") as opened:
        yield opened


@pytest.fixture(scope="session")
def door(database: Database) -> WSGIApplication:
    """Two doors on it, taken in turn, as two processes would stand there."""
    doors = cycle([api.in_front_of(_nothing, database), api.in_front_of(_nothing, database)])

    def either(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return next(doors)(environ, start_response)

    return either


def _nothing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("404 Not Found", [])
    return [b""]


@pytest.fixture
def a_store(database: Database, door: WSGIApplication) -> NewStore:
    """Makes an empty store with a key for everything, spoken to in that version."""

    def make(version: str) -> Lrs:
        with transaction(database) as session:
            store_id = stores.create(session, slug=uuid4().hex, at=datetime.now(UTC)).id

        def a_key(*scopes: str) -> tuple[str, str]:
            with transaction(database) as session:
                row, secret = api_keys.create(
                    session, store_id=store_id, label="test", scopes=scopes, at=datetime.now(UTC)
                )
                return row.key, secret

        return Lrs(door, a_key("all"), version, a_key)

    return make


@pytest.fixture(params=["1.0.3", "2.0.0"])
def lrs(request: pytest.FixtureRequest, a_store: NewStore) -> Lrs:
    """An empty store, in both versions."""
    return a_store(request.param)


@pytest.fixture
def lrs_1(a_store: NewStore) -> Lrs:
    """An empty store, in 1.0.3 only."""
    return a_store("1.0.3")


@pytest.fixture
def lrs_2(a_store: NewStore) -> Lrs:
    """An empty store, in 2.0.0 only."""
    return a_store("2.0.0")

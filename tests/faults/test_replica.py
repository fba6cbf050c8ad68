"""Queries are answered by a replica, truthfully; what it cannot answer is answered all the same."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from werkzeug.test import TestResponse

from lti_tool.run.app import create_app
from lti_tool.run.postgres import EmbeddedPostgres
from lti_tool.run.settings import Settings
from tests import waiting
from tests.builders import a_statement
from tests.faults.installation import Opened, a_store
from tests.faults.streaming import Copy, copied
from tests.walking import SECRET
from xapi_store.api import replica
from xapi_store.api.door import Door

STATEMENTS = "/xapi/statements"
THROUGH = "X-Experience-API-Consistent-Through"


@dataclass
class Program:
    """A program with a key to one store of an application that reads from the copy."""

    app: Flask
    store: Opened

    def ask(self, method: str, path: str = STATEMENTS, **options: object) -> TestResponse:
        """The answer."""
        headers = {"Authorization": self.store.authorization, "X-Experience-API-Version": "1.0.3"}
        return self.app.test_client().open(path, method=method, headers=headers, **options)

    def post(self) -> str:
        """A statement was stored; gives its id."""
        answer = self.ask("POST", json=a_statement(id=str(uuid4())))
        assert answer.status_code == 200
        return str(answer.json[0])

    def page(self, **parameters: str) -> tuple[list[str], str]:
        """The ids of what a query finds, and up to when it says that nothing is missing."""
        answer = self.ask("GET", query_string=parameters)
        assert answer.status_code == 200
        return [each["id"] for each in answer.json["statements"]], answer.headers[THROUGH]

    def finds(self, statement_id: str) -> bool:
        """True where a query shows it."""
        return statement_id in self.page()[0]

    def stored_at(self, statement_id: str) -> str:
        """When it was stored; it can be read by its id wherever queries are answered."""
        answer = self.ask("GET", query_string={"statementId": statement_id})
        assert answer.status_code == 200
        return str(answer.json["stored"])


@pytest.fixture(scope="module")
def original(postgres: EmbeddedPostgres, template: str, admin: Engine) -> str:
    """A database that is copied; it stays until the end of all tests."""
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE replicated TEMPLATE "{template}"'))
    return postgres.url("replicated")


@pytest.fixture(scope="module")
def copy(original: str) -> Iterator[Copy]:
    """The copy of that database's server."""
    with copied(original) as copy:
        copy.caught_up(original)
        yield copy


@pytest.fixture
def program(original: str, copy: Copy, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """A program before an application with ANIMATEUR_READ_DATABASE_URL; the copy follows again afterwards."""
    monkeypatch.setattr(replica, "REST", 0.3)
    app = create_app(
        Settings(database_url=original, read_database_url=copy.url(original), secret_key=SECRET, web_threads=2)
    )
    yield Program(app, a_store(original, f"s{uuid4().hex[:8]}"))
    copy.go_on()
    given_back(app)


def given_back(app: Flask) -> None:
    """The application's connections are closed."""
    app.extensions["database"].close()
    door = app.wsgi_app
    assert isinstance(door, Door)
    assert door.replica is not None
    door.replica.close()


def test_queries_are_answered_by_the_replica_and_promise_no_more_than_it_has(
    original: str, copy: Copy, program: Program
) -> None:
    first = program.post()
    copy.caught_up(original)
    copy.hold()
    second = program.post()
    ids, through = program.page()
    assert ids == [first]
    assert program.stored_at(first) <= through < program.stored_at(second)
    for answer in (
        program.ask("POST", json=a_statement()),
        program.ask("HEAD"),
        program.ask("GET", query_string={"statementId": second}),
    ):
        assert answer.headers[THROUGH] < program.stored_at(second)
    copy.go_on()
    waiting.until(lambda: program.finds(second), seconds=10, what="the copy's catching up")
    assert program.page()[1] >= program.stored_at(second)


def test_what_is_written_can_be_read_by_its_id_at_once_and_goes_to_the_primary(copy: Copy, program: Program) -> None:
    copy.hold()
    statement = program.post()
    assert program.stored_at(statement)
    copy.go_on()


def test_a_store_that_the_replica_does_not_know_yet_is_read_from_the_primary(
    original: str, copy: Copy, program: Program
) -> None:
    copy.caught_up(original)
    copy.hold()
    young = Program(program.app, a_store(original, f"y{uuid4().hex[:8]}"))
    statement = young.post()
    assert young.page()[0] == [statement]
    assert young.page(agent='{"mbox":"mailto:nobody@example.org"}')[0] == []


def test_queries_go_on_while_the_replica_is_away_and_return_to_it(original: str, copy: Copy, program: Program) -> None:
    first = program.post()
    copy.caught_up(original)
    assert program.finds(first)
    copy.stop()
    try:
        second = program.post()
        ids, through = program.page()
        assert ids == [second, first]
        assert through >= program.stored_at(second)
    finally:
        copy.start()
    copy.caught_up(original)
    copy.hold()
    third = program.post()
    waiting.until(lambda: not program.finds(third), seconds=10, what="the return to the replica")
    assert program.page()[0] == [second, first]


def test_a_connection_to_the_replica_that_was_cut_costs_no_answer(original: str, copy: Copy, program: Program) -> None:
    statement = program.post()
    copy.caught_up(original)
    assert program.finds(statement)
    copy.break_off()
    assert program.finds(statement)


def test_a_replica_that_says_nothing_is_left_alone_after_a_moment(
    original: str, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "REST", 60)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql+psycopg://postgres@127.0.0.1:{silent.getsockname()[1]}/replicated?connect_timeout=2"
        app = create_app(Settings(database_url=original, read_database_url=address, secret_key=SECRET, web_threads=2))
        patient = Program(app, program.store)
        statement = patient.post()
        began = time.monotonic()
        assert patient.page()[0] == patient.page()[0] == [statement]
        assert time.monotonic() - began < 10
        given_back(app)


def test_who_polls_the_replica_misses_nothing_while_others_write(copy: Copy, program: Program) -> None:
    written: list[str] = []
    writers = [threading.Thread(target=lambda: written.extend(program.post() for _ in range(25))) for _ in range(3)]
    for writer in writers:
        writer.start()
    seen, since, number = list[str](), "1970-01-01T00:00:00Z", 0
    while any(writer.is_alive() for writer in writers) or set(written) - set(seen):
        ids, since = program.page(since=since, ascending="true")
        seen += ids
        number += 1
        if number % 3 == 0:
            copy.hold()
        if number % 3 == 1:
            copy.go_on()
        assert number < 2000
    assert set(seen) == set(written)
    assert number > 3


def test_the_copy_is_one_that_nobody_can_write_to(original: str, copy: Copy) -> None:
    engine = create_engine(copy.url(original))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_is_in_recovery()"))
    engine.dispose()

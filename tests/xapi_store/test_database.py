"""The pool of connections: which of them are trusted, and what is lent of them."""

import pytest
from sqlalchemy import Engine, text

from xapi_store import database as opened
from xapi_store.database import UNREACHABLE, Database


def its_backend(database: Database) -> int:
    with database.session() as session:
        return int(session.execute(text("SELECT pg_backend_pid()")).scalar_one())


def test_a_connection_that_broke_while_it_lay_idle_is_replaced_unseen(
    database: Database, admin: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "IDLE", 0.0)
    before = its_backend(database)
    with admin.connect() as connection:
        assert connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": before}).scalar_one()
    assert its_backend(database) != before


def test_the_connection_left_last_is_taken_again(database: Database) -> None:
    with database.session() as one, database.session() as other:
        for each in (one, other):
            each.execute(text("SELECT 1"))
        last = other.execute(text("SELECT pg_backend_pid()")).scalar_one()
        one.close()
    assert {its_backend(database) for _ in range(3)} == {last}


def test_a_connection_that_was_asked_has_transactions_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "IDLE", 0.0)
    its_backend(database)
    with database.session() as session:
        begun = session.execute(text("SELECT now()")).scalar_one()
        assert session.execute(text("SELECT now()")).scalar_one() == begun  # the clock of one transaction stands still


def test_a_connection_lent_for_one_statement_keeps_it_and_leaves_the_pool_as_it_was(database: Database) -> None:
    with database.alone() as connection:
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        connection.rollback()
    with database.session() as session:
        session.execute(text("INSERT INTO kept VALUES (2)"))
        session.rollback()
        assert session.execute(text("SELECT array_agg(id) FROM kept")).scalar_one() == [1]


def test_a_connection_that_breaks_while_it_is_lent_is_not_lent_again(database: Database) -> None:
    with pytest.raises(UNREACHABLE), database.alone() as connection:
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    with database.alone() as another:
        assert another.execute("SELECT 1").fetchone() == (1,)
    assert its_backend(database)

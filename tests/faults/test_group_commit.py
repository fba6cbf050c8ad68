"""The group commit when the database fails it: nobody waits for ever, and nobody is told what is not so."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine, make_url, text

from tests import waiting
from tests.builders import a_statement
from tests.faults.load import ended
from tests.xapi_store.conftest import AUTHORITY, StoreAtHand, store
from xapi_store import staging, statements
from xapi_store.database import Database
from xapi_store.errors import StoreError, StoreUnreachable
from xapi_store.order import group_commit
from xapi_store.order.group_commit import GroupCommit
from xapi_store.statements import Arrival

__all__ = ["store"]

MANY = 6


@pytest.fixture
def group(store: StoreAtHand) -> Iterator[GroupCommit]:
    """The way in, which has been used before."""
    group = GroupCommit(store.database)
    group.store(an_arrival(store))
    yield group
    group.close()


class Waiting:
    """So many requests at once, and what each was told."""

    def __init__(self, group: GroupCommit, store: StoreAtHand) -> None:
        self.arrivals = [an_arrival(store) for _ in range(MANY)]
        self.told: dict[int, object] = {}
        self._group = group
        self.threads = [threading.Thread(target=self._bring, args=(number,)) for number in range(MANY)]
        for thread in self.threads:
            thread.start()

    def _bring(self, number: int) -> None:
        try:
            self.told[number] = self._group.store(self.arrivals[number])
        except StoreError as error:
            self.told[number] = error

    @property
    def ids(self) -> set[str]:
        """The ids that they brought."""
        return {str(each.id) for arrival in self.arrivals for each in arrival.statements}


def seen_by_others(store: StoreAtHand) -> list[str]:
    """The ids of all statements, read by a process whose connections were not cut."""
    database = Database(store.database.engine.url.render_as_string(hide_password=False), pool_size=1)
    try:
        return StoreAtHand(database, store.id).found()
    finally:
        database.close()


def test_a_connection_that_was_cut_between_two_groups_costs_nobody_anything(
    group: GroupCommit, store: StoreAtHand, admin: Engine
) -> None:
    cut(admin, store)
    group.store(an_arrival(store))
    assert len(seen_by_others(store)) == 2


def test_all_of_a_group_are_stored_once_although_the_leaders_connection_was_cut(
    group: GroupCommit, store: StoreAtHand, admin: Engine
) -> None:
    with held(store):
        waiting_ones = Waiting(group, store)
        waiting.until(lambda: blocked(admin, store) == 1, seconds=10, what="the leader's wait")
        cut(admin, store, blocked_only=True)
        waiting.until(lambda: blocked(admin, store) == 1, seconds=10, what="the leader's second try")
    ended(waiting_ones.threads)
    assert all(isinstance(each, datetime) for each in waiting_ones.told.values())
    assert waiting_ones.ids < set(store.found())
    assert len(store.found()) == 1 + MANY


def test_all_are_told_when_the_database_is_away_and_the_next_are_stored_when_it_is_back(
    group: GroupCommit, store: StoreAtHand, admin: Engine
) -> None:
    with held(store):
        waiting_ones = Waiting(group, store)
        waiting.until(lambda: blocked(admin, store) == 1, seconds=10, what="the leader's wait")
        open_to_all(admin, store, False)
        cut(admin, store)
    ended(waiting_ones.threads)
    open_to_all(admin, store, True)
    assert all(isinstance(each, StoreUnreachable) for each in waiting_ones.told.values())
    assert len(waiting_ones.told) == MANY
    group.store(an_arrival(store))
    assert len(seen_by_others(store)) == 2


def test_a_commit_that_became_lasting_unheard_is_not_repeated_when_it_is_sent_again(
    group: GroupCommit, store: StoreAtHand
) -> None:
    arrival = an_arrival(store)
    GroupCommit(store.database).store(arrival)
    group.store(arrival)
    assert len(store.found()) == 2


def test_a_cancelled_query_stores_nothing_and_says_so(group: GroupCommit, store: StoreAtHand, admin: Engine) -> None:
    with held(store):
        waiting_ones = Waiting(group, store)
        waiting.until(lambda: blocked(admin, store) == 1, seconds=10, what="the leader's wait")
        while len(waiting_ones.told) < MANY:
            cut(admin, store, blocked_only=True, how="pg_cancel_backend")
    ended(waiting_ones.threads)
    assert all(isinstance(each, StoreUnreachable) for each in waiting_ones.told.values())
    assert len(store.found()) == 1
    group.store(an_arrival(store))
    assert len(store.found()) == 2


def test_who_holds_a_store_for_too_long_keeps_nobody_waiting_for_ever(
    store: StoreAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "LONGEST_WAIT", "200ms")
    group = GroupCommit(store.database)
    with held(store):
        waiting_ones = Waiting(group, store)
        ended(waiting_ones.threads)
    assert all(isinstance(each, StoreUnreachable) for each in waiting_ones.told.values())
    assert store.found() == []
    group.store(an_arrival(store))
    assert len(store.found()) == 1
    group.close()


def an_arrival(store: StoreAtHand) -> Arrival:
    """A request with one statement, on its way."""
    with store.database.session() as session:
        statement, now = a_statement(id=str(uuid4())), datetime.now(UTC)
        statements.record(session, store_id=store.id, statement=statement, authority=AUTHORITY, at=now)
        (arrival,) = staging.take(session, Arrival)
    return arrival


@contextmanager
def held(store: StoreAtHand) -> Iterator[None]:
    """Somebody else holds the store's head meanwhile, unless they are thrown out."""
    connection: psycopg.Connection[Any] = store.database.connect()
    connection.execute("SELECT FROM store WHERE id = %s FOR UPDATE", (store.id,))
    try:
        yield
    finally:
        connection.close()


def blocked(admin: Engine, store: StoreAtHand) -> int:
    """How many connections to the store's database wait for a lock."""
    return int(_ask(admin, store, "count(*)", "wait_event_type = 'Lock'"))


def cut(admin: Engine, store: StoreAtHand, *, blocked_only: bool = False, how: str = "pg_terminate_backend") -> None:
    """The connections to the store's database were thrown out, or what they do was broken off."""
    _ask(admin, store, f"count({how}(pid))", "wait_event_type = 'Lock'" if blocked_only else "true")


def _ask(admin: Engine, store: StoreAtHand, what: str, which: str) -> int:
    question = text(f"SELECT {what} FROM pg_stat_activity WHERE datname = :name AND {which}")
    with admin.connect() as connection:
        return int(connection.scalar(question, {"name": _name(store)}) or 0)


def open_to_all(admin: Engine, store: StoreAtHand, allowed: bool) -> None:
    """The store's database takes connections, or none."""
    with admin.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{_name(store)}" ALLOW_CONNECTIONS {allowed}'))


def _name(store: StoreAtHand) -> str:
    return str(make_url(str(store.database.engine.url)).database)

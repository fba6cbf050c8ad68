"""The ledger only grows, in one order, and shows every attempt to change it."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DatabaseError

from tests.xapi_store.conftest import StoreAtHand
from xapi_store import ledger
from xapi_store.ledger import Entry, Fault
from xapi_store.transaction import transaction


@pytest.fixture
def append(store: StoreAtHand, now: datetime) -> Callable[..., None]:
    def write(*numbers: int) -> None:
        with transaction(store.database) as session:
            for number in numbers:
                payload = {"certificate": number, "score": 1.0, "levels": {"x": [1, None]}}
                ledger.append(session, store_id=store.id, kind="certificate.issued", payload=payload, at=now)

    return write


def fault(store: StoreAtHand) -> Fault | None:
    with store.database.session() as session:
        return ledger.verify(session, store_id=store.id)


def forge(engine: Engine, sql: str) -> None:
    """What only the owner of the database could do."""
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE ledger_entry DISABLE TRIGGER USER"))
        connection.execute(text(sql))


def test_an_untouched_ledger_holds(store: StoreAtHand, append: Callable[..., None]) -> None:
    assert fault(store) is None
    append(1, 2)
    append(3)
    assert fault(store) is None
    with store.database.session() as session:
        entries = session.scalars(select(Entry).order_by(Entry.seq)).all()
    assert [(each.seq, each.payload["certificate"]) for each in entries] == [(1, 1), (2, 2), (3, 3)]
    assert entries[0].previous == "0" * 64
    assert entries[1].previous == entries[0].digest


@pytest.mark.parametrize(
    "sql", ["UPDATE ledger_entry SET kind = 'x'", "DELETE FROM ledger_entry", "TRUNCATE ledger_entry"]
)
def test_the_database_itself_refuses_to_change_an_entry(
    store: StoreAtHand, append: Callable[..., None], sql: str
) -> None:
    append(1)
    with pytest.raises(DatabaseError, match="only grows"), store.database.engine.begin() as connection:
        connection.execute(text(sql))
    assert fault(store) is None


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE ledger_entry SET payload = '{}' WHERE seq = 2", Fault(2, "altered")),
        ("UPDATE ledger_entry SET at = at + interval '1 microsecond' WHERE seq = 3", Fault(3, "altered")),
        ("DELETE FROM ledger_entry WHERE seq = 1", Fault(1, "missing")),
        ("DELETE FROM ledger_entry WHERE seq = 2", Fault(2, "missing")),
        ("DELETE FROM ledger_entry WHERE seq = 3", Fault(3, "missing at the end")),
        ("DELETE FROM ledger_entry", Fault(1, "missing at the end")),
        (
            "UPDATE ledger_entry SET previous = repeat('a', 64) WHERE seq = 2",
            Fault(2, "does not follow the entry before it"),
        ),
    ],
)
def test_the_first_broken_entry_is_named(
    store: StoreAtHand, append: Callable[..., None], sql: str, expected: Fault
) -> None:
    append(1, 2, 3)
    forge(store.database.engine, sql)
    assert fault(store) == expected


def test_a_rollback_leaves_no_entry(store: StoreAtHand, now: datetime) -> None:
    with store.database.session() as session:
        ledger.append(session, store_id=store.id, kind="x", payload={}, at=now)
        session.rollback()
        ledger.chain(session)
        session.commit()
    with store.database.session() as session:
        assert session.scalars(select(Entry)).all() == []


def test_what_cannot_be_hashed_is_refused_at_once(store: StoreAtHand, now: datetime) -> None:
    bad: Any = {"when": now}
    with store.database.session() as session, pytest.raises(Exception, match="datetime"):
        ledger.append(session, store_id=store.id, kind="x", payload=bad, at=now)


def test_many_writers_make_one_chain(store: StoreAtHand, append: Callable[..., None]) -> None:
    threads = [threading.Thread(target=append, args=(number, number)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fault(store) is None
    with store.database.session() as session:
        assert session.scalars(select(Entry.seq).order_by(Entry.seq)).all() == list(range(1, 17))

"""Recording: what is filled in, what is refused, and the order of the store under many writers."""

import itertools
import threading
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DataError, SQLAlchemyError

from tests.builders import a_statement, an_agent
from tests.xapi_store.conftest import AUTHORITY, StoreAtHand
from xapi_store import query, statements, stores
from xapi_store.errors import Conflict, EvidenceLost, StatementRefused, StoreError
from xapi_store.filters import Filters
from xapi_store.form.syntax import read_time
from xapi_store.statements import Statement
from xapi_store.stores import Store, moment_of
from xapi_store.transaction import sequence, transaction


def stage(session: Any, store: StoreAtHand, **changed: Any) -> UUID:
    return statements.record(
        session, store_id=store.id, statement=a_statement(**changed), authority=AUTHORITY, at=datetime.now(UTC)
    )


def count(store: StoreAtHand) -> int:
    with store.database.session() as session:
        return session.scalar(select(func.count()).select_from(Statement)) or 0


def test_what_is_missing_is_filled_in_and_what_is_ours_is_set(store: StoreAtHand) -> None:
    given = a_statement(timestamp=None, authority=an_agent("impostor"), stored="1999-01-01T00:00:00Z")
    (statement_id,) = store.record(given)
    kept = store.by_id(statement_id)
    assert kept["authority"] == AUTHORITY
    assert kept["version"] == "1.0.0"
    assert kept["id"] == str(statement_id)
    assert kept["stored"] > kept["timestamp"] > "2026-01-01"
    assert {name: kept[name] for name in ("actor", "verb", "object", "result", "context")} == a_statement(
        timestamp=None
    )


def test_a_faulty_statement_stores_nothing_at_all(store: StoreAtHand) -> None:
    with pytest.raises(StatementRefused):
        store.record(a_statement(), a_statement(result={"score": {"scaled": 2}}))
    assert count(store) == 0


@pytest.mark.parametrize("response", ["a\0b", "half \ud800"])
def test_text_that_cannot_be_stored_is_refused(store: StoreAtHand, response: str) -> None:
    with pytest.raises(StatementRefused):
        store.record(a_statement(result={"response": response}))


def test_the_same_statement_again_changes_nothing(store: StoreAtHand) -> None:
    statement_id = str(uuid4())
    first = a_statement(id=statement_id, actor={"objectType": "Group", "member": [an_agent("a"), an_agent("b")]})
    again = a_statement(
        id=statement_id.upper(),
        actor={"objectType": "Group", "member": [an_agent("b"), {"account": an_agent("a")["account"]}]},
        verb={"id": first["verb"]["id"], "display": {"de": "beantwortete"}},
        object={"id": first["object"]["id"]},
        timestamp="2026-05-18T07:32:34.804+02:00",
        result={**first["result"], "duration": "PT2M30S", "score": {"scaled": 0.80, "raw": 8.0, "min": 0, "max": 10}},
        context={**first["context"], "contextActivities": {"grouping": {"id": "https://courses.example.org/m1"}}},
    )
    store.record(first)
    before = store.by_id(statement_id)
    store.record(again, again)
    assert store.by_id(statement_id) == before
    assert count(store) == 1


def test_the_same_statement_again_without_a_time_changes_nothing(store: StoreAtHand) -> None:
    statement_id = str(uuid4())
    store.record(a_statement(id=statement_id, timestamp=None))
    store.record(a_statement(id=statement_id, timestamp=None))
    store.record(a_statement(id=statement_id, timestamp=store.by_id(statement_id)["timestamp"]))
    with pytest.raises(Conflict):
        store.record(a_statement(id=statement_id))
    assert count(store) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"actor": an_agent("someone-else")},
        {"timestamp": "2026-05-18T05:32:34.805Z"},
        {"result": {"success": False}},
        {"result": {"success": True, "score": {"scaled": 0.8, "raw": 8, "min": 0, "max": 10}, "duration": "PT150S"}},
        {"context": None},
    ],
)
def test_another_statement_under_a_used_id_is_a_conflict(store: StoreAtHand, changed: dict[str, Any]) -> None:
    statement_id = str(uuid4())
    store.record(a_statement(id=statement_id))
    with pytest.raises(Conflict):
        store.record(a_statement(), a_statement(id=statement_id, **changed))
    assert count(store) == 1


def test_one_transaction_cannot_record_two_statements_under_one_id(store: StoreAtHand) -> None:
    statement_id = str(uuid4())
    with pytest.raises(Conflict):
        store.record(a_statement(id=statement_id), a_statement(id=statement_id, actor=an_agent("b")))
    assert count(store) == 0


def test_true_is_not_one(store: StoreAtHand) -> None:
    statement_id = str(uuid4())
    extension = "https://e.org/x"
    store.record(a_statement(id=statement_id, result={"extensions": {extension: 1}}))
    store.record(a_statement(id=statement_id, result={"extensions": {extension: 1.0}}))
    with pytest.raises(Conflict):
        store.record(a_statement(id=statement_id, result={"extensions": {extension: True}}))


def test_two_stores_keep_their_own_order_and_ids(store: StoreAtHand, now: datetime) -> None:
    statement_id = str(uuid4())
    with transaction(store.database) as session:
        other = StoreAtHand(store.database, stores.create(session, slug="south", at=now).id)
        stage(session, other, id=statement_id, actor=an_agent("south"))
        stage(session, store, id=statement_id, actor=an_agent("north"))
    assert store.by_id(statement_id)["actor"] == an_agent("north")
    assert other.by_id(statement_id)["actor"] == an_agent("south")


def test_a_rollback_forgets_what_was_staged(store: StoreAtHand) -> None:
    with store.database.session() as session:
        stage(session, store)
        session.rollback()
        sequence(session)
        session.commit()
    assert count(store) == 0


def test_the_rollback_of_a_savepoint_forgets_only_what_came_after_it(store: StoreAtHand) -> None:
    with transaction(store.database) as session:
        kept = stage(session, store)
        savepoint = session.begin_nested()
        stage(session, store)
        savepoint.rollback()
        with session.begin_nested():
            also_kept = stage(session, store)
    assert set(store.found()) == {str(kept), str(also_kept)}


def test_a_commit_that_would_lose_evidence_is_refused(store: StoreAtHand) -> None:
    with store.database.session() as session:
        stage(session, store)
        with pytest.raises(EvidenceLost):
            session.commit()


def test_evidence_falls_with_the_fact(store: StoreAtHand) -> None:
    def work() -> None:
        with transaction(store.database) as session:
            stage(session, store)
            session.execute(text("SELECT 1 / 0"))

    with pytest.raises(DataError):
        work()
    assert count(store) == 0


def run_together(*works: Any) -> list[BaseException]:
    """All at once; gives what went wrong."""
    wrong: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work: Any) -> None:
        start.wait()
        try:
            work()
        except (StoreError, SQLAlchemyError) as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_many_writers_share_one_order_without_gaps_or_deadlocks(store: StoreAtHand, now: datetime) -> None:
    with transaction(store.database) as session:
        other = StoreAtHand(store.database, stores.create(session, slug="south", at=now).id)

    def write(number: int) -> None:
        for turn in range(8):
            with transaction(store.database) as session:
                # Both stores and the same new terms from all sides, in opposite order.
                chosen = [store, other] if number % 2 else [other, store]
                for each in chosen:
                    for agent in range(4)[:: 1 if number % 2 else -1]:
                        stage(session, each, actor=an_agent(f"{turn}-{agent}"))
                # A fact that refers to the stores, as new persons do.
                session.execute(
                    text(
                        "INSERT INTO api_key (store_id, key, secret_hash, label, scopes, created_at) "
                        "SELECT id, :key, '', '', '[]', now() FROM store WHERE id = :id"
                    ),
                    {"key": str(uuid4()), "id": chosen[0].id},
                )

    assert run_together(*[lambda number=number: write(number) for number in range(6)]) == []
    for each in (store, other):
        with store.database.session() as session:
            rows = session.execute(
                select(Statement.seq, Statement.raw).where(Statement.store_id == each.id).order_by(Statement.seq)
            ).all()
            head = session.get_one(Store, each.id)
        assert len(rows) == 6 * 8 * 4
        assert all(before.seq < after.seq for before, after in itertools.pairwise(rows))
        assert head.head == rows[-1].seq
        assert all(read_time(row.raw[-29:-2].decode()) == moment_of(row.seq) for row in rows)


def test_of_many_writers_under_one_id_exactly_one_wins(store: StoreAtHand) -> None:
    statement_id = str(uuid4())

    def write(number: int) -> None:
        store.record(a_statement(id=statement_id, actor=an_agent(str(number % 2))))

    wrong = run_together(*[lambda number=number: write(number) for number in range(8)])
    assert len(wrong) == 4
    assert all(isinstance(each, Conflict) for each in wrong)
    assert count(store) == 1


def test_nothing_appears_later_within_what_was_promised(store: StoreAtHand) -> None:
    promised: list[tuple[datetime, set[str]]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            with store.database.session() as session:
                moment = query.consistent_through(session, store_id=store.id)
                page = query.find(session, store_id=store.id, filters=Filters(until=moment, limit=200))
            promised.append((moment, {raw.decode() for raw in page.statements}))

    def write() -> None:
        for _ in range(25):
            store.record(a_statement())

    reader = threading.Thread(target=read)
    reader.start()
    wrong = run_together(write, write, write)
    done.set()
    reader.join()
    assert wrong == []
    with store.database.session() as session:
        for moment, seen in promised:
            page = query.find(session, store_id=store.id, filters=Filters(until=moment, limit=200))
            assert {raw.decode() for raw in page.statements} == seen
    assert len({len(seen) for _, seen in promised}) > 3, "the reader saw the store grow"


def test_an_idle_store_is_consistent_through_the_present(store: StoreAtHand) -> None:
    store.record(a_statement())
    before = datetime.now(UTC)
    with store.database.session() as session:
        assert query.consistent_through(session, store_id=store.id) >= before


def test_a_store_being_written_is_consistent_through_its_newest_statement(store: StoreAtHand) -> None:
    (statement_id,) = store.record(a_statement())
    with store.database.session() as writer, store.database.session() as reader:
        stage(writer, store)
        sequence(writer)
        moment = query.consistent_through(reader, store_id=store.id)
        writer.rollback()
    assert moment == read_time(store.by_id(statement_id)["stored"])

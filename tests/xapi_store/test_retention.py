"""Retention by age: what the dry run says is what goes, and what goes never comes back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select

from lti_tool.run.postgres import EmbeddedPostgres
from tests.builders import a_statement, an_agent
from tests.xapi_store.conftest import StoreAtHand, a_reference, a_voiding
from tests.xapi_store.shared_database import shared_database
from tests.xapi_store.test_attachments import an_attachment
from tests.xapi_store.test_erasure import check_lists, held_attachments, raws, record_with
from xapi_store import ledger, stores
from xapi_store.actors import identity
from xapi_store.database import Database
from xapi_store.documents import documents
from xapi_store.documents.document_content import Content
from xapi_store.documents.shelves import Kind, Place, Shelf
from xapi_store.erasing import amending, retention
from xapi_store.erasing.retention import Plan, Retention, Rule
from xapi_store.errors import NoSuchStatement
from xapi_store.transaction import transaction
from xapi_store.vocabulary import EVALUATED, PASSED

LEARNER = identity(an_agent())


@pytest.fixture(scope="module")
def one_database(postgres: EmbeddedPostgres, template: str, admin: Engine) -> Iterator[Database]:
    with shared_database(postgres, template, admin, "test_retention") as opened:
        yield opened


@pytest.fixture
def store(one_database: Database, now: datetime) -> StoreAtHand:
    with transaction(one_database) as session:
        return StoreAtHand(one_database, stores.create(session, slug=uuid4().hex, at=now).id)


def plan(store: StoreAtHand, rule: Rule) -> Plan:
    with store.database.session() as session:
        return retention.plan(session, store_id=store.id, rule=rule)


def begin(store: StoreAtHand, rule: Rule) -> int:
    with transaction(store.database) as session:
        said: dict[str, Any] = {"reason": "three years", "by": "operator", "at": datetime.now(UTC)}
        return retention.begin(session, store_id=store.id, rule=rule, **said).number


def step(store: StoreAtHand, number: int, most: int = 500) -> Retention:
    with transaction(store.database) as session:
        return retention.step(session, store_id=store.id, number=number, at=datetime.now(UTC), most=most)


def retain(store: StoreAtHand, rule: Rule, most: int = 500) -> Retention:
    number = begin(store, rule)
    for _ in range(200):
        done = step(store, number, most)
        if done.done_at is not None:
            return done
    raise AssertionError("the retention does not come to its end")


def put_document(store: StoreAtHand, name: str) -> None:
    place = Place(Shelf(Kind.AGENT_PROFILE, agent=LEARNER), name)
    content = Content(b"{}", "application/json")
    with transaction(store.database) as session:
        documents.put(session, store_id=store.id, place=place, content=content, version="2.0.0", at=datetime.now(UTC))


def test_what_the_dry_run_says_is_what_goes(store: StoreAtHand) -> None:
    record_with(store, a_statement(attachments=[an_attachment(b"old"), an_attachment(b"both")]), b"old", b"both")
    store.record(*(a_statement() for _ in range(6)), a_statement(verb={"id": PASSED}))
    put_document(store, "old")
    rule = Rule(datetime.now(UTC), keep_verbs=(PASSED,), documents=True)
    record_with(store, a_statement(attachments=[an_attachment(b"both")]), b"both")
    put_document(store, "new")
    weight = sum(len(raw) for raw in raws(store)[:7])
    said = plan(store, rule)
    assert (said.statements, said.attachments, said.documents, said.size, said.unsent) == (7, 1, 1, weight + 3, 0)
    assert said.oldest is not None
    assert said.newest is not None
    assert said.oldest < said.newest < rule.before
    done = retain(store, rule, most=2)
    assert (done.statements, done.attachments, done.documents, done.size) == (7, 1, 1, weight + 3)
    assert held_attachments(store) == {b"both"}
    assert sorted(each["verb"]["id"] == PASSED for each in store.find()) == [False, True]
    assert plan(store, rule) == Plan(0, 0, 0, 0, None, None, 0)
    check_lists(store)


def test_what_went_never_comes_back(store: StoreAtHand) -> None:
    sent = a_statement(id=str(uuid4()))
    store.record(sent)
    retain(store, Rule(datetime.now(UTC)))
    store.record(sent)
    assert raws(store) == []
    with pytest.raises(NoSuchStatement):
        store.by_id(sent["id"])


def test_statements_about_what_went_are_found_by_what_they_say_themselves(store: StoreAtHand) -> None:
    target, about = str(uuid4()), str(uuid4())
    store.record(a_statement(id=target))
    before = datetime.now(UTC)
    store.record(a_reference(target, id=about))
    assert store.found(agent=LEARNER) == [about, target]
    retain(store, Rule(before))
    assert store.found(agent=LEARNER) == []
    assert store.found(verb=EVALUATED) == [about]
    store.record(a_voiding(about))
    assert about not in store.found()
    check_lists(store)


def test_a_verb_is_kept_only_where_it_is_the_statements_own(store: StoreAtHand) -> None:
    target = str(uuid4())
    store.record(a_statement(id=target, verb={"id": PASSED}), a_reference(target))
    retain(store, Rule(datetime.now(UTC), keep_verbs=(PASSED,)))
    assert store.found() == [target]


def test_a_voided_statement_stays_voided_when_its_voider_goes(store: StoreAtHand) -> None:
    target = str(uuid4())
    store.record(a_voiding(target))
    before = datetime.now(UTC)
    store.record(a_statement(id=target))
    retain(store, Rule(before))
    assert store.found() == []
    assert store.by_id(target, voided=True)["id"] == target


def test_an_interrupted_deletion_goes_on_where_it_stopped(store: StoreAtHand) -> None:
    store.record(*(a_statement() for _ in range(7)))
    number = begin(store, Rule(datetime.now(UTC)))
    step(store, number, most=3)
    with store.database.session() as session:  # and this one is never committed
        lost = retention.step(session, store_id=store.id, number=number, at=datetime.now(UTC), most=3)
        assert lost.statements == 6
    assert len(store.found()) == 4
    with store.database.session() as session:
        (left,) = retention.unfinished(session, store_id=store.id)
    assert (left.number, left.statements) == (number, 3)
    while (done := step(store, number, most=3)).done_at is None:
        pass
    assert done.statements == 7
    assert raws(store) == []


def test_each_statement_that_went_leaves_a_notice_and_the_ledger_holds(store: StoreAtHand) -> None:
    ids = store.record(*(a_statement() for _ in range(3)))
    retain(store, Rule(datetime.now(UTC)), most=2)
    with store.database.session() as session:
        found = amending.notices(session, store_id=store.id)
        entries = session.scalars(select(ledger.Entry).where(ledger.Entry.store_id == store.id)).all()
        assert ledger.verify(session, store_id=store.id) is None
    assert [(each.number, each.id, each.gone) for each in found] == [(n, ids[n - 1], True) for n in (1, 2, 3)]
    assert [each.kind for each in entries] == ["retention-begun", "retained"]
    assert entries[1].payload["statements"] == 3


def test_what_is_yet_to_come_cannot_be_deleted_by_age(store: StoreAtHand) -> None:
    with pytest.raises(retention.RetentionRefused):
        begin(store, Rule(datetime.now(UTC) + timedelta(minutes=1)))
    with pytest.raises(retention.NoSuchRetention):
        step(store, 10**9)


def test_writers_go_on_meanwhile_and_nothing_new_is_lost(store: StoreAtHand) -> None:
    old = store.record(*(a_statement() for _ in range(60)))
    rule = Rule(datetime.now(UTC))
    written: list[UUID] = []

    def write(number: int) -> None:
        for aim in old[number * 15 : number * 15 + 15]:
            written.extend(store.record(a_statement(), a_reference(aim)))

    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(write, number) for number in range(4)]
        counts = [pool.submit(retain, store, rule, 5) for _ in range(2)]
        for each in running:
            each.result(timeout=60)
        assert sum(each.result(timeout=60).statements for each in counts) == 60
    assert {UUID(each) for each in store.found()} == set(written)
    check_lists(store)

"""Erasure: a person's identifiers vanish from a store, their deeds stay countable, and nothing comes back."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import Engine, select, text, true

from lti_tool.run.postgres import EmbeddedPostgres
from tests.builders import a_statement, an_agent
from tests.xapi_store.conftest import AUTHORITY, StoreAtHand, a_reference, a_voiding
from tests.xapi_store.shared_database import shared_database
from tests.xapi_store.test_attachments import an_attachment
from xapi_store import ledger, postings, statements, stores
from xapi_store.actors import identity
from xapi_store.attachments import Kept
from xapi_store.database import Base, Database
from xapi_store.documents import documents
from xapi_store.documents.document_content import Content
from xapi_store.documents.shelves import Kind, Place, Shelf
from xapi_store.erasing import amending, erasure, pseudonyms
from xapi_store.erasing.pseudonyms import HOME, Person
from xapi_store.errors import Conflict
from xapi_store.form.received import read_stored
from xapi_store.order.group_commit import GroupCommit
from xapi_store.postings import Posting
from xapi_store.signed_statements import SIGNATURE
from xapi_store.statements import Arrival, Sender, Statement
from xapi_store.stores import Store
from xapi_store.transaction import transaction
from xapi_store.vocabulary import EXT_LEARNER

ADA = {"objectType": "Agent", "name": "Ada Example", "mbox": "mailto:ada@example.org"}
BOB = an_agent("bob")
SUM = hashlib.sha1(b"mailto:ada@example.org").hexdigest()
PHASE = "https://courses.example.org/ext/phase"


@pytest.fixture(scope="module")
def one_database(postgres: EmbeddedPostgres, template: str, admin: Engine) -> Iterator[Database]:
    with shared_database(postgres, template, admin, "test_erasure") as opened:
        yield opened


@pytest.fixture
def store(one_database: Database, now: datetime) -> StoreAtHand:
    with transaction(one_database) as session:
        return StoreAtHand(one_database, stores.create(session, slug=uuid4().hex, at=now).id)


def begin(store: StoreAtHand, *identities: str, **options: Any) -> int:
    with transaction(store.database) as session:
        said = {"reason": "Art. 17", "by": "operator", "at": datetime.now(UTC), **options}
        return erasure.begin(session, store_id=store.id, identities=identities or [identity(ADA)], **said).number


def step(store: StoreAtHand, number: int, most: int = 500) -> erasure.Erasure:
    with transaction(store.database) as session:
        return erasure.step(session, store_id=store.id, number=number, at=datetime.now(UTC), most=most)


def erase(store: StoreAtHand, *identities: str, most: int = 500, **options: Any) -> erasure.Erasure:
    number = begin(store, *identities, **options)
    for _ in range(200):
        done = step(store, number, most)
        if done.done_at is not None:
            return done
    raise AssertionError("the erasure does not come to its end")


def the_account(name: str) -> dict[str, Any]:
    return {"account": {"homePage": HOME, "name": name}}


def record_with(store: StoreAtHand, statement: dict[str, Any], *contents: bytes) -> None:
    prepared = statements.prepare(orjson.dumps(statement), sender=Sender(AUTHORITY), at=datetime.now(UTC))
    kept = {hashlib.sha256(each).hexdigest(): Kept(each, "text/plain") for each in contents}
    whole = statements.Prepared(
        prepared.id, prepared.content, prepared.body, prepared.dated, prepared.names, attachments=kept
    )
    with transaction(store.database) as session:
        statements.receive(session, store_id=store.id, statements=[whole])


def held_attachments(store: StoreAtHand) -> set[bytes]:
    with store.database.session() as session:
        asked = text("SELECT content FROM attachment WHERE store_id = :id")
        return set(session.scalars(asked, {"id": store.id}))


def raws(store: StoreAtHand) -> list[bytes]:
    with store.database.session() as session:
        return list(
            session.scalars(select(Statement.raw).where(Statement.store_id == store.id).order_by(Statement.seq))
        )


def where_it_stands(store: StoreAtHand, *sought: str) -> set[str]:
    """The tables whose rows, bytes included, still hold one of these texts."""
    found = set()
    with store.database.session() as session:
        for table in Base.metadata.sorted_tables:
            mine = table.c.store_id == store.id if "store_id" in table.c else true()
            for row in session.execute(select(table).where(mine)):
                said = " ".join(str(each, "utf-8", "replace") if isinstance(each, bytes) else str(each) for each in row)
                if any(each in said for each in sought):
                    found.add(table.name)
    return found


def check_lists(store: StoreAtHand) -> None:
    """Every list holds exactly what the stored statements, taken together, say."""
    with store.database.session() as session:
        key = session.scalars(select(Store.posting_key).where(Store.id == store.id)).one()
        rows = {row.id: row for row in session.scalars(select(Statement).where(Statement.store_id == store.id))}
        listed = session.execute(select(Posting.list, Posting.seq).where(Posting.store_id == store.id))
        stand = {(number, seq) for number, seq in listed}
    expected = set()
    for row in (each for each in rows.values() if not each.voided):
        named, seen = postings.names(read_stored(row.raw)), {row.id}
        aim = row.target
        while aim in rows and aim not in seen:
            named |= postings.inherited(read_stored(rows[aim].raw))
            seen.add(aim)
            aim = rows[aim].target
        expected |= {(number, row.seq) for number in postings.lists(key, named)}
    assert stand == expected


EVERYWHERE: dict[str, dict[str, Any]] = {
    "actor": {"actor": ADA},
    "object": {"object": ADA},
    "member": {"actor": {"objectType": "Group", "member": [BOB, ADA]}},
    "instructor": {"context": {"instructor": ADA}},
    "team": {"context": {"team": {**ADA, "objectType": "Group", "member": [ADA, BOB]}}},
    "agents": {
        "version": "2.0.0",
        "context": {
            "contextAgents": [{"objectType": "contextAgent", "agent": ADA}],
            "contextGroups": [{"objectType": "contextGroup", "group": {"objectType": "Group", "member": [ADA]}}],
        },
    },
    "inner": {
        "object": {
            "objectType": "SubStatement",
            "actor": ADA,
            "verb": {"id": "http://example.com/verbs/planned"},
            "object": {"objectType": "Agent", **an_agent("carol")},
            "context": {"instructor": ADA},
        }
    },
    "extension": {"context": {"extensions": {EXT_LEARNER: ADA, PHASE: [{"who": ADA}]}}},
    "sum": {"actor": {"mbox_sha1sum": SUM.upper(), "name": "Ada Example"}},
}


def test_the_identifier_vanishes_from_every_table(store: StoreAtHand) -> None:
    for each in EVERYWHERE.values():
        with transaction(store.database) as session:
            version = each.get("version", "1.0.3")
            statements.record(
                session,
                store_id=store.id,
                statement=a_statement(**each),
                authority=ADA,
                at=datetime.now(UTC),
                version=version,
            )
    hidden = str(uuid4())
    store.record(a_statement(id=hidden, actor=ADA), a_voiding(hidden))
    for kind in (Kind.STATE, Kind.AGENT_PROFILE):
        with transaction(store.database) as session:
            shelf = Shelf(kind, activity="https://example.com/a" if kind is Kind.STATE else None, agent=identity(ADA))
            content = Content(b'{"mail": "ada@example.org"}', "application/json")
            documents.put(
                session,
                store_id=store.id,
                place=Place(shelf, "x"),
                content=content,
                version="2.0.0",
                at=datetime.now(UTC),
            )
    assert where_it_stands(store, "ada@example.org") == {"statement", "document"}
    done = erase(store, most=3)
    assert where_it_stands(store, "ada@example.org", "Ada Example", SUM, SUM.upper()) == set()
    assert (done.statements, done.documents, done.identities) == (len(EVERYWHERE) + 1, 2, [])
    assert store.by_id(hidden, voided=True)["actor"] == {"objectType": "Agent", **the_account(done.pseudonym)}
    check_lists(store)


def test_a_voided_statement_is_met_even_where_escapes_hide_the_identifier(store: StoreAtHand) -> None:
    statement = a_statement(id=str(uuid4()), actor=ADA)
    raw = orjson.dumps(statement).replace(b"ada@", b"\\u0061da@")
    prepared = statements.prepare(raw, sender=Sender(AUTHORITY), at=datetime.now(UTC))
    with transaction(store.database) as session:
        statements.receive(session, store_id=store.id, statements=[prepared])
    store.record(a_voiding(statement["id"]))
    assert b"u0061da@" in raws(store)[0]
    done = erase(store)
    assert store.by_id(statement["id"], voided=True)["actor"] == {"objectType": "Agent", **the_account(done.pseudonym)}


def test_the_pseudonym_is_found_where_the_person_was(store: StoreAtHand) -> None:
    ids = store.record(a_statement(actor=ADA), a_statement(context={"instructor": ADA}), a_statement(actor=BOB))
    old, related = identity(ADA), {"related_agents": True}
    assert len(store.found(agent=old, **related)) == 2
    done = erase(store)
    new = identity(the_account(done.pseudonym))
    assert store.found(agent=old, **related) == []
    assert store.found(agent=new) == [str(ids[0])]
    assert set(store.found(agent=new, **related)) == {str(ids[0]), str(ids[1])}
    assert store.found(agent=identity(BOB)) == [str(ids[2])]


@pytest.mark.parametrize(("linked", "actors"), [(True, 2), (False, 4)])
def test_learners_are_counted_as_before_unless_asked_otherwise(store: StoreAtHand, linked: bool, actors: int) -> None:
    account = an_agent("ada")
    store.record(*(a_statement(actor=each) for each in (ADA, account, ADA, BOB)))
    erase(store, identity(ADA), identity(account), linked=linked)
    assert len({identity(each["actor"]) for each in store.find()}) == actors
    check_lists(store)


def test_what_is_not_the_person_stays_to_the_letter() -> None:
    raw = (
        b'{"result": {"score": {"raw": 1.10, "max": 1e400}}, '
        b'"actor":{"name":"Ada", "mbox" : "mailto:a@b.c"},"x":"\\u00e9"}'
    )
    person = Person(frozenset({"mbox mailto:a@b.c"}))
    account = b'{"account":{"homePage":"' + HOME.encode() + b'","name":"n"}}'
    assert person.replaced(raw, "n") == (
        b'{"result":{"score": {"raw": 1.10, "max": 1e400}},"actor":' + account + b',"x":"\\u00e9"}'
    )
    assert Person(frozenset({"mbox mailto:b@b.c"})).replaced(raw, "n") is raw


def test_an_extension_that_only_looks_like_an_actor_is_let_be() -> None:
    for odd in ({"account": 5}, {"account": {"name": "x"}}, {"mbox_sha1sum": ["x"]}, {"account": None}):
        assert not Person(frozenset({identity(ADA)})).named_in(odd)
        assert Person(frozenset({identity(ADA)})).replaced(orjson.dumps(odd), "n") == orjson.dumps(odd)


@pytest.mark.parametrize("arrives", ["before", "after"])
def test_statements_about_the_persons_statements_follow(store: StoreAtHand, arrives: str) -> None:
    target, about, chain = str(uuid4()), str(uuid4()), str(uuid4())
    batch = [a_statement(id=target, actor=ADA), a_reference(target, id=about), a_reference(about, id=chain)]
    for each in batch if arrives == "after" else reversed(batch):
        store.record(each)
    done = erase(store, most=1)
    assert set(store.found(agent=identity(the_account(done.pseudonym)))) == {target, about, chain}
    assert store.found(agent=identity(ADA)) == []
    check_lists(store)
    store.record(a_voiding(about))
    assert set(store.found(agent=identity(the_account(done.pseudonym)))) >= {target, chain}
    assert about not in store.found(agent=identity(the_account(done.pseudonym)))
    check_lists(store)


def test_an_erased_statement_that_is_sent_again_changes_nothing(store: StoreAtHand) -> None:
    sent = a_statement(id=str(uuid4()), actor=ADA)
    store.record(sent)
    erase(store)
    before = raws(store)
    store.record(sent)
    arrival = Arrival(
        store.id, [statements.prepare(orjson.dumps(sent), sender=Sender(AUTHORITY), at=datetime.now(UTC))]
    )
    committer = GroupCommit(store.database)
    committer.store(arrival)
    committer.close()
    assert (raws(store), arrival.fresh) == (before, 0)
    assert store.found(agent=identity(ADA)) == []


def test_another_statement_under_a_living_id_still_conflicts(store: StoreAtHand) -> None:
    sent = a_statement(id=str(uuid4()), actor=BOB)
    store.record(sent, a_statement(actor=ADA))
    erase(store)
    with pytest.raises(Conflict):
        store.record({**sent, "actor": an_agent("carol")})


def test_the_persons_attachments_and_every_signature_go_and_others_stay(store: StoreAtHand) -> None:
    mine, shared, anothers, signature = b"ada's essay", b"the form", b"bob's picture", b"a.b.c of ada"
    record_with(store, a_statement(actor=ADA, attachments=[an_attachment(mine), an_attachment(shared)]), mine, shared)
    record_with(store, a_statement(actor=BOB, attachments=[an_attachment(shared)]), shared)
    signed = [an_attachment(anothers), an_attachment(signature, usageType=SIGNATURE)]
    record_with(store, a_statement(actor=BOB, object=ADA, attachments=signed), anothers, signature)
    done = erase(store)
    assert held_attachments(store) == {shared, anothers}
    assert done.attachments == 2
    assert len(store.find()[0]["attachments"]) == 2, "what was declared stays declared"


def test_an_interrupted_erasure_goes_on_where_it_stopped(store: StoreAtHand) -> None:
    store.record(*(a_statement(actor=ADA) for _ in range(7)))
    number = begin(store)
    step(store, number, most=3)

    with store.database.session() as session:  # and this one is never committed
        lost = erasure.step(session, store_id=store.id, number=number, at=datetime.now(UTC), most=3)
        assert lost.statements == 6
    assert len(store.found(agent=identity(ADA))) == 4
    store.record(a_statement(actor=ADA))
    with store.database.session() as session:
        (left,) = erasure.unfinished(session, store_id=store.id)
    assert (left.number, left.statements) == (number, 3)
    while (done := step(store, number, most=3)).done_at is None:
        pass
    assert done.statements == 8
    assert store.found(agent=identity(ADA)) == []
    assert step(store, number).done_at == done.done_at


def test_each_erased_statement_leaves_a_notice_and_the_ledger_holds(store: StoreAtHand) -> None:
    ids = store.record(*(a_statement(actor=ADA) for _ in range(5)))
    done = erase(store, most=2)
    with store.database.session() as session:
        found = amending.notices(session, store_id=store.id, after=1, most=3)
        entries = session.scalars(select(ledger.Entry).where(ledger.Entry.store_id == store.id)).all()
        assert ledger.verify(session, store_id=store.id) is None
    assert [(each.number, each.id, each.gone) for each in found] == [(n, ids[n - 1], False) for n in (2, 3, 4)]
    assert [each.kind for each in entries] == ["erasure-begun", "erased"]
    assert entries[1].payload["statements"] == 5
    assert entries[0].payload["identities"] == entries[1].payload["identities"]
    assert done.pseudonym not in str(entries[1].payload)


def test_what_only_mentions_the_person_is_named_to_the_operator(store: StoreAtHand) -> None:
    (spoken,) = store.record(a_statement(result={"response": "write to mailto:ada@example.org"}))
    erase(store)
    with store.database.session() as session:
        assert erasure.mentions(session, store_id=store.id, identities=[identity(ADA)]) == [spoken]


def test_another_store_is_not_touched(store: StoreAtHand, now: datetime) -> None:
    with transaction(store.database) as session:
        other = StoreAtHand(store.database, stores.create(session, slug=uuid4().hex, at=now).id)
    other.record(a_statement(actor=ADA))
    erase(store)
    assert len(other.found(agent=identity(ADA))) == 1
    erase(other)


def test_nobody_cannot_be_erased(store: StoreAtHand) -> None:
    with pytest.raises(erasure.NobodyNamed):
        begin(store, "")
    with pytest.raises(erasure.NoSuchErasure):
        step(store, 10**9)


def test_writers_go_on_meanwhile_and_nothing_is_lost(store: StoreAtHand) -> None:
    targets = store.record(*(a_statement(actor=ADA) for _ in range(60)))
    written: list[UUID] = []

    def write(number: int) -> None:
        for each in range(12):
            aim = targets[number * 12 + each]
            written.extend(store.record(a_statement(actor=BOB), a_reference(aim)))
            if each % 3 == 0:
                written.extend(store.record(a_voiding(aim)))

    with ThreadPoolExecutor(6) as pool:
        writers = [pool.submit(write, number) for number in range(4)]
        eraser = pool.submit(erase, store, most=5)
        for each in (*writers, eraser):
            each.result(timeout=60)
    assert {UUID(each["id"]) for each in map(orjson.loads, raws(store))} == {*targets, *written}
    assert not any(b"ada@example.org" in raw for raw in raws(store))
    assert len(pseudonyms.fresh()) == 32
    check_lists(store)

"""Forwarding: in order, at least once, never skipping anything in silence."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from lti_tool.run import forwarder
from tests.builders import a_statement, an_agent
from tests.xapi_store.conftest import AUTHORITY, StoreAtHand, a_voiding
from tests.xapi_store.foreign import (
    Foreign,
    a_foreign_store,
    answers,
    hangs_up_after_storing,
    meanwhile,
    stumbles_over,
    takes_at_most,
)
from xapi_store import statements
from xapi_store.attachments import Kept
from xapi_store.keys import Seal
from xapi_store.other_stores import forwarding, sending
from xapi_store.other_stores.forwarding import Backlog, Forwarding, ForwardingRefusal
from xapi_store.other_stores.public_addresses import AddressRefused
from xapi_store.other_stores.selection import Choice
from xapi_store.other_stores.sending import Outcome
from xapi_store.statements import Sender, Statement
from xapi_store.transaction import transaction

SEAL = Seal("a secret of at least thirty-two characters")
COMPLETED = {"id": "http://adlnet.gov/expapi/verbs/completed"}
PROFILE = "https://profiles.example.org/facilitation"


@pytest.fixture
def foreign(store: StoreAtHand) -> Iterator[Foreign]:
    with a_foreign_store(store.database) as opened:
        yield opened


@dataclass
class UnderTest:
    """A forwarding from our store to the other one."""

    store: StoreAtHand
    id: int

    def step(self, at: datetime | None = None) -> Outcome:
        return sending.step(
            self.store.database,
            store_id=self.store.id,
            forwarding_id=self.id,
            seal=SEAL,
            at=at or datetime.now(UTC),
            allow_private=True,
        )

    def drain(self) -> Outcome:
        while (outcome := self.step()) is Outcome.MORE:
            pass
        return outcome

    @property
    def row(self) -> Forwarding:
        with self.store.database.session() as session:
            return forwarding.by_id(session, store_id=self.store.id, forwarding_id=self.id)

    @property
    def refusals(self) -> list[ForwardingRefusal]:
        with self.store.database.session() as session:
            return list(forwarding.refusals(session, forwarding=self.row))

    @property
    def backlog(self) -> Backlog:
        with self.store.database.session() as session:
            return forwarding.backlog(session, forwarding=self.row)

    def retry(self) -> int:
        with transaction(self.store.database) as session:
            row = forwarding.by_id(session, store_id=self.store.id, forwarding_id=self.id)
            return forwarding.retry(session, forwarding=row)


def a_forwarding(store: StoreAtHand, foreign: Foreign, **options: Any) -> UnderTest:
    options = {"choice": Choice(), "target": foreign.endpoint, "seal": SEAL, "at": datetime.now(UTC), **options}
    with transaction(store.database) as session:
        row = forwarding.create(session, store_id=store.id, label="south", allow_private=True, **options)
        return UnderTest(store, row.id)


def ids_of(store: StoreAtHand) -> list[UUID]:
    with store.database.session() as session:
        asked = select(Statement.id).where(Statement.store_id == store.id).order_by(Statement.seq)
        return list(session.scalars(asked))


def raws_of(store: StoreAtHand) -> list[bytes]:
    with store.database.session() as session:
        asked = select(Statement.raw).where(Statement.store_id == store.id).order_by(Statement.seq)
        return list(session.scalars(asked))


def keep(store: StoreAtHand, raw: bytes, **attachments: Kept) -> None:
    """The statement is stored as it was written."""
    prepared = statements.prepare(raw, sender=Sender(AUTHORITY), at=datetime.now(UTC))
    with transaction(store.database) as session:
        statements.receive(session, store_id=store.id, statements=[replace(prepared, attachments=attachments)])


def test_all_statements_arrive_once_and_in_order(store: StoreAtHand, foreign: Foreign) -> None:
    sent = store.record(*(a_statement() for _ in range(230)))
    south = a_forwarding(store, foreign)
    assert south.step() is Outcome.MORE
    assert ids_of(foreign.store) == sent[:200]
    assert south.drain() is Outcome.DONE
    assert ids_of(foreign.store) == sent
    posts = [each for each in foreign.door.asked if each.method == "POST"]
    assert len(posts) == 2
    assert south.backlog == Backlog(0, None, 0)
    assert south.row.last_success_at is not None


def test_what_is_sent_is_to_the_letter_but_for_what_the_receiver_sets(store: StoreAtHand, foreign: Foreign) -> None:
    extensions = b'{"https://e.example/x": [1.10, null, 123456789012345678901234567890, "\\u00e9"]}'
    statement = orjson.dumps(a_statement(id=str(uuid4())))
    keep(
        store,
        statement.replace(
            b'"extensions":{"https://courses.example.org/ext/phase":"seek"}', b'"extensions":' + extensions
        ),
    )
    a_forwarding(store, foreign).drain()
    a_forwarding(store, foreign, keep_authority=True).drain()
    bare, with_authority = (orjson.loads(each.body)[0] for each in foreign.door.asked)
    assert "stored" not in bare
    assert "authority" not in bare
    assert with_authority["authority"] == AUTHORITY
    assert extensions in foreign.door.asked[0].body
    assert extensions in raws_of(foreign.store)[0]


def test_verb_activity_and_profile_narrow_what_is_sent_together(store: StoreAtHand, foreign: Foreign) -> None:
    beside = {
        "contextActivities": {"category": {"id": PROFILE}, "grouping": [{"id": "https://courses.example.org/m2"}]}
    }
    wanted, *_ = store.record(
        a_statement(verb=COMPLETED, context=beside),
        a_statement(context=beside),
        a_statement(verb=COMPLETED),
        a_statement(verb=COMPLETED, context={"contextActivities": {"category": [{"id": PROFILE}]}}),
    )
    choice = Choice(frozenset({COMPLETED["id"]}), frozenset({"https://courses.example.org/m2"}), frozenset({PROFILE}))
    south = a_forwarding(store, foreign, choice=choice)
    south.drain()
    assert ids_of(foreign.store) == [wanted]
    assert south.backlog.waiting == 0


def test_what_voids_a_chosen_statement_goes_with_it_and_no_other(store: StoreAtHand, foreign: Foreign) -> None:
    chosen, other = store.record(a_statement(verb=COMPLETED), a_statement())
    voiding, _, early = store.record(a_voiding(chosen), a_voiding(other), a_voiding(uuid4()))
    a_forwarding(store, foreign, choice=Choice(verbs=frozenset({COMPLETED["id"]}))).drain()
    assert ids_of(foreign.store) == [chosen, voiding, early]
    assert str(chosen) not in foreign.store.found()
    assert foreign.store.by_id(chosen, voided=True)["id"] == str(chosen)


def test_a_store_that_is_down_is_waited_for_longer_each_time(store: StoreAtHand, foreign: Foreign) -> None:
    store.record(a_statement())
    foreign.door.moods = [answers(503, b'{"error": "closed for repair"}')] * 3
    south, now = a_forwarding(store, foreign), datetime.now(UTC)
    waits = []
    for failures in (1, 2, 3):
        assert south.step(at=now) is Outcome.WAITS
        assert south.row.failures == failures
        waits.append(((south.row.next_attempt_at or now) - now).total_seconds())
    assert waits == [10, 20, 40]
    assert south.row.last_error == "answered 503: closed for repair"
    assert south.backlog.waiting == 1
    assert south.backlog.oldest is not None
    assert south.drain() is Outcome.DONE
    assert (south.row.failures, south.row.last_error, south.row.next_attempt_at) == (0, None, None)
    assert len(ids_of(foreign.store)) == 1


def test_a_store_that_names_a_time_is_left_alone_until_then_but_not_for_ever(
    store: StoreAtHand, foreign: Foreign
) -> None:
    store.record(a_statement())
    foreign.door.moods = [answers(429, b"", ("Retry-After", "90")), answers(503, b"", ("Retry-After", "9999999"))]
    south, now = a_forwarding(store, foreign), datetime.now(UTC)
    south.step(at=now)
    assert south.row.next_attempt_at == now + timedelta(seconds=90)
    south.step(at=now)
    assert south.row.next_attempt_at == now + timedelta(hours=1)


def test_an_answer_lost_on_the_way_makes_no_doubles(store: StoreAtHand, foreign: Foreign) -> None:
    sent = store.record(*(a_statement() for _ in range(5)))
    foreign.door.moods = [hangs_up_after_storing]
    south = a_forwarding(store, foreign)
    assert south.step() is Outcome.WAITS
    assert ids_of(foreign.store) == sent
    assert south.row.position == 0
    assert south.drain() is Outcome.DONE
    assert ids_of(foreign.store) == sent


def test_a_sender_that_dies_before_it_could_note_the_answer_sends_again(store: StoreAtHand, foreign: Foreign) -> None:
    sent = store.record(*(a_statement() for _ in range(3)))

    def kill_connections() -> None:
        with store.database.engine.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                    " WHERE locktype = 'advisory' AND datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    foreign.door.moods = [meanwhile(kill_connections)]
    south = a_forwarding(store, foreign)
    with pytest.raises(DBAPIError):
        south.step()
    assert south.row.position == 0
    assert ids_of(foreign.store) == sent
    assert south.drain() is Outcome.DONE
    assert ids_of(foreign.store) == sent


def test_one_refused_statement_is_kept_as_a_refusal_and_the_rest_arrives(store: StoreAtHand, foreign: Foreign) -> None:
    sent = store.record(*(a_statement() for _ in range(9)))
    disputed = str(sent[4])
    foreign.store.record(a_statement(id=disputed, actor=an_agent("somebody else")))
    south = a_forwarding(store, foreign)
    assert south.drain() is Outcome.DONE
    assert sorted(ids_of(foreign.store)) == sorted(sent)
    [refusal] = south.refusals
    assert (str(refusal.id), refusal.status) == (disputed, 409)
    assert disputed in refusal.reason
    assert south.backlog == Backlog(0, None, 1)


def test_refused_statements_are_sent_again_on_demand(store: StoreAtHand, foreign: Foreign) -> None:
    [sent] = store.record(a_statement())
    foreign.door.moods = [answers(400, b'{"message": "not today"}')]
    south = a_forwarding(store, foreign)
    south.drain()
    assert [each.reason for each in south.refusals] == ["not today"]
    assert south.retry() == 1
    with store.database.session() as session:
        assert forwarding.due(session, at=datetime.now(UTC)) == [(store.id, south.id)]
    foreign.door.moods = [answers(422, b"still not")]
    assert south.step() is Outcome.DONE
    assert [(each.status, each.again) for each in south.refusals] == [(422, False)]
    south.retry()
    south.drain()
    assert south.refusals == []
    assert ids_of(foreign.store) == [sent]


@pytest.mark.parametrize(
    "mood",
    [
        answers(400, b"<h1>Bad request</h1>", content_type="text/html"),
        answers(200, b"<h1>Please log in</h1>", content_type="text/html"),
        answers(404),
        answers(401),
        answers(301, b"", ("Location", "https://elsewhere.example/xapi")),
    ],
    ids=["refuses all", "login page", "nothing there", "wrong key", "moved"],
)
def test_something_that_is_no_lrs_uses_up_nothing(store: StoreAtHand, foreign: Foreign, mood: Any) -> None:
    store.record(a_statement(), a_statement())
    foreign.door.moods = [mood] * 10
    south = a_forwarding(store, foreign)
    assert south.step() is Outcome.WAITS
    assert (south.row.position, south.refusals, south.row.failures) == (0, [], 1)
    assert south.row.last_error


def test_batches_become_smaller_for_who_takes_only_small_ones(store: StoreAtHand, foreign: Foreign) -> None:
    sent = store.record(*(a_statement() for _ in range(20)))
    foreign.door.moods = [takes_at_most(5000)] * 100
    south = a_forwarding(store, foreign)
    assert south.drain() is Outcome.DONE
    assert ids_of(foreign.store) == sent
    assert south.refusals == []


def test_what_a_store_stumbles_over_stands_alone_in_the_end_and_can_be_passed_over(
    store: StoreAtHand, foreign: Foreign
) -> None:
    sent = store.record(*(a_statement() for _ in range(12)))
    foreign.door.moods = [stumbles_over(str(sent[7]))] * 100
    south = a_forwarding(store, foreign)
    for _ in range(20):
        south.step()
    assert ids_of(foreign.store) == sent[:7]
    assert south.row.last_error == "answered 500: oops"
    assert south.refusals == []
    with transaction(store.database) as session:
        row = forwarding.by_id(session, store_id=store.id, forwarding_id=south.id)
        forwarding.pass_over(session, forwarding=row, at=datetime.now(UTC))
    assert south.drain() is Outcome.DONE
    assert ids_of(foreign.store) == sent[:7] + sent[8:]
    assert [(each.id, each.status) for each in south.refusals] == [(sent[7], 0)]


def test_a_refused_statement_that_was_erased_is_not_asked_for_for_ever(store: StoreAtHand, foreign: Foreign) -> None:
    [sent] = store.record(a_statement())
    foreign.door.moods = [answers(400)]
    south = a_forwarding(store, foreign)
    south.drain()
    south.retry()
    with store.database.session() as session, session.begin():
        session.execute(text("DELETE FROM statement WHERE id = :id"), {"id": sent})
    assert south.step() is Outcome.DONE
    assert south.refusals == []


def test_only_one_works_on_a_forwarding_at_a_time(store: StoreAtHand, foreign: Foreign) -> None:
    store.record(a_statement())
    south = a_forwarding(store, foreign)
    outcomes: list[Outcome] = []
    foreign.door.moods = [meanwhile(lambda: outcomes.append(south.step()))]
    assert south.step() is Outcome.MORE
    assert outcomes == [Outcome.BUSY]


def test_a_position_that_was_moved_meanwhile_stands(store: StoreAtHand, foreign: Foreign) -> None:
    store.record(a_statement(), a_statement())
    south = a_forwarding(store, foreign)

    def start_anew() -> None:
        with store.database.session() as session, session.begin():
            session.execute(text("UPDATE forwarding SET position = 7"))

    foreign.door.moods = [meanwhile(start_anew)]
    assert south.step() is Outcome.BUSY
    assert south.row.position == 7


def test_attachments_travel_with_their_statements(store: StoreAtHand, foreign: Foreign) -> None:
    content = b"a file\r\n--with lines\0"
    digest = sha256(content).hexdigest()
    attachment = {
        "usageType": "https://e.example/report",
        "display": {"en": "Report"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": digest,
    }
    keep(store, orjson.dumps(a_statement(attachments=[attachment])), **{digest: Kept(content, "text/plain")})
    south = a_forwarding(store, foreign)
    assert south.drain() is Outcome.DONE
    assert south.refusals == []
    assert foreign.door.asked[0].content_type.startswith("multipart/mixed")
    with store.database.session() as session:
        assert (
            session.scalar(text("SELECT content FROM attachment WHERE store_id = :id"), {"id": foreign.store.id})
            == content
        )


def test_a_new_forwarding_may_begin_behind_what_is_there(store: StoreAtHand, foreign: Foreign) -> None:
    store.record(a_statement())
    with store.database.session() as session:
        newest = forwarding.newest(session, store_id=store.id)
    south = a_forwarding(store, foreign, position=newest)
    later = store.record(a_statement())
    south.drain()
    assert ids_of(foreign.store) == later


def test_a_paused_or_waiting_or_finished_forwarding_is_not_due(store: StoreAtHand, foreign: Foreign) -> None:
    south, now = a_forwarding(store, foreign), datetime.now(UTC)

    def due() -> bool:
        with store.database.session() as session:
            return bool(forwarding.due(session, at=now))

    assert not due()
    store.record(a_statement())
    assert due()
    with transaction(store.database) as session:
        forwarding.pause(session, forwarding=forwarding.by_id(session, store_id=store.id, forwarding_id=south.id))
    assert not due()
    assert south.step() is Outcome.DONE
    assert ids_of(foreign.store) == []
    with transaction(store.database) as session:
        row = forwarding.by_id(session, store_id=store.id, forwarding_id=south.id)
        forwarding.resume(session, forwarding=row)
        forwarding.failed(session, forwarding=row, why="down", at=now)
    assert not due()
    assert south.retry() == 0
    assert due()
    south.drain()
    assert not due()


def test_the_secret_goes_nowhere_but_to_the_address_it_was_given_for(store: StoreAtHand, foreign: Foreign) -> None:
    store.record(a_statement())
    south = a_forwarding(store, foreign)
    assert foreign.endpoint.secret.encode() not in south.row.sealed_secret
    with store.database.session() as session, session.begin():
        session.execute(text("UPDATE forwarding SET endpoint = endpoint || 'x'"))
    assert south.step() is Outcome.WAITS
    assert "sealed" in (south.row.last_error or "")
    assert foreign.door.asked == []


def test_private_addresses_and_plain_http_are_refused_at_once(store: StoreAtHand, foreign: Foreign) -> None:
    with transaction(store.database) as session, pytest.raises(AddressRefused):
        forwarding.create(
            session,
            store_id=store.id,
            label="x",
            target=foreign.endpoint,
            choice=Choice(),
            seal=SEAL,
            at=datetime.now(UTC),
        )


def test_a_forwarding_that_is_removed_takes_its_refusals_with_it(store: StoreAtHand, foreign: Foreign) -> None:
    store.record(a_statement())
    foreign.door.moods = [answers(400)]
    south = a_forwarding(store, foreign)
    south.drain()
    assert len(south.refusals) == 1
    with transaction(store.database) as session:
        forwarding.remove(session, forwarding=forwarding.by_id(session, store_id=store.id, forwarding_id=south.id))
    with store.database.session() as session, pytest.raises(forwarding.NoSuchForwarding):
        forwarding.by_id(session, store_id=store.id, forwarding_id=south.id)
    with store.database.session() as session:
        assert session.scalar(text("SELECT count(*) FROM forwarding_refusal")) == 0


def test_the_forwarder_carries_on_until_it_is_stopped(store: StoreAtHand, foreign: Foreign) -> None:
    a_forwarding(store, foreign)
    sent, stop = store.record(a_statement(), a_statement()), threading.Event()
    running = threading.Thread(
        target=forwarder.run, args=(store.database, SEAL, stop), kwargs={"allow_private": True}, daemon=True
    )
    running.start()
    deadline = time.monotonic() + 10
    while ids_of(foreign.store) != sent and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    running.join(10)
    assert ids_of(foreign.store) == sent
    assert not running.is_alive()

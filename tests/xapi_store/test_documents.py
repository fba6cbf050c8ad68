"""Documents as commands: places of their own, preconditions, merges, and many at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import Engine, select, text

from lti_tool.run.postgres import EmbeddedPostgres
from tests.builders import an_agent
from tests.xapi_store.shared_database import shared_database
from xapi_store import actors, stores
from xapi_store.database import Database
from xapi_store.documents import document_content, documents
from xapi_store.documents.document_content import Content
from xapi_store.documents.documents import Document
from xapi_store.documents.preconditions import ANY, Condition
from xapi_store.documents.shelves import Kind, Place, Shelf
from xapi_store.errors import DocumentRefused, NoSuchDocument, Precondition, StoreError, TooLarge
from xapi_store.transaction import transaction

REGISTRATION = UUID("6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11")
LESSON = "https://courses.example.org/m1/4"
ADA = actors.identity(an_agent("ada"))
NEW = Condition(if_none_match=ANY)
NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)


def a_shelf(**changed: Any) -> Shelf:
    """Ada's shelf of states for a lesson, without a registration."""
    return Shelf(**({"kind": Kind.STATE, "activity": LESSON, "agent": ADA} | changed))


def a_place(doc_id: str = "bookmark", **changed: Any) -> Place:
    """One id on that shelf."""
    return Place(a_shelf(**changed), doc_id)


PROFILE = Place(Shelf(Kind.ACTIVITY_PROFILE, activity=LESSON), "settings")


@dataclass
class Documents:
    """The documents of one store; each command is a transaction of its own."""

    database: Database
    store_id: int

    def put(self, place: Place, body: bytes = b"{}", kind: str = "application/json", **options: Any) -> None:
        options = {"version": "1.0.3", "at": datetime.now(UTC), **options}
        with transaction(self.database) as session:
            documents.put(session, store_id=self.store_id, place=place, content=Content(body, kind), **options)

    def merge(self, place: Place, body: bytes = b"{}", kind: str = "application/json", **options: Any) -> None:
        options = {"at": datetime.now(UTC)} | options
        with transaction(self.database) as session:
            documents.merge(session, store_id=self.store_id, place=place, content=Content(body, kind), **options)

    def get(self, place: Place) -> documents.Found:
        with self.database.session() as session:
            return documents.get(session, store_id=self.store_id, place=place)

    def body(self, place: Place) -> bytes:
        return self.get(place).content.body

    def ids(self, shelf: Shelf, since: datetime | None = None) -> list[str]:
        with self.database.session() as session:
            return documents.ids(session, store_id=self.store_id, shelf=shelf, since=since).ids

    def remove(self, place: Place, **options: Any) -> None:
        with transaction(self.database) as session:
            documents.remove(session, store_id=self.store_id, place=place, **options)

    def clear(self, shelf: Shelf) -> int:
        with transaction(self.database) as session:
            return documents.clear(session, store_id=self.store_id, shelf=shelf)


@pytest.fixture(scope="module")
def database(postgres: EmbeddedPostgres, template: str, admin: Engine) -> Iterator[Database]:
    """One database for this file; each test has a store of its own."""
    with shared_database(postgres, template, admin, "documents") as opened:
        yield opened


def a_store(database: Database) -> Documents:
    """An empty store."""
    with transaction(database) as session:
        return Documents(database, stores.create(session, slug=uuid4().hex, at=datetime.now(UTC)).id)


@pytest.fixture
def kept(database: Database) -> Documents:
    """The documents of an empty store."""
    return a_store(database)


def test_a_document_comes_out_as_it_went_in(kept: Documents) -> None:
    for number, body in enumerate((b"", b"\x00\xff\x00", bytes(range(256)) * 4096, "ж\n".encode())):
        kept.put(a_place(str(number)), body, "image/png; q=1", at=NOON)
        found = kept.get(a_place(str(number)))
        assert (found.content.body, found.content.content_type, found.updated) == (body, "image/png; q=1", NOON)
    assert kept.get(a_place("0")).etag == '"da39a3ee5e6b4b0d3255bfef95601890afd80709"'


def test_put_replaces_the_content_type_too(kept: Documents) -> None:
    kept.put(a_place(), b"<p>", "text/html")
    kept.put(a_place(), b"%PDF", "application/pdf")
    assert kept.get(a_place()).content == Content(b"%PDF", "application/pdf")


@pytest.mark.parametrize(
    "other",
    [
        a_place("bookmark "),
        a_place(registration=REGISTRATION),
        a_place(activity=LESSON + "#"),
        a_place(agent=actors.identity(an_agent("eve"))),
        Place(Shelf(Kind.AGENT_PROFILE, agent=ADA), "bookmark"),
        Place(Shelf(Kind.ACTIVITY_PROFILE, activity=LESSON), "bookmark"),
    ],
)
def test_each_place_is_its_own(kept: Documents, other: Place) -> None:
    kept.put(a_place(), b"[1]")
    with pytest.raises(NoSuchDocument):
        kept.get(other)
    kept.merge(other, b"{}")
    kept.remove(other)
    assert kept.body(a_place()) == b"[1]"


def test_stores_do_not_see_each_other(kept: Documents, database: Database) -> None:
    other = a_store(database)
    kept.put(a_place(), b"[1]")
    assert other.ids(a_shelf()) == []
    other.clear(a_shelf())
    other.remove(a_place())
    assert kept.body(a_place()) == b"[1]"


def test_no_registration_is_a_shelf_of_its_own(kept: Documents) -> None:
    kept.put(a_place("without"))
    kept.put(a_place("with", registration=REGISTRATION))
    assert kept.ids(a_shelf()) == ["without"]
    assert kept.ids(a_shelf(registration=REGISTRATION)) == ["with"]
    assert kept.clear(a_shelf()) == 1
    assert kept.ids(a_shelf(registration=REGISTRATION)) == ["with"]
    kept.put(a_place("without"))
    assert kept.clear(a_shelf(registration=REGISTRATION)) == 1
    assert (kept.ids(a_shelf()), kept.ids(a_shelf(registration=REGISTRATION))) == (["without"], [])


def test_since_is_exclusive_and_looks_at_the_last_change(kept: Documents) -> None:
    for number, name in enumerate(("first", "second", "third")):
        kept.put(a_place(name), at=NOON + timedelta(microseconds=number))
    assert kept.ids(a_shelf()) == ["first", "second", "third"]
    assert kept.ids(a_shelf(), NOON) == ["second", "third"]
    kept.merge(a_place("first"), b'{"a":1}', at=NOON + timedelta(seconds=1))
    assert kept.ids(a_shelf(), NOON + timedelta(microseconds=2)) == ["first"]


def test_the_time_of_a_document_never_goes_back(kept: Documents) -> None:
    kept.put(a_place(), at=NOON)
    kept.put(a_place(), at=NOON - timedelta(hours=1))
    assert NOON < kept.get(a_place()).updated < NOON + timedelta(seconds=1)


@pytest.mark.parametrize("doc_id", ["'; DROP TABLE document; --", 'a"b\\c\n\r\t', "🏳️‍🌈", "x" * 10_000, "%00", " "])
def test_ids_may_be_any_text(kept: Documents, doc_id: str) -> None:
    place = Place(a_shelf(activity=LESSON + "/" + "y" * 10_000, agent=f"account https://e.org/ {'n' * 10_000}"), doc_id)
    kept.put(place, b"[1]")
    kept.put(place, b"[2]")
    assert (kept.body(place), kept.ids(place.shelf)) == (b"[2]", [doc_id])


# Preconditions


def test_if_match_lets_only_the_one_who_has_read_it_write(kept: Documents) -> None:
    kept.put(a_place(), b"[1]")
    read = Condition(if_match=frozenset({'"other"', kept.get(a_place()).etag}))
    kept.put(a_place(), b"[2]", condition=read)
    writes: list[Callable[..., None]] = [kept.put, kept.merge, kept.remove]
    for write in writes:
        with pytest.raises(Precondition):
            write(a_place(), condition=read)
    assert kept.body(a_place()) == b"[2]"
    kept.remove(a_place(), condition=Condition(if_match=ANY))
    assert kept.ids(a_shelf()) == []


def test_if_match_never_holds_where_nothing_stands(kept: Documents) -> None:
    writes: list[Callable[..., None]] = [kept.put, kept.merge, kept.remove]
    for write in writes:
        for tags in (ANY, frozenset({Content(b"{}", "").etag})):
            with pytest.raises(Precondition):
                write(PROFILE, condition=Condition(if_match=tags))
    assert kept.ids(PROFILE.shelf) == []


def test_if_none_match_keeps_what_stands(kept: Documents) -> None:
    kept.put(PROFILE, b"[1]", condition=NEW)
    writes: list[Callable[..., None]] = [kept.put, kept.merge, kept.remove]
    for write in writes:
        for tags in (ANY, frozenset({kept.get(PROFILE).etag})):
            with pytest.raises(Precondition):
                write(PROFILE, condition=Condition(if_none_match=tags))
    kept.put(PROFILE, b"[2]", condition=Condition(if_none_match=frozenset({'"other"', '"*"'})))
    assert kept.body(PROFILE) == b"[2]"


@pytest.mark.parametrize(("place", "version"), [(PROFILE, "1.0.3"), (PROFILE, "2.0.0"), (a_place(), "2.0.0")])
def test_a_blind_put_overwrites_nothing(kept: Documents, place: Place, version: str) -> None:
    kept.merge(place, b'{"a":1}')
    with pytest.raises(Precondition, match="If-Match") as refused:
        kept.put(place, b'{"b":2}', version=version)
    assert refused.value.missing
    assert kept.body(place) == b'{"a":1}'
    kept.merge(place, b'{"b":2}')
    assert orjson.loads(kept.body(place)) == {"a": 1, "b": 2}


def test_a_new_profile_is_put_with_a_condition_in_1_0_3_only(kept: Documents) -> None:
    with pytest.raises(DocumentRefused, match="If-None-Match"):
        kept.put(PROFILE, version="1.0.3")
    kept.put(PROFILE, version="2.0.0")
    kept.put(a_place(), version="2.0.0")
    assert kept.ids(PROFILE.shelf) == ["settings"]


# Merges


def test_a_merge_replaces_members_of_one_level_and_keeps_the_rest_to_the_letter(kept: Documents) -> None:
    kept.put(a_place(), b'{"n": 12345678901234567890123, "car": {"make": "Ford", "year": 1}, "f":1.10, "z":null}')
    kept.merge(a_place(), b'{"car" : {"make": "Dodge"}, "\\u006e\\"": 1e400}', "APPLICATION/JSON; charset=utf-8")
    found = kept.get(a_place())
    assert found.content.body == (
        b'{"n":12345678901234567890123,"car":{"make": "Dodge"},"f":1.10,"z":null,"n\\"":1e400}'
    )
    assert found.etag == found.content.etag
    assert found.content.is_json


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("{}", "application/json"), ("{}", "text/plain")),
        (("{}", "application/json"), ("{}", "application/ld+json")),
        (("{}", "application/octet-stream"), ("{}", "application/json")),
        (("a", "text/plain"), ("b", "text/plain")),
        (("[]", "application/json"), ("{}", "application/json")),
        (("{}", "application/json"), ("[]", "application/json")),
        (("{}", "application/json"), ('{"a":1}{', "application/json")),
    ],
)
def test_what_cannot_be_merged_is_refused_and_nothing_changes(
    kept: Documents, old: tuple[str, str], new: tuple[str, str]
) -> None:
    kept.put(a_place(), old[0].encode(), old[1])
    with pytest.raises(DocumentRefused):
        kept.merge(a_place(), new[0].encode(), new[1])
    assert kept.get(a_place()).content == Content(old[0].encode(), old[1])


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"{", b'{"a":NaN}', b'{"a":"\xed\xa0\x80"}', b"\xef\xbb\xbf{}", b"[" * 100_000 + b"]" * 100_000],
)
def test_json_that_is_none_is_refused(kept: Documents, body: bytes) -> None:
    for write in (kept.put, kept.merge):
        with pytest.raises(DocumentRefused):
            write(a_place(), body)
        write(a_place(body.hex()[:8] + write.__name__), body, "text/plain")


def test_json_of_any_shape_may_be_put_but_only_objects_posted(kept: Documents) -> None:
    kept.put(a_place(), b' "text" ')
    assert kept.body(a_place()) == b' "text" '
    with pytest.raises(DocumentRefused, match="not a JSON object"):
        kept.merge(a_place("new"), b"[1]")


def test_merges_do_not_grow_beyond_measure(kept: Documents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_content, "LARGEST", 1000)
    kept.merge(a_place(), orjson.dumps({"a": "x" * 600}))
    with pytest.raises(TooLarge):
        kept.merge(a_place(), orjson.dumps({"b": "x" * 600}))
    assert list(orjson.loads(kept.body(a_place()))) == ["a"]


# Many at once


def at_once(number: int, act: Callable[[int], None]) -> list[StoreError | None]:
    """What became of each of these acts, all started in the same moment."""
    barrier = Barrier(number)

    def one(which: int) -> StoreError | None:
        barrier.wait(10)
        try:
            act(which)
        except StoreError as error:
            return error
        return None

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number), timeout=60))


def test_sixteen_merges_at_once_lose_nothing(kept: Documents) -> None:
    for round_ in range(3):  # the first has nothing to merge into
        outcome = at_once(16, lambda which, r=round_: kept.merge(a_place(), orjson.dumps({f"{r}-{which}": which})))  # type: ignore[misc]  # the round is bound
        assert outcome == [None] * 16
        assert len(orjson.loads(kept.body(a_place()))) == 16 * (round_ + 1)


def test_of_twelve_who_create_at_once_one_wins(kept: Documents) -> None:
    outcome = at_once(12, lambda which: kept.put(PROFILE, str(which).encode(), condition=NEW))
    assert sum(error is None for error in outcome) == 1
    assert all(isinstance(error, Precondition) for error in outcome if error)
    assert kept.body(PROFILE) == str(outcome.index(None)).encode()


def test_of_twelve_who_have_read_the_same_one_writes(kept: Documents) -> None:
    kept.put(PROFILE, b"{}", condition=NEW)
    read = Condition(if_match=frozenset({kept.get(PROFILE).etag}))
    outcome = at_once(12, lambda which: kept.merge(PROFILE, orjson.dumps({"by": which}), condition=read))
    assert sum(error is None for error in outcome) == 1
    assert orjson.loads(kept.body(PROFILE)) == {"by": outcome.index(None)}


def test_writing_and_clearing_at_once_never_waits_in_a_circle(kept: Documents) -> None:
    def act(which: int) -> None:
        for number in range(6):
            if which % 4 == 0:
                kept.clear(a_shelf())
            else:
                kept.merge(a_place(str((number * which) % 5)), b'{"a":1}')

    assert at_once(12, act) == [None] * 12
    assert set(kept.ids(a_shelf())) <= set("01234")


# What the store's other parts ask of documents


def test_a_person_is_forgotten_in_every_kind_of_document(kept: Documents, database: Database) -> None:
    other = actors.identity(an_agent("eve"))
    for agent in (ADA, other):
        kept.put(a_place(agent=agent, registration=REGISTRATION))
        kept.put(a_place(agent=agent))
        kept.merge(Place(Shelf(Kind.AGENT_PROFILE, agent=agent), "p"))
    kept.merge(PROFILE)
    with transaction(database) as session:
        assert documents.forget(session, store_id=kept.store_id, agent=ADA) == 3
        assert documents.forget(session, store_id=kept.store_id, agent=ADA) == 0
    with database.session() as session:
        asked = select(Document.agent).where(Document.store_id == kept.store_id).order_by(Document.kind)
        left = session.scalars(asked).all()
    assert left == [other, other, None, other]


def test_finding_listing_and_forgetting_use_indexes(kept: Documents, database: Database) -> None:
    many = """
        INSERT INTO document (store_id, place, shelf, owner, kind, doc_id, content_type, content, etag, updated)
        SELECT :store, d, d, d, 1, '', '', '', '', now() FROM generate_series(1, 3000) n, decode(md5(n::text), 'hex') d
    """
    with database.session() as session:
        session.execute(text(many), {"store": kept.store_id})
        session.execute(text("ANALYZE document"))
        for ask in ("shelf = '\\x00' AND updated > now()", "owner = '\\x00'", "place = '\\x00'"):
            asked = text(f"EXPLAIN SELECT 1 FROM document WHERE store_id = {kept.store_id} AND {ask}")
            assert f"({ask.split()[0]} = " in next(line for line in session.scalars(asked) if "Index Cond" in line)

"""What must hold in a store after any fault, looked at in the rows themselves."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from tests.faults.clients import Sent
from xapi_store import ledger, postings
from xapi_store.database import Database
from xapi_store.form.received import read_stored
from xapi_store.form.syntax import write_time
from xapi_store.stores import Store, moment_of


@dataclass(frozen=True)
class Row:
    """A stored statement."""

    seq: int
    id: str
    target: UUID | None
    voided: bool
    content: dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """All that a store holds, in order."""

    key: bytes
    head: int
    rows: Sequence[Row]
    postings: set[tuple[int, int]]
    entries: Sequence[Mapping[str, Any]]
    fault: ledger.Fault | None

    @property
    def ids(self) -> list[str]:
        """The ids of all statements, in order."""
        return [row.id for row in self.rows]


def kept(database_url: str, store_id: int) -> Kept:
    """What the store holds now."""
    database = Database(database_url, pool_size=1)
    try:
        with database.session() as session:
            store = session.get_one(Store, store_id)
            found = session.execute(_STATEMENTS, {"store": store_id})
            rows = [Row(seq, str(each), aim, hid, read_stored(raw)) for seq, each, aim, hid, raw in found]
            listed = {(row.list, row.seq) for row in session.execute(_POSTINGS, {"store": store_id})}
            entries = [payload for (payload,) in session.execute(_LEDGER, {"store": store_id})]
            fault = ledger.verify(session, store_id=store_id)
            return Kept(store.posting_key, store.head, rows, listed, entries, fault)
    finally:
        database.close()


def nothing_is_wrong(store: Kept, sent: Collection[Sent], *, others: Collection[str] = ()) -> None:
    """The store holds what these requests (and `others`, by id) brought, and nothing else, as it should."""
    in_order(store)
    each_once(store, sent, others)
    whole_or_absent(store, sent)
    as_sent(store, sent)
    in_the_order_of_acknowledgement(store, sent)
    found_by_every_list(store)
    assert store.fault is None


def in_order(store: Kept) -> None:
    """`stored` rises from statement to statement, strictly, and the head is beyond none of them."""
    for earlier, later in pairwise(store.rows):
        assert earlier.seq < later.seq
        assert earlier.content["stored"] < later.content["stored"]
    for row in store.rows:
        assert row.content["stored"] == write_time(moment_of(row.seq))
    assert not store.rows or store.head >= store.rows[-1].seq


def each_once(store: Kept, sent: Iterable[Sent], others: Iterable[str]) -> None:
    """Whatever was acknowledged is there; nothing is there twice, and nothing that nobody sent."""
    ids = store.ids
    assert len(set(ids)) == len(ids)
    promised = {each for request in sent if request.acknowledged is not None for each in request.ids}
    assert promised - set(ids) == set()
    assert set(ids) - {each for request in sent for each in request.ids} - set(others) == set()


def whole_or_absent(store: Kept, sent: Iterable[Sent]) -> None:
    """Of each request all statements are there, side by side and in its order, or none."""
    places = {row.id: number for number, row in enumerate(store.rows)}
    for request in sent:
        found = [places[each] for each in request.ids if each in places]
        assert not found or found == list(range(found[0], found[0] + len(request.ids)))


def as_sent(store: Kept, sent: Iterable[Sent]) -> None:
    """Each statement says what was sent under its id."""
    contents = {each["id"]: each for request in sent for each in request.statements}
    for row in store.rows:
        said = contents.get(row.id, {})
        assert {name: row.content[name] for name in said} == orjson.loads(orjson.dumps(said))


def in_the_order_of_acknowledgement(store: Kept, sent: Iterable[Sent]) -> None:
    """What was acknowledged before another request was sent for the first time stands before it."""
    places = {row.id: row.seq for row in store.rows}
    events = []
    for request in sent:
        if request.ids[0] in places:
            events.append((request.began, 1, places[request.ids[0]]))
        if request.acknowledged is not None:
            events.append((request.acknowledged, 0, places[request.ids[-1]]))
    newest = -1
    for _, begins, place in sorted(events):
        if begins:
            assert place > newest
        else:
            newest = max(newest, place)


def found_by_every_list(store: Kept) -> None:
    """Each statement stands in the lists of all that it names, of what it refers to, and in no other."""
    by_id = {UUID(row.id): row for row in store.rows}
    expected: set[tuple[int, int]] = set()
    numbers: dict[postings.Named, int] = {}

    def enter(named: Iterable[postings.Named], seq: int) -> None:
        for each in named:
            if each not in numbers:
                (numbers[each],) = postings.lists(store.key, [each])
            expected.add((numbers[each], seq))

    for row in store.rows:
        if not row.voided:
            enter(postings.names(row.content), row.seq)
            for aim in _referred_to(row, by_id):
                enter(postings.inherited(aim.content), row.seq)
    assert expected - store.postings == set()
    assert store.postings - expected == set()


def _referred_to(row: Row, by_id: Mapping[UUID, Row]) -> list[Row]:
    """What the statement refers to, directly or through others; itself never, even in a circle."""
    found: dict[int, Row] = {}
    aim = by_id.get(row.target) if row.target else None
    while aim is not None and aim.seq not in found:
        found[aim.seq] = aim
        aim = by_id.get(aim.target) if aim.target else None
    found.pop(row.seq, None)
    return list(found.values())


def missed(store: Kept, seen: Iterable[str]) -> list[str]:
    """What is in the store and was never seen."""
    known = set(seen)
    return [row.id for row in store.rows if row.id not in known and not row.voided]


_STATEMENTS = text("SELECT seq, id, target, voided, raw FROM statement WHERE store_id = :store ORDER BY seq")
_POSTINGS = text("SELECT list, seq FROM posting WHERE store_id = :store")
_LEDGER = text("SELECT payload FROM ledger_entry WHERE store_id = :store ORDER BY seq")

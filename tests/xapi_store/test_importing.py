"""Import: all that can come comes, once, and what cannot is named."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4
from wsgiref.types import StartResponse, WSGIEnvironment

import orjson
import pytest
from sqlalchemy import text

from tests.builders import a_statement, an_agent
from tests.xapi_store.conftest import AUTHORITY, StoreAtHand, a_voiding
from tests.xapi_store.foreign import Foreign, MoodyDoor, a_foreign_store, answers, served_at
from tests.xapi_store.test_forwarding import ids_of, keep, raws_of
from xapi_store.attachments import Kept
from xapi_store.other_stores import importing
from xapi_store.other_stores.foreign_lrs import Client, Endpoint, Unreachable
from xapi_store.other_stores.foreign_pages import PATIENCE, PageRefused
from xapi_store.other_stores.importing import ImportRun, Progress, Taking
from xapi_store.transaction import transaction

OURS = an_agent("importer")
UNDER_THEIR_OWN = Taking(OURS)


@pytest.fixture
def foreign(store: StoreAtHand) -> Iterator[Foreign]:
    with a_foreign_store(store.database) as opened:
        yield opened


def bring(store: StoreAtHand, endpoint: Endpoint, *, taking: Taking = UNDER_THEIR_OWN, **options: Any) -> ImportRun:
    with transaction(store.database) as session:
        run = importing.begin(session, store_id=store.id, endpoint=endpoint, at=datetime.now(UTC))
    options = {"pause": lambda _: None, **options}
    with Client(endpoint, allow_private=True) as client:
        return importing.bring(store.database, client, run=run, taking=taking, now=lambda: datetime.now(UTC), **options)


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.added, run.already_here, run.conflicts, run.refused


def faults(store: StoreAtHand, run: ImportRun) -> list[tuple[str, int, int, str]]:
    with store.database.session() as session:
        return [(each.kind, each.page, each.place, each.path) for each in importing.faults(session, run=run)]


def test_a_whole_store_comes_over_in_order_and_a_second_time_nothing(store: StoreAtHand, foreign: Foreign) -> None:
    there = foreign.store.record(*(a_statement() for _ in range(7)))
    first = bring(store, foreign.endpoint, size=3)
    assert (counts(first), first.pages) == ((7, 0, 0, 0), 3)
    assert ids_of(store) == there
    again = bring(store, foreign.endpoint)
    assert (counts(again), again.id != first.id) == ((0, 7, 0, 0), True)
    assert ids_of(store) == there


def test_statements_come_to_the_letter_and_with_their_own_authority(store: StoreAtHand, foreign: Foreign) -> None:
    extensions = b'{"https://e.example/x": [1.10, null, 123456789012345678901234567890]}'
    raw = orjson.dumps(a_statement(result=None, context={"extensions": {}})).replace(b"{}", extensions)
    keep(foreign.store, raw)
    bring(store, foreign.endpoint)
    [here] = raws_of(store)
    assert extensions in here
    assert orjson.loads(here)["authority"] == AUTHORITY


def test_statements_come_under_the_authority_of_the_import_where_that_is_wanted(
    store: StoreAtHand, foreign: Foreign
) -> None:
    foreign.store.record(a_statement())
    bring(store, foreign.endpoint, taking=Taking(OURS, keep_authority=False))
    assert [each["authority"] for each in store.find()] == [OURS]


def test_what_is_voided_there_comes_too_and_is_voided_here(store: StoreAtHand, foreign: Foreign) -> None:
    [target] = foreign.store.record(a_statement())
    [voiding, nothing] = foreign.store.record(a_voiding(target), a_voiding(uuid4()))
    run = bring(store, foreign.endpoint)
    assert counts(run) == (3, 0, 0, 0)
    assert ids_of(store) == [target, voiding, nothing]
    assert store.by_id(target, voided=True)["id"] == str(target)


def test_attachments_come_with_their_statements(store: StoreAtHand, foreign: Foreign) -> None:
    content = b"bytes\r\n\0"
    digest = sha256(content).hexdigest()
    attachment = {
        "usageType": "https://e.example/report",
        "display": {"en": "Report"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": digest,
    }
    keep(foreign.store, orjson.dumps(a_statement(attachments=[attachment])), **{digest: Kept(content, "text/plain")})
    run = bring(store, foreign.endpoint)
    assert counts(run) == (1, 0, 0, 0)
    with store.database.session() as session:
        asked = text("SELECT content FROM attachment WHERE store_id = :id")
        assert session.scalar(asked, {"id": store.id}) == content


def test_another_statement_under_the_same_id_is_named_and_left(store: StoreAtHand, foreign: Foreign) -> None:
    ours, same = str(uuid4()), a_statement(id=str(uuid4()))
    store.record(a_statement(id=ours), same)
    foreign.store.record(a_statement(), same, a_statement(id=ours, actor=an_agent("somebody else")))
    run = bring(store, foreign.endpoint)
    assert counts(run) == (1, 1, 1, 0)
    assert faults(store, run) == [("conflict", 1, 2, "statement.id")]
    assert store.by_id(ours)["actor"] == an_agent()


def test_what_breaks_xapi_is_named_with_its_place_and_the_rest_comes(store: StoreAtHand) -> None:
    good = [a_statement(id=str(uuid4())) for _ in range(2)]
    bad = a_statement(id=str(uuid4()), result={"score": {"scaled": 5}})
    listed = orjson.dumps({"statements": [good[0], bad, "no statement", good[1]], "more": ""})
    with served_at(MoodyDoor(_nobody, [answers(200, listed)])) as there:
        run = bring(store, there)
    assert counts(run) == (2, 0, 0, 2)
    assert faults(store, run) == [("refused", 1, 1, "statement.result.score.scaled"), ("refused", 1, 2, "statement")]
    assert [str(each) for each in ids_of(store)] == [each["id"] for each in good]


def test_an_import_that_was_broken_off_goes_on_behind_its_last_page(store: StoreAtHand, foreign: Foreign) -> None:
    there = foreign.store.record(*(a_statement() for _ in range(6)))
    as_ever = foreign.door.inner
    foreign.door.moods = [lambda inner, *given: as_ever(*given), answers(403, b'{"error": "not now"}')]
    with pytest.raises(PageRefused, match="not now"):
        bring(store, foreign.endpoint, size=2)
    assert ids_of(store) == there[:2]
    foreign.door.asked.clear()
    run = bring(store, foreign.endpoint)
    assert counts(run) == (6, 0, 0, 0)
    assert ids_of(store) == there
    assert "from=" in foreign.door.asked[0].query or "cursor" in foreign.door.asked[0].query
    assert run.finished_at is not None


def test_where_the_next_page_has_expired_it_goes_on_by_the_time_that_was_reached(
    store: StoreAtHand, foreign: Foreign
) -> None:
    there = foreign.store.record(*(a_statement() for _ in range(4)))
    as_ever = foreign.door.inner
    foreign.door.moods = [lambda inner, *given: as_ever(*given), answers(401), answers(404, b"no such page")]
    with pytest.raises(PageRefused):
        bring(store, foreign.endpoint, size=2)
    run = bring(store, foreign.endpoint)
    assert "since=" in foreign.door.asked[-1].query
    assert run.added == 4
    assert ids_of(store) == there


def test_a_short_trouble_is_sat_out_and_a_long_one_is_told(store: StoreAtHand, foreign: Foreign) -> None:
    foreign.store.record(a_statement())
    foreign.door.moods = [answers(503), answers(429)]
    waited: list[float] = []
    assert counts(bring(store, foreign.endpoint, pause=waited.append)) == (1, 0, 0, 0)
    assert waited == list(PATIENCE[:2])
    foreign.door.moods = [answers(503, b"closed")] * (len(PATIENCE) + 1)
    with pytest.raises(Unreachable, match="closed"):
        bring(store, foreign.endpoint)


def test_a_page_that_leads_to_itself_ends_the_import(store: StoreAtHand) -> None:
    page = orjson.dumps({"statements": [a_statement(id=str(uuid4()))], "more": "/xapi/statements?page=2"})
    with served_at(MoodyDoor(_nobody, [answers(200, page)] * 3)) as there, pytest.raises(PageRefused, match="itself"):
        bring(store, there)


@pytest.mark.parametrize("body", [b"<h1>Log in</h1>", b'{"statements": {}}', b'{"statements": [' + b"[" * 100_000])
def test_something_else_than_a_page_ends_the_import(store: StoreAtHand, body: bytes) -> None:
    with served_at(MoodyDoor(_nobody, [answers(200, body)])) as there, pytest.raises(PageRefused, match="not a page"):
        bring(store, there)


def test_the_progress_tells_what_share_of_the_time_is_covered(store: StoreAtHand, foreign: Foreign) -> None:
    foreign.store.record(*(a_statement() for _ in range(5)))
    told: list[Progress] = []
    bring(store, foreign.endpoint, size=2, progress=told.append)
    assert [each.done for each in told] == [2, 4, 5]
    shares = [each.share or 0 for each in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def _nobody(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    raise AssertionError("nobody else is to be asked")

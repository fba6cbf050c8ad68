"""A hundred thousand requests with faults at every level against the served store, and many drawn from its document.

Part of `make trial` alone. ANIMATEUR_FUZZ_SEED and ANIMATEUR_FUZZ_REQUESTS play a run again, or another.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
import schemathesis
from sqlalchemy import Engine, create_engine, text

from tests.bench.served import Size, serving
from tests.bench.tenant import a_tenant
from tests.fuzz import by_schema
from tests.fuzz.alive import assert_alive
from tests.fuzz.lanes import Lane, run_together
from tests.fuzz.ways import Line

REQUESTS = int(os.environ.get("ANIMATEUR_FUZZ_REQUESTS", "100000"))
SEED = int(os.environ.get("ANIMATEUR_FUZZ_SEED", "1"))
LANES, ROUND, QUIET = 4, 500, 10
LONGEST = 1500.0

pytestmark = pytest.mark.trial

Served = tuple[int, str, psutil.Process]


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    """The port of the product on an empty database, the Authorization of a key to its store, and its process."""
    settings = Size(workers=2, threads=4).settings(database_url, tmp_path)
    authorization = a_tenant(database_url).authorization
    with serving(settings) as process:
        yield settings.port, authorization, process


def counts(engine: Engine) -> list[tuple[str, int]]:
    """How many rows the tables of the store have, and a sum over its documents."""
    tables = ("statement", "posting", "document", "attachment", "statement_attachment", "definition", "tombstone")
    with engine.connect() as connection:
        there = [name for name in tables if connection.scalar(text("SELECT to_regclass(:name)"), {"name": name})]
        asked = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in there)
        documents = "SELECT 'content', coalesce(sum(hashtext(etag || updated::text)::bigint), 0)::bigint FROM document"
        heads = "SELECT 'head', sum(head)::bigint FROM store"
        rows = connection.execute(text(f"{asked} UNION ALL {documents} UNION ALL {heads}"))
        return sorted((name, count) for name, count in rows)  # PostgreSQL may count them in any order


def settled(engine: Engine) -> list[tuple[str, int]]:
    """The counts once they stand still: a request whose connection broke may still be at work."""
    before = counts(engine)
    while (after := _a_moment_later(engine)) != before:
        before = after
    return before


def _a_moment_later(engine: Engine) -> list[tuple[str, int]]:
    time.sleep(0.1)
    return counts(engine)


def quietly(lane: Lane, engine: Engine) -> None:
    """While nothing else happens, what is refused changes nothing."""
    for _ in range(QUIET):
        before = settled(engine)
        message, answer = lane.following()
        if answer is not None and answer.status >= 400 and counts(engine) != before:
            lane.faults.append(
                f"{lane.number - 1}: refused with {answer.status}, and yet something changed\n {message}"
            )


def test_a_hundred_thousand_requests_do_not_bring_the_store_down(served: Served, database_url: str) -> None:
    port, authorization, process = served
    key, began = authorization.encode(), time.monotonic()
    workers = {each.pid for each in process.children()}
    engine = create_engine(database_url)
    with ExitStack() as stack:
        lanes = [Lane(SEED, each, key, stack.enter_context(Line(port))) for each in range(LANES)]
        while sum(lane.number for lane in lanes) < REQUESTS and time.monotonic() - began < LONGEST:
            run_together(lanes, ROUND)
            quietly(lanes[0], engine)
            assert_alive(lanes[0].line.ask, key)
            if any(lane.faults for lane in lanes):
                report(lanes, began)
            if sum(len(lane.faults) for lane in lanes) >= 10:
                break
    engine.dispose()
    report(lanes, began)
    faults = [fault for lane in lanes for fault in lane.faults]
    assert faults == [], f"{len(faults)} faults\n" + "\n".join(faults)
    assert sum(lane.number for lane in lanes) >= REQUESTS
    assert {each.pid for each in process.children()} == workers


def report(lanes: list[Lane], began: float) -> None:
    """What was answered so far."""
    statuses = sum((lane.statuses for lane in lanes), start=Counter[str]())
    figures = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
    print(f"\n{sum(lane.number for lane in lanes)} requests in {time.monotonic() - began:.0f} s; {figures}")
    back, opened = sum(lane.came_back for lane in lanes), sum(lane.line.opened for lane in lanes)
    print(f"{back} came back to the letter, {opened} connections")


def test_many_requests_drawn_from_the_document_are_answered_as_it_says(served: Served) -> None:
    port, authorization, _ = served
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{port}/openapi.json")
    schema.config.update(base_url=f"http://127.0.0.1:{port}")
    for version in ("1.0.3", "2.0.0"):
        headers = {"Authorization": authorization, "X-Experience-API-Version": version}
        print(dict(by_schema.judged(schema, headers, examples=60, number=SEED)))

"""The short form of the fault trials: one installation, in which processes are killed and batches cross."""

import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from tests import waiting
from tests.faults import load, verifying
from tests.faults.facts import Facts, stand_with_their_evidence
from tests.faults.installation import Installation, a_store, installed, killed
from tests.faults.overlapping import Crossing


@pytest.fixture(scope="module")
def here() -> Iterator[Installation]:
    """An installation of two web processes and a PostgreSQL of its own."""
    with installed() as running:
        yield running


def test_overlapping_batches_never_wait_for_each_other_in_a_circle(here: Installation) -> None:
    print(cross(here, batches=40, senders=8))


def test_who_polls_by_consistent_through_misses_nothing(here: Installation) -> None:
    store = a_store(here.database_url(), "polled")
    with load.on(here, store, most=(1, 1, 4, 12)) as running:
        running.more(200)
    print(running.nothing_is_wrong())
    assert min(len(poller.promised) for poller in running.pollers) > 5


def test_no_promise_is_broken_by_killed_workers_and_a_killed_postgresql(here: Installation) -> None:
    store = a_store(here.database_url(), "killed")
    with load.on(here, store, most=(1, 1, 5, 20)) as running:
        running.more(20)
        for number in range(3):
            waiting.until(lambda: len(here.web_workers()) == 2, seconds=20, what="the return of the worker")
            killed([here.web_workers()[number % 2]])
            running.more(20)
        killed(here.postmasters())
        running.more(20)
    print(running.nothing_is_wrong())


def cross(here: Installation, *, batches: int, senders: int, seconds: float = 60.0) -> str:
    """Nobody waited in a circle for anybody, in two stores that were written to in both orders at once."""
    url = here.database_url()
    number = f"{batches}x{senders}"
    stores = [a_store(url, f"{slug}-{number}") for slug in ("east", "west")]
    directions = [stores, stores[::-1]]
    crossing = [Crossing(here.port, directions[each % 2], batches=batches, seed=each) for each in range(senders)]
    facts = [Facts(url, [store.id for store in each]) for each in directions]
    over = threading.Event()
    before = deadlocks(url)
    threads = [threading.Thread(target=each.send, args=(over,)) for each in crossing]
    others = [threading.Thread(target=each.write_until, args=(over,)) for each in facts]
    for thread in (*threads, *others):
        thread.start()
    for thread in threads:
        thread.join(timeout=seconds)
    over.set()
    load.ended([*threads, *others])
    statuses = sum((each.statuses for each in crossing), Counter[int]())
    assert statuses.total() == batches * senders
    assert set(statuses) <= {200, 409}
    assert deadlocks(url) == before
    for store in stores:
        held = verifying.kept(url, store.id)
        verifying.in_order(held)
        verifying.found_by_every_list(held)
        assert len(set(held.ids)) == len(held.ids)
        for each in facts:
            assert len(each.kept) == len(each.tried)
            stand_with_their_evidence(each, held)
    return f"{statuses.total()} batches {dict(statuses)}, {sum(len(each.kept) for each in facts)} facts in both stores"


def deadlocks(database_url: str) -> int:
    """How many deadlocks PostgreSQL has resolved in this database."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return int(connection.scalar(text(_DEADLOCKS)) or 0)
    finally:
        engine.dispose()


_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"

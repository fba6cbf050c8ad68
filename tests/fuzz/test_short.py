"""A few thousand requests with faults at every level, in this process: none brings the store down or changes it."""

import base64
import os
from collections import Counter
from collections.abc import Callable

import pytest

from tests.doors.world import fingerprint
from tests.fuzz import bytes as fuzz
from tests.fuzz import promises
from tests.fuzz.alive import assert_alive
from tests.fuzz.message import Answer
from tests.fuzz.valid import Draw
from tests.fuzz.ways import Ask, in_process
from tests.xapi_store.conftest import Keys, StoreAtHand, a_key, app, store
from xapi_store import api
from xapi_store.database import Database

__all__ = ["a_key", "app", "store"]

REQUESTS = int(os.environ.get("ANIMATEUR_FUZZ_REQUESTS", "1500"))
SEED = int(os.environ.get("ANIMATEUR_FUZZ_SEED", "1"))


def nothing_else(environ: object, start_response: Callable[[str, list[tuple[str, str]]], object]) -> list[bytes]:
    """Beside the store there is nothing."""
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"nothing"]


@pytest.fixture
def ask(database: Database) -> Ask:
    """The store's door alone."""
    return in_process(api.in_front_of(nothing_else, database))


@pytest.fixture
def authorization(a_key: Keys) -> bytes:
    """The header of a key for everything."""
    return b"Basic " + base64.b64encode(":".join(a_key("all")).encode())


def test_no_request_brings_the_store_down(ask: Ask, authorization: bytes, store: StoreAtHand) -> None:
    statuses, back, faults = Counter[int](), 0, []
    for number in range(REQUESTS):
        message = fuzz.one(Draw.of(SEED, 0, number, authorization))
        before = fingerprint(store.database) if number % 25 == 0 else None
        answer: Answer | None = None
        try:
            answer = ask(message)
            promises.keep(message, answer, authorization)
            back += promises.comes_back(ask, message, answer)
            if before is not None and answer is not None and answer.status >= 400:
                assert fingerprint(store.database) == before, "what was refused has changed the store"
        except Exception as error:
            faults.append(f"{SEED}/{number} {message.kind}: {error!r}\n  {message}"[:2000])
        statuses[answer.status if answer else 0] += 1
    print(f"\n{dict(statuses)}, {back} came back")
    assert faults == [], f"{len(faults)} faults\n" + "\n".join(faults[:20])
    assert statuses[200] + statuses[204] > REQUESTS / 10
    assert back > REQUESTS / 50
    assert_alive(ask, authorization)

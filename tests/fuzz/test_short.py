"""Some thousand requests with faults at every level, in this process: none brings the store down or changes it.

ANIMATEUR_FUZZ_SEED and ANIMATEUR_FUZZ_REQUESTS play others.
"""

import base64
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import schemathesis
from flask import Flask

from tests import walking
from tests.doors.world import fingerprint
from tests.fuzz import by_schema, promises, valid
from tests.fuzz import bytes as fuzz
from tests.fuzz.alive import assert_alive
from tests.fuzz.message import Answer, Message
from tests.fuzz.valid import Draw
from tests.fuzz.ways import Ask, Fell, in_process
from tests.xapi_store.conftest import Keys, StoreAtHand, a_key, store
from xapi_store import api
from xapi_store.database import Database

__all__ = ["a_key", "store"]

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


@pytest.fixture
def house(database_url: str) -> Iterator[Flask]:
    """The whole tool."""
    built = walking.a_house(database_url)
    yield built
    built.extensions["database"].close()


def test_no_request_brings_the_store_down_or_changes_it_where_refused(
    ask: Ask, authorization: bytes, store: StoreAtHand
) -> None:
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
        except Exception as error:  # noqa: BLE001 (whatever comes out of the application is what is looked for)
            faults.append(f"Draw.of({SEED}, 0, {number}, …) {message.kind}: {error!r}\n  {message}"[:2000])
        statuses[answer.status if answer else 0] += 1
    print(f"\n{dict(statuses)}, {back} came back to the letter")
    assert faults == [], f"{len(faults)} faults\n" + "\n".join(faults[:20])
    assert statuses[200] + statuses[204] > REQUESTS / 10
    assert back > REQUESTS / 50
    assert_alive(ask, authorization)


def test_requests_drawn_from_the_document_are_answered_as_it_says(house: Flask, authorization: bytes) -> None:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", house)
    headers = {"Authorization": authorization.decode(), "X-Experience-API-Version": "1.0.3"}
    assert by_schema.judged(schema, headers, examples=2, number=SEED).keys() > {200, 204, 400}


# What the fuzzer found, each by its name.


def a_message(authorization: bytes, method: str, target: bytes, body: bytes = b"") -> Message:
    signed = ((b"Authorization", authorization), (b"X-Experience-API-Version", b"1.0.3"))
    return Message("found", method.encode(), target, (*signed, *valid.JSON), body)


@pytest.mark.parametrize("value", [b"Basic \xc3\xa9", b"Basic =", b"Basic /w==", b"Basic", b"\xff"])
def test_a_key_in_no_right_form_is_an_unknown_key(ask: Ask, value: bytes) -> None:
    answer = ask(a_message(value, "GET", valid.STATEMENTS))
    assert answer is not None
    assert answer.status == 401


def test_malformed_parameters_are_refused_with_how_far_the_store_is(ask: Ask, authorization: bytes) -> None:
    refused = ask(a_message(authorization, "GET", valid.STATEMENTS + b"?agent=%ff"))
    unknown = ask(a_message(b"Basic YTpi", "GET", valid.STATEMENTS + b"?agent=%ff"))
    assert refused is not None
    assert unknown is not None
    assert (refused.status, unknown.status) == (400, 401)
    assert "x-experience-api-consistent-through" in refused.headers
    assert "x-experience-api-consistent-through" not in unknown.headers


def test_a_form_that_asks_for_head_is_answered_with_the_length_that_it_has(ask: Ask, authorization: bytes) -> None:
    asked = a_message(authorization, "POST", b"/xapi/statements?method=HEAD")
    answer = ask(replace(asked, headers=(*asked.headers[:2], *valid.FORM)))
    assert answer is not None
    assert (answer.status, answer.headers["content-length"], answer.body) == (200, "0", b"")


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("target", [b"/xapi/statements", b"/xapi/about", b"/xapi/none", b"/xapi/statements?a=%ff"])
def test_a_body_is_read_to_its_end_even_where_it_does_not_matter(ask: Ask, method: str, target: bytes) -> None:
    """A server cuts the connection where something was left unread. (`ask` falls where it was.)"""
    assert ask(a_message(b"Basic YTpi", method, target, b"[" * 70_000)) is not None


@pytest.mark.parametrize("told", [b"\xc2\xb2", b"9" * 5000, b"-1", b"x"])
def test_a_length_that_is_none_is_no_fault_of_the_store(ask: Ask, authorization: bytes, told: bytes) -> None:
    message = replace(a_message(authorization, "POST", valid.STATEMENTS, b"[]"), told=told)
    answer = ask(message)
    assert answer is not None
    assert answer.status == 200
    with pytest.raises(Fell):
        promises.keep(message, replace(answer, status=500), authorization)

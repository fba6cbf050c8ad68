"""What every answer keeps, whatever was asked."""

import json
from typing import Any

import msgspec

from tests.fuzz.message import Answer, Headers, Message
from tests.fuzz.valid import STATEMENTS
from tests.fuzz.ways import Ask, Fell

LEAKS = (b"Traceback", b"psycopg", b"sqlalchemy", b"xapi_store")
# The store writes these itself, or may.
_OURS = {"stored", "authority", "id"}
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def keep(message: Message, answer: Answer | None, authorization: bytes) -> None:
    """Fell where this answer breaks a promise; none at all is one that only a broken request may get."""
    if answer is None:
        return
    if answer.status >= 500:
        raise Fell(f"{answer.status}: {answer.body[:300]!r}")
    if any(leak in answer.body for leak in LEAKS) and answer.of_the_store and answer.status >= 400:
        raise Fell(f"an inner part is shown: {answer.body[:300]!r}")
    if not answer.of_the_store:
        if message.truthful and message.resource.startswith(("/xapi/", "/store/")):
            raise Fell(f"{answer.status} without X-Experience-API-Version")
        return
    if answer.headers["x-experience-api-version"] not in ("1.0.3", "2.0.0"):
        raise Fell("a version that is none")
    _explains(message, answer)
    _tells_how_far(message, answer, authorization)


def _explains(message: Message, answer: Answer) -> None:
    method = message.query.get(b"method") if message.method == b"POST" else None
    if message.raw is not None or b"HEAD" in (message.method, method) or answer.status in (204, 304):
        return
    if answer.status >= 400:
        told = json.loads(answer.body)
        if not isinstance(told, dict) or not str(told.get("error", "")).strip():
            raise Fell(f"{answer.status} without a sentence: {answer.body[:200]!r}")


def _tells_how_far(message: Message, answer: Answer, authorization: bytes) -> None:
    asked = message.resource.encode() == STATEMENTS and message.method != b"OPTIONS" and message.raw is None
    # In the alternate syntax the key may stand in the form.
    known = b"method" not in message.query and message.header(b"Authorization") == authorization
    if asked and known and "x-experience-api-consistent-through" not in answer.headers:
        raise Fell(f"{answer.status} without X-Experience-API-Consistent-Through")


def comes_back(ask: Ask, message: Message, answer: Answer | None) -> bool:
    """True where something was accepted, and it came out to the letter; Fell where it did not."""
    if answer is None or answer.status not in (200, 204) or message.raw is not None or message.told is not None:
        return False
    signed = tuple(each for each in message.headers if each[0] in (b"Authorization", b"X-Experience-API-Version"))
    if len(signed) != 2 or b"method" in message.query:
        return False
    if message.resource.encode() == STATEMENTS and message.header(b"Content-Type") == b"application/json":
        return _statements_come_back(ask, message, answer, signed)
    if message.method == b"PUT" and message.resource.startswith(("/xapi/activities/", "/xapi/agents/")):
        found = ask(Message("look", b"GET", message.target, signed))
        if found is None or found.status != 200 or found.body != message.body:
            raise Fell(f"the document came out otherwise: {found}")
        return True
    return False


def _statements_come_back(ask: Ask, message: Message, answer: Answer, signed: Headers) -> bool:
    if message.method == b"PUT":
        ids = [message.query[b"statementId"].decode()]
    elif message.method == b"POST":
        ids = json.loads(answer.body)
    else:
        return False
    listed = message.body.lstrip().startswith(b"[")
    raws = msgspec.json.decode(message.body, type=list[msgspec.Raw]) if listed else [msgspec.Raw(message.body)]
    if len(ids) != len(raws):
        raise Fell(f"{len(raws)} statements and {len(ids)} ids")
    for each, raw in zip(ids, raws, strict=True):
        _same(bytes(raw), _look(ask, each, signed))
    return True


def _look(ask: Ask, statement_id: str, signed: Headers) -> bytes:
    for name in ("statementId", "voidedStatementId"):
        found = ask(Message("look", b"GET", STATEMENTS + f"?{name}={statement_id}".encode(), signed))
        if found is not None and found.status == 200:
            return found.body
    raise Fell(f"what was accepted as {statement_id} is not there")


def _same(sent: bytes, stored: bytes) -> None:
    before, after = _members.decode(sent), _members.decode(stored)
    for name, value in before.items():
        if name in _OURS:
            continue
        was, now = bytes(value), bytes(after.get(name, b""))
        if was != now and (b"contextActivities" not in was or _without_lists(was) != _without_lists(now)):
            raise Fell(f"{name} came in as {was[:300]!r} and out as {now[:300]!r}")


def _without_lists(text: bytes) -> Any:
    """The value with single context activities where lists of one may stand (the store gives lists)."""
    return _plain(json.loads(text, parse_float=str, parse_int=str, object_pairs_hook=list))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        inner = [_plain(each) for each in value]
        return inner[0] if len(inner) == 1 else inner
    return [value[0], _plain(value[1])] if isinstance(value, tuple) else value

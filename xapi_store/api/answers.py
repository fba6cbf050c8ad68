"""How the xAPI door answers where something is wrong: JSON, with the place and the rule."""

import logging
from typing import Any

from xapi_store.api.exchange import Answer, json_answer
from xapi_store.errors import (
    AttachmentRefused,
    BatchRefused,
    Conflict,
    DocumentRefused,
    FilterRefused,
    NoSuchDocument,
    NoSuchStatement,
    NotAllowed,
    Precondition,
    StatementRefused,
    StoreError,
    StoreUnreachable,
    TooLarge,
    UnknownKey,
    VersionRefused,
)

log = logging.getLogger(__name__)

_STATUS: dict[type[StoreError], int] = {
    StatementRefused: 400,
    BatchRefused: 400,
    FilterRefused: 400,
    AttachmentRefused: 400,
    DocumentRefused: 400,
    VersionRefused: 400,
    UnknownKey: 401,
    NotAllowed: 403,
    NoSuchStatement: 404,
    NoSuchDocument: 404,
    Conflict: 409,
    Precondition: 412,
    TooLarge: 413,
    StoreUnreachable: 503,
}
_SENTENCES: dict[type[StoreError], str] = {
    UnknownKey: "This needs a valid access key and its secret (HTTP Basic).",
    NotAllowed: "This access key does not have the scope for this request.",
    NoSuchStatement: "There is no such statement here.",
    NoSuchDocument: "There is no such document here.",
}
REFUSALS = tuple(_STATUS)


def refusal(error: StoreError) -> Answer:
    """What went wrong in one sentence, and at which place of the statement or in which parameter."""
    if isinstance(error, StoreUnreachable):
        return unreachable(error)
    # A precondition that is needed and was not sent is a conflict with what stands (Communication 3.1).
    status = 409 if isinstance(error, Precondition) and error.missing else _STATUS[type(error)]
    return json_answer(_described(error), status, headers=_headers(error))


def unreachable(error: Exception) -> Answer:
    """Nothing can be promised or read; the program tries again later."""
    log.error("no database (%s)", type(error).__name__)
    sentence = "The store does not answer at this moment. Try again in a minute."
    return json_answer({"error": sentence}, 503, headers=(("Retry-After", "60"),))


def failed(trouble: str) -> Answer:
    """A fault of ours; the number finds it in the log."""
    sentence = f"Something went wrong in the store. It is not certain what was stored: send it again. Number {trouble}."
    return json_answer({"error": sentence, "id": trouble}, 500)


def fault_named(index: int, fault: StatementRefused) -> dict[str, Any]:
    """What is wrong with one statement of a list, by its number from 0."""
    return {"index": index, **_fault(fault)}


def _headers(error: StoreError) -> tuple[tuple[str, str], ...]:
    return (("WWW-Authenticate", 'Basic realm="xAPI", charset="UTF-8"'),) if isinstance(error, UnknownKey) else ()


def _described(error: StoreError) -> dict[str, Any]:
    if isinstance(error, BatchRefused):
        first = _described(error.faults[0][1])
        return {**first, "errors": [fault_named(*each) for each in error.faults], "more": error.more}
    if isinstance(error, StatementRefused):
        return {"error": f"The statement was refused: {error.path} {error.reason}.", **_fault(error)}
    if isinstance(error, FilterRefused):
        return {"error": f"The parameter {error.name} {error.reason}.", "path": error.name}
    return {"error": _SENTENCES.get(type(error), f"{str(error)[:1].upper()}{str(error)[1:].rstrip('.')}.")}


def _fault(error: StatementRefused) -> dict[str, str]:
    told = {"path": error.path, "reason": error.reason, "rule": error.rule, "section": error.section}
    return {name: value for name, value in told.items() if value}

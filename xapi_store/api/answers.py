"""How the xAPI door answers: JSON, also where something is wrong."""

import json
import logging
from typing import Any

from flask import Response
from werkzeug.exceptions import HTTPException

from xapi_store.errors import (
    Conflict,
    FilterRefused,
    NoSuchStatement,
    NotAllowed,
    StatementRefused,
    StoreError,
    UnknownKey,
)

log = logging.getLogger(__name__)

_STATUS: dict[type[StoreError], int] = {
    StatementRefused: 400,
    FilterRefused: 400,
    UnknownKey: 401,
    NotAllowed: 403,
    NoSuchStatement: 404,
    Conflict: 409,
}
_SENTENCES: dict[type[StoreError], str] = {
    UnknownKey: "This needs a valid access key and its secret (HTTP Basic).",
    NotAllowed: "This access key does not have the scope for this request.",
    NoSuchStatement: "There is no such statement here.",
}


def json_answer(content: Any, status: int = 200) -> Response:
    """The content as JSON."""
    return raw_answer(json.dumps(content).encode(), status)


def raw_answer(body: bytes, status: int = 200, content_type: str = "application/json") -> Response:
    """These bytes, as they are."""
    return Response(body, status=status, content_type=content_type)


def refusal(error: StoreError) -> Response:
    """What went wrong in one sentence, and at which place of the statement or in which parameter."""
    sentence = _SENTENCES.get(type(error), f"{str(error)[:1].upper()}{str(error)[1:]}.")
    content = {"error": sentence}
    if isinstance(error, StatementRefused):
        content = {"error": f"The statement was refused: {error.path} {error.reason}.", "path": error.path}
    elif isinstance(error, FilterRefused):
        content = {"error": f"The parameter {error.name} {error.reason}.", "path": error.name}
    answer = json_answer(content, _STATUS[type(error)])
    if isinstance(error, UnknownKey):
        answer.headers["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
    return answer


def unreachable(error: Exception) -> Response:
    """Nothing was stored or read; the program tries again later."""
    log.error("no database (%s)", type(error).__name__)
    answer = json_answer({"error": "The store does not answer at this moment. Try again in a minute."}, 503)
    answer.headers["Retry-After"] = "60"
    return answer


def failure(error: HTTPException) -> Response:
    """The same form for what the web framework refuses."""
    answer = json_answer({"error": error.description or error.name}, error.code or 500)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


REFUSALS = tuple(_STATUS)

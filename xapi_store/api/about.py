"""What this store is and offers (xAPI Communication 2.8), and a plain word at every address where nothing is."""

from typing import NoReturn

from flask import Response, abort, request
from werkzeug.exceptions import MethodNotAllowed

from xapi_store.api.answers import json_answer
from xapi_store.vocabulary import PROFILE

ALL_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
OFFERED = {"about": ["GET", "HEAD", "OPTIONS"], "statements": ["GET", "HEAD", "OPTIONS", "POST", "PUT"]}

_VERSIONS_1 = ["1.0.0", "1.0.1", "1.0.2", "1.0.3"]


def show() -> Response:
    """The versions of xAPI spoken here and what is offered; to a client of xAPI 1.0 those of 1.0."""
    # Older clients fail on versions they have never heard of, so they are told of their own.
    old = request.headers.get("X-Experience-API-Version", "").startswith("1.")
    offer = {f"{PROFILE}/ext/resources": sorted(OFFERED), f"{PROFILE}/ext/attachments": "fileUrl only"}
    return json_answer({"version": _VERSIONS_1 if old else [*_VERSIONS_1, "2.0.0"], "extensions": offer})


def elsewhere(rest: str) -> NoReturn:
    """A sentence that says where the resources are."""
    if rest in OFFERED:
        raise MethodNotAllowed(OFFERED[rest], f"{request.method} is not a method of this resource.")
    abort(404, "There is nothing here. This store offers about and statements below its endpoint /xapi/.")

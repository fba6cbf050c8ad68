"""One address, two readers: a page for people, JSON for programs; which of them is asking stands in `Accept`."""

from typing import Any

import orjson
from flask import Response, request

DAY = 24 * 3600


def for_a_program(*kinds: str) -> bool:
    """A program asks: one of these media types is wanted more than a page. Whoever takes anything gets the page."""
    return request.accept_mimetypes.best_match(["text/html", *kinds]) in kinds


def document(content: Any, kind: str = "application/json") -> Response:
    """An open document that any site may read and keep for a day."""
    answer = Response(orjson.dumps(content, option=orjson.OPT_INDENT_2), mimetype=kind)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = f"public, max-age={DAY}"
    answer.headers["Vary"] = "Accept"
    return answer

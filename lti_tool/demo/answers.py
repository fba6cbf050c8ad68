"""What every answer of the LMS carries, and how it says no."""

import json
from typing import Any

import jwt
from flask import Blueprint, Flask, Response, g, jsonify, render_template, request
from sqlalchemy.exc import DataError

from lti_tool.demo.errors import Refused
from lti_tool.demo.lms import lms

STATUS = {
    "invalid_token": 401,
    "missing_registration_token": 401,
    "token_already_used": 401,
    "invalid_client": 401,
    "nobody": 401,
    "insufficient_scope": 403,
    "foreign_client": 403,
    "not_for_you": 403,
    "not_found": 404,
    "not_acceptable": 406,
    "conflict": 409,
    "unsupported_media_type": 415,
    "unavailable": 503,
}


def say_no_as_json(door: Blueprint) -> None:
    """What this door refuses is answered in JSON (RFC 6749, 5.2; RFC 6750, 3.1)."""

    @door.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        status = STATUS.get(error.code, 400)
        if lms().manner.bare_errors:
            return _bare(error, status)
        answer = jsonify({"error": error.code, "error_description": error.reason})
        answer.status_code = status
        if answer.status_code == 401:
            answer.headers["WWW-Authenticate"] = f'Bearer error="{error.code}"'
        return answer


def _bare(error: Refused, status: int) -> Response:
    """No words, and one number for nearly everything, as Moodle answers."""
    if request.endpoint == "security.token":
        if "cannot be fetched" in error.reason:
            return Response("<!doctype html><title>Error</title>Error", 404)
        return Response(json.dumps({"error": error.reason}), 400)
    told = status in (401, 403, 404, 409)
    return Response("[]", status if told else 400, mimetype="application/json")


def say_no_as_page(door: Blueprint) -> None:
    """What this door refuses is answered with a page."""

    @door.errorhandler(Refused)
    def refused(error: Refused) -> tuple[str, int]:
        return render_template("demo/refused.html", error=error), STATUS.get(error.code, 400)


def json_of(body: Any, media_type: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON of this media type."""
    answer = jsonify(body)
    answer.status_code = status
    answer.headers["Content-Type"] = media_type
    answer.headers.update(headers or {})
    return answer


def frame(origins: set[str]) -> None:
    """The page being answered may show these origins in a frame and post to them."""
    g.tool_origins = origins


def carry(app: Flask) -> None:
    """Every answer of this application carries a strict policy; nothing of it is kept by browsers but its files."""

    @app.errorhandler(DataError)
    def cannot_be_kept(_: DataError) -> tuple[dict[str, str], int]:
        # A number beyond all ids, a text with a NUL: the database has refused it, and nothing was kept.
        return {"error": "invalid_request", "error_description": "a value that no LMS can keep"}, 400

    @app.after_request
    def headers(answer: Response) -> Response:
        others = " ".join(sorted(g.get("tool_origins", set())))
        answer.headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; "
            f"frame-src 'self' {others}; form-action 'self' {others}; frame-ancestors 'self'"
        )
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer


def unverified(token: str) -> dict[str, Any]:
    """The claims of a message nobody has looked at yet, only to find out whose key to check it with."""
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise Refused("invalid_client", "the message is no signed JWT that can be read") from error
    return claims

"""The services of the LMS fail where they are told to, before they do anything."""

import time
from collections.abc import Callable, Iterator

from flask import Flask, Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from lti_tool.demo.faults import Fault, Place
from lti_tool.demo.lms import Lms, lms

RETRY_AFTER = 2
PIECE = b" " * 65536
# "Endless" for a tool with any limit; the LMS itself has to end some time.
PIECES = 1600

# By blueprint, or by endpoint where one blueprint has several services.
WHERE = {
    "security.jwks": Place.JWKS,
    "security.token": Place.TOKEN,
    "security.openid_configuration": Place.REGISTRATION,
    "registration": Place.REGISTRATION,
    "line_items": Place.AGS,
    "scores": Place.AGS,
    "roster": Place.ROSTER,
    "groups": Place.GROUPS,
}


def when_told(app: Flask) -> None:
    """The services of this application fail as long as a fault says so."""

    @app.before_request
    def fail() -> ResponseReturnValue | None:
        own, place = lms(), WHERE.get(request.endpoint or "", WHERE.get(request.blueprint or ""))
        if place is None:
            return None
        if (Fault.SLOW in own.faults and _strikes(own, place)) or (Fault.SLOW_JWKS in own.faults and place == "jwks"):
            time.sleep(own.slow_seconds)
        if Fault.TOKEN_REFUSED in own.faults and place is Place.TOKEN:
            return jsonify({"error": "invalid_client", "error_description": "told to refuse"}), 401
        found = [answer for fault, answer in ANSWERS.items() if fault in own.faults and _strikes(own, place)]
        return found[0]() if found else None


def _strikes(own: Lms, place: Place) -> bool:
    return not own.places or place in own.places


def _down() -> ResponseReturnValue:
    return jsonify({"error": "unavailable", "error_description": "told to be down"}), 503


def _hang_up() -> ResponseReturnValue:
    """The connection ends without a word; where the server does not let us, after the first words."""
    socket = request.environ.get("werkzeug.socket")
    if socket is not None:
        socket.shutdown(2)
    return _break_off()


def _break_off() -> ResponseReturnValue:
    """A tenth of what was announced, and no more; servers then end the connection."""
    answer = Response(b'{"keys": [', mimetype="application/json")
    answer.headers["Content-Length"] = "100"
    return answer


def _too_many() -> ResponseReturnValue:
    return jsonify({"error": "rate_limited"}), 429, {"Retry-After": str(RETRY_AFTER)}


def _broken() -> ResponseReturnValue:
    return "<html><h1>Internal Server Error</h1></html>", 500


def _html() -> ResponseReturnValue:
    return "<!doctype html><title>Sign in</title><h1>Please sign in</h1>", 200


def _not_found() -> ResponseReturnValue:
    return "<!doctype html><title>Error</title><h1>Not found</h1>", 404


def _endless() -> ResponseReturnValue:
    def body() -> Iterator[bytes]:
        for _ in range(PIECES):
            yield PIECE

    return Response(body(), mimetype="application/json")


def _elsewhere() -> ResponseReturnValue:
    return redirect(f"{lms().address}/elsewhere{request.path}", 302)


ANSWERS: dict[Fault, Callable[[], ResponseReturnValue]] = {
    Fault.HANGS_UP: _hang_up,
    Fault.DOWN: _down,
    Fault.SERVER_ERROR: _broken,
    Fault.TOO_MANY: _too_many,
    Fault.HTML_PAGE: _html,
    Fault.HTML_NOT_FOUND: _not_found,
    Fault.BREAKS_OFF: _break_off,
    Fault.ENDLESS: _endless,
    Fault.REDIRECTS: _elsewhere,
}

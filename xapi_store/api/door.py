"""Who may come in and what every answer carries: access keys, versions, doubled slashes, browsers of other sites."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Blueprint, Response, abort, current_app, g, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException

from xapi_store import api_keys, query
from xapi_store.api.answers import REFUSALS, failure, refusal, unreachable
from xapi_store.api_keys import Access
from xapi_store.database import UNREACHABLE, Database
from xapi_store.errors import NotAllowed, UnknownKey
from xapi_store.syntax import write_time

VERSION = "X-Experience-API-Version"
CONSISTENT = "X-Experience-API-Consistent-Through"
STATEMENTS = "statements"
LARGEST = 32 * 1024 * 1024

_SPOKEN = {"1": "1.0.3", "2": "2.0.0"}
_VERSION = re.compile(r"([12])\.0(?:\.\d+)?")
_SLASHES = re.compile(r"/{2,}")
_OPEN_TO_BROWSERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": f"Authorization, Content-Type, Accept-Language, If-Match, If-None-Match, {VERSION}",
    "Access-Control-Expose-Headers": f"ETag, Last-Modified, WWW-Authenticate, {VERSION}, {CONSISTENT}",
    "Access-Control-Max-Age": "86400",
}


class Slashes:
    """Takes `/xapi//statements/` for `/xapi/statements`: endpoints are typed with and without a slash at the end."""

    def __init__(self, inner: WSGIApplication, prefix: str) -> None:
        self._inner = inner
        self._prefix = f"{prefix}/"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The inner application, with the path made plain."""
        path = _SLASHES.sub("/", environ.get("PATH_INFO", ""))
        if path.startswith(self._prefix):
            environ["PATH_INFO"] = path if path == self._prefix else path.rstrip("/")
        return self._inner(environ, start_response)


def guard(bp: Blueprint) -> None:
    """Every request to this blueprint passes here, both ways."""
    bp.record_once(_accept_slashes)
    bp.before_request(_enter)
    bp.after_request(_leave)
    for each in REFUSALS:
        bp.register_error_handler(each, refusal)
    bp.register_error_handler(HTTPException, failure)
    for trouble in UNREACHABLE:
        bp.register_error_handler(trouble, unreachable)


def database() -> Database:
    """The database this application was put together with."""
    found: Database = current_app.extensions["database"]
    return found


def access() -> Access:
    """What the bearer of the request's key may do."""
    found: Access = g.xapi_access
    return found


def version() -> str:
    """The version of xAPI the request is made in: 1.0.3 or 2.0.0."""
    found: str = g.xapi_version
    return found


def allow(may: Callable[[Access], bool]) -> Access:
    """The access, once it has the scope; NotAllowed otherwise."""
    found = access()
    if not may(found):
        raise NotAllowed("scope")
    return found


def _accept_slashes(state: BlueprintSetupState) -> None:
    app: Any = state.app
    app.wsgi_app = Slashes(app.wsgi_app, str(state.url_prefix))


def _enter() -> None:
    request.max_content_length = LARGEST
    asked = request.headers.get(VERSION, "")
    found = _VERSION.fullmatch(asked)
    g.xapi_version = _SPOKEN[found[1]] if found else _SPOKEN["2"]
    if request.method == "OPTIONS" or request.endpoint != f"{request.blueprint}.{STATEMENTS}":
        return  # browsers ask before they have a key, and `about` is open to everybody
    g.xapi_access = _authenticate()
    if found is None:
        problem = f"{asked} is not a version of xAPI spoken here" if asked else "the header is missing"
        abort(400, f"{VERSION}: {problem}. Send 1.0.3 or 2.0.0.")


def _authenticate() -> Access:
    given = request.authorization
    if given is None or given.type != "basic" or not given.username:
        raise UnknownKey("no key")
    with database().session() as session:
        return api_keys.authenticate(session, key=given.username, secret=given.password or "")


def _leave(response: Response) -> Response:
    response.headers.extend(_OPEN_TO_BROWSERS)
    response.headers[VERSION] = g.get("xapi_version", _SPOKEN["2"])
    if "xapi_access" in g:
        if "xapi_consistent" not in g:
            with database().session() as session:
                g.xapi_consistent = query.consistent_through(session, store_id=access().store_id)
        response.headers[CONSISTENT] = write_time(g.xapi_consistent)
        response.headers["Cache-Control"] = "no-store"
    return response

"""Another record store, reached over HTTP only, whose door can be made to behave badly."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from socket import SHUT_RDWR
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from tests.demo.serving import free_port, served
from tests.xapi_store.conftest import StoreAtHand
from xapi_store import api, api_keys, stores
from xapi_store.database import Database
from xapi_store.other_stores.foreign_lrs import Endpoint
from xapi_store.transaction import transaction

Mood = Callable[[WSGIApplication, WSGIEnvironment, StartResponse], Iterable[bytes]]


@dataclass
class Asked:
    """A request that came in."""

    method: str
    query: str
    content_type: str
    body: bytes


@dataclass
class MoodyDoor:
    """Each mood takes one request; while there is none, the inner application answers."""

    inner: WSGIApplication
    moods: list[Mood] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = _Again(body)
        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        self.asked.append(Asked(method, query, environ.get("CONTENT_TYPE", ""), body))
        if self.moods:
            return self.moods.pop(0)(self.inner, environ, start_response)
        return self.inner(environ, start_response)


class _Again:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def read(self, size: int = -1) -> bytes:
        taken, self._body = (self._body, b"") if size < 0 else (self._body[:size], self._body[size:])
        return taken


def answers(
    status: int, body: bytes = b"{}", *headers: tuple[str, str], content_type: str = "application/json"
) -> Mood:
    """It answers that, whatever comes."""

    def mood(inner: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        told = [("Content-Type", content_type), ("Content-Length", str(len(body))), *headers]
        start_response(f"{status} {HTTPStatus(status).phrase}", told)
        return [body]

    return mood


def hangs_up_after_storing(
    inner: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """It does what it is asked, and the answer is lost on the way."""
    list(inner(environ, lambda status, headers, exc_info=None: lambda data: None))
    environ["werkzeug.socket"].shutdown(SHUT_RDWR)
    start_response("200 OK", [])
    return [b""]


def takes_at_most(size: int) -> Mood:
    """It finds larger bodies too large."""

    def mood(inner: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        too_large = int(environ.get("CONTENT_LENGTH") or 0) > size
        return (answers(413) if too_large else _as_ever)(inner, environ, start_response)

    return mood


def stumbles_over(text: str) -> Mood:
    """It breaks down where the body holds that text."""

    def mood(inner: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = _Again(body)
        return (answers(500, b"oops") if text.encode() in body else _as_ever)(inner, environ, start_response)

    return mood


def meanwhile(happens: Callable[[], object]) -> Mood:
    """It does what it is asked, and something happens before the answer arrives."""

    def mood(inner: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        happens()
        return inner(environ, start_response)

    return mood


def _as_ever(inner: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return inner(environ, start_response)


@dataclass
class Foreign:
    """The other store: what is in it, where it is, and its door."""

    store: StoreAtHand
    endpoint: Endpoint
    door: MoodyDoor


@contextmanager
def a_foreign_store(database: Database, *, version: str = "1.0.3") -> Iterator[Foreign]:
    """Another store is open, at an address of the loopback."""
    with transaction(database) as session:
        south = stores.create(session, slug="south", at=datetime.now(UTC))
        row, secret = api_keys.create(session, store_id=south.id, label="other", scopes=("all",), at=datetime.now(UTC))
    inner = api.in_front_of(nowhere, database)
    door, port = MoodyDoor(inner), free_port()
    try:
        with served(door, port):  # type: ignore[arg-type]  # any WSGI application will do
            endpoint = Endpoint(f"http://127.0.0.1:{port}/xapi/", row.key, secret, version)
            yield Foreign(StoreAtHand(database, south.id), endpoint, door)
    finally:
        inner.group.close()


@contextmanager
def served_at(app: WSGIApplication) -> Iterator[Endpoint]:
    """Something answers at this endpoint, whatever it is."""
    port = free_port()
    with served(app, port):  # type: ignore[arg-type]  # any WSGI application will do
        yield Endpoint(f"http://127.0.0.1:{port}/xapi", "key", "secret")


def nowhere(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("404 Not Found", [])
    return [b""]

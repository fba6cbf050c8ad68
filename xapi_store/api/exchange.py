"""One request to the store and its answer, as plain WSGI has them: no framework stands in the hot path."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment

from xapi_store.api_keys import Access
from xapi_store.database import Database
from xapi_store.errors import FilterRefused, TooLarge
from xapi_store.group_commit import GroupCommit
from xapi_store.profile_checker import Checker

VERSION = "X-Experience-API-Version"
CONSISTENT = "X-Experience-API-Consistent-Through"
LARGEST = 32 * 1024 * 1024
_MOST_PARAMETERS = 100


@dataclass(slots=True)
class Request:
    """A request as a resource sees it: who asks (`access`), in which version, and what.

    `parameters` are those of the address, or of the form where the alternate request syntax was used; `resource` is
    the plain path, such as `/xapi/activities/state`, and `path` the one that clients see. Header names are looked up
    in any case.
    """

    method: str
    resource: str
    parameters: dict[str, str]
    headers: Mapping[str, str]
    read_body: Callable[[], bytes]
    path: str
    version: str = "2.0.0"
    access: Access | None = None
    _body: bytes | None = field(default=None, repr=False)

    def header(self, name: str) -> str | None:
        """The header's value; None where it was not sent."""
        return self.headers.get(name.lower())

    @property
    def body(self) -> bytes:
        """The whole body; TooLarge where it is beyond measure."""
        if self._body is None:
            self._body = self.read_body()
        return self._body

    @property
    def media_type(self) -> str:
        """The content type in small letters, without its parameters."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def bearer(self) -> Access:
        """What the request's key may do; only for resources behind the key."""
        if self.access is None:
            raise RuntimeError("this resource is not behind a key")
        return self.access


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers of an answer; the door adds what every answer carries."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


def json_answer(content: Any, status: int = 200, *, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """The content as JSON."""
    return Answer(status, json.dumps(content).encode(), headers=headers)


class House(Protocol):
    """What a resource may use: the database, one to read from that may lag behind it, the way in for statements, and
    the profiles of each store."""

    database: Database
    reading: Database
    group: GroupCommit
    profiles: Checker


Method = Callable[[Request, House], Answer]


def read_headers(environ: WSGIEnvironment) -> dict[str, str]:
    """The request's headers by their names in small letters."""
    found = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            found[name.replace("_", "-").lower()] = environ[name]
    return found


def read_parameters(text: str, *, where: str = "query") -> dict[str, str]:
    """The parameters of an address or a form; FilterRefused for one that is repeated or not UTF-8."""
    if not text:
        return {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError as error:
        raise FilterRefused(where, "is not made of well-formed UTF-8 parameters") from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise FilterRefused(name, "appears more than once")
        found[name] = value
    return found


def body_reader(environ: WSGIEnvironment, *, most: int = LARGEST) -> Callable[[], bytes]:
    """Reads the request's body once, however its length is told; TooLarge beyond `most` bytes."""

    def read() -> bytes:
        told = environ.get("CONTENT_LENGTH") or ""
        if told.isdigit() and int(told) > most:
            raise TooLarge(most)
        stream = environ["wsgi.input"]
        body: bytes = stream.read(int(told)) if told.isdigit() else stream.read(most + 1)
        if len(body) > most:
            raise TooLarge(most)
        return body

    return read


def send(answer: Answer, start_response: StartResponse, extra: Iterable[tuple[str, str]], *, bare: bool) -> list[bytes]:
    """The answer goes out with these further headers; `bare` keeps the body back (HEAD)."""
    headers = [*answer.headers, *extra]
    if answer.status not in (204, 304):  # these have no body, and say no length (RFC 9110 8.6)
        headers += [("Content-Length", str(len(answer.body))), ("Content-Type", answer.content_type)]
    start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
    return [b"" if bare else answer.body]

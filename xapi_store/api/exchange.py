"""One request to the store and its answer, as plain WSGI has them: no framework stands in the hot path."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment

import orjson

from xapi_store.api_keys import Access
from xapi_store.database import Database
from xapi_store.errors import FilterRefused, TooLarge
from xapi_store.order.group_commit import GroupCommit
from xapi_store.profiles.profile_checker import Checker
from xapi_store.statements import Arrival

VERSION = "X-Experience-API-Version"
CONSISTENT = "X-Experience-API-Consistent-Through"
LARGEST = 32 * 1024 * 1024
_MOST_PARAMETERS = 100
_PIECE = 64 * 1024


@dataclass(slots=True)
class Incoming:
    """A request as the server hands it in: `resource` is the plain path, `root` what stands before it for clients."""

    method: str
    resource: str
    root: str
    query: str
    headers: Mapping[str, str]
    body: Callable[[], bytes]


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


@dataclass(slots=True)
class Answer:
    """Status, body and headers of an answer; the door adds what every answer carries."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Storing:
    """An answer that can be given once these statements are stored; `then` takes the time through which the store is
    consistent. `at_once` is false where giving it takes more than a moment."""

    arrival: Arrival
    then: Callable[[datetime], Answer]
    at_once: bool = True


def json_answer(content: Any, status: int = 200, *, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """The content as JSON; ids may stand in it as they are."""
    try:
        body = orjson.dumps(content)
    except orjson.JSONEncodeError:  # half a character of what was sent
        body = json.dumps(content).encode()
    return Answer(status, body, headers=headers)


class House(Protocol):
    """What a resource may use: the database, one to read from that may lag behind it, the way in for statements, and
    the profiles of each store."""

    database: Database
    reading: Database
    group: GroupCommit
    profiles: Checker


Method = Callable[[Request, House], Answer | Storing]


class Headers(Mapping[str, str]):
    """A request's headers by their names in small letters, looked up only when they are asked for."""

    __slots__ = ("_environ",)

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        found: str = self._environ[_variable(name)]
        return found

    def __iter__(self) -> Iterator[str]:
        for name, value in self._environ.items():
            if name.startswith("HTTP_"):
                yield name[5:].replace("_", "-").lower()
            elif name in _UNPREFIXED and value:
                yield name.replace("_", "-").lower()

    def __len__(self) -> int:
        return sum(1 for _ in self)


_UNPREFIXED = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})


@cache
def _variable(name: str) -> str:
    """The name of a header, as WSGI has it; asked only for the few names that the program knows."""
    plain = name.upper().replace("-", "_")
    return plain if plain in _UNPREFIXED else f"HTTP_{plain}"


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


class Body:
    """A request's body, read once when it is first asked for, however its length is told."""

    __slots__ = ("_environ", "_most", "_read")

    def __init__(self, environ: WSGIEnvironment, *, most: int = LARGEST) -> None:
        self._environ = environ
        self._most = most
        self._read: bytes | None = None

    def __call__(self) -> bytes:
        """All of it; TooLarge beyond the most bytes that are taken."""
        if self._read is None:
            told = self._environ.get("CONTENT_LENGTH") or ""
            length = int(told) if told.isdecimal() and len(told) < 20 else None
            if length is not None and length > self._most:
                raise TooLarge(self._most)
            body: bytes = self._environ["wsgi.input"].read(self._most + 1 if length is None else length)
            if len(body) > self._most:
                raise TooLarge(self._most)
            self._read = body
        return self._read

    def pass_over(self) -> None:
        """What was not read is read and forgotten, a piece at a time, as far as a body may be long."""
        told = self._environ.get("CONTENT_LENGTH") or ""
        if self._read is not None or not (told or "HTTP_TRANSFER_ENCODING" in self._environ):
            return  # nothing was announced: some servers would wait for what never comes
        left = min(int(told), self._most) if told.isdecimal() and len(told) < 20 else self._most
        while left > 0 and (piece := self._environ["wsgi.input"].read(min(left, _PIECE))):
            left -= len(piece)


def send(answer: Answer, start_response: StartResponse, *, bare: bool) -> list[bytes]:
    """The answer goes out; `bare` keeps the body back (HEAD)."""
    start_response(_STATUS_LINES[answer.status], headers_of(answer))
    return [b"" if bare else answer.body]


def headers_of(answer: Answer) -> list[tuple[str, str]]:
    """All headers of the answer."""
    headers = list(answer.headers)
    if answer.status not in (204, 304):  # these have no body, and say no length (RFC 9110 8.6)
        headers += [("Content-Length", str(len(answer.body))), ("Content-Type", answer.content_type)]
    return headers


_STATUS_LINES = {each.value: f"{each.value} {each.phrase}" for each in HTTPStatus}

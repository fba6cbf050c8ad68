"""The server's entry (RSGI): statements on a short path, everything else to the application in threads.

Storing a statement is mostly waiting for the disk. Here one thread reads and judges what comes, another commits, and
nobody waits in a thread of their own: that costs half of what it costs with a thread for each request. All the rest is
an ordinary WSGI application. What could make the short path wait (a key not seen lately, a long body, a refusal that
looks things up) takes the long one.
"""

import asyncio
import gc
import io
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # handed on there under this name

from lti_tool.run.app import create_app
from lti_tool.run.settings import Settings
from xapi_store.api.door import STATEMENTS, Door, Visit
from xapi_store.api.exchange import LARGEST, Answer, Incoming, Storing, headers_of
from xapi_store.order.group_commit import Bell, Waiting

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# A body beyond this takes longer to judge than others should wait for.
SHORT = 128 * 1024
_BROKEN_OFF = b'{"error":"The body broke off before its end. Nothing of it was taken: send it again."}'
_STORING = frozenset({"POST", "PUT"})
_JOINED = {"cookie": "; "}


class _Sent(Protocol):
    """Headers as they came, by their names in small letters."""

    def keys(self) -> list[str]:
        """The names that were sent."""
        ...

    def get(self, name: str, default: Any = None) -> Any:
        """The first value, or the default."""
        ...

    def get_all(self, name: str) -> list[str]:
        """Every value of that name."""
        ...


class _Scope(Protocol):
    """A request without its body (RSGI 1.5)."""

    proto: str
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str  # without its percent signs already
    query_string: str
    authority: str | None

    @property
    def headers(self) -> _Sent:
        """What was sent along."""
        ...


class _Exchange(Protocol):
    """The way to read a body and to answer (RSGI 1.5); `close` is for sockets only."""

    async def __call__(self) -> bytes: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """The answer, with a body."""
        ...

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        """The answer, without one."""
        ...

    def close(self, status: int | None = None) -> Any:
        """The socket is refused."""
        ...


class Front:
    """The application behind granian: `door` is the store's, in front of the rest of `application`."""

    def __init__(self, application: Wsgi, door: Door, *, threads: int) -> None:
        self._application = application
        self._door = door
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._long = asyncio.Semaphore(threads)  # so many long bodies are in memory at once
        self._bell: _Bell | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """The process is about to answer."""
        self._bell = _Bell(loop, self._door.group.submit_all)
        # What was made until now stays for good, and what a request makes is mostly gone when it is answered:
        # looking for cycles after every few hundred objects found nothing and took a twentieth of the time.
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 20, 20)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """The process answers nobody any more."""
        self._door.group.close()
        self._threads.shutdown(wait=False)

    async def __rsgi__(self, scope: _Scope, proto: _Exchange) -> None:
        """One request is answered."""
        if scope.proto != "http":
            proto.close(403)  # there are no sockets here yet
            return
        told = _length(scope)
        try:
            if told is not None and told <= SHORT:
                await self._answer(scope, proto, await proto() if told else b"", told)
            else:
                await self._answer_long(scope, proto, told)
        except (ProtocolClosed, _BrokenOff):
            # What came is not what was meant; perhaps nobody listens any more, but who does is told.
            proto.response_bytes(400, [("Content-Type", "application/json")], _BROKEN_OFF)

    async def _answer_long(self, scope: _Scope, proto: _Exchange, told: int | None) -> None:
        """As `_answer`, with a body that is long, or may be: what is beyond any measure is counted, and not kept."""
        pieces: list[bytes] = []
        size, ends, held = 0, 0, False
        try:
            async for piece in proto:
                size += len(piece)
                ends += not piece
                if size > SHORT and not held:
                    held = await self._long.acquire()
                if max(size, told or 0) > LARGEST:
                    pieces.clear()
                    if size > LARGEST:
                        break
                else:
                    pieces.append(piece)
            else:
                _must_be_whole(scope, size, told, ends)
            body = b"".join(pieces)
            pieces.clear()
            await self._answer(scope, proto, body, size)
        finally:
            if held:
                self._long.release()

    async def _answer(self, scope: _Scope, proto: _Exchange, body: bytes, size: int) -> None:
        visit = self._storing(scope, body) if size <= SHORT else None
        if visit is not None:
            answer = await self._stored(visit)
            proto.response_bytes(answer.status, headers_of(answer), answer.body)
            return
        loop = asyncio.get_running_loop()
        environ = _environ(scope, body, size)
        status, headers, content = await loop.run_in_executor(self._threads, self._called, environ)
        if content:
            proto.response_bytes(status, headers, content)
        else:
            proto.response_empty(status, headers)

    def _storing(self, scope: _Scope, body: bytes) -> Visit | None:
        """The visit, where it stores statements and nothing keeps it from the short path."""
        if scope.path != STATEMENTS or scope.method not in _STORING:
            return None  # another way of writing the path is good, and takes the long way
        headers = _Headers(scope)
        access = self._door.recalled(headers.get("authorization"))
        if access is None:
            return None
        incoming = Incoming(scope.method, STATEMENTS, "", scope.query_string, headers, lambda: body)
        return Visit(self._door, incoming, access=access)

    async def _stored(self, visit: Visit) -> Answer:
        begun = visit.begin()
        if isinstance(begun, Answer):
            return await self._aside(visit.dressed, begun)
        waiting = await self._committed(begun)
        if waiting.error is None and begun.at_once:
            return visit.dressed(visit.complete(begun, waiting.result))
        return await self._aside(lambda: visit.dressed(visit.complete(begun, waiting.result)))

    async def _committed(self, storing: Storing) -> Waiting:
        if self._bell is None:
            raise RuntimeError("the server has not begun")
        waiting = Waiting(storing.arrival, self._bell.ring)
        await self._bell.rung_for(waiting)
        return waiting

    async def _aside(self, act: Callable[..., Answer], *given: Answer) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, act, *given)

    def _called(self, environ: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the application answers, whole."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            started[:] = [(status, headers)]

        try:
            parts = self._application(environ, start_response)
            try:
                content = b"".join(parts)
            finally:
                close = getattr(parts, "close", None)
                if close is not None:
                    close()
        finally:
            environ.clear()  # a framework's request stands in it and knows it, and both would keep the body for a while
        status, headers = started[0]
        return int(status[:3]), headers, content


class _Bell:
    """Hands in together what arrived in one turn of the loop, and wakes the loop once for all that were committed."""

    def __init__(self, loop: asyncio.AbstractEventLoop, submit: Callable[[Sequence[Waiting]], None]) -> None:
        self._loop = loop
        self._submit = submit
        self._arrived: list[Waiting] = []
        self._expected: dict[Waiting, asyncio.Future[None]] = {}
        self.ring: Bell = self._ring  # one object, by which the group knows who is told together

    async def rung_for(self, waiting: Waiting) -> None:
        """These statements are committed, or refused. (The bell rings in the loop, so never before it is awaited.)"""
        if not self._arrived:
            self._loop.call_soon(self._hand_in)
        self._arrived.append(waiting)
        future = self._expected[waiting] = self._loop.create_future()
        await future

    def _hand_in(self) -> None:
        arrived, self._arrived = self._arrived, []
        self._submit(arrived)

    def _ring(self, done: Sequence[Waiting]) -> None:
        self._loop.call_soon_threadsafe(self._tell, done)

    def _tell(self, done: Sequence[Waiting]) -> None:
        for waiting in done:
            future = self._expected.pop(waiting)
            if not future.cancelled():
                future.set_result(None)


class _Headers(Mapping[str, str]):
    """The request's headers by their names in small letters."""

    def __init__(self, scope: _Scope) -> None:
        self._headers = scope.headers

    def __getitem__(self, name: str) -> str:
        if name not in self._headers.keys():  # noqa: SIM118 (it is no dict, and has no `in`)
            raise KeyError(name)
        return _joined(self._headers, name)  # which may be empty

    def get(self, name: str, default: Any = None) -> Any:
        """The header's value, or the default."""
        return _joined(self._headers, name) or default

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers.keys())

    def __len__(self) -> int:
        return len(self._headers.keys())


def _joined(headers: _Sent, name: str) -> str:
    """The value of a header, those of one sent more than once in one (RFC 9110 5.3); empty where there is none."""
    values = headers.get_all(name)
    return values[0] if len(values) == 1 else _JOINED.get(name, ",").join(values)


class _BrokenOff(Exception):
    """The client hung up before the end of its body."""


def _length(scope: _Scope) -> int | None:
    """The length of the body; None where it is not told beforehand."""
    told = scope.headers.get("content-length")
    if told is not None and told.isdecimal():
        return int(told)
    # Only HTTP/1 says whether a body comes that has no length.
    return 0 if scope.http_version.startswith("1") and scope.headers.get("transfer-encoding") is None else None


def _must_be_whole(scope: _Scope, size: int, told: int | None, ends: int) -> None:
    """Nothing is missing; _BrokenOff otherwise.

    granian gives an empty piece at the end, and one more where the connection broke. (Also for fields behind the body,
    which nobody sends to us; HTTP/2 may have empty pieces anywhere.)
    """
    if size != told if told is not None else ends > 1 and scope.http_version.startswith("1"):
        raise _BrokenOff


def _environ(scope: _Scope, body: bytes, size: int) -> dict[str, Any]:
    """The request as WSGI has it (PEP 3333); its body is as long as `size` says, though it may not be there."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode(errors="surrogateescape").decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name in set(scope.headers.keys()):
        if "_" in name or name == "transfer-encoding":
            continue  # it would pass for the header with a hyphen; and the body is in one piece now
        value = _joined(scope.headers, name)
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    if size:
        environ.setdefault("CONTENT_LENGTH", str(size))
    if scope.authority:
        environ.setdefault("HTTP_HOST", scope.authority)
    return environ


def web() -> Front:
    """The whole tool of a web process, set up from its environment."""
    settings = Settings.from_environment()
    app = create_app(settings)
    door = app.wsgi_app
    if not isinstance(door, Door):
        raise TypeError("the store's door does not stand in front")
    return Front(app, door, threads=settings.web_threads)

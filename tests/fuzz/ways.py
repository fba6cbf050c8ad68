"""How a request reaches the store: in this process, or over a socket to a server."""

import io
import re
import select
import socket
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication

from tests.fuzz.message import Answer, Message

Ask = Callable[[Message], Answer | None]
PATIENCE = 20.0
MOMENT = 0.15
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"


class Fell(AssertionError):
    """The store did not keep a promise."""


def in_process(application: WSGIApplication) -> Ask:
    """Calls the application as a WSGI server does; what it raises is a fault."""

    def ask(message: Message) -> Answer:
        told: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            told.update(status=int(status[:3]), headers={name.lower(): value for name, value in headers})
            for name, value in headers:
                if re.search(r"[\r\n\0]", name + value):
                    raise Fell(f"a header with a line end: {name}: {value!r}")
                (name + value).encode("latin-1")
            return lambda _: None

        whole = environ(message)
        body = b"".join(application(whole, start))
        if message.method != b"HEAD" and told["headers"].get("content-length", str(len(body))) != str(len(body)):
            raise Fell(f"{told} and a body of {len(body)} bytes")
        answer = Answer(told["status"], told["headers"], body)
        if answer.of_the_store and message.told is None and answer.status != 413 and whole["wsgi.input"].read(1):
            raise Fell("a part of the body was left unread: a server would cut the connection")
        return answer

    return ask


def environ(message: Message) -> dict[str, Any]:
    """The request as WSGI has it (PEP 3333): bytes as Latin-1."""
    path, _, query = message.target.partition(b"?")
    length = message.told if message.told is not None else str(len(message.body)).encode()
    found: dict[str, Any] = {
        "REQUEST_METHOD": message.method.decode("latin-1"),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "CONTENT_LENGTH": length.decode("latin-1"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(message.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in message.headers:
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        text = value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key.startswith("HTTP_") and key in found else text
    return found


class Line:
    """A connection to a server that is opened again whenever it may have ended."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self.opened = 0

    def __enter__(self) -> "Line":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """The connection has ended."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def ask(self, message: Message) -> Answer | None:
        """The answer; None where the server ended the connection without one, which only a broken request may meet."""
        if not message.truthful:
            self.close()
        line = self._socket = self._socket or self._open()
        whole = message.written(f"127.0.0.1:{self._port}".encode())
        try:
            answer = self._exchange(line, whole, message)
        except ConnectionError:
            answer = None
        except TimeoutError:
            raise Fell(f"no whole answer within {PATIENCE:.0f} s") from None
        if answer is None and message.truthful:
            raise Fell("the server ended the connection without an answer")
        # Pages beside the store may leave a body unread, and the server then cuts the connection.
        if answer is None or answer.closing or not message.truthful or not answer.of_the_store:
            self.close()
        return answer

    def _open(self) -> socket.socket:
        self.opened += 1
        line = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def _exchange(self, line: socket.socket, whole: bytes, message: Message) -> Answer | None:
        try:
            line.sendall(whole)
            if not message.truthful and not select.select([line], [], [], MOMENT)[0]:
                line.shutdown(socket.SHUT_WR)  # it waits for more, which will not come
        except OSError:
            pass  # the server has heard enough; what it said stands in the buffer
        return _read(line, bare=whole.lstrip(b"\r\n").startswith(b"HEAD "))


def _read(line: socket.socket, *, bare: bool) -> Answer | None:
    head, rest = b"", b""
    while True:
        head, mark, rest = _head(line, rest)
        if not mark:
            return None
        if not head.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1")):
            break
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines[1:])}
    status = int(lines[0].split(" ")[1])
    closing = headers.get("connection", "").lower() == "close" or lines[0].startswith("HTTP/1.0")
    length = 0 if bare or status in (204, 304) else int(headers.get("content-length", "-1"))
    while length < 0 or len(rest) < length:
        piece = line.recv(1 << 16)
        if not piece:
            break
        rest += piece
    if 0 <= length < len(rest) and not closing:
        closing = True
    if length > len(rest):
        raise Fell(f"the answer {status} promises {length} bytes and brings {len(rest)}")
    return Answer(status, headers, rest if length < 0 else rest[:length], closing or length < 0)


def _head(line: socket.socket, found: bytes) -> tuple[bytes, bytes, bytes]:
    while _END not in found:
        piece = line.recv(1 << 16)
        if not piece:
            return b"", b"", b""
        found += piece
    return found.partition(_END)

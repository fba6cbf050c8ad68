"""A server of the tool on its own port, asked in bytes over sockets."""

import json
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from lti_tool.run import serve
from tests.bench.floor import plain
from tests.bench.served import ROOT, Size
from tests.builders import a_statement
from tests.faults.installation import Opened, a_store
from tests.run.echoing import LONG

MIB = 1024 * 1024
JSON = {"Content-Type": "application/json"}
STATEMENTS = "/xapi/statements"
LONG_WAY = "/xapi//statements"


@dataclass(frozen=True)
class Seen:
    """An answer as it came: headers in small letters, in order."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def get(self, name: str) -> str | None:
        """The header's value, or None."""
        return dict(self.headers).get(name)

    @property
    def steady(self) -> list[tuple[str, str]]:
        """The headers without the way, and with times only as present."""
        moving = ("date", "x-experience-api-consistent-through")
        return sorted((name, "" if name in moving else value) for name, value in self.headers if name != LONG)

    @property
    def long(self) -> bool:
        """It took the long path."""
        return self.get(LONG) is not None


@dataclass
class Served:
    """A running server and a store in it."""

    port: int
    process: "subprocess.Popen[bytes]"
    url: str
    store: Opened

    def head(self, method: str, path: str, headers: dict[str, str], *more: bytes, key: bool = True) -> bytes:
        """The bytes of a request up to its body."""
        sent = {"Host": f"127.0.0.1:{self.port}", "Connection": "close"}
        if key:
            sent |= {"Authorization": self.store.authorization, "X-Experience-API-Version": "1.0.3"}
        lines = [f"{name}: {value}".encode() for name, value in {**sent, **headers}.items() if value]
        return b"\r\n".join([f"{method} {path} HTTP/1.1".encode(), *lines, *more, b"", b""])

    def raw(self, *pieces: bytes, hang_up: bool = False) -> bytes:
        """All that comes back for these bytes; `hang_up` says that no more follow."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it need not hear all of it before it answers
            if hang_up:
                connection.shutdown(socket.SHUT_WR)
            got = bytearray()
            while piece := connection.recv(MIB):
                got += piece
            return bytes(got)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Seen:
        """The answer; header names are given with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        length = {} if body is None else {"Content-Length": str(len(body)), **JSON}
        return read(self.raw(self.head(method, path, length | named), body or b""))

    def chunked(self, method: str, path: str, body: bytes, *, key: bool = True, kind: str = "application/json") -> Seen:
        """The answer to a body whose length is not told."""
        head = self.head(method, path, {"Transfer-Encoding": "chunked", "Content-Type": kind}, key=key)
        half = len(body) // 2
        return read(self.raw(head, *(chunk(each) for each in (body[:half], body[half:], b""))))

    def echo(self, path: str, headers: dict[str, str] | None = None, *more: bytes) -> dict[str, Any]:
        """What a WSGI program sees of such a request."""
        return dict(json.loads(read(self.raw(self.head("GET", path, headers or {}, *more))).body))

    def stored(self) -> Counter[str]:
        """The ids of all statements in the store."""
        with psycopg.connect(plain(self.url)) as connection:
            rows = connection.execute("SELECT id FROM statement WHERE store_id = %s", (self.store.id,))
            return Counter(str(row[0]) for row in rows)


def chunk(data: bytes) -> bytes:
    """One piece of a body in pieces; an empty one ends it."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def read(answer: bytes) -> Seen:
    """The one answer in these bytes."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.split(": ", 1) for line in lines]
    return Seen(int(first.split()[1]), [(name.lower(), value) for name, value in pairs], body)


def a_body(**changed: Any) -> bytes:
    """A statement that may be sent."""
    return json.dumps(a_statement(**changed)).encode()


@contextmanager
def server(url: str, home: Path) -> Iterator[Served]:
    """A server with one process on this database, with a store whose key has been seen."""
    settings = Size(1, 4).settings(url, home)
    command = [*serve.web_command(settings)[:-1], "tests.run.echoing:web"]
    store = a_store(url, uuid4().hex[:8])
    with subprocess.Popen(command, cwd=ROOT, env=settings.environment()) as process:
        try:
            serve.wait_for(f"http://127.0.0.1:{settings.port}/readyz", seconds=30)
            served = Served(settings.port, process, url, store)
            served.ask("POST", LONG_WAY, a_body())
            yield served
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()

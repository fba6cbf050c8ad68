"""A load generator that costs little itself: many keep-alive connections in one thread, requests made beforehand."""

import os
import re
import select
import socket
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from tests.bench import store_statements

_ID = re.compile(rb'"id":"([0-9a-f-]{36})","actor"')
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END_OF_HEAD = b"\r\n\r\n"
BROKEN = 0  # counted in place of a status where the connection broke
LONGEST_SILENCE = 30.0
# Where every connection's bytes arrive first: to make room for them anew each time would cost more than to read them.
_ARRIVING = memoryview(bytearray(262_144))


@dataclass(frozen=True)
class Target:
    """A server that takes statements: its port, and the value of the Authorization header."""

    port: int
    authorization: str
    path: str = "/xapi/statements"

    def get(self, query: str) -> bytes:
        """The bytes of a GET with these parameters."""
        return self._head("GET", f"{self.path}?{query}") + b"\r\n"

    def post(self, body: bytes) -> bytes:
        """The bytes of a POST of this body."""
        head = self._head("POST", self.path)
        return head + f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    def _head(self, method: str, address: str) -> bytes:
        lines = (f"Host: 127.0.0.1:{self.port}", f"Authorization: {self.authorization}")
        return f"{method} {address} HTTP/1.1\r\n{_lines(lines)}X-Experience-API-Version: 1.0.3\r\n".encode()


def _lines(lines: tuple[str, ...]) -> str:
    return "".join(f"{line}\r\n" for line in lines)


class Requests(Protocol):
    """Where the next request comes from; `statements` says how many it carries."""

    statements: int

    def following(self) -> bytes | bytearray:
        """The next request, ready to be sent."""
        ...


class Posts:
    """POSTs of `statements` each; each sending gives its statements ids that were never used."""

    def __init__(self, target: Target, *, statements: int, different: int = 20_000, seed: int = 1) -> None:
        self.statements = statements
        made = [orjson.dumps(each) for each in store_statements.statements(different, seed=seed)]
        bodies = (
            made if statements == 1 else [_list(made[at : at + statements]) for at in range(0, different, statements)]
        )
        self._messages = [bytearray(target.post(body)) for body in bodies]
        self._places = [[match.start(1) for match in _ID.finditer(message)] for message in self._messages]
        self._ids = fresh_ids()
        self._number = -1

    def following(self) -> bytearray:
        """The next POST; it is good until it comes round again."""
        self._number = (self._number + 1) % len(self._messages)
        message = self._messages[self._number]
        for place in self._places[self._number]:
            message[place : place + 36] = next(self._ids)
        return message


def _list(bodies: list[bytes]) -> bytes:
    return b"[" + b",".join(bodies) + b"]"


def fresh_ids() -> Iterator[bytes]:
    """Random UUIDs, written."""
    while True:
        digits = os.urandom(16 * 4096).hex().encode()
        for at in range(0, len(digits), 32):
            one = digits[at : at + 32]
            yield b"%b-%b-4%b-9%b-%b" % (one[:8], one[8:12], one[13:16], one[17:20], one[20:])


@dataclass
class Outcome:
    """What came of a run: seconds of its measured part, answers by status, seconds each took, statements taken."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    statements: int = 0
    first_refusal: str = ""

    @property
    def failures(self) -> int:
        """Requests that were not answered by 200."""
        return self.statuses.total() - self.statuses[200]

    @property
    def rate(self) -> float:
        """Statements acknowledged in a second."""
        return self.statements / self.seconds

    def within(self, share: float) -> float:
        """The time, in milliseconds, within which this share of the requests was answered."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    @property
    def median(self) -> float:
        """The middle of all times, in milliseconds."""
        return statistics.median(self.latencies) * 1000


class Connection:
    """One keep-alive connection; one request at a time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.statements = 0
        self.began = 0.0
        self.socket = self._opened()
        self._answer = bytearray()
        self._expected = 0

    def _opened(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self.port), timeout=LONGEST_SILENCE)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def send(self, message: bytes | bytearray, statements: int = 0) -> None:
        """The request is on its way."""
        self._answer.clear()
        self._expected = 0
        self.statements = statements
        self.began = time.perf_counter()
        self.socket.sendall(message)

    def receive(self) -> int | None:
        """What has arrived was read; the status once the answer is whole. ConnectionError where the server hung up."""
        arrived = self.socket.recv_into(_ARRIVING)
        if not arrived:
            raise ConnectionResetError("the server hung up")
        self._answer += _ARRIVING[:arrived]
        if not self._expected:
            self._expected = _whole_length(self._answer)
        return int(self._answer[9:12]) if 0 < self._expected <= len(self._answer) else None

    def ask(self, message: bytes | bytearray) -> int:
        """The request has been answered; gives the status."""
        self.send(message)
        while (status := self.receive()) is None:
            pass
        return status

    @property
    def body(self) -> bytes:
        """The body of the answer that was received last."""
        return bytes(self._answer).partition(_END_OF_HEAD)[2]

    def close(self) -> None:
        """The connection is closed."""
        self.socket.close()


def _whole_length(answer: bytearray) -> int:
    """How long the answer will be, head and body; 0 while its head is not here yet."""
    end = answer.find(_END_OF_HEAD)
    if end < 0:
        return 0
    length = _LENGTH.search(answer, 0, end + 2)
    return end + 4 + int(length[1] if length else 0)


@dataclass
class Run:
    """A time-boxed run of requests over these connections, which are closed at its end.

    `pace` limits the requests of a second; 0 does not.
    """

    requests: Requests
    connections: Sequence[Connection]
    warm: float = 1.0
    seconds: float = 6.0
    pace: float = 0.0

    def __call__(self, watch: Callable[[], None] = lambda: None) -> Outcome:
        """The load has run; `watch` was called at the beginning and at the end of the measured part."""
        self._outcome, self._measuring, self._going = Outcome(), False, True
        self._waiting: dict[int, Connection] = {}
        self._epoll = select.epoll()
        for each in self.connections:
            self._start(each)
        self._drive(self.warm)
        self._measuring = True
        watch()
        self._outcome.seconds = self._drive(self.seconds)
        watch()
        self._measuring = self._going = False
        self._finish()
        return self._outcome

    def _start(self, connection: Connection) -> None:
        self._waiting[connection.socket.fileno()] = connection
        self._epoll.register(connection.socket, select.EPOLLIN)
        self._send(connection)

    def _drive(self, seconds: float) -> float:
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < seconds:
            for each in self._heard():
                if self._received(each):
                    self._send(each)
        return passed

    def _heard(self) -> list[Connection]:
        return [self._waiting[number] for number, _ in self._epoll.poll(0.5)]

    def _finish(self) -> None:
        """What is under way is waited for, so that the next run begins with an idle server."""
        deadline = time.monotonic() + LONGEST_SILENCE
        while self._waiting and time.monotonic() < deadline:
            for each in self._heard():
                if self._received(each):
                    self._drop(each)
        for each in list(self._waiting.values()):
            self._note(each, BROKEN)
            self._drop(each)
        self._epoll.close()

    def _send(self, connection: Connection) -> None:
        if self.pace:
            time.sleep(1 / self.pace)
        connection.send(self.requests.following(), self.requests.statements)

    def _received(self, connection: Connection) -> bool:
        """True once the answer is whole, and noted; a broken connection is replaced."""
        try:
            status = connection.receive()
        except OSError:
            self._note(connection, BROKEN)
            self._drop(connection)
            if self._going:
                self._start(Connection(connection.port))
            return False
        if status is not None:
            self._note(connection, status)
        return status is not None

    def _note(self, connection: Connection, status: int) -> None:
        """Failures count whenever they happen; times and statements in the measured part only."""
        outcome = self._outcome
        if status != 200 and not outcome.first_refusal:
            outcome.first_refusal = connection.body[:200].decode(errors="replace")
        if status != 200 or self._measuring:
            outcome.statuses[status] += 1
        if status == 200 and self._measuring:
            outcome.latencies.append(time.perf_counter() - connection.began)
            outcome.statements += connection.statements

    def _drop(self, connection: Connection) -> None:
        self._epoll.unregister(connection.socket)
        del self._waiting[connection.socket.fileno()]
        connection.close()

"""Programs that send statements through all faults, and remember what was promised to them.

Acknowledged is what was answered by 200 or 204, and nothing else. What was sent and not acknowledged may be stored or
not; a program sends it again, or leaves it at that.
"""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import orjson

from tests import builders
from tests.faults.installation import Opened

SILENCE = 30.0
FAULTS = frozenset({503})
_VERBS = ("answered", "experienced", "completed", "attempted")


@dataclass
class Sent:
    """One request: its statements, when it was sent for the first time and when it was acknowledged, if it was."""

    statements: list[dict[str, Any]]
    began: float
    acknowledged: float | None = None
    tries: int = 0

    @property
    def ids(self) -> list[str]:
        """The ids of its statements, in order."""
        return [each["id"] for each in self.statements]


@dataclass
class Line:
    """A connection to the installation that is opened anew where it broke."""

    port: int
    authorization: str
    _open: http.client.HTTPConnection | None = field(default=None, repr=False)

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (in small letters) and body; OSError or HTTPException where the answer did not come."""
        headers = {"Authorization": self.authorization, "X-Experience-API-Version": "1.0.3"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        line = self._open = self._open or http.client.HTTPConnection("127.0.0.1", self.port, timeout=SILENCE)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self) -> None:
        """The connection is closed."""
        if self._open is not None:
            self._open.close()
            self._open = None


class Sender:
    """Sends singles or batches, one after the other; half of what was cut off is sent again until it is in."""

    def __init__(self, port: int, store: Opened, *, most: int, seed: int) -> None:
        self.sent: list[Sent] = []
        self.statuses: Counter[int] = Counter()
        self._line = Line(port, store.authorization)
        self._most = most
        self._dice = random.Random(seed)

    @property
    def acknowledged(self) -> int:
        """How many requests were acknowledged."""
        return sum(each.acknowledged is not None for each in self.sent)

    def send_until(self, over: threading.Event) -> None:
        """Requests have been sent until it was over."""
        while not over.is_set():
            request = Sent(list(self._statements()), time.monotonic())
            self.sent.append(request)
            while not self._try(request) and not over.is_set():
                time.sleep(0.05)
                if self._dice.random() < 0.5:
                    break
        self._line.close()

    def _try(self, request: Sent) -> bool:
        request.tries += 1
        try:
            status = self._send(request.statements)
        except (OSError, http.client.HTTPException):
            return False
        self.statuses[status] += 1
        if status in (200, 204):
            request.acknowledged = time.monotonic()
        return request.acknowledged is not None

    def _send(self, statements: list[dict[str, Any]]) -> int:
        path, body = "/xapi/statements", orjson.dumps(statements if len(statements) > 1 else statements[0])
        if len(statements) == 1 and self._dice.random() < 0.5:
            return self._line.ask("PUT", f"{path}?statementId={statements[0]['id']}", body)[0]
        return self._line.ask("POST", path, body)[0]

    def _statements(self) -> Iterator[dict[str, Any]]:
        registration = str(uuid4())
        for _ in range(self._dice.randint(1, self._most)):
            yield self._statement(registration)

    def _statement(self, registration: str) -> dict[str, Any]:
        dice = self._dice
        earlier = dice.choice(self.sent).ids[0] if self.sent and dice.random() < 0.1 else None
        number = dice.randrange(10)
        activity = {
            "objectType": "Activity",
            "id": f"https://courses.example.org/m{number}",
            # Now and then something new is said of it, so that what is known of activities is written, too.
            "definition": {"name": {"en": f"Module {number if dice.random() < 0.97 else dice.random()}"}},
        }
        return builders.a_statement(
            id=str(UUID(int=dice.getrandbits(128), version=4)),
            actor=builders.an_agent(f"learner-{dice.randrange(20)}"),
            verb={"id": f"http://adlnet.gov/expapi/verbs/{dice.choice(_VERBS)}"},
            object={"objectType": "StatementRef", "id": earlier} if earlier else activity,
            context={"registration": registration},
        )


class Poller:
    """Reads what is new, again and again, knowing nothing but X-Experience-API-Consistent-Through."""

    def __init__(self, port: int, store: Opened, *, ascending: bool) -> None:
        self.seen: list[str] = []
        self.promised: list[str] = []
        self._line = Line(port, store.authorization)
        self._ascending = ascending
        self._since = "1970-01-01T00:00:00Z"

    def poll_until(self, over: threading.Event) -> None:
        """What is new has been read until it was over; and then once more, until nothing was."""
        while not over.is_set():
            self._poll()
        for _ in range(2):
            while not self._poll():
                time.sleep(0.1)
        self._line.close()

    def _poll(self) -> bool:
        """All that was stored since the last time has been read; false where that failed, and nothing is believed."""
        read: list[str] = []
        path: str = f"/xapi/statements?since={self._since}&limit=40&ascending={str(self._ascending).lower()}"
        promised = ""
        while path:
            try:
                status, headers, body = self._line.ask("GET", path)
            except (OSError, http.client.HTTPException):
                return False
            if status != 200:
                return False
            # Newest first, only the first page holds all that its own header promises.
            promised = promised or headers["x-experience-api-consistent-through"]
            page = orjson.loads(body)
            read += [each["id"] for each in page["statements"]]
            path = page["more"]
        self.seen += read
        self._since = promised
        self.promised.append(promised)
        return True

"""Batches that are in each other's way on purpose: the same ids, references to each other, the same activities."""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

import orjson

from tests import builders
from tests.faults.clients import Line
from tests.faults.installation import Opened

_SPACE = UUID("5e2a4f3c-6f0f-4bb4-9a5e-0a3b6c1d2e3f")
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
LONG_AGO = "2026-05-18T05:32:34.804Z"


class Crossing:
    """Sends so many batches to these stores in turn.

    The ids of a batch come from a cluster of ids that is shared by all who send, in an order that differs from batch
    to batch. An id nearly always stands for the same statement; where it does not, one of the two is refused.
    """

    def __init__(self, port: int, stores: Sequence[Opened], *, batches: int, seed: int) -> None:
        self.statuses: Counter[int] = Counter()
        self.statements = 0
        self._lines = [Line(port, store.authorization) for store in stores]
        self._batches = batches
        self._dice = random.Random(seed)

    def send(self, over: threading.Event) -> None:
        """All have been sent and answered, unless it was over before."""
        for number in range(self._batches):
            if over.is_set():
                return
            cluster = number // 5
            body = orjson.dumps(self._batch(cluster))
            status, _, _ = self._lines[number % len(self._lines)].ask("POST", "/xapi/statements", body)
            self.statuses[status] += 1
        for line in self._lines:
            line.close()

    def _batch(self, cluster: int) -> list[dict[str, Any]]:
        numbers = self._dice.sample(range(16), 6)
        self.statements += len(numbers)
        return [self._statement(cluster, number) for number in numbers]

    def _statement(self, cluster: int, number: int) -> dict[str, Any]:
        """The statement of this number: every third refers to the next in its cluster, and one voids another."""
        target = str(uuid5(_SPACE, f"{cluster}/{(number + 1) % 16}"))
        refers = number % 3 == 0
        contradicts = self._dice.random() < 0.005
        activity = {
            "objectType": "Activity",
            "id": f"https://courses.example.org/m{number % 4}",
            "definition": {"name": {"en": f"Module {cluster % 7}"}},
        }
        return builders.a_statement(
            id=str(uuid5(_SPACE, f"{cluster}/{number}")),
            actor=builders.an_agent(f"learner-{'other' if contradicts else number % 5}"),
            verb={"id": VOIDED if number == 15 else "http://adlnet.gov/expapi/verbs/answered"},
            object={"objectType": "StatementRef", "id": target} if refers else activity,
            timestamp=LONG_AGO,
        )

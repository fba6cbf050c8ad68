"""Many requests at once against a served store: each lane has a connection, a sequence of its own, and its faults."""

import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.fuzz import bytes as fuzz
from tests.fuzz import promises
from tests.fuzz.message import Answer, Message
from tests.fuzz.valid import Draw
from tests.fuzz.ways import Fell, Line

MOST_FAULTS = 10
LOOK_BACK = 0.5  # how often what was accepted is read again
SLOW = 5.0


@dataclass
class Lane:
    """One after the other, requests from a seed."""

    seed: int
    lane: int
    authorization: bytes
    line: Line
    number: int = 0
    came_back: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def run(self, count: int) -> None:
        """So many more requests were sent, unless too much was found already."""
        for _ in range(count):
            if len(self.faults) >= MOST_FAULTS:
                return
            self.following()

    def following(self) -> tuple[Message, Answer | None]:
        """The next request was sent and its answer judged."""
        draw = Draw.of(self.seed, self.lane, self.number, self.authorization)
        message, answer, began = fuzz.one(draw, wire=True), None, time.monotonic()
        self.number += 1
        try:
            answer = self.line.ask(message)
            promises.keep(message, answer, self.authorization)
            if draw.dice.random() < LOOK_BACK:
                self.came_back += promises.comes_back(self.line.ask, message, answer)
            if time.monotonic() - began > SLOW:
                raise Fell(f"it took {time.monotonic() - began:.1f} s")
        except (Fell, ValueError, KeyError, OSError) as error:
            self._note(message, error)
        self.statuses[_kind(answer)] += 1
        return message, answer

    def _note(self, message: Message, error: Exception) -> None:
        self.line.close()
        sent = message.written()
        shown = sent if len(sent) < 3000 else sent[:1500] + b" ... " + sent[-200:]
        where = f"Draw.of({self.seed}, {self.lane}, {self.number - 1}, authorization)"
        self.faults.append(f"{where} {message.kind}: {error!r}\n    {shown!r}")


def _kind(answer: Answer | None) -> str:
    if answer is None:
        return "none"
    return str(answer.status) if answer.of_the_store else f"{answer.status} beside the store"


def run_together(lanes: Iterable[Lane], count: int) -> None:
    """Every lane has sent so many more, all at once."""
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(lane.run, count) for lane in lanes]:
            done.result()

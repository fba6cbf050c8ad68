"""Medians, and the table in which they are shown."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Measured:
    """One thing that was done many times. `beside` is the bare thing of the same run that it is compared with."""

    name: str
    beside: "Measured | None" = None
    seconds: list[float] = field(default_factory=list)

    @contextmanager
    def once(self) -> Iterator[None]:
        """It is done once more, timed."""
        began = time.perf_counter()
        yield
        self.seconds.append(time.perf_counter() - began)

    @property
    def median(self) -> float:
        """The middle of all times, in milliseconds."""
        return statistics.median(self.seconds) * 1000


def repeated(times: int, act: Callable[[int], None], *measured: Measured, warm: int = 5) -> None:
    """The act was done so often; the first few times, in which caches fill, do not count."""
    for number in range(times + warm):
        if number == warm:
            for each in measured:
                each.seconds.clear()
        act(number)


def table(rows: list[Measured]) -> str:
    """One line for each, with its ratio to what it is compared with."""
    width = max(len(row.name) for row in rows)
    lines = [f"{'':<{width}}  {'times':>5}  {'median':>10}  {'9 of 10 within':>14}  {'ratio':>7}"]
    for row in rows:
        tenth = statistics.quantiles(row.seconds, n=10)[-1] * 1000
        ratio = f"{row.median / row.beside.median:6.1f}x" if row.beside else "1"
        lines.append(
            f"{row.name:<{width}}  {len(row.seconds):>5}  {row.median:>7.2f} ms  {tenth:>11.2f} ms  {ratio:>7}"
        )
    return "\n".join(lines)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

"""Fifty kills under load, and ten thousand batches that cross. Part of `make trial` alone.

The seed is printed; ANIMATEUR_TRIAL_SEED plays the same victims again.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator

import psutil
import pytest

from tests import waiting
from tests.faults import load
from tests.faults.installation import Installation, a_store, installed, killed
from tests.faults.test_short import cross

KILLS = 50
MORE_EACH_TIME = 20
# How often each is struck in ten kills.
SHARES = {
    "a web process": 4,
    "PostgreSQL": 2,
    "all web processes": 1,
    "the worker": 1,
    "the supervisor": 1,
    "everything": 1,
}


@pytest.fixture(scope="module")
def here() -> Iterator[Installation]:
    """An installation of two web processes, a worker and a PostgreSQL of its own, on the disk."""
    with installed(only="all") as running:
        yield running


@pytest.mark.trial
def test_no_promise_is_broken_by_fifty_kills(here: Installation) -> None:
    seed = int(os.environ.get("ANIMATEUR_TRIAL_SEED", "0")) or random.randrange(1, 10**6)
    dice = random.Random(seed)
    victims = [name for name, share in SHARES.items() for _ in range(share * KILLS // 10)]
    dice.shuffle(victims)
    store = a_store(here.database_url(), "killed")
    pauses: dict[str, list[float]] = {}
    with load.on(here, store, most=(1, 1, 1, 5, 20, 50)) as running:
        for victim in victims:
            running.more(MORE_EACH_TIME)
            time.sleep(dice.random() * 0.2)
            strike(here, victim, dice)
            began = time.monotonic()
            running.more(MORE_EACH_TIME, seconds=120)
            pauses.setdefault(victim, []).append(time.monotonic() - began)
    figures = running.nothing_is_wrong()
    print(f"\nseed {seed}; {len(victims)} kills; {figures}")
    print(f"answers: {dict(sum((each.statuses for each in running.senders), Counter[int]()))}")
    for victim, seconds in pauses.items():
        print(f"until {MORE_EACH_TIME} more were in after {victim}: {sorted(seconds)[len(seconds) // 2]:.1f} s")


@pytest.mark.trial
def test_ten_thousand_overlapping_batches_know_no_deadlock(here: Installation) -> None:
    began = time.monotonic()
    print(f"\n{cross(here, batches=625, senders=16, seconds=600)} in {time.monotonic() - began:.0f} s")


@pytest.mark.trial
def test_who_polls_for_long_misses_nothing(here: Installation) -> None:
    store = a_store(here.database_url(), "polled")
    with load.on(here, store, most=(1, 1, 1, 1, 3, 8, 20, 50)) as running:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            running.more(50)
    print(f"\n{running.nothing_is_wrong()}")


def strike(here: Installation, victim: str, dice: random.Random) -> None:
    """The victim was killed with -9; one that is just being started again is waited for."""
    choices: dict[str, Callable[[], list[psutil.Process]]] = {
        "a web process": lambda: here.web_workers()[:1] if dice.random() < 0.5 else here.web_workers()[1:],
        "PostgreSQL": here.postmasters,
        "all web processes": lambda: [*here.web_mains(), *here.web_workers()],
        "the worker": here.job_workers,
        "the supervisor": lambda: here.everything()[:1],
        "everything": here.everything,
    }
    found: list[psutil.Process] = []

    def there() -> bool:
        found[:] = choices[victim]()
        return bool(found)

    waiting.until(there, seconds=60, what=f"the presence of {victim}")
    killed(found)
    if victim in ("everything", "the supervisor"):
        waiting.until(lambda: not here.left(), seconds=40, what="the end of what was started")
        here.start()

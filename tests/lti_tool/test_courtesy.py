"""Courtesy towards platforms: few calls at once, whoever else waits."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from lti_tool.lti import courtesy


def test_at_most_eight_calls_are_under_way_to_one_platform() -> None:
    guard, now, most = threading.Lock(), 0, 0

    def call(platform_id: int) -> None:
        nonlocal now, most
        with courtesy.in_flight(platform_id):
            with guard:
                now += 1
                most = max(most, now)
            time.sleep(0.02)
            with guard:
                now -= 1

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(call, [-1] * 40))
    assert most == courtesy.IN_FLIGHT


def test_a_busy_platform_holds_no_other_back() -> None:
    with ThreadPoolExecutor(9) as threads:
        held, go = threading.Semaphore(0), threading.Event()

        def hold() -> None:
            with courtesy.in_flight(-2):
                held.release()
                go.wait(10)

        waits = [threads.submit(hold) for _ in range(courtesy.IN_FLIGHT)]
        for _ in waits:
            assert held.acquire(timeout=10)
        with courtesy.in_flight(-3):
            assert not any(each.done() for each in waits)
        go.set()

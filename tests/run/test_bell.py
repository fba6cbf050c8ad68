"""The bell by which the thread that commits wakes those who wait in the loop."""

import asyncio
import threading
from collections import Counter
from collections.abc import Sequence
from typing import cast

from lti_tool.run.front import _Bell
from xapi_store.order.group_commit import Waiting
from xapi_store.statements import Arrival


def test_the_bell_wakes_everybody_once() -> None:
    woken: Counter[int] = Counter()
    rung: Counter[int] = Counter()

    async def many() -> None:
        arrived: list[list[Waiting]] = []
        bell = _Bell(asyncio.get_running_loop(), lambda together: arrived.append(list(together)))
        everybody = [Waiting(cast("Arrival", None), bell.ring) for _ in range(800)]

        async def wait(number: int) -> None:
            await bell.rung_for(everybody[number])
            woken[number] += 1

        def ring(part: Sequence[Waiting]) -> None:
            for first in range(0, len(part), 7):
                bell.ring(part[first : first + 7])
                rung.update(map(id, part[first : first + 7]))

        tasks = [asyncio.ensure_future(wait(number)) for number in range(800)]
        await asyncio.sleep(0.01)
        assert arrived == [everybody]
        threads = [threading.Thread(target=ring, args=(everybody[first::8],)) for first in range(8)]
        for thread in threads:
            thread.start()
        await asyncio.wait_for(asyncio.gather(*tasks), timeout=5)
        for thread in threads:
            thread.join()
        assert not bell._expected

    asyncio.run(many())
    assert len(woken) == len(rung) == 800
    assert set(woken.values()) == {1}


def test_who_stopped_waiting_for_the_bell_keeps_nobody_from_hearing_it() -> None:
    async def two() -> None:
        bell = _Bell(asyncio.get_running_loop(), lambda together: None)
        both = [Waiting(cast("Arrival", None), bell.ring) for _ in range(2)]
        tasks = [asyncio.ensure_future(bell.rung_for(each)) for each in both]
        await asyncio.sleep(0)
        tasks[0].cancel()
        bell.ring(both)
        await asyncio.wait_for(tasks[1], timeout=5)
        assert tasks[0].cancelled()

    asyncio.run(two())

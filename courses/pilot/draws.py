"""Which items a practitioner answers: sets of twenty, balanced over the modules, five people on each.

A draw of its own for each person would spread few people thinly over many items, and no item would ever reach five
answers. So the pool is cut into sets once for each pilot, and a set is filled before the next is begun.
"""

import random
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from courses.pilot.matter import Item

SIZE, PEOPLE = 20, 5


def sets(items: Sequence[Item], *, seed: str) -> list[tuple[str, ...]]:
    """The ids of all items in sets of at most twenty, each taking from every module in turn."""
    dice = random.Random(seed)  # noqa: S311 (which questions come is no secret, only not always the same)
    by_module: dict[str, list[str]] = {}
    for item in items:
        by_module.setdefault(item.module, []).append(item.code)
    for codes in by_module.values():
        dice.shuffle(codes)
    dealt = [code for row in zip_longest(*by_module.values()) for code in row if code is not None]
    return [tuple(dealt[start : start + SIZE]) for start in range(0, len(dealt), SIZE)]


def next_set(count: int, *, taken: Mapping[int, int]) -> int | None:
    """The number of the set for one more person, of `count` sets: the first with fewer than five, else the emptiest.

    `taken` says how many people have each set. None where there are no items at all.
    """
    numbers = range(count)
    waiting = next((number for number in numbers if taken.get(number, 0) < PEOPLE), None)
    return waiting if waiting is not None else min(numbers, key=lambda number: taken[number], default=None)


def order(item: Item, *, seed: str) -> list[str]:
    """The keys of the item's options in an order of one person's own, the same each time."""
    keys = [option.code for option in item.options]
    random.Random(f"{seed}/{item.code}").shuffle(keys)  # noqa: S311 (an order to show, not a secret)
    return keys

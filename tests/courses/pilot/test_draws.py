"""Which items people are dealt: balanced over the modules, five people on a set before the next is begun."""

from collections import Counter

import pytest

from courses.catalogue import Catalogue
from courses.pilot import draws, matter
from courses.pilot.matter import Item


@pytest.fixture(scope="module")
def items(catalogue: Catalogue) -> tuple[Item, ...]:
    """The items of the shipped course."""
    return matter.of_course(catalogue.course("oicf"), catalogue.profile).items


def test_the_sets_hold_every_item_once(items: tuple[Item, ...]) -> None:
    dealt = [code for each in draws.sets(items, seed="a") for code in each]
    assert sorted(dealt) == sorted(item.code for item in items)


def test_a_set_takes_from_every_module_alike(items: tuple[Item, ...]) -> None:
    modules = {item.code: item.module for item in items}
    first = Counter(modules[code] for code in draws.sets(items, seed="a")[0])
    assert first.keys() == set(modules.values())
    assert sum(first.values()) == draws.SIZE
    assert max(first.values()) - min(first.values()) <= 1


def test_another_pilot_deals_otherwise_and_the_same_one_alike(items: tuple[Item, ...]) -> None:
    assert draws.sets(items, seed="a") == draws.sets(items, seed="a")
    assert draws.sets(items, seed="a") != draws.sets(items, seed="b")


@pytest.mark.parametrize(
    ("taken", "number"), [({}, 0), ({0: 4}, 0), ({0: 5}, 1), ({0: 5, 1: 5, 2: 5}, 0), ({0: 6, 1: 5, 2: 7}, 1)]
)
def test_a_set_is_filled_before_the_next_is_begun(taken: dict[int, int], number: int) -> None:
    assert draws.next_set(3, taken=taken) == number


def test_a_course_without_items_deals_nothing() -> None:
    assert draws.sets((), seed="a") == []
    assert draws.next_set(0, taken={}) is None


def test_only_one_best_and_situational_items_with_their_keys_are_asked(catalogue: Catalogue) -> None:
    course = catalogue.course("oicf")
    asked = matter.of_course(course, catalogue.profile)
    questions = {
        each.id: each for module in course.modules for step in module.steps for each in getattr(step, "pool", ())
    }
    assert {item.kind for item in asked.items} == {"single", "sjt"}
    for item in asked.items:
        best = max(option.value for option in questions[item.code].options)
        assert [option.key for option in questions[item.code].options if option.value == best] == list(item.right)
    assert matter.from_json(matter.to_json(asked)) == asked

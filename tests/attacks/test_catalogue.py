"""The catalogue is no claim: each attack stands for a test that exists, and no test for more attacks than it tries."""

import importlib
from collections import Counter
from math import prod

from tests.attacks.catalogue import CALLS, CATALOGUE, LAUNCH, ODD, PAGES, REFUSED, TENANTS

# Not attacks: what must work beside them.
HARMLESS = {
    "test_a_proper_launch_is_let_in",
    "test_parallel_launches_of_one_browser_leave_each_other_alone",
    "test_clocks_may_differ_by_half_a_minute",
}
# The same attack once more, with another kind of proof.
AGAIN = {"test_text_that_no_database_holds_is_refused", "test_a_key_address_in_the_token_is_never_called"}


def cases(module: str) -> dict[str, int]:
    """The tests of that module, and how many cases each has."""
    found = importlib.import_module(f"tests.attacks.{module}")
    return {
        name: prod(len(mark.args[1]) for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize")
        for name, test in vars(found).items()
        if name.startswith("test_")
    }


def test_there_are_at_least_sixty_attacks_and_none_is_counted_twice() -> None:
    names = [what for what, _, _ in CATALOGUE]
    assert len(set(names)) == len(names) >= 60


def test_every_attack_stands_for_a_case_of_a_test_that_exists() -> None:
    for (module, test), attacks in Counter((module, test) for _, module, test in CATALOGUE).items():
        assert cases(module).get(test, 0) >= attacks, (module, test)


def test_every_test_of_an_attack_is_in_the_catalogue() -> None:
    listed = {(module, test) for _, module, test in CATALOGUE}
    modules = (LAUNCH, REFUSED, ODD, TENANTS, CALLS, PAGES)
    there = {(module, test) for module in modules for test in cases(module) if test not in HARMLESS | AGAIN}
    assert listed == there

"""Scenarios: everything in them can happen, nobody gets stuck, and the best score is the one that is named."""

from collections.abc import Iterator

from courses import scenario_search
from courses.checks.place import in_module
from courses.errors import Fault
from courses.syllabus import Module, Scenario


def find(module: Module) -> Iterator[Fault]:
    """What cannot happen in the scenarios of this module, or should not."""
    for step in module.steps:
        if isinstance(step, Scenario):
            yield from _of(module, step)


def _of(module: Module, scenario: Scenario) -> Iterator[Fault]:
    try:
        found = scenario_search.explore(scenario)
    except scenario_search.TooLarge:
        yield in_module(module, scenario.line, "there are too many ways through this scenario, or ways that never end")
        return
    yield from _nodes(module, scenario, found)
    for ending in scenario.endings:
        if ending.key not in found.endings:
            yield in_module(module, ending.line, f"{ending.key}: no way ends so")
    if found.best is None:
        yield in_module(module, scenario.line, "no way through this scenario ends")
    elif found.best != scenario.maximum:
        way = ", ".join(found.way)
        yield in_module(module, scenario.line, f"the best score is {found.best}, not {scenario.maximum}: by {way}")


def _nodes(module: Module, scenario: Scenario, found: scenario_search.Found) -> Iterator[Fault]:
    for node in scenario.nodes.values():
        if node.key not in found.nodes:
            yield in_module(module, node.line, f"{node.key}: no way leads here")
        if node.key in found.stuck:
            yield in_module(module, node.line, f"{node.key}: somebody can come here and find no choice open")

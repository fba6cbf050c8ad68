"""Playing a scenario with any meters, with and without a clock: what is open, what it does, where it leads."""

from pathlib import Path

import pytest

from courses import play, scenario_search
from courses.errors import StepClosed
from courses.syllabus import Scenario
from tests.courses.test_authoring import SCENARIO
from tests.courses.writing import HEAD, a_course, a_step, read, spoil

TIMELESS = (
    ("clock: 08:30 to 09:00\n", ""),
    ("overtime: 15 minutes, rest -1\n", ""),
    ("at: 08:30\n", ""),
    ("{10 min, trust +1", "{trust +1"),
    ("{40 min, unsound", "{unsound"),
    ("{5 min, rest", "{rest"),
)


def a_scenario(directory: Path, *changes: tuple[str, str]) -> Scenario:
    """The scenario of the readers' tests, with these changes."""
    a_course(directory)
    (directory / "m1.en.md").write_text(HEAD + a_step("scenario", SCENARIO), "utf-8")
    for old, new in changes:
        spoil(directory / "m1.en.md", old, new)
    [step] = read(directory).modules[0].steps
    assert isinstance(step, Scenario)
    return step


def test_a_choice_is_open_only_when_its_conditions_are_met(tmp_path: Path) -> None:
    scenario = a_scenario(tmp_path, ("if not door.a -> cellar, ", ""))
    trusted = play.play(scenario, ["door.a"])
    assert [choice.key for choice in trusted.choices] == ["a", "b"]
    waited = play.play(scenario, ["door.b"])
    assert [choice.key for choice in waited.choices] == ["b", "c"]
    with pytest.raises(StepClosed):
        play.play(scenario, ["door.b", "hall.a"])


def test_a_way_with_a_condition_is_taken_when_it_is_met(tmp_path: Path) -> None:
    scenario = a_scenario(tmp_path)
    waited = play.play(scenario, ["door.b"])
    assert waited.node is not None
    assert waited.node.key == "cellar", "the door was not opened"


def test_a_way_may_depend_on_a_meter(tmp_path: Path) -> None:
    scenario = a_scenario(tmp_path, ("if not door.a -> cellar", "if not trust 2 -> cellar"))
    node = play.play(scenario, ["door.b"]).node
    assert node is not None
    assert node.key == "cellar"


def test_a_meter_stays_between_nothing_and_its_most(tmp_path: Path) -> None:
    scenario = a_scenario(tmp_path, ("- Dark. {-> end}", "- Dark. {trust -9, -> end}"))
    assert play.play(scenario, ["door.b", "cellar.a"]).meters["trust"] == 3
    assert play.play(scenario, ["door.b", "cellar.b"]).meters["trust"] == 0


def test_each_period_of_overtime_that_was_begun_costs_what_the_author_says(tmp_path: Path) -> None:
    day = play.play(a_scenario(tmp_path), ["door.b", "cellar.b"])
    assert (day.overtime, day.meters["rest"]) == (10, 3)


def test_without_a_clock_no_time_passes(tmp_path: Path) -> None:
    scenario = a_scenario(tmp_path, *TIMELESS)
    assert (scenario.opens, scenario.closes, scenario.overtime) == (None, None, None)
    day = play.play(scenario, ["door.a", "hall.a"])
    assert (day.clock, day.overtime, day.meters) == (0, 0, {"trust": 2, "rest": 3})
    assert day.ending is not None
    assert day.ending.key == "good"
    assert day.score == 7


def test_the_first_ending_whose_figures_hold_is_taken(tmp_path: Path) -> None:
    scenario = a_scenario(tmp_path, ("when: trust >= 2, rest <= 9", "when: trust >= 2, rest <= 3"))
    ended = play.play(scenario, ["door.a", "hall.b"]).ending
    assert ended is not None
    assert ended.key == "other", "so much rest is left"


def test_the_search_finds_what_playing_every_way_finds(tmp_path: Path) -> None:
    scenario = a_scenario(tmp_path)
    found = scenario_search.explore(scenario)
    waiting: list[list[str]] = [[]]
    best, endings = 0, set()
    while waiting:
        path = waiting.pop()
        day = play.play(scenario, path)
        waiting += [[*path, f"{day.node.key}.{choice.key}"] for choice in day.choices if day.node]
        if day.ending is not None:
            endings.add(day.ending.key)
            best = max(best, play.points(scenario, day.meters))
    assert (found.best, found.endings) == (best, endings)
    assert play.points(scenario, play.play(scenario, list(found.way)).meters) == best

"""Scenarios: no dead ends, a best path, and a first run that counts."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from courses import progress, scenario
from courses.catalogue import Catalogue
from courses.errors import StepClosed
from courses.people import Enrolment
from courses.scenario import Day, ScenarioRun
from courses.syllabus import Scenario
from tests.builders import an_enrolment, statements_of
from xapi_store import vocabulary as words
from xapi_store.database import Database
from xapi_store.transaction import transaction

BEST = [
    "dates.c",
    "call.b",
    "roller.b",
    "group-clear.b",
    "profiles.b",
    "dates-quiet.a",
    "test-clear.b",
    "report.b",
    "close.a",
]


@pytest.fixture(scope="module")
def hours(catalogue: Catalogue) -> Scenario:
    """M1.3."""
    step = catalogue.step("oicf", "m1", "3")
    assert isinstance(step, Scenario)
    return step


def every_day(hours: Scenario) -> Iterator[tuple[list[str], Day]]:
    """Every path through the scenario, with the day it leads to."""
    waiting: list[list[str]] = [[]]
    while waiting:
        path = waiting.pop()
        day = scenario.play(hours, path)
        if day.node is None:
            yield path, day
        else:
            waiting += [[*path, f"{day.node.key}.{choice.key}"] for choice in day.node.choices]


def go_through(session: Session, run: ScenarioRun, hours: Scenario, path: list[str], at: datetime) -> Day:
    """The run played along this path."""
    day = scenario.play(hours, run.path)
    for made in path:
        node, choice = made.split(".")
        day = scenario.choose(session, run=run, scenario=hours, node=node, choice=choice, at=at)
    return day


def test_every_path_ends_and_the_best_one_is_the_maximum(hours: Scenario) -> None:
    endings, visited, lengths, best = Counter[str](), set[str](), set[int](), Decimal(0)
    for path, day in every_day(hours):
        assert day.ending is not None
        assert day.score is not None
        endings[day.ending.key] += 1
        visited |= {made.split(".")[0] for made in path}
        lengths.add(len(path))
        best = max(best, Decimal(hours.base + 2 * day.meters["progress"] - day.meters["queue"]))
    assert best == hours.maximum
    assert scenario.play(hours, BEST).score == best
    assert set(endings) == {ending.key for ending in hours.endings}
    assert visited == set(hours.nodes), "a request that no path reaches"
    assert lengths == {9, 10}


def test_the_day_depends_on_earlier_choices(hours: Scenario) -> None:
    asked_first = scenario.play(hours, ["dates.b", "call.b", "roller.b"])
    sent_a_list = scenario.play(hours, ["dates.b", "call.a", "roller.b"])
    assert asked_first.node is not None
    assert sent_a_list.node is not None
    assert (asked_first.node.key, sent_a_list.node.key) == ("group-clear", "group-vague")
    posted = scenario.play(hours, ["dates.b", "call.a", "roller.a", "group-vague.a", "profiles.a", "dates-again.c"])
    assert posted.node is not None
    assert posted.node.key == "replies"


def test_saying_no_to_a_hopeless_search_is_the_sound_choice_and_the_best_one(hours: Scenario) -> None:
    roller = hours.nodes["roller"]
    assert roller.criterion == "U1.PC4"
    assert [choice.key for choice in roller.choices if choice.sound] == ["b"]
    said_no = scenario.play(hours, BEST).score
    for other in "acd":
        path = [f"roller.{other}" if made == "roller.b" else made for made in BEST]
        if other == "a":
            path.insert(path.index("test-clear.b"), "replies.b")
        score = scenario.play(hours, path).score
        assert score is not None
        assert said_no is not None
        assert score < said_no


def test_a_request_waits_for_the_clock_and_the_clock_for_the_request(hours: Scenario) -> None:
    day = scenario.play(hours, ["dates.a", "call.b"])
    assert [(turn.opened, turn.closed) for turn in day.turns] == [(510, 555), (555, 615)]
    assert day.clock == 615
    assert day.meters == {"progress": 3, "queue": 7}


def test_overtime_is_borrowed_from_tomorrow(hours: Scenario) -> None:
    slow = [*BEST[:-2], "report.a", "close.b"]
    day = scenario.play(hours, slow)
    assert day.overtime == 70
    assert day.meters["queue"] == day.turns[-1].meters["queue"] + 3


def test_a_run_goes_on_where_it_stopped(
    database: Database, catalogue: Catalogue, hours: Scenario, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment = an_enrolment(session, catalogue.course("oicf"))
        run = scenario.begin(session, enrolment=enrolment, scenario=hours, at=now)
        go_through(session, run, hours, BEST[:3], now)
    with transaction(database) as session:
        mine = session.get_one(Enrolment, enrolment.id)
        again = scenario.begin(session, enrolment=mine, scenario=hours, at=now)
        assert again.id == run.id
        assert again.path == BEST[:3]


def test_the_first_run_is_on_record_choice_by_choice_and_later_ones_are_practice(
    database: Database, catalogue: Catalogue, hours: Scenario, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment = an_enrolment(session, catalogue.course("oicf"))
        first = scenario.begin(session, enrolment=enrolment, scenario=hours, at=now)
        day = go_through(session, first, hours, BEST, now)
        assert day.ending is not None
        assert (first.ending, first.score, first.ended_at) == (day.ending.key, Decimal(28), now)
        states = progress.outline(session, enrolment=enrolment, module=catalogue.module("oicf", "m1"))
        assert states[2].status == "done"
        second = scenario.begin(session, enrolment=enrolment, scenario=hours, at=now)
        go_through(session, second, hours, BEST, now)
        assert (second.number, second.score) == (2, Decimal(28))
        assert [run.number for run in scenario.runs(session, enrolment=enrolment, scenario=hours)] == [1, 2]
    *selected, completed = statements_of(database, enrolment.store_id)
    assert [line["verb"]["id"] for line in selected] == [words.SELECTED] * 9
    refusal = next(line for line in selected if line["object"]["id"] == f"{hours.iri}/roller")
    assert refusal["result"] == {"response": "b", "success": True}
    assert refusal["object"]["definition"]["type"] == words.TYPE_STEP
    grouped = {group["id"] for group in refusal["context"]["contextActivities"]["grouping"]}
    assert catalogue.criterion("U1.PC4").iri in grouped
    assert completed["verb"]["id"] == words.COMPLETED
    assert completed["result"] == {
        "completion": True,
        "success": True,
        "score": {"scaled": 1.0, "raw": 28.0, "min": 0, "max": 28.0},
        "response": "[,]".join(BEST),
    }


def test_a_choice_sent_twice_is_made_once_and_a_stale_one_not_at_all(
    session: Session, catalogue: Catalogue, hours: Scenario, now: datetime
) -> None:
    enrolment = an_enrolment(session, catalogue.course("oicf"))
    run = scenario.begin(session, enrolment=enrolment, scenario=hours, at=now)
    go_through(session, run, hours, ["dates.b", "dates.b", "call.b", "call.b"], now)
    assert run.path == ["dates.b", "call.b"]
    for made in ("dates.a", "call.a", "roller.z", "nowhere.a"):
        with pytest.raises(StepClosed):
            go_through(session, run, hours, [made], now)
    assert run.path == ["dates.b", "call.b"]
    day = go_through(session, run, hours, [*BEST[2:5], "dates-again.b", *BEST[6:]], now)
    assert day.ending is not None
    with pytest.raises(StepClosed):
        go_through(session, run, hours, ["dates.a"], now)

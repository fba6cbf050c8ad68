"""The filters of GET /statements (xAPI Communication 2.1.3)."""

from typing import Any
from uuid import UUID

import orjson
import pytest

from tests.builders import a_statement, an_agent
from tests.xapi_store.conftest import AUTHORITY, StoreAtHand
from xapi_store import query
from xapi_store.actors import identity, team_group
from xapi_store.filters import Filters
from xapi_store.form.syntax import read_time
from xapi_store.presentation import ids_only
from xapi_store.reporting import events, latest_by
from xapi_store.vocabulary import ANSWERED, PASSED

RUN = "6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11"
ANNA, BEN = an_agent("anna"), an_agent("ben")
TEAM = team_group("https://people.example.org", "team-7", [ANNA])


def one(store: StoreAtHand, **changed: Any) -> str:
    (statement_id,) = store.record(a_statement(**changed))
    return str(statement_id)


def test_an_agent_is_found_as_actor_object_and_member_by_identifier_alone(store: StoreAtHand) -> None:
    acting = one(store, actor={**ANNA, "name": "Anna"})
    acted_upon = one(store, object=ANNA, context=None)
    with_others = one(store, actor=TEAM)
    one(store, actor=BEN)
    assert store.found(agent=identity({"account": ANNA["account"]})) == [with_others, acted_upon, acting]
    assert store.found(agent=identity(TEAM)) == [with_others]


def test_agents_in_other_places_are_found_only_as_related(store: StoreAtHand) -> None:
    sub = {"objectType": "SubStatement", "actor": BEN, "verb": {"id": PASSED}, "object": TEAM}
    places = [
        one(store, context={"instructor": ANNA}),
        one(store, context={"team": TEAM}),
        one(store, object=sub),
        one(store, actor=ANNA, context={"instructor": ANNA}),
    ]
    assert store.found(agent=identity(ANNA)) == [places[3]]
    assert store.found(agent=identity(ANNA), related_agents=True) == places[::-1]
    assert store.found(agent=identity(AUTHORITY)) == []
    assert store.found(agent=identity(AUTHORITY), related_agents=True) == places[::-1]


def test_activities_in_other_places_are_found_only_as_related(store: StoreAtHand) -> None:
    course = {"id": "https://courses.example.org/oicf"}
    sub = {"objectType": "SubStatement", "actor": BEN, "verb": {"id": PASSED}, "object": course}
    places = [
        *(one(store, context={"contextActivities": {kind: course}}) for kind in ("parent", "category", "other")),
        one(store, object=sub),
        one(store, object=course),
    ]
    assert store.found(activity=course["id"]) == [places[-1]]
    assert store.found(activity=course["id"], related_activities=True) == places[::-1]


def test_filters_hold_together(store: StoreAtHand) -> None:
    wanted = one(store, actor=ANNA, verb={"id": PASSED})
    one(store, actor=BEN, verb={"id": PASSED})
    one(store, actor=ANNA)
    one(store, actor=ANNA, verb={"id": PASSED}, context=None)
    found = store.found(
        agent=identity(ANNA),
        verb=PASSED,
        registration=UUID(RUN),
        activity="https://courses.example.org/m1",
        related_activities=True,
    )
    assert found == [wanted]
    assert store.found(agent=identity(ANNA), verb="https://e.org/never") == []


def test_a_very_long_address_is_found_too(store: StoreAtHand) -> None:
    long = "https://courses.example.org/" + "x" * 9000
    assert store.found(activity=long) == []
    statement_id = one(store, object={"id": long})
    assert store.found(activity=long) == [statement_id]


def test_since_excludes_its_moment_and_until_includes_it(store: StoreAtHand) -> None:
    ids = [one(store) for _ in range(4)]
    moments = [read_time(store.by_id(each)["stored"]) for each in ids]
    assert store.found(since=moments[1], until=moments[2]) == [ids[2]]
    assert store.found(since=moments[3]) == []
    assert store.found(until=moments[0], verb=ANSWERED) == [ids[0]]


@pytest.mark.parametrize("filters", [{}, {"verb": ANSWERED}, {"agent": identity(ANNA), "related_agents": True}])
@pytest.mark.parametrize("ascending", [True, False])
def test_pages_follow_each_other_without_gap_or_repetition(
    store: StoreAtHand, ascending: bool, filters: dict[str, Any]
) -> None:
    ids = [one(store, actor=ANNA) for _ in range(7)]
    found: list[str] = []
    asked = Filters(limit=3, ascending=ascending, **filters)
    with store.database.session() as session:
        while True:
            page = query.find(session, store_id=store.id, filters=asked)
            assert len(page.statements) <= 3
            found += [orjson.loads(raw)["id"] for raw in page.statements]
            if page.more is None:
                break
            asked = asked.following(page.more)
    assert found == (ids if ascending else ids[::-1])


def test_bare_identifiers_are_left_of_a_statement() -> None:
    context = {"team": {**TEAM, "name": "Seven"}, "instructor": {"objectType": "Group", "name": "x", "member": [ANNA]}}
    raw = orjson.dumps(a_statement(actor={**ANNA, "name": "Anna"}, context=context))
    slim = orjson.loads(ids_only(raw))
    assert slim["actor"] == ANNA
    assert slim["verb"] == {"id": ANSWERED}
    assert slim["object"] == {"id": "https://courses.example.org/m1/4"}
    assert slim["context"]["team"] == {"objectType": "Group", "account": TEAM["account"]}
    assert slim["context"]["instructor"] == {"objectType": "Group", "member": [ANNA]}


def test_events_are_flat_and_without_the_voided(store: StoreAtHand) -> None:
    from_anna = one(store, actor=ANNA)
    one(store, actor=ANNA, verb={"id": PASSED}, result=None)
    again = one(store, actor=ANNA)
    with store.database.session() as session:
        found = list(events(session, store_id=store.id, verbs={ANSWERED}, registration=UUID(RUN)))
        newest = latest_by(session, store_id=store.id, verbs={ANSWERED})
        nothing = list(events(session, store_id=store.id, verbs={ANSWERED}, category="https://e.org/none"))
    assert [str(each.id) for each in found] == [from_anna, again]
    assert (found[0].actor, found[0].success, found[0].scaled) == ("anna", True, 0.8)
    assert found[0].grouping == ("https://courses.example.org/m1",)
    assert found[0].registration == UUID(RUN)
    assert str(newest[("anna", "https://courses.example.org/m1/4")].id) == again
    assert nothing == []

"""The rules of statements, each by one statement that breaks it."""

import time
from typing import Any

import pytest

from tests.builders import a_statement, an_agent
from xapi_store.errors import StatementRefused
from xapi_store.form import syntax
from xapi_store.form.validation import check, check_actor

ACTIVITY = {"id": "https://courses.example.org/m1/4"}
SUB = {"objectType": "SubStatement", "actor": an_agent(), "verb": {"id": "http://e.org/v"}, "object": ACTIVITY}
ATTACHMENT = {
    "usageType": "http://e.org/u",
    "display": {"en": "A file"},
    "contentType": 'text/plain; charset="utf-8"',
    "length": 0,
    "sha2": "A" * 64,
}
GROUP = {"objectType": "Group", "member": [an_agent()]}


def with_definition(**definition: Any) -> dict[str, Any]:
    return {"object": {**ACTIVITY, "definition": definition}}


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"actor": None}, "actor"),
    ({"verb": None}, "verb"),
    ({"object": None}, "object"),
    ({"verb": {"display": {"en": "x"}}}, "verb.id"),
    ({"verb": {"id": "answered"}}, "verb.id"),
    ({"verb": {"id": "http://e.org/v", "display": {"en_GB": "x"}}}, "verb.display.en_GB"),
    ({"verb": {"id": "http://e.org/v", "display": {"zh-z-aaa-z-bbb": "x"}}}, "verb.display.zh-z-aaa-z-bbb"),
    ({"id": "1234"}, "id"),
    ({"Actor": an_agent()}, "Actor"),
    ({"actor": {"name": "x"}}, "actor"),
    ({"actor": {**an_agent(), "mbox": "mailto:a@example.org"}}, "actor"),
    ({"actor": {"mbox": "a@example.org"}}, "actor.mbox"),
    ({"actor": {"mbox_sha1sum": "abc"}}, "actor.mbox_sha1sum"),
    ({"actor": {"account": {"name": "x"}}}, "actor.account.homePage"),
    ({"actor": {"account": {"homePage": "https://e.org", "name": "x", "more": 1}}}, "actor.account.more"),
    ({"actor": {"objectType": "Group", "name": "x"}}, "actor.member"),
    ({"actor": {"objectType": "Group", "member": [GROUP]}}, "actor.member[0].objectType"),
    ({"actor": {**an_agent(), "member": []}}, "actor.member"),
    ({"actor": {"member": [an_agent()], "objectType": "group"}}, "actor.objectType"),
    ({"context": {"team": {"member": [an_agent()], "objectType": "Team"}}}, "context.team.objectType"),
    ({"authority": {**GROUP, "member": [an_agent()] * 3}}, "authority"),
    ({"object": {"objectType": "Activity"}}, "object.id"),
    ({"object": {"objectType": "activity", "id": "https://e.org/a"}}, "object.objectType"),
    ({"object": {"objectType": "StatementRef", "id": "x"}}, "object.id"),
    ({"object": {**SUB, "id": "6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11"}}, "object.id"),
    ({"object": {**SUB, "object": SUB}}, "object.object.objectType"),
    ({"object": {**SUB, "object": an_agent(), "context": {"platform": "x"}}}, "object.context.platform"),
    ({"object": an_agent(), "context": {"revision": "x"}}, "context.revision"),
    (with_definition(name="Quiz"), "object.definition.name"),
    (with_definition(interactionType="quiz"), "object.definition.interactionType"),
    (with_definition(correctResponsesPattern=["a"]), "object.definition.correctResponsesPattern"),
    (with_definition(interactionType="numeric", choices=[]), "object.definition.choices"),
    (
        with_definition(interactionType="choice", choices=[{"id": "a"}, {"id": "a"}]),
        "object.definition.choices[1].id",
    ),
    (with_definition(interactionType="choice", choices=[{"id": 1}]), "object.definition.choices[0].id"),
    (with_definition(interactionType="choice", choices=[{"description": {}}]), "object.definition.choices[0].id"),
    (with_definition(interactionType="choice", choices=[{"id": "a", "x": 1}]), "object.definition.choices[0].x"),
    (with_definition(interactionType="choice", scale=[{"id": "a"}]), "object.definition.scale"),
    (with_definition(steps=[{"id": "a"}]), "object.definition.steps"),
    (
        with_definition(interactionType="other", correctResponsesPattern=[1]),
        "object.definition.correctResponsesPattern[0]",
    ),
    (with_definition(interactionType=["choice"]), "object.definition.interactionType"),
    (with_definition(interactionType=None, choices=[]), "object.definition.interactionType"),
    (with_definition(moreInfo="more"), "object.definition.moreInfo"),
    (with_definition(extensions={"phase": 1}), "object.definition.extensions.phase"),
    ({"result": {"score": {"scaled": 1.01}}}, "result.score.scaled"),
    ({"result": {"score": {"scaled": True}}}, "result.score.scaled"),
    ({"result": {"score": {"scaled": float("nan")}}}, "result.score.scaled"),
    ({"result": {"score": {"raw": 11, "max": 10}}}, "result.score.raw"),
    ({"result": {"score": {"min": 2, "max": 1}}}, "result.score.min"),
    ({"result": {"score": {"min": 1, "max": 1}}}, "result.score.min"),
    ({"result": {"success": "true"}}, "result.success"),
    ({"result": {"response": None}}, "result.response"),
    ({"result": {"duration": "P4W1D"}}, "result.duration"),
    ({"result": {"duration": "PT"}}, "result.duration"),
    ({"result": {"duration": "P1.5DT1H"}}, "result.duration"),
    ({"context": {"registration": "x"}}, "context.registration"),
    ({"context": {"team": an_agent()}}, "context.team.objectType"),
    ({"context": {"language": "english language"}}, "context.language"),
    ({"context": {"statement": {"id": "6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11"}}}, "context.statement.objectType"),
    ({"context": {"contextActivities": {"parents": []}}}, "context.contextActivities.parents"),
    ({"context": {"contextActivities": {"parent": [an_agent()]}}}, "context.contextActivities.parent[0].objectType"),
    ({"context": {"contextAgents": []}}, "context.contextAgents"),
    ({"context": {"contextGroups": []}}, "context.contextGroups"),
    ({"object": {**SUB, "context": {"contextAgents": []}}}, "object.context.contextAgents"),
    ({"object": {**SUB, "timestamp": "x"}}, "object.timestamp"),
    ({"object": {**SUB, "authority": an_agent()}}, "object.authority"),
    ({"object": {"objectType": ["Activity"], "id": "https://e.org/a"}}, "object.objectType"),
    ({"object": {"objectType": None, "id": "https://e.org/a"}}, "object.objectType"),
    ({"timestamp": "2026-05-18T05:32:34-00:00"}, "timestamp"),
    ({"timestamp": "2026-13-18T05:32:34Z"}, "timestamp"),
    ({"timestamp": "18/05/2026"}, "timestamp"),
    ({"version": "0.9"}, "version"),
    ({"version": "2.0.0"}, "version"),
    ({"timestamp": "2026-05-18T05:32:60Z"}, "timestamp"),
    ({"timestamp": "2026-02-29T00:00:00Z"}, "timestamp"),
    ({"timestamp": "2026-05-18"}, "timestamp"),
    ({"timestamp": ""}, "timestamp"),
    ({"attachments": [{"usageType": "http://e.org/u"}]}, "attachments[0].display"),
    ({"attachments": [{**ATTACHMENT, "length": -1}]}, "attachments[0].length"),
    ({"attachments": [{**ATTACHMENT, "length": 1.5}]}, "attachments[0].length"),
    ({"attachments": [{**ATTACHMENT, "sha2": "a" * 40}]}, "attachments[0].sha2"),
    ({"attachments": [{**ATTACHMENT, "contentType": "text"}]}, "attachments[0].contentType"),
    ({"attachments": [{**ATTACHMENT, "fileUrl": "file"}]}, "attachments[0].fileUrl"),
    ({"attachments": ATTACHMENT}, "attachments"),
    ({"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}}, "object.objectType"),
]


@pytest.mark.parametrize(("changed", "place"), FAULTS, ids=[place for _, place in FAULTS])
def test_a_fault_is_refused_with_its_place(changed: dict[str, Any], place: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        check(a_statement(**changed), path="statements[3]")
    assert refused.value.path.removeprefix("statements[3]").lstrip(".") == place


GOOD: list[dict[str, Any]] = [
    {},
    {"actor": {"mbox": "mailto:anna@example.org", "name": ""}},
    {"actor": GROUP},
    {"actor": {**GROUP, "openid": "https://e.org/team"}},
    {"object": SUB},
    {"object": an_agent()},
    {"object": {"objectType": "StatementRef", "id": "6A9D0C4E-0D0B-4A53-8E6E-0B1F0A4F7A11"}},
    with_definition(interactionType="likert", scale=[{"id": "a", "description": {"x-private": "A"}}]),
    with_definition(extensions={"http://e.org/x": {"deep": [None, {"null": None}]}}),
    {"verb": {"id": "urn:example:did", "display": {"zh-Hant": "a", "sr-Latn-RS": "b", "cmn": "c", "i-klingon": "d"}}},
    {"result": {"duration": "P4W", "extensions": {}}},
    {"result": {"duration": "PT16559.14S", "score": {"raw": 12345678901234567890}}},
    {"context": {"contextActivities": {"category": ACTIVITY}, "language": "de-CH-1996"}},
    {"timestamp": "2026-05-18T05:32:34.123456789+02"},
    {"timestamp": "2026-05-18 05:32:34.804Z"},
    {"timestamp": "2026-05-18t05:32:34z"},
    {"timestamp": "2026-05-18T05:32:34"},
    {"timestamp": "2016-12-31T15:59:60-08:00"},
    {"timestamp": "9998-05-18T05:32:34Z"},
    {"version": "1.0"},
    {"version": "1.0.9"},
    {"attachments": [ATTACHMENT, {**ATTACHMENT, "sha2": "0" * 128, "fileUrl": "http://e.org/f"}]},
    {"attachments": []},
    {"result": {"score": {"min": 0, "raw": 1, "max": 1}, "duration": "P1Y2M3DT4H5M6,7S"}},
    {"object": {**SUB, "timestamp": "2026-05-18T05:32:34Z", "attachments": [ATTACHMENT]}},
    with_definition(
        interactionType="choice", choices=[{"id": "a b[,]c"}, {"id": "A b[,]c"}], correctResponsesPattern=[]
    ),
    with_definition(interactionType="matching", source=[{"id": "a"}], target=[{"id": "a"}]),
    {"authority": GROUP | {"member": [an_agent(), an_agent("x")]}},
]


@pytest.mark.parametrize("changed", GOOD)
def test_what_the_specification_allows_is_accepted(changed: dict[str, Any]) -> None:
    check(a_statement(**changed))
    check(a_statement(**changed), version="2.0.0")


def test_agents_and_groups_of_the_context_are_for_version_2() -> None:
    parties = {
        "contextAgents": [
            {"objectType": "contextAgent", "agent": an_agent(), "relevantTypes": ["https://e.org/role/mentor"]}
        ],
        "contextGroups": [{"objectType": "contextGroup", "group": GROUP}],
    }
    check(a_statement(context=parties), version="2.0.0")
    with pytest.raises(StatementRefused):
        check(a_statement(context=parties), version="1.0.3")
    parties["contextAgents"][0]["relevantTypes"] = []
    with pytest.raises(StatementRefused) as refused:
        check(a_statement(context=parties), version="2.0.0")
    assert refused.value.path == "statement.context.contextAgents[0].relevantTypes"


@pytest.mark.parametrize(
    ("changed", "rule", "section"),
    [
        ({"verb": None}, "null", "Data 2.2"),
        ({"verb": {"id": "http://e.org/v", "display": {"en": None}}}, "null", "Data 2.2"),
        ({"attachments": [None]}, "null", "Data 2.2"),
        ({"Actor": 1}, "unknown-member", "Data 2.2"),
        ({"result": {"success": "true"}}, "type", "Data 2.2"),
        ({"id": "1234"}, "uuid", "Data 4.4"),
        ({"verb": {"id": "answered"}}, "iri", "Data 4.3"),
        ({"verb": {"id": "http://e.org/v", "display": {"en_GB": "x"}}}, "language", "Data 4.2"),
        ({"context": {"language": "en_GB"}}, "language", "Data 2.4.6"),
        ({"object": {"objectType": "Activity"}}, "missing", "Data 2.4.4"),
        ({"actor": {"account": {"name": "x"}}}, "missing", "Data 2.4.2.4"),
        ({"actor": {"name": "x"}}, "identifier", "Data 2.4.2"),
        ({"result": {"score": {"scaled": 2}}}, "score-range", "Data 2.4.5.1"),
        ({"result": {"duration": "1h"}}, "duration", "Data 4.6"),
        ({"timestamp": "x"}, "timestamp", "Data 4.5"),
        ({"version": "2.0.0"}, "version", "Data 2.4.10"),
        ({"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}}, "voiding", "Data 2.3.2"),
        (with_definition(correctResponsesPattern=["a"]), "interaction", "Data 2.4.4.1"),
    ],
)
def test_a_refusal_names_the_rule_and_where_the_specification_has_it(
    changed: dict[str, Any], rule: str, section: str
) -> None:
    with pytest.raises(StatementRefused) as refused:
        check(a_statement(**changed) | changed)
    assert (refused.value.rule, refused.value.section) == (rule, section)


def test_statements_of_version_2_are_for_version_2() -> None:
    check(a_statement(version="2.0.0"), version="2.0.0")
    with pytest.raises(StatementRefused):
        check(a_statement(version="2.1.0"), version="2.0.0")


@pytest.mark.parametrize("actor", [None, [], "anna", {**an_agent(), "mbox": None}, {"objectType": "Group"}])
def test_an_actor_alone_is_judged_by_the_same_rules(actor: Any) -> None:
    check_actor(GROUP, path="agent")
    with pytest.raises(StatementRefused) as refused:
        check_actor(actor, path="agent")
    assert refused.value.path.startswith("agent")


def test_very_long_texts_are_judged_without_being_remembered() -> None:
    assert syntax.is_iri("http://e.org/" + "a" * 100_000)
    assert not syntax.is_iri("http://e.org/" + "a" * 100_000 + " ")
    assert not syntax.is_language("en-" + "a" * 100_000)


def test_a_leap_second_is_the_moment_after_it() -> None:
    assert syntax.read_time("2016-12-31T23:59:60.5Z") == syntax.read_time("2017-01-01T00:00:00Z")


def test_validation_is_cheap() -> None:
    statement = a_statement()
    check(statement)
    best = min(_seconds(statement) for _ in range(20))
    assert best < 100e-6, f"{best * 1e6:.0f} µs for one statement"


def _seconds(statement: dict[str, Any]) -> float:
    start = time.perf_counter()
    for _ in range(50):
        check(statement)
    return (time.perf_counter() - start) / 50

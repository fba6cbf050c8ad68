"""The rules of statements, each by one statement that breaks it."""

import time
from typing import Any

import pytest

from tests.builders import a_statement, an_agent
from xapi_store.errors import StatementRefused
from xapi_store.received import parse
from xapi_store.validation import check

ACTIVITY = {"id": "https://courses.example.org/m1/4"}
SUB = {"objectType": "SubStatement", "actor": an_agent(), "verb": {"id": "http://e.org/v"}, "object": ACTIVITY}
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
    (with_definition(extensions={"phase": 1}), "object.definition.extensions.phase"),
    ({"result": {"score": {"scaled": 1.01}}}, "result.score.scaled"),
    ({"result": {"score": {"scaled": True}}}, "result.score.scaled"),
    ({"result": {"score": {"scaled": float("nan")}}}, "result.score.scaled"),
    ({"result": {"score": {"raw": 11, "max": 10}}}, "result.score.raw"),
    ({"result": {"score": {"min": 2, "max": 1}}}, "result.score.min"),
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
    ({"timestamp": "2026-05-18T05:32:34-00:00"}, "timestamp"),
    ({"timestamp": "2026-13-18T05:32:34Z"}, "timestamp"),
    ({"timestamp": "18/05/2026"}, "timestamp"),
    ({"version": "0.9"}, "version"),
    ({"version": "2.0.0"}, "version"),
    ({"attachments": [{"usageType": "http://e.org/u"}]}, "attachments[0].display"),
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
    {"version": "1.0"},
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
    ("body", "place"),
    [
        (b'{"a": 1, "a": 2}', "statement.a"),
        (b'[{"a": {"b": {"c": 1, "c": 1}}}]', "statements[0].a.c"),
        (b'{"a": "\\u0000"}', "statement.a"),
        (b'{"a": {"\\ud800": 1}}', "statement.a"),
        (b'{"a": "\x00"}', "statement.a"),
        (b'{"a": "\xff"}', "body"),
        (b'{"a": NaN}', "statement.a"),
        (b'{"a": -Infinity}', "statement.a"),
        (b'{"a": 1} {}', "body"),
        (b'{"a": 1,}', "statement"),
        (b'[{"a": 1},]', "statements[1]"),
        (b"[{}", "statements[1]"),
        (b"{", "statement"),
        (b"", "statement"),
        (b"[1]", "statements[0]"),
        (b'{"a": ' + b"[" * 100_000 + b"}", "statement.a"),
        (b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}", "statement.a"),
        (b'{"a": ' + b"1" * 5000 + b"}", "statement.a"),
        (b"\xef\xbb\xbf{}", "statement"),
    ],
)
def test_bad_json_is_refused_with_its_place(body: bytes, place: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        parse(body)
    assert refused.value.path == place


def test_good_json_keeps_every_member_as_it_was_written() -> None:
    received, as_list = parse(b' [ {"a" : 1.10, "b":{"c": [null, 1e400]}, "d":"\\ud83d\\ude00 \\\\u0000"} , {} ] ')
    assert as_list
    assert received[0].source == {"a": "1.10", "b": '{"c": [null, 1e400]}', "d": '"\\ud83d\\ude00 \\\\u0000"'}
    assert received[0].statement["d"] == "\N{GRINNING FACE} \\u0000"
    assert received[1].statement == {}


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

"""When two statements are the same, and when they are not (xAPI Data 2.3.1)."""

from typing import Any

import orjson
import pytest

from tests.builders import a_statement, an_agent
from xapi_store.form.comparison import same
from xapi_store.form.received import read_stored

ACTIVITY = {"id": "https://e.org/a"}
ID = "6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11"
ANNA, BEN = an_agent("anna"), an_agent("ben")
UNTYPED = {"account": ANNA["account"]}
SUB = {"objectType": "SubStatement", "actor": ANNA, "verb": {"id": "http://e.org/v"}, "object": ACTIVITY}
ATTACHMENT = {"usageType": "http://e.org/u", "display": {}, "contentType": "text/plain", "length": 1, "sha2": "ab" * 32}


def group(*members: Any) -> dict[str, Any]:
    return {"objectType": "Group", "member": list(members)}


def in_role(kind: str, party: Any) -> dict[str, Any]:
    return {"context": {f"context{kind.title()}s": [{"objectType": f"context{kind.title()}", kind: party}]}}


SAME: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"id": ID}, {"id": ID.upper(), "version": "1.0.0", "stored": "2026-05-18T05:32:34Z", "authority": ANNA}),
    ({"verb": {"id": "http://e.org/v", "display": {"en": "x"}}}, {"verb": {"id": "http://e.org/v"}}),
    ({"object": {**ACTIVITY, "definition": {"name": {"en": "x"}}}}, {"object": {"objectType": "Activity", **ACTIVITY}}),
    ({"actor": group(ANNA, BEN)}, {"actor": group(BEN, UNTYPED)}),
    ({"actor": {"mbox_sha1sum": "ab" * 20}}, {"actor": {"mbox_sha1sum": "AB" * 20}}),
    ({"context": {"team": group(ANNA, BEN)}}, {"context": {"team": group(BEN, UNTYPED)}}),
    ({"context": {"instructor": group(ANNA, BEN)}}, {"context": {"instructor": group(BEN, ANNA)}}),
    (in_role("agent", ANNA), in_role("agent", UNTYPED)),
    (in_role("group", group(ANNA, BEN)), in_role("group", group(BEN, UNTYPED))),
    ({"context": {"registration": ID}}, {"context": {"registration": ID.upper()}}),
    (
        {"context": {"contextActivities": {"parent": ACTIVITY}}},
        {"context": {"contextActivities": {"parent": [{**ACTIVITY, "objectType": "Activity"}]}}},
    ),
    ({"timestamp": "2026-05-18T05:32:34Z"}, {"timestamp": "2026-05-18T07:32:34.000+02:00"}),
    ({"object": {**SUB, "timestamp": "2026-05-18T05:32:34Z"}}, {"object": {**SUB, "timestamp": "2026-05-18 05:32:34"}}),
    ({"object": SUB}, {"object": {**SUB, "actor": UNTYPED, "verb": {"id": "http://e.org/v", "display": {"en": "x"}}}}),
    (
        {"object": {"objectType": "StatementRef", "id": ID}},
        {"object": {"objectType": "StatementRef", "id": ID.upper()}},
    ),
    ({"result": {"duration": "PT1.239S"}}, {"result": {"duration": "PT1.23S"}}),
    ({"result": {"duration": "PT1,50S"}}, {"result": {"duration": "PT1.5S"}}),
    ({"result": {"duration": "PT1S"}}, {"result": {"duration": "PT1.001S"}}),
    ({"attachments": [ATTACHMENT]}, {"attachments": [{**ATTACHMENT, "sha2": "AB" * 32}]}),
]
DIFFERENT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"verb": {"id": "http://e.org/v"}}, {"verb": {"id": "http://E.org/v"}}),
    ({"actor": group(ANNA, ANNA)}, {"actor": group(ANNA)}),
    ({"actor": ANNA}, {"actor": {**ANNA, "name": "Anna"}}),
    ({"object": {"objectType": "StatementRef", "id": ID}}, {"object": {"id": ID}}),
    ({"object": {**SUB, "timestamp": "2026-05-18T05:32:34Z"}}, {"object": SUB}),
    ({"timestamp": "2026-05-18T05:32:34Z"}, {"timestamp": "2026-05-18T05:32:34.001Z"}),
    ({"result": {"duration": "PT120S"}}, {"result": {"duration": "PT2M"}}),
    ({"result": {"duration": "PT1.23S"}}, {"result": {"duration": "PT1.24S"}}),
    ({"result": {"success": True}}, {"result": {"success": False}}),
    ({"result": {"extensions": {"u:x": True}}}, {"result": {"extensions": {"u:x": 1}}}),
    ({"result": {"extensions": {"u:x": None}}}, {"result": {"extensions": {}}}),
    ({"result": {"extensions": {"u:x": [1, 2]}}}, {"result": {"extensions": {"u:x": [2, 1]}}}),
    ({"result": {"score": {"raw": 12345678901234567890}}}, {"result": {"score": {"raw": 12345678901234567891}}}),
    ({"attachments": [ATTACHMENT]}, {"attachments": [{**ATTACHMENT, "fileUrl": "http://e.org/f"}]}),
    (in_role("agent", ANNA), in_role("agent", BEN)),
]


@pytest.mark.parametrize(("ours", "theirs"), SAME)
def test_what_two_reports_of_one_event_may_differ_in_is_set_aside(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert same(a_statement(**ours), a_statement(**theirs))
    assert same(a_statement(**theirs), a_statement(**ours))


@pytest.mark.parametrize(("ours", "theirs"), DIFFERENT)
def test_everything_else_makes_another_statement(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert not same(a_statement(**ours), a_statement(**theirs))
    assert not same(a_statement(**theirs), a_statement(**ours))


def test_numbers_are_compared_by_what_they_are_worth() -> None:
    written = orjson.dumps(a_statement(result={"extensions": {"u:x": "N"}}))
    worth = [read_stored(written.replace(b'"N"', number)) for number in (b"1.10", b"1.1", b"1e2", b"100", b"1" * 30)]
    assert same(worth[0], worth[1])
    assert same(worth[2], worth[3])
    assert not same(worth[1], worth[2])
    assert not same(worth[4], read_stored(written.replace(b'"N"', b"1" * 29 + b"2")))

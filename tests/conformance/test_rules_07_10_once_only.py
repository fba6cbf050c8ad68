"""Rules 7 to 10: the same statement again, batches, writers at once (over HTTP alone)."""

from copy import deepcopy
from typing import Any

import pytest

from tests.builders import a_statement, an_agent
from tests.conformance.client import (
    Lrs,
    a_group,
    an_activity,
    at_once,
    attached,
    bare,
    mixed,
    new_id,
    part_of,
    sub,
)

ESSAY = b"An essay.\r\n--abcABC\r\n--abcABC0123'()+_,-./:=?x\r\n\x00\xff"
FULL = "fd41c918-b88b-4b20-a0a5-a4c32391aaa1"
SAME = {
    "another id's case": ("id", FULL.upper()),
    "no timestamp": ("timestamp", None),
    "the same instant": ("timestamp", "2026-05-18T07:32:34.804+02:00"),
    "stored": ("stored", "2020-01-01T00:00:00Z"),
    "authority": ("authority", an_agent("liar")),
    "no version": ("version", None),
    "verb display": ("verb.display", {"de": "beantwortet"}),
    "no verb display": ("verb.display", None),
    "definition within": ("object.object.definition", {"name": {"en": "B"}, "moreInfo": "https://e.org/more"}),
    "no definition within": ("object.object.definition", None),
    "instant within": ("object.timestamp", "2026-05-18T06:32:34+01:00"),
    "display within": ("object.verb.display", {"de": "x"}),
    "definition around": (
        "context.contextActivities.grouping",
        [{"id": "https://courses.example.org/m1", "definition": {"name": {"en": "M"}}}],
    ),
    "no list around": ("context.contextActivities.grouping", {"id": "https://courses.example.org/m1"}),
    "kind around": (
        "context.contextActivities.grouping",
        [{"objectType": "Activity", "id": "https://courses.example.org/m1"}],
    ),
    "order of members": ("actor.member", [an_agent("b"), an_agent("a")]),
    "kind of a member": ("actor.member", [an_agent("a"), {"account": an_agent("b")["account"]}]),
    "kind within": ("object.object.objectType", "Activity"),
    "hundredths": ("result.duration", "PT2M30.004S"),
    "no zeros": ("result.duration", "PT2M30.00S"),
    "85 as 85.0": ("result.score.raw", 8.0),
    "registration's case": ("context.registration", "6A9D0C4E-0D0B-4A53-8E6E-0B1F0A4F7A11"),
}
OTHER_ONES = {
    "actor": ("actor", an_agent("a")),
    "a member more": ("actor.member", [an_agent("a"), an_agent("b"), an_agent("c")]),
    "verb": ("verb.id", "https://e.org/verbs/other"),
    "verb within": ("object.verb.id", "https://e.org/verbs/other"),
    "activity within": ("object.object.id", "https://e.org/b"),
    "instant": ("timestamp", "2026-05-18T05:32:34.805Z"),
    "instant within": ("object.timestamp", "2026-05-18T05:32:35Z"),
    "duration": ("result.duration", "PT150S"),
    "tenths": ("result.duration", "PT2M30.1S"),
    "success": ("result.success", False),
    "no result": ("result", None),
    "score": ("result.score.raw", 8.5),
    "extension": ("context.extensions", {"https://courses.example.org/ext/phase": "find"}),
    "extension as null": ("context.extensions", {"https://courses.example.org/ext/phase": []}),
    "an activity around": ("context.contextActivities.grouping", [{"id": "https://courses.example.org/m2"}]),
    "another place around": ("context.contextActivities", {"parent": [{"id": "https://courses.example.org/m1"}]}),
    "registration": ("context.registration", "7a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11"),
}


def _changed(path: str, value: Any) -> dict[str, Any]:
    statement = _full()
    *way, last = path.split(".")
    at = statement
    for each in way:
        at = at[each]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return statement


def _full() -> dict[str, Any]:
    inner = sub(timestamp="2026-05-18T05:32:34Z")
    inner["object"] = {"id": "https://e.org/a", "definition": {"name": {"en": "A"}}}
    context = deepcopy(a_statement()["context"])
    return a_statement(id=FULL, actor=a_group("a", "b"), object=inner, context=context, version="1.0.0")


def test_rules_07_and_08_the_same_statement_again_is_taken_for_the_same(lrs: Lrs) -> None:
    lrs.store(_full())
    for what, change in SAME.items():
        answer = lrs("POST", json=_changed(*change))
        assert (answer.status_code, answer.text.lower()) == (200, f'["{FULL}"]'), what
        assert lrs("PUT", query_string={"statementId": FULL}, json=_changed(*change)).status_code == 204, what
    assert len(lrs.found()) == 1


def test_rule_07_another_statement_under_the_same_id_is_a_conflict(lrs: Lrs) -> None:
    lrs.store(_full())
    for what, change in OTHER_ONES.items():
        assert lrs("POST", json=_changed(*change)).status_code == 409, what
        assert lrs("PUT", query_string={"statementId": FULL}, json=_changed(*change)).status_code == 409, what
    assert lrs.read(FULL)["object"] == _full()["object"]


def test_rule_09_a_batch_is_stored_whole_or_not_at_all(lrs: Lrs) -> None:
    (taken,) = lrs.store(bare(id=new_id()))
    activity = an_activity(name={"en": "Told by a refused batch"})
    good = bare(id=new_id(), object=activity, attachments=[attached(ESSAY, fileUrl="https://e.org/f")])
    for bad, status in ((bare(verb={"id": "no IRI"}), 400), (bare(id=taken, actor=an_agent("x")), 409), ({}, 400)):
        for batch in ([good, bad], [bad, good]):
            assert lrs("POST", **mixed(batch, part_of(ESSAY))).status_code == status
    assert lrs.found() == [taken]
    assert lrs.status(statementId=good["id"]) == 404
    assert "definition" not in lrs("GET", "activities", query_string={"activityId": activity["id"]}).get_json()
    assert lrs("POST", **mixed(good, part_of(ESSAY))).status_code == 200


def test_rule_09_ids_come_back_in_order_with_those_that_were_there(lrs: Lrs) -> None:
    ids = [new_id() for _ in range(4)]
    lrs.store(bare(id=ids[2]))
    answer = lrs("POST", json=[bare(id=each) for each in ids])
    assert (answer.status_code, answer.get_json()) == (200, ids)
    assert lrs.found(ascending=True) == [ids[2], ids[0], ids[1], ids[3]]


def test_rule_09_an_id_twice_in_a_batch_is_refused(lrs: Lrs) -> None:
    once = bare(id=new_id())
    for batch in ([once, once], [once, {**once, "id": once["id"].upper()}], [once, bare(), once]):
        assert lrs("POST", json=batch).status_code == 400
    assert lrs.found() == []


def test_rule_09_a_repeated_or_refused_statement_changes_no_activity(lrs: Lrs) -> None:
    activity = an_activity(name={"en": "first"})
    (known,) = lrs.store(bare(object=activity))
    renamed = {**activity, "definition": {"name": {"en": "second", "de": "zweiter"}}}
    assert lrs("POST", json=bare(id=known, object=renamed)).status_code == 200
    assert lrs("POST", json=bare(id=known, object=renamed, actor=an_agent("x"))).status_code == 409
    answer = lrs("GET", "activities", query_string={"activityId": activity["id"]})
    assert answer.get_json()["definition"] == {"name": {"en": "first"}}
    assert lrs.read(known)["object"] == activity


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_rule_10_of_concurrent_writers_of_one_id_exactly_one_wins(lrs: Lrs, method: str) -> None:
    for _ in range(3):
        statement_id = new_id()
        question = {"statementId": statement_id} if method == "PUT" else {}

        def write(number: int, statement_id: str = statement_id, question: dict[str, str] = question) -> int:
            body = bare(id=statement_id, actor=an_agent(str(number)))
            return lrs(method, query_string=question, json=body).status_code

        statuses = at_once(10, write)
        assert sorted(statuses) == [204 if method == "PUT" else 200] + [409] * 9
        winner = statuses.index(min(statuses))
        assert lrs.read(statement_id)["actor"]["account"]["name"] == str(winner)


def test_rule_10_concurrent_writers_of_the_same_statement_all_succeed(lrs: Lrs) -> None:
    statement = bare(id=new_id())
    assert at_once(10, lambda _: lrs("POST", json=statement).status_code) == [200] * 10
    assert lrs.found() == [statement["id"]]


def test_rule_10_overlapping_batches_never_block_each_other(lrs: Lrs) -> None:
    batch = [bare(id=new_id(), object=an_activity(f"o{n}", name={"en": str(n)})) for n in range(10)]
    statuses = at_once(8, lambda n: lrs("POST", json=batch if n % 2 else batch[::-1]).status_code)
    assert statuses == [200] * 8
    assert len(lrs.found()) == 10

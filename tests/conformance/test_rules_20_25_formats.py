"""Rules 20 to 25: formats, definitions, persons, numbers and nulls (over HTTP alone)."""

import json
from copy import deepcopy
from typing import Any

from tests.builders import a_statement, an_agent
from tests.conformance.client import (
    AGENT,
    Lrs,
    a_group,
    an_activity,
    asked,
    bare,
    sub,
)

WANTED_AND_GIVEN: tuple[tuple[str | None, str | None], ...] = (
    ("de", "de"),
    ("de-CH", "de"),
    ("fr, en;q=0.8, de;q=0.9", "de"),
    ("en;q=0.2, de;q=0.7", "de"),
    ("en-GB", "en-GB"),
    ("EN-gb", "en-GB"),
    ("zh-Hant", "zh-Hant-TW"),
    ("en;q=0, en-GB;q=0, zh-Hant-TW;q=0, *", "de"),
    ("de;q=0.1, en-GB;q=0.05, en;q=0.02, *;q=0.5", "zh-Hant-TW"),
    ("*", None),
    ("", None),
    ("xx", None),
    ("de;q=9, en-GB", "en-GB"),
    (";;;,,", None),
    (None, None),
)


def _rich(activity: dict[str, Any]) -> dict[str, Any]:
    named = {**an_agent("ben"), "name": "Ben"}
    team = {**a_group("eve", name="Team"), "account": {"homePage": "https://e.org", "name": "team"}}
    crowd = {"objectType": "Group", "name": "Crowd", "member": [{**an_agent("eve"), "name": "Eve"}]}
    around = {"parent": [{**activity, "objectType": "Activity"}]}
    return a_statement(
        actor=crowd,
        verb={"id": "https://e.org/verbs/read", "display": {"en": "read", "de": "las"}},
        object={
            "objectType": "SubStatement",
            "actor": named,
            "verb": {"id": "https://e.org/verbs/within", "display": {"en": "within"}},
            "object": activity,
            "context": {"instructor": named, "contextActivities": around},
        },
        context={"instructor": named, "team": team, "contextActivities": around, "language": "de"},
    )


def test_rule_20_ids_leaves_what_identifies_and_all_that_is_no_actor_verb_or_activity(lrs: Lrs) -> None:
    activity = an_activity(name={"en": "a"})
    (statement_id,) = lrs.store(_rich(activity))
    exact, slim = lrs.read(statement_id), lrs.read(statement_id, format="ids")
    ben, eve = an_agent("ben"), an_agent("eve")
    assert slim["actor"] == {"objectType": "Group", "member": [eve]}
    assert slim["verb"] == {"id": exact["verb"]["id"]}
    assert slim["object"]["actor"] == slim["context"]["instructor"] == slim["object"]["context"]["instructor"] == ben
    assert slim["object"]["verb"] == {"id": "https://e.org/verbs/within"}
    assert slim["object"]["object"] == {"id": activity["id"]}
    team = {"objectType": "Group", "account": {"homePage": "https://e.org", "name": "team"}}
    assert slim["context"]["team"] == team
    (parent,) = slim["context"]["contextActivities"]["parent"]
    assert parent["id"] == activity["id"]
    assert "definition" not in parent
    assert "name" not in slim["authority"]
    for name in ("id", "result", "timestamp", "stored", "version"):
        assert slim[name] == exact[name]
    assert lrs.find(format="ids") == [slim]


def test_rule_20_exact_gives_back_what_was_sent(lrs: Lrs) -> None:
    sent = _rich(an_activity(name={"en": "a", "de": "b"}, extensions={"https://e.org/x": {"a": None}}))
    (statement_id,) = lrs.store(sent)
    kept = lrs.read(statement_id, format="exact")
    assert {name: kept[name] for name in sent if name != "timestamp"} == {
        name: value for name, value in sent.items() if name != "timestamp"
    }
    assert lrs.find() == [kept]


def test_rule_21_canonical_gives_what_is_known_now_in_the_language_that_was_asked_for(lrs: Lrs) -> None:
    verb = {"id": "https://e.org/verbs/saw", "display": {"en": "saw"}}
    activity = an_activity(name={"en": "ship", "de": "Schiff"}, description={"fr": "un bateau"})
    (first,) = lrs.store(bare(object={"id": activity["id"]}, verb={"id": verb["id"]}))
    inner = sub(object={"id": activity["id"]}, verb={"id": verb["id"]})
    (outer,) = lrs.store(bare(object=inner, context={"contextActivities": {"other": {"id": activity["id"]}}}))
    lrs.store(bare(object=activity, verb=verb))
    german = {"Accept-Language": "de, en;q=0.5"}
    known = {"name": {"de": "Schiff"}, "description": {"fr": "un bateau"}}
    question = {"statementId": first, "format": "canonical"}
    shown = lrs("GET", query_string=question, headers=german).get_json()
    assert shown["object"]["definition"] == known
    assert shown["verb"]["display"] == {"en": "saw"}
    shown = lrs("GET", query_string={**question, "statementId": outer}, headers=german).get_json()
    assert shown["object"]["object"]["definition"] == known
    assert shown["context"]["contextActivities"]["other"][0]["definition"] == known
    assert lrs.read(first)["object"] == {"id": activity["id"]}
    assert "display" not in lrs.read(first)["verb"]


def test_rule_21_accept_language_is_weighed_for_each_text(lrs: Lrs) -> None:
    texts = {"en-GB": "lorry", "en": "truck", "de": "Laster", "zh-Hant-TW": "卡車"}
    (statement_id,) = lrs.store(bare(object=an_activity(name=texts, description={"it": "un camion"})))
    question = {"statementId": statement_id, "format": "canonical"}
    for wanted, given in WANTED_AND_GIVEN:
        headers = {} if wanted is None else {"Accept-Language": wanted}
        definition = lrs("GET", query_string=question, headers=headers).get_json()["object"]["definition"]
        (tag,) = definition["name"]
        assert given in (tag, None), (wanted, tag)
        assert definition["description"] == {"it": "un camion"}


def test_rule_21_choices_have_one_language_each_and_actors_stay_as_they_are(lrs: Lrs) -> None:
    choices = [{"id": "a", "description": {"en": "A", "de": "Ä"}}, {"id": "b"}]
    kind = "http://adlnet.gov/expapi/activities/cmi.interaction"
    activity = an_activity(type=kind, interactionType="choice", choices=choices, correctResponsesPattern=["a"])
    named = {**an_agent("ben"), "name": "Ben"}
    (statement_id,) = lrs.store(bare(object=activity, actor=named))
    question = {"statementId": statement_id, "format": "canonical"}
    shown = lrs("GET", query_string=question, headers={"Accept-Language": "de"}).get_json()
    assert shown["object"]["definition"]["choices"] == [{"id": "a", "description": {"de": "Ä"}}, {"id": "b"}]
    assert shown["actor"] == named


def test_rule_22_an_activity_is_what_all_statements_say_of_it_together(lrs: Lrs) -> None:
    activity = an_activity()
    question = {"activityId": activity["id"]}
    unknown = lrs("GET", "activities", query_string=question)
    assert (unknown.status_code, unknown.get_json()["id"]) == (200, activity["id"])
    first = {"name": {"en": "a"}, "type": "https://e.org/t", "extensions": {"https://e.org/x": 1.10}}
    second = {"name": {"de": "b"}, "description": {"en": "c"}, "moreInfo": "https://e.org/more"}
    lrs.store(
        bare(object={**activity, "definition": first}),
        bare(context={"contextActivities": {"parent": {**activity, "definition": second}}}),
    )
    answer = lrs("GET", "activities", query_string=question)
    assert answer.get_json() == {
        "objectType": "Activity",
        **activity,
        "definition": {**first, **second, "name": {"en": "a", "de": "b"}},
    }
    assert "ETag" in answer.headers


def test_rule_22_without_the_scope_nothing_is_defined(lrs: Lrs) -> None:
    writer = lrs.with_key("statements/write")
    activity = an_activity(name={"en": "mine"})
    (statement_id,) = writer.store(bare(object=activity))
    answer = lrs("GET", "activities", query_string={"activityId": activity["id"]})
    assert "definition" not in answer.get_json()
    assert lrs.read(statement_id)["object"] == activity
    lrs.with_key("statements/write", "define").store(bare(object=activity))
    answer = lrs("GET", "activities", query_string={"activityId": activity["id"]})
    assert answer.get_json()["definition"] == {"name": {"en": "mine"}}


def test_rule_23_a_person_has_lists_and_is_answered_though_nobody_knows_it(lrs: Lrs) -> None:
    agent = {"mbox": "mailto:ben@e.org"}
    answer = lrs("GET", "agents", query_string={"agent": json.dumps({**agent, "name": "Ben"})})
    person = {"objectType": "Person", "name": ["Ben"], "mbox": ["mailto:ben@e.org"]}
    assert (answer.status_code, answer.get_json()) == (200, person)
    lrs.store(bare(actor={**agent, "name": "Benjamin"}))
    found = lrs("GET", "agents", query_string=asked({"agent": agent})).get_json()
    assert found == {**person, "name": ["Benjamin"]}
    account = {"account": {"homePage": "https://e.org", "name": "ben"}}
    found = lrs("GET", "agents", query_string=asked({"agent": account})).get_json()
    assert found == {"objectType": "Person", "account": [account["account"]]}
    wrong_ones: list[Any] = [a_group("ben"), {"name": "Ben"}, [], 1, {"mbox": ["mailto:a@e.org"]}]
    for wrong in wrong_ones:
        assert lrs("GET", "agents", query_string={"agent": json.dumps(wrong)}).status_code == 400, wrong


def test_rule_24_numbers_keep_their_digits(lrs: Lrs) -> None:
    result = '{"score": {"raw": 1.10}, "extensions": {"https://e.org/x": [12345678901234567890, 0.1e-7, 1e400, -0.0]}}'
    body = json.dumps(bare(result=0)).replace('"result": 0', f'"result": {result}')
    (statement_id,) = lrs("POST", data=body, content_type="application/json").get_json()
    assert result in lrs("GET", query_string={"statementId": statement_id}).text
    for form in ("ids", "canonical"):
        text = lrs("GET", query_string={"statementId": statement_id, "format": form}).text
        for digits in ("1.10", "12345678901234567890", "1e400"):
            assert digits in text


def test_rule_24_a_document_is_merged_without_a_digit_lost(lrs: Lrs) -> None:
    question = {"agent": AGENT, "profileId": "numbers"}
    for body in (b'{"a": 1.10, "b": 12345678901234567890}', b'{"c":1e400}'):
        answer = lrs("POST", "agents/profile", query_string=question, data=body, content_type="application/json")
        assert answer.status_code == 204
    text = lrs("GET", "agents/profile", query_string=question).text
    for digits in ("1.10", "12345678901234567890", "1e400"):
        assert digits in text


def test_rule_25_null_stands_in_extensions_only_and_stays_there(lrs: Lrs) -> None:
    extensions = {"https://e.org/x": None, "https://e.org/y": [None, {"a": None, "": {"b": [None]}}]}
    sent = a_statement(
        object=an_activity(extensions=extensions),
        result={"extensions": extensions},
        context={"extensions": extensions},
    )
    (statement_id,) = lrs.store(sent)
    kept = lrs.read(statement_id)
    assert kept["object"] == sent["object"]
    assert (kept["result"], kept["context"]) == (sent["result"], sent["context"])
    lrs.store(bare(result={"extensions": {}}, context={"extensions": {}}))
    for path in (
        "actor",
        "verb.display",
        "result",
        "context.registration",
        "object.definition.name.en",
        "result.score",
    ):
        refused: dict[str, Any] = deepcopy(a_statement())
        at = refused
        *way, last = path.split(".")
        for each in way:
            at = at[each]
        at[last] = None
        assert lrs.refuses(refused), path
    assert lrs.refuses(bare(result={"extensions": {"no-iri": 1}}))
    assert lrs.refuses(bare(result={"extensions": None}))

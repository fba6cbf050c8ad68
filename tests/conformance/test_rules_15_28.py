"""Rules 15 to 28: queries, formats, what stands in a statement (over HTTP alone)."""

import json
from copy import deepcopy
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import pytest

from tests.builders import a_statement, an_agent
from tests.conformance.client import (
    CONSISTENT,
    Lrs,
    a_group,
    about,
    an_activity,
    asked,
    at_once,
    attached,
    bare,
    mixed,
    new_id,
    part_of,
    parts_of,
    sub,
    voiding,
)

AGENT = '{"mbox":"mailto:a@e.org"}'


# 15 to 19: the query


def test_rule_15_related_agents_are_found_in_every_place(lrs: Lrs) -> None:
    ben = an_agent("ben")
    context = {"instructor": ben}
    wide = lrs.store(
        bare(context=context),
        bare(context={"team": a_group("ben")}),
        bare(context={"team": a_group("x", account=ben["account"])}),
        bare(context={"instructor": a_group("ben")}),
        bare(object=sub(actor=ben)),
        bare(object=sub(object=ben)),
        bare(object=sub(actor=a_group("ben"))),
        bare(object=sub(context=context)),
        bare(object=sub(context={"team": a_group("ben")})),
    )
    assert lrs.found(agent=ben) == []
    assert lrs.found(agent=ben, related_agents=True, ascending=True) == wide
    assert lrs.found(agent=ben, related_agents=False) == []
    narrow = lrs.store(bare(actor=ben))
    assert lrs.found(agent=ben, related_agents=True, ascending=True) == wide + narrow


def test_rule_15_agents_and_groups_of_the_context_are_related_in_version_2(lrs_2: Lrs) -> None:
    ben = an_agent("ben")
    agents = {"contextAgents": [{"objectType": "contextAgent", "agent": ben}]}
    groups = {"contextGroups": [{"objectType": "contextGroup", "group": a_group("ben")}]}
    found = lrs_2.store(
        bare(context=agents), bare(context=groups), bare(object=sub(context=agents)), bare(object=sub(context=groups))
    )
    assert lrs_2.found(agent=ben) == []
    assert lrs_2.found(agent=ben, related_agents=True, ascending=True) == found


@pytest.mark.parametrize("single", [True, False])
def test_rule_15_related_activities_are_found_in_every_place(lrs: Lrs, single: bool) -> None:
    activity = an_activity()
    around = [
        {"contextActivities": {kind: activity if single else [an_activity(), activity]}}
        for kind in ("parent", "grouping", "category", "other")
    ]
    wide = lrs.store(
        *[bare(context=each) for each in around],
        bare(object=sub(object=activity)),
        *[bare(object=sub(context=each)) for each in around],
    )
    assert lrs.found(activity=activity["id"]) == []
    assert lrs.found(activity=activity["id"], related_activities=True, ascending=True) == wide
    narrow = lrs.store(bare(object=activity))
    assert lrs.found(activity=activity["id"]) == narrow
    assert lrs.found(activity=activity["id"], related_activities=True, ascending=True) == wide + narrow


def test_rule_16_parameters_of_statements_are_read_to_the_letter(lrs: Lrs) -> None:
    for name, value in (
        ("unknown", "1"),
        ("StatementId", new_id()),
        ("statementid", new_id()),
        ("Agent", AGENT),
        ("VERB", "https://e.org/v"),
        ("Limit", "1"),
        ("relatedAgents", "true"),
        ("ascending", "TRUE"),
        ("ascending", "True"),
        ("ascending", "1"),
        ("ascending", ""),
        ("related_agents", "yes"),
        ("related_activities", "FALSE"),
        ("attachments", "True"),
        ("limit", "-1"),
        ("limit", "1.5"),
        ("limit", ""),
        ("limit", "ten"),
        ("registration", "no-uuid"),
        ("registration", "{6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11}"),
        ("registration", "6a9d0c4e0d0b4a538e6e0b1f0a4f7a11"),
        ("verb", "answered"),
        ("verb", ""),
        ("activity", "a b"),
        ("activity", "no-scheme"),
        ("since", "yesterday"),
        ("since", ""),
        ("until", "2020-13-01T00:00:00Z"),
        ("until", "2020-02-30T00:00:00Z"),
        ("agent", "mailto:a@e.org"),
        ("agent", "{}"),
        ("agent", "[]"),
        ("agent", '{"mbox":"a@e.org"}'),
        ("agent", '{"mbox":"mailto:a@e.org","openid":"https://e.org/"}'),
        ("agent", '{"objectType":"Group","member":[{"mbox":"mailto:a@e.org"}]}'),
        ("agent", '{"objectType":"Person","mbox":"mailto:a@e.org"}'),
        ("agent", '{"mbox":"mailto:a@e.org","mbox":"mailto:b@e.org"}'),
        ("agent", '{"mbox":"mailto:a@e.org","age":3}'),
        ("format", "Exact"),
        ("format", "full"),
        ("format", ""),
    ):
        assert lrs.status(**{name: value}) == 400, (name, value)


@pytest.mark.parametrize(
    ("resource", "known"),
    [
        ("activities", {"activityId": "https://e.org/a"}),
        ("agents", {"agent": AGENT}),
        ("activities/state", {"activityId": "https://e.org/a", "agent": AGENT, "stateId": "s"}),
        ("activities/profile", {"activityId": "https://e.org/a", "profileId": "p"}),
        ("agents/profile", {"agent": AGENT, "profileId": "p"}),
    ],
)
def test_rule_16_parameters_are_read_to_the_letter_on_every_resource(
    lrs: Lrs, resource: str, known: dict[str, str]
) -> None:
    methods = ("GET", "PUT", "POST", "DELETE") if "/" in resource else ("GET",)
    for method in methods:
        for more in ({"unknown": "1"}, {"AGENT": AGENT}, {"ACTIVITYID": "https://e.org/a"}, {"Registration": new_id()}):
            answer = lrs(method, resource, query_string={**known, **more}, data=b"{}", content_type="text/plain")
            assert answer.status_code == 400, (method, more)
        for name in known:
            fewer = {each: value for each, value in known.items() if each != name}
            needed = name not in ("stateId", "profileId") or method in ("PUT", "POST")
            if needed or (method == "DELETE" and name == "profileId"):
                answer = lrs(method, resource, query_string=fewer, data=b"{}", content_type="text/plain")
                assert answer.status_code == 400, (method, name)
    assert lrs("GET", resource, query_string={**known, "activityId": "no IRI"}).status_code == 400
    for method in ("PUT", "POST", "DELETE") if "/" in resource else ():
        further = {**known, "since": "2020-01-01T00:00:00Z"}
        assert lrs(method, resource, query_string=further, data=b"{}", content_type="text/plain").status_code == 400


def test_rule_16_writing_statements_takes_its_own_parameters_only(lrs: Lrs) -> None:
    for method, question in (
        ("POST", {"statementId": new_id()}),
        ("POST", {"agent": AGENT}),
        ("PUT", {"statementId": new_id(), "agent": AGENT}),
        ("PUT", {"statementID": new_id()}),
        ("PUT", {"statementId": "1"}),
        ("PUT", {}),
    ):
        assert lrs(method, query_string=question, json=bare()).status_code == 400, (method, question)
    assert lrs.found() == []


def test_rule_16_limit_zero_is_as_many_as_the_server_allows(lrs: Lrs) -> None:
    assert lrs("POST", json=[bare() for _ in range(12)]).status_code == 200
    assert len(lrs.found(limit=0)) == len(lrs.found()) == 12
    assert len(lrs.found(limit=5)) == 5
    assert lrs("GET", query_string={"limit": "99999999999999999999"}).status_code in (200, 400)


def test_rule_17_more_is_an_address_without_a_host_and_leads_to_the_end(lrs: Lrs) -> None:
    activity, registration = an_activity(name={"en": "ship", "de": "Schiff"}), new_id()
    context = {"registration": registration}
    batch = [bare(object=activity, context=context, attachments=[attached(str(n).encode())]) for n in range(7)]
    sent = mixed(batch, *[part_of(str(n).encode()) for n in range(7)])
    ids = lrs("POST", **sent).get_json()
    question = {
        "agent": an_agent(),
        "verb": bare()["verb"]["id"],
        "activity": activity["id"],
        "registration": registration,
        "related_agents": True,
        "related_activities": True,
        "since": "2020-01-01T00:00:00+02:00",
        "until": "2100-01-01T00:00:00+02:00",
        "limit": 3,
        "format": "canonical",
        "attachments": True,
        "ascending": True,
    }
    found, texts, parts = [], set(), []
    answer = lrs("GET", query_string=asked(question), headers={"Accept-Language": "de"})
    for _ in range(3):
        (_, body), *others = parts_of(answer)
        page = json.loads(body)
        found += [each["id"] for each in page["statements"]]
        texts |= {str(each["object"]["definition"]["name"]) for each in page["statements"]}
        parts += [content for _, content in others]
        if page["more"]:
            assert page["more"].startswith("/xapi/statements?")
            answer = lrs("GET", page["more"], headers={"Accept-Language": "de"})
    assert (found, page["more"], texts) == (ids, "", {"{'de': 'Schiff'}"})
    assert sorted(parts) == [str(n).encode() for n in range(7)]


def test_rule_17_the_last_page_that_is_just_full_has_no_more(lrs: Lrs) -> None:
    lrs("POST", json=[bare() for _ in range(4)])
    for limit, more in (("3", True), ("4", False), ("5", False)):
        assert bool(lrs("GET", query_string={"limit": limit}).get_json()["more"]) is more
    page = lrs("GET", query_string={"agent": json.dumps(an_agent("nobody"))})
    assert (page.status_code, page.get_json()) == (200, {"statements": [], "more": ""})


def test_rule_17_more_goes_on_where_it_was_whatever_is_stored_and_voided_meanwhile(lrs: Lrs) -> None:
    ids = lrs("POST", json=[bare() for _ in range(6)]).get_json()
    page = lrs("GET", query_string={"limit": "2"}).get_json()
    lrs.store(bare(), voiding(ids[3]))
    following = lrs("GET", page["more"]).get_json()
    assert [each["id"] for each in page["statements"]] == [ids[5], ids[4]]
    assert [each["id"] for each in following["statements"]] == [ids[2], ids[1]]


def test_rule_18_every_answer_of_the_statement_resource_says_how_far_it_is_consistent(lrs: Lrs) -> None:
    statement_id = new_id()
    lrs.store(bare(id=statement_id))
    for answer in (
        lrs("GET"),
        lrs("HEAD"),
        lrs("GET", query_string={"statementId": statement_id}),
        lrs("GET", query_string={"statementId": new_id()}),
        lrs("GET", query_string={"attachments": "true"}),
        lrs("GET", query_string={"limit": "-1"}),
        lrs("POST", json=bare()),
        lrs("POST", json={}),
        lrs("POST", data=b"{", content_type="application/json"),
        lrs("POST", json=bare(id=statement_id, actor=an_agent("x"))),
        lrs("PUT", query_string={"statementId": new_id()}, json=bare()),
        lrs("PUT", json=bare()),
        lrs("DELETE"),
        lrs.with_key("state")("GET"),
        lrs.in_version("0.9")("GET"),
    ):
        assert datetime.fromisoformat(answer.headers[CONSISTENT]).tzinfo is not None, answer.status
    assert lrs("GET").headers[CONSISTENT] >= lrs.read(statement_id)["stored"]


def test_rule_18_a_reader_who_polls_by_it_misses_nothing(lrs: Lrs) -> None:
    seen, since = [], "2020-01-01T00:00:00Z"

    def act(number: int) -> None:
        nonlocal since
        if number:
            lrs.store(*[bare() for _ in range(8)])
            return
        for _ in range(30):
            answer = lrs("GET", query_string={"since": since, "ascending": "true"})
            through = answer.headers[CONSISTENT]
            seen.extend(each["id"] for each in answer.get_json()["statements"] if each["stored"] <= through)
            since = through

    at_once(7, act)
    assert seen == lrs.found(until=since, ascending=True)
    assert len(lrs.found()) == 48


def test_rule_19_since_leaves_its_moment_out_and_until_takes_it_in(lrs: Lrs) -> None:
    ids = lrs("POST", json=[bare(timestamp="2020-01-01T00:00:00Z") for _ in range(3)]).get_json()
    stored = [lrs.read(each)["stored"] for each in ids]
    assert stored == sorted(set(stored))
    assert lrs.found(since=stored[1]) == [ids[2]]
    assert lrs.found(until=stored[1]) == [ids[1], ids[0]]
    assert lrs.found(since=stored[0], until=stored[1]) == [ids[1]]
    zoned = datetime.fromisoformat(stored[1]).astimezone().isoformat()
    assert lrs.found(since=zoned) == [ids[2]]
    assert lrs.found() == ids[::-1]
    assert lrs.found(ascending=True) == ids
    assert lrs.found(since=stored[1], until=stored[0]) == []


# 20 to 25: formats and the values within


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
    for wrong in (a_group("ben"), {"name": "Ben"}, [], 1, {"mbox": ["mailto:a@e.org"]}):
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


# 26 to 28: what may stand in a statement


MALFORMED = (
    b'{"actor":{"mbox":"mailto:a@e.org"},"actor":{"mbox":"mailto:b@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"}}',
    b'{"actor":{"mbox":"mailto:a@e.org","mbox":"mailto:a@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"}}',
    b'{"actor":{"mbox":"mailto:a@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"},'
    b'"result":{"extensions":{"x:y":{"a":1,"a":2}}}}',
    b'{"actor":{"mbox":"mailto:a@e.org","name":"\xff"},"verb":{"id":"x:y"},"object":{"id":"x:y"}}',
    b'{"actor":{"mbox":"mailto:a@e.org","name":"\\u0000"},"verb":{"id":"x:y"},"object":{"id":"x:y"}}',
    b'{"actor":{"mbox":"mailto:a@e.org","name":"\\ud800"},"verb":{"id":"x:y"},"object":{"id":"x:y"}}',
    b'{"actor":{"mbox":"mailto:a@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"}} {}',
    b'{"actor":{"mbox":"mailto:a@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"},}',
    b'{"actor":{"mbox":"mailto:a@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"},"result":{"score":{"raw":NaN}}}',
    b'{"actor":{"mbox":"mailto:a@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"},"result":{"score":{"raw":01}}}',
    b"{'actor': 1}",
    b"\xef\xbb\xbf{}",
    b'"text"',
    b"null",
    b"1",
    b"[[]]",
    b"[1]",
    b"",
)


def test_rule_26_a_malformed_body_is_400_and_never_500(lrs: Lrs) -> None:
    for body in MALFORMED:
        assert lrs("POST", data=body, content_type="application/json").status_code == 400, body
    assert lrs.found() == []


def test_rule_26_unknown_names_and_wrong_case_are_refused_everywhere(lrs: Lrs) -> None:
    for wrong in (
        a_statement(more=1),
        a_statement(Actor=an_agent()),
        a_statement(actor={**an_agent(), "age": 3}),
        a_statement(actor={**an_agent(), "objectType": "agent"}),
        a_statement(verb={"id": "x:y", "Display": {}}),
        a_statement(object={"id": "x:y", "definition": {"title": {}}}),
        a_statement(object={"id": "x:y", "objectType": "activity"}),
        a_statement(result={"Score": {}}),
        a_statement(result={"score": {"percent": 1}}),
        a_statement(context={"contextActivities": {"parents": []}}),
        a_statement(context={"contextactivities": {}}),
        a_statement(object=sub(more=1)),
        a_statement(attachments=[{**attached(b"x"), "fileURL": "https://e.org/f"}]),
        a_statement(object={"objectType": "StatementRef", "id": new_id(), "definition": {}}),
        a_statement(actor={"account": {**an_agent()["account"], "more": 1}}),
    ):
        assert lrs.refuses(wrong), wrong


def test_rule_27_iris_need_a_scheme_and_are_compared_as_they_are(lrs: Lrs) -> None:
    for iri in ("e.org/a", "/a", "a b:c", "", "http//e.org", "1:2"):
        assert lrs.refuses(bare(object={"id": iri})), iri
        assert lrs.refuses(bare(verb={"id": iri})), iri
    (one, two, three) = lrs.store(
        bare(object={"id": "https://E.org/a"}), bare(object={"id": "https://e.org/a"}), bare(object={"id": "urn:é:ü"})
    )
    assert lrs.found(activity="https://E.org/a") == [one]
    assert lrs.found(activity="https://e.org/a") == [two]
    assert lrs.found(activity="urn:é:ü") == [three]
    assert lrs.find(activity="urn:é:ü")[0]["object"]["id"] == "urn:é:ü"
    page = lrs("GET", f"/xapi/statements?activity={quote('urn:é:ü')}&limit=1").get_json()
    assert len(page["statements"]) == 1


def test_rule_27_an_actor_has_exactly_one_identifier_of_its_form(lrs: Lrs) -> None:
    account = {"homePage": "https://e.org", "name": "a"}
    for actor in (
        {},
        {"name": "Ben"},
        {"mbox": "a@e.org"},
        {"mbox": "mailto:"},
        {"mbox": "mailto:a@e.org", "openid": "https://e.org/"},
        {"mbox_sha1sum": "0123"},
        {"mbox_sha1sum": "g" * 40},
        {"openid": "e.org"},
        {"account": {"homePage": "https://e.org"}},
        {"account": {"name": "a"}},
        {"account": {**account, "homePage": "e.org"}},
        {"account": {**account, "name": 1}},
        {"objectType": "Agent", "mbox": "mailto:a@e.org", "member": []},
        {"objectType": "Group"},
        {"objectType": "Group", "name": "x"},
        {"objectType": "Group", "member": [{"objectType": "Group", "mbox": "mailto:a@e.org"}]},
        {"objectType": "Group", "member": [a_group("a")]},
        {"objectType": "Group", "member": an_agent()},
        {"objectType": "Group", "mbox": "mailto:a@e.org", "account": account},
        {"objectType": "Group", "mbox": "mailto:a@e.org", "member": [{}]},
        "mailto:a@e.org",
        [an_agent()],
    ):
        assert lrs.refuses(bare(actor=actor)), actor
        assert lrs.refuses(bare(object=sub(actor=actor))), actor
    assert lrs.refuses(bare(context={"team": an_agent()}))
    assert lrs.refuses(bare(context={"instructor": {"name": "x"}}))
    assert not lrs.refuses(bare(actor={"objectType": "Group", "mbox": "mailto:a@e.org"}))
    assert not lrs.refuses(bare(actor={"mbox_sha1sum": "0123456789ABCDEFabcdef012345678901234567"}))


def test_rule_27_an_authority_that_is_a_group_has_two_members(lrs: Lrs) -> None:
    assert not lrs.refuses(bare(authority=a_group("app", "user")))
    assert lrs.refuses(bare(authority=a_group("app")))
    assert lrs.refuses(bare(authority=a_group("app", "user", "third")))


def test_rule_28_revision_and_platform_belong_to_activities(lrs: Lrs) -> None:
    for name in ("revision", "platform"):
        assert not lrs.refuses(bare(context={name: "1"}))
        for target in (an_agent(), {"objectType": "StatementRef", "id": new_id()}, sub()):
            assert lrs.refuses(bare(object=target, context={name: "1"})), target
        assert lrs.refuses(bare(object=sub(object=an_agent(), context={name: "1"})))
        assert not lrs.refuses(bare(object=sub(context={name: "1"})))


def test_rule_28_a_substatement_is_no_statement_of_its_own(lrs: Lrs) -> None:
    for name, value in (
        ("id", new_id()),
        ("stored", "2020-01-01T00:00:00Z"),
        ("version", "1.0.0"),
        ("authority", an_agent()),
        ("object", sub()),
    ):
        assert lrs.refuses(bare(object=sub(**{name: value}))), name
    inner = sub(object={"objectType": "StatementRef", "id": new_id()})
    assert not lrs.refuses(bare(object=inner))


def test_rule_28_scores_stand_within_their_bounds(lrs: Lrs) -> None:
    for wrong in (
        {"scaled": 1.0001},
        {"scaled": -1.1},
        {"raw": 5, "max": 4},
        {"raw": 1, "min": 2},
        {"min": 3, "max": 2},
        {"raw": "5"},
        {"scaled": True},
    ):
        assert lrs.refuses(bare(result={"score": wrong})), wrong
    for right in ({"scaled": -1}, {"scaled": 1}, {"raw": 0, "min": 0, "max": 1}, {}, {"raw": 1e300}):
        assert not lrs.refuses(bare(result={"score": right})), right


def test_rule_28_components_belong_to_their_interaction(lrs: Lrs) -> None:
    component = [{"id": "a", "description": {"en": "A"}}]
    for wrong in (
        {"correctResponsesPattern": ["a"]},
        {"choices": component},
        {"interactionType": "choice", "scale": component},
        {"interactionType": "likert", "choices": component},
        {"interactionType": "matching", "steps": component},
        {"interactionType": "true-false", "choices": component},
        {"interactionType": "choice", "choices": component * 2},
        {"interactionType": "choice", "choices": [{"description": {}}]},
        {"interactionType": "choice", "correctResponsesPattern": "a"},
        {"interactionType": "Choice"},
    ):
        assert lrs.refuses(bare(object=an_activity(**wrong))), wrong
    for kind, name in (("choice", "choices"), ("sequencing", "choices"), ("likert", "scale"), ("performance", "steps")):
        assert not lrs.refuses(bare(object=an_activity(interactionType=kind, **{name: component}))), kind
    assert not lrs.refuses(bare(object=an_activity(interactionType="matching", source=component, target=component)))


def test_rule_28_what_is_stored_last_of_all_is_told_as_last_modified(lrs: Lrs) -> None:
    (statement_id,) = lrs.store(about(new_id()))
    answer = lrs("GET", query_string={"statementId": statement_id})
    stored = datetime.fromisoformat(answer.get_json()["stored"]).replace(microsecond=0)
    assert parsedate_to_datetime(answer.headers["Last-Modified"]) == stored

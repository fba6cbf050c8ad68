"""Rules 15 to 19: what can be asked for, and in which order and portions it comes (over HTTP alone)."""

import json
from datetime import datetime

import pytest

from tests.builders import an_agent
from tests.conformance.client import (
    AGENT,
    CONSISTENT,
    Lrs,
    a_group,
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
    seen: list[str] = []
    since = "2020-01-01T00:00:00Z"

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

"""Further probes: what a reader of both specifications asks who means no good (over HTTP alone)."""

import json
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import pytest

from tests.builders import a_statement, an_agent
from tests.conformance.client import (
    CONSISTENT,
    VERSION,
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
from tests.conformance.conftest import NewStore

AGENT = '{"mbox":"mailto:a@e.org"}'
STATE = {"activityId": "https://e.org/a", "agent": AGENT, "stateId": "s"}
SHELVES = [
    ("activities/state", STATE),
    ("activities/profile", {"activityId": "https://e.org/a", "profileId": "p"}),
    ("agents/profile", {"agent": AGENT, "profileId": "p"}),
]


def _name_of(question: dict[str, str]) -> str:
    return "stateId" if "stateId" in question else "profileId"


# Statements


def test_a_page_says_when_the_newest_of_its_statements_was_stored(lrs: Lrs) -> None:
    """2.0, 4.1.6.1: Last-Modified is the greatest `stored` of the answer; 1.0.3 says so of one statement."""
    lrs.store(bare(), bare(), bare())
    for order in ("true", "false"):
        answer = lrs("GET", query_string={"ascending": order, "limit": "2"})
        newest = max(each["stored"] for each in answer.get_json()["statements"])
        told = parsedate_to_datetime(answer.headers["Last-Modified"])
        assert told == datetime.fromisoformat(newest).replace(microsecond=0)
    assert "Last-Modified" not in lrs("GET", query_string=asked({"agent": an_agent("nobody")})).headers


def test_what_stands_in_a_context_is_given_back_in_lists(lrs: Lrs) -> None:
    """Data 2.4.6.2: a single activity comes back as a list of one, within a SubStatement too."""
    around = {"contextActivities": {"parent": an_activity(), "other": [an_activity()]}}
    (statement_id,) = lrs.store(bare(context=around, object=sub(context=around)))
    for form in ("exact", "ids", "canonical"):
        kept = lrs.read(statement_id, format=form)
        for context in (kept["context"], kept["object"]["context"]):
            assert [each["id"] for each in context["contextActivities"]["parent"]] == [
                around["contextActivities"]["parent"]["id"]  # type: ignore[call-overload]  # it is one activity
            ]
            assert len(context["contextActivities"]["other"]) == 1


def test_an_mbox_and_its_sum_are_not_the_same_agent(lrs: Lrs) -> None:
    digest = "0bd5b1ef6ad8d1fb9d7f33f2ee6bf7e4b9a3d3a5"
    (one, two) = lrs.store(bare(actor={"mbox": "mailto:a@e.org"}), bare(actor={"mbox_sha1sum": digest}))
    assert lrs.found(agent={"mbox": "mailto:a@e.org"}) == [one]
    assert lrs.found(agent={"mbox_sha1sum": digest}) == lrs.found(agent={"mbox_sha1sum": digest.upper()}) == [two]


def test_accounts_whose_parts_look_alike_are_kept_apart(lrs: Lrs) -> None:
    pairs = [("https://e.org", "a b"), ("https://e.org/a", "b"), ("https://e.org", "a"), ("https://e.org", "A")]
    actors = [{"account": {"homePage": home, "name": name}} for home, name in pairs]
    ids = lrs.store(*[bare(actor=each) for each in actors])
    assert [lrs.found(agent=each) for each in actors] == [[each] for each in ids]


def test_a_registration_and_an_id_are_the_same_in_large_and_small_letters(lrs: Lrs) -> None:
    registration, statement_id = new_id(), new_id()
    lrs.store(bare(id=statement_id.upper(), context={"registration": registration.upper()}))
    assert lrs.status(statementId=statement_id) == lrs.status(statementId=statement_id.upper()) == 200
    for written in (registration, registration.upper()):
        assert len(lrs.found(registration=written)) == 1
    assert lrs("PUT", query_string={"statementId": statement_id}, json=bare(id=statement_id)).status_code == 409


def test_the_registration_of_a_substatement_is_not_the_statements_own(lrs: Lrs) -> None:
    registration = new_id()
    lrs.store(bare(object=sub(context={"registration": registration})))
    assert lrs.found(registration=registration) == []


def test_a_reference_by_an_id_in_large_letters_counts(lrs: Lrs) -> None:
    target = new_id()
    lrs.store(bare(id=target, actor=an_agent("ben")))
    (reference,) = lrs.store(about(target.upper()))
    assert reference in lrs.found(agent=an_agent("ben"))
    (voider,) = lrs.store(voiding(target.upper()))
    assert lrs.status(statementId=target) == 404
    assert lrs.found(agent=an_agent("ben")) == [voider, reference]


def test_a_long_chain_of_references_is_followed_to_its_end(lrs: Lrs) -> None:
    ids = [new_id() for _ in range(12)]
    chain = [bare(id=ids[0], actor=an_agent("ben"))]
    chain += [about(before, id=each) for before, each in zip(ids, ids[1:], strict=False)]
    assert lrs("POST", json=chain[::2]).status_code == 200
    assert lrs("POST", json=chain[1::2]).status_code == 200
    assert set(lrs.found(agent=an_agent("ben"))) == set(ids)


def test_several_references_to_one_statement_are_found_page_by_page(lrs: Lrs) -> None:
    (target,) = lrs.store(bare(actor=an_agent("ben")))
    ids = [target, *lrs.store(*[about(target) for _ in range(5)])]
    found, answer = [], lrs("GET", query_string=asked({"agent": an_agent("ben"), "limit": 2, "ascending": True}))
    for _ in range(3):
        page = answer.get_json()
        found += [each["id"] for each in page["statements"]]
        answer = lrs("GET", page["more"]) if page["more"] else answer
    assert (found, page["more"]) == (ids, "")


def test_nobody_is_told_of_a_voided_statement_by_any_question(lrs: Lrs) -> None:
    context = {"registration": new_id(), "instructor": an_agent("ida")}
    activity = an_activity()
    (target,) = lrs.store(bare(actor=an_agent("ben"), object=activity, context=context))
    (voider,) = lrs.store(voiding(target))
    for question in (
        {},
        {"agent": an_agent("ben")},
        {"agent": an_agent("ida"), "related_agents": True},
        {"activity": activity["id"]},
        {"activity": activity["id"], "related_activities": True},
        {"registration": context["registration"]},
        {"since": "2020-01-01T00:00:00Z"},
    ):
        assert lrs.found(**question) == [voider], question
    assert lrs.found(verb=bare()["verb"]["id"]) == [voider]


def test_the_same_statement_sent_again_after_it_was_voided_stays_void(lrs: Lrs) -> None:
    statement = bare(id=new_id())
    lrs.store(statement, voiding(statement["id"]))
    assert lrs("POST", json=statement).status_code == 200
    assert lrs("POST", json={**statement, "actor": an_agent("x")}).status_code == 409
    assert lrs.status(statementId=statement["id"]) == 404


def test_a_statement_put_with_its_attachment_comes_back_with_it(lrs: Lrs) -> None:
    statement_id = new_id()
    sent = mixed(bare(attachments=[attached(b"bytes")]), part_of(b"bytes"))
    assert lrs("PUT", query_string={"statementId": statement_id}, **sent).status_code == 204
    assert lrs("PUT", query_string={"statementId": statement_id}, **sent).status_code == 204
    answer = lrs("GET", query_string={"statementId": statement_id, "attachments": "true", "format": "ids"})
    (_, body), (_, content) = parts_of(answer)
    assert (json.loads(body)["id"], content) == (statement_id, b"bytes")


def test_an_empty_attachment_is_an_attachment(lrs: Lrs) -> None:
    (statement_id,) = lrs("POST", **mixed(bare(attachments=[attached(b"")]), part_of(b""))).get_json()
    answer = lrs("GET", query_string={"statementId": statement_id, "attachments": "true"})
    assert parts_of(answer)[1][1] == b""


def test_a_conflict_leaves_no_attachment_behind(lrs: Lrs) -> None:
    first = bare(id=new_id())
    lrs.store(first)
    other = {**first, "actor": an_agent("x"), "attachments": [attached(b"secret")]}
    assert lrs("POST", **mixed(other, part_of(b"secret"))).status_code == 409
    answer = lrs("GET", query_string={"attachments": "true"})
    assert len(parts_of(answer)) == 1


def test_header_names_of_parts_are_read_in_any_case(lrs: Lrs) -> None:
    headers, content = part_of(b"bytes")
    small = {name.lower(): value for name, value in headers.items()}
    assert lrs("POST", **mixed(bare(attachments=[attached(b"bytes")]), (small, content))).status_code == 200


def test_an_empty_batch_stores_nothing_and_is_no_fault(lrs: Lrs) -> None:
    answer = lrs("POST", json=[])
    assert (answer.status_code, answer.get_json()) == (200, [])


def test_a_list_of_one_and_a_single_statement_are_answered_alike(lrs: Lrs) -> None:
    assert len(lrs("POST", json=[bare()]).get_json()) == len(lrs("POST", json=bare()).get_json()) == 1
    assert lrs("PUT", query_string={"statementId": new_id()}, json=[bare()]).status_code == 400


def test_the_id_of_the_address_and_of_the_statement_agree(lrs: Lrs) -> None:
    statement_id = new_id()
    question = {"statementId": statement_id}
    assert lrs("PUT", query_string=question, json=bare(id=new_id())).status_code == 400
    assert lrs("PUT", query_string=question, json=bare(id=statement_id.upper())).status_code == 204
    assert lrs.read(statement_id)["id"].lower() == statement_id


def test_members_stand_in_any_order_and_texts_in_any_writing(lrs: Lrs) -> None:
    text = json.dumps(bare(actor={**an_agent(), "name": "Ünï 🏳️‍🌈 \u2028"}), ensure_ascii=True, indent=2)
    (one,) = lrs("POST", data=text, content_type="application/json").get_json()
    assert lrs.read(one)["actor"]["name"] == "Ünï 🏳️‍🌈 \u2028"
    backwards = dict(reversed(list(a_statement().items())))
    assert not lrs.refuses(backwards)


def test_since_and_until_are_told_apart_to_the_microsecond(lrs: Lrs) -> None:
    ids = lrs("POST", json=[bare(), bare(), bare()]).get_json()
    middle = datetime.fromisoformat(lrs.read(ids[1])["stored"])
    tick = timedelta(microseconds=1)
    assert lrs.found(since=(middle - tick).isoformat(), until=middle.isoformat()) == [ids[1]]
    assert ids[1] not in lrs.found(since=middle.isoformat())
    assert ids[1] not in lrs.found(until=(middle - tick).isoformat())
    nanoseconds = middle.isoformat().replace("+00:00", "999Z")
    assert ids[1] in lrs.found(until=nanoseconds)
    assert ids[1] not in lrs.found(since=nanoseconds)


def test_the_head_of_a_page_with_attachments_has_the_type_and_length_of_get(lrs: Lrs) -> None:
    lrs("POST", **mixed(bare(attachments=[attached(b"bytes")]), part_of(b"bytes")))
    question = {"attachments": "true"}
    get, head = lrs("GET", query_string=question), lrs("HEAD", query_string=question)
    assert head.headers["Content-Type"].startswith("multipart/mixed")
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(get.data))


def test_canonical_forms_do_not_change_what_is_kept(lrs: Lrs) -> None:
    activity = an_activity(name={"en": "old"})
    (first,) = lrs.store(bare(object=activity))
    renamed = {"id": activity["id"], "definition": {"name": {"en": "new"}, "type": "https://e.org/t"}}
    (second,) = lrs.store(bare(object=renamed))
    shown = [lrs.read(each, format="canonical")["object"]["definition"] for each in (first, second)]
    assert shown[0] == shown[1]
    assert lrs.read(first)["object"] == activity
    assert lrs.read(second)["object"] == renamed
    assert lrs.find(format="canonical", activity=activity["id"])[0]["object"]["definition"] == shown[0]


def test_anonymous_groups_keep_members_and_identified_ones_their_name_in_canonical(lrs: Lrs) -> None:
    crowd, team = a_group("a", "b", name="Crowd"), a_group("a", name="Team", mbox="mailto:t@e.org")
    (one, two) = lrs.store(bare(actor=crowd), bare(actor=team))
    for each, group in ((one, crowd), (two, team)):
        assert lrs.read(each, format="canonical")["actor"] == lrs.read(each)["actor"] == group


def test_future_statements_and_very_long_ones_are_taken(lrs: Lrs) -> None:
    long = bare(result={"response": "x" * 1_000_000, "extensions": {"https://e.org/deep": [[[[[[[[[[]]]]]]]]]]}})
    (statement_id,) = lrs.store(long)
    assert lrs.read(statement_id)["result"] == long["result"]


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_methods_that_a_resource_lacks_are_405(lrs: Lrs, method: str) -> None:
    for resource in ("statements", "agents", "activities", "about"):
        answer = lrs(method, resource)
        assert answer.status_code == 405, resource
        assert "GET" in answer.headers["Allow"]


def test_doubled_and_closing_slashes_change_nothing(lrs: Lrs) -> None:
    for path in ("/xapi//statements", "/xapi///statements", "/xapi/statements/"):
        assert lrs("GET", path).status_code == 200, path
    assert lrs("GET", "/xapi/statement").status_code == 404
    assert lrs("GET", "/xapi/Statements").status_code == 404


# Documents


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_bytes_and_types_of_documents_are_kept(lrs: Lrs, where: str, question: dict[str, str]) -> None:
    name = _name_of(question)
    for number, (body, kind) in enumerate(
        (
            (b"", "text/plain"),
            (bytes(range(256)), "application/octet-stream"),
            (b'{"a": 1.0}', "application/json;charset=utf-8"),
            ("ä".encode("latin-1"), "text/plain; charset=latin-1"),
            (b"x" * 1_000_000, "application/x-large"),
        )
    ):
        at = {**question, name: str(number)}
        headers = {"If-None-Match": "*"}
        answer = lrs("PUT", where, query_string=at, data=body, content_type=kind, headers=headers)
        assert (answer.status_code, answer.data) == (204, b"")
        for method in ("GET", "HEAD"):
            found = lrs(method, where, query_string=at)
            assert (found.status_code, found.headers["Content-Type"]) == (200, kind)
            assert found.headers["Content-Length"] == str(len(body))
        assert lrs("GET", where, query_string=at).data == body


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_ids_of_documents_are_any_text(lrs: Lrs, where: str, question: dict[str, str]) -> None:
    name = _name_of(question)
    shelf = {each: value for each, value in question.items() if each != name}
    given = ["a b", "ä/ö?&=#+%", "https://e.org/p?x=1", "S", "s", " ", "'\"\\", "x" * 2000]
    for each in given:
        body = json.dumps({"id": each}).encode()
        at = {**shelf, name: each}
        assert lrs("POST", where, query_string=at, data=body, content_type="application/json").status_code == 204
    for each in given:
        assert lrs("GET", where, query_string={**shelf, name: each}).get_json() == {"id": each}
    assert sorted(lrs("GET", where, query_string=shelf).get_json()) == sorted(given)


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_a_document_is_gone_when_it_is_deleted_and_the_others_are_not(
    lrs: Lrs, where: str, question: dict[str, str]
) -> None:
    name = _name_of(question)
    for each in ("one", "two"):
        at = {**question, name: each}
        assert lrs("POST", where, query_string=at, data=b"{}", content_type="application/json").status_code == 204
    assert lrs("DELETE", where, query_string={**question, name: "one"}).status_code == 204
    assert lrs("GET", where, query_string={**question, name: "one"}).status_code == 404
    assert lrs("HEAD", where, query_string={**question, name: "one"}).status_code == 404
    assert lrs("GET", where, query_string={**question, name: "two"}).status_code == 200


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_a_document_that_a_program_has_already_is_304(lrs: Lrs, where: str, question: dict[str, str]) -> None:
    lrs("POST", where, query_string=question, data=b'{"a":1}', content_type="application/json")
    tag = lrs("GET", where, query_string=question).headers["ETag"]
    answer = lrs("GET", where, query_string=question, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    assert lrs("GET", where, query_string=question, headers={"If-None-Match": '"0"'}).status_code == 200


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_a_put_that_fails_changes_neither_bytes_nor_type(lrs: Lrs, where: str, question: dict[str, str]) -> None:
    lrs("PUT", where, query_string=question, data=b"abc", content_type="text/x-a", headers={"If-None-Match": "*"})
    before = lrs("GET", where, query_string=question)
    for headers in ({"If-Match": '"0"'}, {"If-None-Match": "*"}, {"If-None-Match": before.headers["ETag"]}):
        answer = lrs("PUT", where, query_string=question, data=b"x", content_type="text/x-b", headers=headers)
        assert answer.status_code == 412, headers
    bad = {"query_string": question, "data": b"{", "content_type": "application/json"}
    assert lrs("PUT", where, **bad, headers={"If-Match": "*"}).status_code == 400
    after = lrs("GET", where, query_string=question)
    assert (after.data, after.headers["Content-Type"]) == (b"abc", "text/x-a")
    for name in ("ETag", "Last-Modified"):
        assert after.headers[name] == before.headers[name]


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_a_merge_keeps_the_kind_json_and_changes_the_tag(lrs: Lrs, where: str, question: dict[str, str]) -> None:
    lrs("POST", where, query_string=question, data=b'{"a":1}', content_type="application/json")
    before = lrs("GET", where, query_string=question).headers["ETag"]
    lrs("POST", where, query_string=question, data=b'{"b":2}', content_type="application/json")
    after = lrs("GET", where, query_string=question)
    assert after.headers["ETag"] != before
    assert after.headers["Content-Type"].startswith("application/json")


def test_documents_of_different_people_and_activities_are_kept_apart(lrs: Lrs) -> None:
    people = [{"mbox": "mailto:a@e.org"}, {"mbox": "mailto:b@e.org"}, {"openid": "https://a.e.org/"}]
    for number, each in enumerate(people):
        question = {**STATE, "agent": json.dumps(each)}
        body = json.dumps({"n": number}).encode()
        lrs("POST", "activities/state", query_string=question, data=body, content_type="application/json")
    for number, each in enumerate(people):
        question = {**STATE, "agent": json.dumps({**each, "name": "any", "objectType": "Agent"})}
        assert lrs("GET", "activities/state", query_string=question).get_json() == {"n": number}
        other = {**question, "activityId": "https://e.org/b"}
        assert lrs("GET", "activities/state", query_string=other).status_code == 404


@pytest.mark.parametrize(("where", "question"), [SHELVES[0], SHELVES[2]])
def test_documents_belong_to_agents_and_not_to_groups(lrs: Lrs, where: str, question: dict[str, str]) -> None:
    """Communication 2.6: the parameter is an Agent Object and not a Group."""
    for wrong in (a_group("a"), a_group(mbox="mailto:g@e.org"), {"name": "a"}, {}, [], "a", None):
        given = {**question, "agent": json.dumps(wrong)}
        for method in ("GET", "POST", "DELETE"):
            answer = lrs(method, where, query_string=given, data=b"{}", content_type="application/json")
            assert answer.status_code == 400, (method, wrong)


def test_deleting_a_profile_needs_its_id(lrs: Lrs) -> None:
    for where, question in SHELVES[1:]:
        shelf = {name: value for name, value in question.items() if name != "profileId"}
        assert lrs("DELETE", where, query_string=shelf).status_code == 400


# About, errors, access


def test_about_says_what_is_spoken_and_nothing_beside(lrs: Lrs) -> None:
    for version in (lrs.version, None, "9.9"):
        about_us = lrs.in_version(version)("GET", "about").get_json()
        assert set(about_us) <= {"version", "extensions"}
        assert "1.0.3" in about_us["version"]
        assert "1.0.0" in about_us["version"]
    assert "2.0.0" in lrs.in_version("2.0.0")("GET", "about").get_json()["version"]
    assert all(":" in name for name in about_us["extensions"])


def test_a_refusal_says_why_and_in_which_version(lrs: Lrs) -> None:
    for answer in (
        lrs("POST", json={}),
        lrs("GET", query_string={"statementId": new_id()}),
        lrs("GET", "activities/state", query_string={"agent": AGENT}),
        lrs("PATCH"),
        lrs("GET", "nowhere"),
    ):
        assert answer.get_json()["error"]
        assert answer.headers[VERSION] == lrs.version


def test_a_program_that_reads_its_own_sees_no_others_by_any_question(lrs: Lrs) -> None:
    mine = lrs.with_key("statements/write", "statements/read/mine")
    activity = an_activity(name={"en": "a"})
    (theirs,) = lrs.store(bare(actor={**an_agent("ben"), "name": "Benjamin"}, object=activity))
    (own,) = mine.store(bare(actor={**an_agent("ben"), "name": "Ben"}))
    assert mine.found() == mine.found(agent=an_agent("ben")) == [own]
    assert mine.found(activity=activity["id"]) == []
    assert mine.status(statementId=theirs) == 404
    assert mine.status(statementId=own) == 200
    person = mine("GET", "agents", query_string=asked({"agent": an_agent("ben")})).get_json()
    assert person["name"] == ["Ben"]
    lrs.store(voiding(theirs))
    assert mine.status(voidedStatementId=theirs) == 404
    (reference,) = mine.store(about(theirs))
    assert mine.found() == [reference, own]
    (their_reference,) = lrs.store(about(own))
    assert their_reference not in mine.found(agent=an_agent("ben"))
    assert lrs.found(agent=an_agent("ben"))[0] == their_reference


def test_a_statement_of_others_is_not_found_through_a_reference_to_ones_own(lrs: Lrs) -> None:
    mine = lrs.with_key("statements/write", "statements/read/mine")
    (own,) = mine.store(bare())
    (theirs,) = lrs.store(about(own))
    authority = lrs.read(own)["authority"]
    assert mine.found() == mine.found(agent=authority, related_agents=True) == [own]
    assert theirs in lrs.found()


def test_two_stores_never_see_each_other(a_store: NewStore) -> None:
    one, two = a_store("1.0.3"), a_store("2.0.0")
    activity = an_activity(name={"en": "secret"})
    statement_id = new_id()
    named = {**an_agent("ben"), "name": "Benjamin"}
    first = bare(id=statement_id, actor=named, object=activity, attachments=[attached(b"secret")])
    assert one("POST", **mixed(first, part_of(b"secret"))).status_code == 200
    for where, question in SHELVES:
        one("POST", where, query_string=question, data=b"{}", content_type="application/json")
        assert two("GET", where, query_string=question).status_code == 404
        shelf = {name: value for name, value in question.items() if name != _name_of(question)}
        assert two("GET", where, query_string=shelf).get_json() == []
        assert two("DELETE", where, query_string=question).status_code == 204
        assert one("GET", where, query_string=question).status_code == 200
    assert two.found() == two.found(agent=named) == two.found(activity=activity["id"]) == []
    assert two.status(statementId=statement_id) == 404
    person = two("GET", "agents", query_string=asked({"agent": an_agent("ben")})).get_json()
    assert "name" not in person
    assert "definition" not in two("GET", "activities", query_string={"activityId": activity["id"]}).get_json()
    lie = bare(id=statement_id, actor=an_agent("other"), attachments=[attached(b"secret", fileUrl="https://e.org/f")])
    assert two("POST", json=lie).status_code == 200
    answer = two("GET", query_string={"attachments": "true"})
    assert len(parts_of(answer)) == 1, "the bytes were never sent to this store"
    two.store(voiding(statement_id))
    assert one.read(statement_id)["actor"] == named
    assert one.found() == [statement_id]
    page = one("GET", query_string={"limit": "1"}).get_json()
    assert page["more"] == ""


def test_a_more_link_of_one_store_gives_another_store_nothing_of_it(a_store: NewStore) -> None:
    one, two = a_store("2.0.0"), a_store("2.0.0")
    one("POST", json=[bare() for _ in range(3)])
    more = one("GET", query_string={"limit": "1"}).get_json()["more"]
    assert two("GET", more).get_json() == {"statements": [], "more": ""}


def test_canonical_texts_of_one_store_are_not_told_in_another(a_store: NewStore) -> None:
    one, two = a_store("2.0.0"), a_store("2.0.0")
    activity, verb = an_activity(name={"en": "secret"}), {"id": "https://e.org/v", "display": {"en": "secret"}}
    one.store(bare(object=activity, verb=verb))
    (statement_id,) = two.store(bare(object={"id": activity["id"]}, verb={"id": verb["id"]}))
    assert "secret" not in json.dumps(two.read(statement_id, format="canonical"))


def test_what_is_consistent_never_goes_back_and_is_recent(lrs: Lrs) -> None:
    before = ""
    for _ in range(5):
        lrs.store(bare())
        through = lrs("GET").headers[CONSISTENT]
        assert through >= before
        before = through
    lag = datetime.now().astimezone() - datetime.fromisoformat(before)
    assert lag < timedelta(seconds=5)


def test_stored_rises_strictly_whoever_writes(lrs: Lrs) -> None:
    at_once(6, lambda _: lrs("POST", json=[bare(), bare()]).status_code)
    stored = [each["stored"] for each in lrs.find(ascending=True)]
    assert len(stored) == 12
    assert stored == sorted(set(stored))


def test_addresses_beyond_ascii_are_found_however_they_are_written(lrs: Lrs) -> None:
    iri = "https://e.org/кухня/ä b".replace(" ", "_")
    (statement_id,) = lrs.store(bare(object={"id": iri}))
    assert lrs.found(activity=iri) == [statement_id]
    assert lrs.found(activity=quote(iri, safe=":/")) == []
    answer = lrs("GET", "activities", query_string={"activityId": iri})
    assert answer.get_json()["id"] == iri


@pytest.mark.parametrize("value", ["%00", "%FF", "%ED%A0%80", "{", '{"mbox":"mailto:a@e.org\\u0000"}'])
def test_odd_bytes_in_parameters_are_400(lrs: Lrs, value: str) -> None:
    for resource, name in (
        ("statements", "agent"),
        ("statements", "verb"),
        ("agents", "agent"),
        ("activities", "activityId"),
    ):
        answer = lrs("GET", f"/xapi/{resource}?{name}={value}")
        assert answer.status_code == 400, (resource, name)
    for name in ("stateId", "activityId"):
        if value.startswith("%"):
            question = "&".join(f"{each}={value if each == name else quote(given)}" for each, given in STATE.items())
            assert lrs("GET", f"/xapi/activities/state?{question}").status_code == 400, name


def test_a_parameter_given_twice_is_400(lrs: Lrs) -> None:
    for path in ("statements?limit=1&limit=2", "activities?activityId=https://e.org/a&activityId=https://e.org/a"):
        assert lrs("GET", f"/xapi/{path}").status_code == 400


def test_a_person_has_each_property_once_and_as_a_list(lrs: Lrs) -> None:
    for agent in (
        {"mbox": "mailto:a@e.org"},
        {"mbox_sha1sum": "a" * 40},
        {"openid": "https://a.e.org/"},
        {"account": {"homePage": "https://e.org", "name": "a"}},
    ):
        lrs.store(bare(actor={**agent, "name": "A"}), bare(actor={**agent, "name": "B"}))
        person = lrs("GET", "agents", query_string=asked({"agent": agent})).get_json()
        assert person.pop("objectType") == "Person"
        assert sorted(person.pop("name")) == ["A", "B"]
        assert person == {name: [value] for name, value in agent.items()}


def test_a_time_left_open_is_the_time_of_storing(lrs: Lrs) -> None:
    """Data 2.4.7, and 2.0, 4.2.4.2: the timestamp is the value of `stored` where none was sent."""
    ids = lrs("POST", json=[bare(), bare(object=an_activity(name={"en": "new"})), about(new_id())]).get_json()
    for kept in map(lrs.read, ids):
        assert kept["timestamp"] == kept["stored"]

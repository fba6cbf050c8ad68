"""Further probes of statements, by a reader of both specifications who means no good (over HTTP alone)."""

import json
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from tests.builders import a_statement, an_agent
from tests.conformance.client import (
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
    parent = an_activity()
    around = {"contextActivities": {"parent": parent, "other": [an_activity()]}}
    (statement_id,) = lrs.store(bare(context=around, object=sub(context=around)))
    for form in ("exact", "ids", "canonical"):
        kept = lrs.read(statement_id, format=form)
        for context in (kept["context"], kept["object"]["context"]):
            assert [each["id"] for each in context["contextActivities"]["parent"]] == [parent["id"]]
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
    chain += [about(before, id=each) for before, each in pairwise(ids)]
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


def test_addresses_beyond_ascii_are_found_however_they_are_written(lrs: Lrs) -> None:
    iri = "https://e.org/кухня/ä b".replace(" ", "_")
    (statement_id,) = lrs.store(bare(object={"id": iri}))
    assert lrs.found(activity=iri) == [statement_id]
    assert lrs.found(activity=quote(iri, safe=":/")) == []
    answer = lrs("GET", "activities", query_string={"activityId": iri})
    assert answer.get_json()["id"] == iri


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


def test_a_target_its_voiding_and_its_reference_meet_whoever_comes_first(lrs: Lrs) -> None:
    for _ in range(10):
        target = new_id()
        trio = [bare(id=target, actor=an_agent(target)), voiding(target), about(target)]

        def write(number: int, trio: list[dict[str, Any]] = trio) -> int:
            return lrs("POST", json=trio[number]).status_code

        assert at_once(3, write) == [200] * 3
        assert lrs.status(statementId=target) == 404
        assert lrs.status(voidedStatementId=target) == 200
        assert len(lrs.found(agent=an_agent(target))) == 2


def test_a_page_has_a_length_of_its_own_and_nothing_is_lost_behind_it(lrs: Lrs) -> None:
    ids = [each for _ in range(3) for each in lrs("POST", json=[bare() for _ in range(100)]).get_json()]
    page = lrs("GET", query_string={"limit": "0"}).get_json()
    rest = lrs("GET", page["more"]).get_json()
    assert [each["id"] for each in page["statements"] + rest["statements"]] == ids[::-1]
    assert rest["more"] == ""


def test_a_reference_is_found_by_the_authority_of_its_target(lrs: Lrs) -> None:
    (own,) = lrs.with_key("statements/write").store(bare())
    (reference,) = lrs.store(about(own))
    assert lrs.found(agent=lrs.read(own)["authority"], related_agents=True) == [reference, own]


def test_multipart_is_read_as_rfc_2046_has_it(lrs: Lrs) -> None:
    sent = mixed(bare(attachments=[attached(b"x")]), part_of(b"x"))
    around = b"to be left out\r\n" + sent["data"] + b"to be left out"
    assert lrs("POST", data=around, content_type=sent["content_type"]).status_code == 200
    loud = sent["content_type"].replace("multipart/mixed; boundary", "Multipart/Mixed; charset=utf-8; BOUNDARY")
    assert lrs("POST", data=sent["data"], content_type=loud).status_code == 200
    untyped = part_of(b"x", Content_Type="")
    assert lrs("POST", **mixed(bare(attachments=[attached(b"x")]), untyped)).status_code == 200
    cut = sent["data"][: sent["data"].rindex(b"--abc")]
    assert lrs("POST", data=cut, content_type=sent["content_type"]).status_code == 400


def test_ids_keeps_references_and_the_identifier_of_a_group_that_is_an_object(lrs: Lrs) -> None:
    reference = {"objectType": "StatementRef", "id": new_id()}
    team = a_group("b", mbox="mailto:a@e.org", name="Team")
    (one, two) = lrs.store(bare(object=team, context={"statement": reference}), about(reference["id"]))
    slim = lrs.read(one, format="ids")
    assert slim["context"]["statement"] == reference
    assert slim["object"] == {"objectType": "Group", "mbox": "mailto:a@e.org"}
    assert lrs.read(two, format="ids")["object"] == reference


def test_a_language_that_was_asked_for_comes_before_a_kin_of_one(lrs: Lrs) -> None:
    """RFC 2616, 14.4: a range speaks for its own tag and narrower ones, and "de" is neither of "de-CH"."""
    (statement_id,) = lrs.store(bare(object=an_activity(name={"de": "Schiff", "en-GB": "ship"})))
    question = {"statementId": statement_id, "format": "canonical"}
    for wanted, given in (("de-CH, en;q=0.5", "en-GB"), ("de-CH, it", "de"), ("de-CH, *;q=0.1", "de")):
        answer = lrs("GET", query_string=question, headers={"Accept-Language": wanted})
        assert list(answer.get_json()["object"]["definition"]["name"]) == [given], wanted

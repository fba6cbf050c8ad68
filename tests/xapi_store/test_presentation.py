"""The forms in which statements are given out."""

import json
from typing import Any

from tests.builders import a_statement, an_agent
from xapi_store.definitions.activities import Kind
from xapi_store.form.languages import ANYTHING, read
from xapi_store.presentation import Definitions, canonical, ids_only

GERMAN = read("de")
QUIZ = "https://courses.example.org/m1/4"
ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
NUMBERS = "[1.10,1e400,-0.0,12345678901234567890123,[null,true]]"
TWO = {"en": "a", "de": "b"}


def _canonical(statement: dict[str, Any], definitions: Definitions | None = None, header: str = "de") -> Any:
    return json.loads(canonical(json.dumps(statement).encode(), read(header), definitions or {}))


def _ids(statement: dict[str, Any]) -> Any:
    return json.loads(ids_only(json.dumps(statement).encode()))


def _agent(name: str) -> dict[str, Any]:
    return {**an_agent(name), "name": name.title()}


def test_every_form_keeps_the_digits_of_numbers_and_texts_to_the_letter() -> None:
    text = 'a \\"quoted\\" \\\\u0000 text, \\u00e9 é \\ud83d\\ude00'
    members = f'"result":{{"response":"{text}","extensions":{{"https://e.org/x":{NUMBERS}}}}}'
    raw = json.dumps(a_statement(result=None)).replace("{", f"{{{members},", 1).encode()
    for shaped in (ids_only(raw), canonical(raw, GERMAN, {})):
        assert f'"extensions":{{"https://e.org/x":{NUMBERS}}}'.encode() in shaped
        assert json.loads(shaped)["result"]["response"] == json.loads(raw)["result"]["response"]


def test_ids_names_everybody_by_nothing_but_identifiers() -> None:
    group = {"objectType": "Group", "name": "Team", "member": [_agent("b"), _agent("c")]}
    identified = {"objectType": "Group", "mbox": "mailto:t@e.org", "name": "T", "member": [_agent("b")]}
    inner = a_statement(objectType="SubStatement", actor=group, object={**_agent("z"), "objectType": "Agent"})
    context = {
        "instructor": _agent("i"),
        "team": identified,
        "contextAgents": [{"objectType": "contextAgent", "agent": _agent("x"), "relevantTypes": ["https://e.org/t"]}],
        "contextGroups": [{"objectType": "contextGroup", "group": identified}],
        "contextActivities": {"parent": {"id": QUIZ, "definition": {"name": TWO}}},
    }
    slim = _ids(a_statement(actor=_agent("a"), authority=_agent("k"), context=context, object=inner))
    bare_group = {"objectType": "Group", "mbox": "mailto:t@e.org"}
    assert slim["actor"] == an_agent("a")
    assert slim["authority"] == an_agent("k")
    assert slim["object"]["actor"] == {"objectType": "Group", "member": [an_agent("b"), an_agent("c")]}
    assert slim["object"]["object"] == an_agent("z")
    assert slim["object"]["verb"] == slim["verb"] == {"id": ANSWERED}
    assert slim["context"] == {
        "instructor": an_agent("i"),
        "team": bare_group,
        "contextAgents": [{"objectType": "contextAgent", "agent": an_agent("x"), "relevantTypes": ["https://e.org/t"]}],
        "contextGroups": [{"objectType": "contextGroup", "group": bare_group}],
        "contextActivities": {"parent": [{"id": QUIZ}]},
    }


def test_ids_keeps_an_object_type_where_there_was_one_and_adds_none() -> None:
    assert _ids(a_statement())["object"] == {"id": QUIZ}
    assert _ids(a_statement(object={"id": QUIZ, "definition": {}}))["object"] == {"id": QUIZ}
    reference = {"objectType": "StatementRef", "id": "6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11"}
    assert _ids(a_statement(object=reference))["object"] == reference


def test_canonical_gives_one_language_in_every_map_each_chosen_by_itself() -> None:
    choices = [{"id": "1", "description": TWO}, {"id": "2", "description": {"fr": "c", "en": "d"}}, {"id": "3"}]
    definition = {"name": {"en": "a"}, "description": TWO, "interactionType": "choice", "choices": choices}
    activity = {"id": QUIZ, "definition": definition}
    attachment = {"usageType": "https://e.org/u", "display": TWO, "contentType": "text/plain", "length": 1}
    shown = _canonical(
        a_statement(
            verb={"id": ANSWERED, "display": TWO},
            object=a_statement(objectType="SubStatement", object=activity, verb={"id": ANSWERED, "display": TWO}),
            context={"contextActivities": {"category": [activity]}, "extensions": {"https://e.org/x": TWO}},
            attachments=[attachment],
        )
    )
    assert shown["verb"]["display"] == shown["object"]["verb"]["display"] == {"de": "b"}
    inner = shown["object"]["object"]["definition"]
    assert (inner["name"], inner["description"]) == ({"en": "a"}, {"de": "b"})
    assert inner["choices"] == [
        {"id": "1", "description": {"de": "b"}},
        {"id": "2", "description": {"fr": "c"}},
        {"id": "3"},
    ]
    assert shown["context"]["contextActivities"]["category"][0]["definition"] == inner
    assert shown["context"]["extensions"] == {"https://e.org/x": TWO}
    assert shown["attachments"][0]["display"] == {"de": "b"}


def test_canonical_puts_what_the_store_knows_in_place_of_what_the_statement_says() -> None:
    known = {"name": {"en": "Known", "de": "Bekannt"}, "moreInfo": "https://e.org/m"}
    definitions = {(Kind.ACTIVITY, QUIZ): known, (Kind.VERB, ANSWERED): {"display": {"de": "beantwortete", "en": "x"}}}
    grouping = {
        "contextActivities": {"grouping": [{"id": QUIZ}, {"id": "https://e.org/other", "definition": {"name": TWO}}]}
    }
    shown = _canonical(a_statement(verb={"id": ANSWERED}, context=grouping), definitions)
    assert shown["verb"] == {"id": ANSWERED, "display": {"de": "beantwortete"}}
    merged = {"name": {"de": "Bekannt"}, "moreInfo": "https://e.org/m"}
    assert shown["object"] == {"objectType": "Activity", "id": QUIZ, "definition": merged}
    assert shown["context"]["contextActivities"]["grouping"] == [
        {"id": QUIZ, "definition": merged},
        {"id": "https://e.org/other", "definition": {"name": {"de": "b"}}},
    ]


def test_canonical_leaves_agents_and_references_exactly_as_they_are() -> None:
    group = {"objectType": "Group", "mbox": "mailto:t@e.org", "name": "T", "member": [_agent("b")]}
    reference = {"objectType": "StatementRef", "id": "6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11"}
    statement = a_statement(actor=group, object=reference, context={"team": group, "instructor": _agent("i")})
    assert (
        canonical(json.dumps(statement, separators=(",", ":")).encode(), ANYTHING, {})
        == json.dumps(statement, separators=(",", ":")).encode()
    )
    assert _canonical(a_statement(object=_agent("z")))["object"] == _agent("z")


def test_canonical_without_a_wish_gives_the_first_language() -> None:
    assert _canonical(a_statement(verb={"id": ANSWERED, "display": TWO}), header="")["verb"]["display"] == {"en": "a"}

"""What a store knows of activities and verbs."""

import json
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from sqlalchemy.orm import Session

from tests.builders import a_statement, an_agent
from tests.xapi_store.conftest import StoreAtHand
from xapi_store.api.activities import METHODS
from xapi_store.api.exchange import Answer, Request
from xapi_store.api_keys import Access
from xapi_store.database import Database, driver
from xapi_store.definitions import activities
from xapi_store.definitions.activities import Definition, Kind, learn, mentioned, named
from xapi_store.definitions.definition_merging import merge
from xapi_store.definitions.known_definitions import Known
from xapi_store.errors import Conflict, FilterRefused, NotAllowed
from xapi_store.form import digits

QUIZ = "https://courses.example.org/m1/4"
NAME = (Kind.ACTIVITY, QUIZ)
ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
STORE = 7


def a_definition(iri: str = QUIZ, **content: Any) -> Definition:
    """What a statement says of an activity."""
    return Definition(Kind.ACTIVITY, iri, content)


def _learn(session: Session, *definitions: Definition, store_id: int = STORE) -> bool:
    with driver(session).cursor() as cursor:
        return learn(cursor, store_id, definitions, count=1)


def _known(session: Session, *, store_id: int = STORE) -> Any:
    return activities.fetch(session, store_id=store_id, names=[NAME]).get(NAME)


# Merging


def test_merging_keeps_each_language_and_each_extension_and_takes_the_newer_of_everything_else() -> None:
    known = {
        "type": "https://e.org/old",
        "moreInfo": "https://e.org/kept",
        "name": {"en": "old", "de": "alt"},
        "extensions": {"https://e.org/a": [1], "https://e.org/b": {"x": 1}},
    }
    newer = {
        "type": "https://e.org/new",
        "name": {"en": "new", "fr": "neuf"},
        "description": {"en": "text"},
        "extensions": {"https://e.org/b": {"y": None}},
    }
    merged = merge(known, newer)
    assert merged == {
        "type": "https://e.org/new",
        "moreInfo": "https://e.org/kept",
        "name": {"en": "new", "de": "alt", "fr": "neuf"},
        "description": {"en": "text"},
        "extensions": {"https://e.org/a": [1], "https://e.org/b": {"y": None}},
    }
    assert list(merged["name"]) == ["en", "de", "fr"]
    assert merge(merged, newer) == merged
    assert known["name"] == {"en": "old", "de": "alt"}


def test_merging_joins_the_components_of_a_question_by_their_ids() -> None:
    known = {
        "interactionType": "choice",
        "correctResponsesPattern": ["a"],
        "choices": [{"id": "a", "description": {"en": "A"}}, {"id": "b"}],
    }
    newer = {
        "interactionType": "choice",
        "correctResponsesPattern": ["b"],
        "choices": [{"id": "c"}, {"id": "a", "description": {"de": "Ah"}}, {"id": "b", "description": {"en": "B"}}],
    }
    assert merge(known, newer) == {
        "interactionType": "choice",
        "correctResponsesPattern": ["b"],
        "choices": [
            {"id": "a", "description": {"en": "A", "de": "Ah"}},
            {"id": "b", "description": {"en": "B"}},
            {"id": "c"},
        ],
    }


def test_another_kind_of_question_takes_nothing_over_from_the_one_before() -> None:
    known = {
        "name": {"en": "x"},
        "interactionType": "choice",
        "correctResponsesPattern": ["a"],
        "choices": [{"id": "a"}],
    }
    merged = merge(known, {"interactionType": "likert", "scale": [{"id": "1"}]})
    assert merged == {"name": {"en": "x"}, "interactionType": "likert", "scale": [{"id": "1"}]}


# What statements say


def test_a_statement_describes_activities_and_verbs_in_all_its_places() -> None:
    def activity(number: int) -> dict[str, Any]:
        return {"id": f"https://e.org/{number}", "definition": {"name": {"en": str(number)}}}

    around = {"parent": activity(3), "grouping": [activity(4), {"id": "https://e.org/bare"}], "category": [activity(5)]}
    inner = a_statement(
        objectType="SubStatement",
        verb={"id": "https://e.org/inner", "display": {"en": "inner"}},
        object=activity(1),
        context={"contextActivities": {"other": [activity(2)]}},
    )
    statement = a_statement(object=inner, context={"contextActivities": around}, verb={"id": ANSWERED, "display": {}})
    found = named(statement)
    assert {each.iri for each in found} == {
        "https://e.org/inner",
        *(f"https://e.org/{number}" for number in range(1, 6)),
    }
    assert Definition(Kind.VERB, "https://e.org/inner", {"display": {"en": "inner"}}) in found
    assert Definition(Kind.ACTIVITY, "https://e.org/4", {"name": {"en": "4"}}) in found
    bare = {(Kind.VERB, ANSWERED), (Kind.ACTIVITY, "https://e.org/bare")}
    assert mentioned([statement]) == {each.name for each in found} | bare
    for other in (an_agent(), {"objectType": "StatementRef", "id": "6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11"}):
        assert named(a_statement(verb={"id": ANSWERED}, object=other)) == []


def test_numbers_in_extensions_keep_their_digits(session: Session) -> None:
    numbers = '{"https://e.org/x":[1.10,1e400,12345678901234567890123,null,true]}'
    raw = json.dumps(a_statement()).replace('"name": {"en": "Quiz"}', f'"extensions":{numbers}').encode()
    rounded = json.loads(raw)
    assert _learn(session, *named(rounded, raw))
    assert f'"extensions":{numbers}'.encode() in digits.write(_known(session))
    assert not _learn(session, *named(rounded, raw))


def test_statements_of_our_own_have_numbers_too_and_an_infinity_is_null(session: Session) -> None:
    numbers = {"https://e.org/x": [1.5, 12345678901234567890123, float("inf"), {"y": -0.0}]}
    _learn(session, *named(a_statement(object={"id": QUIZ, "definition": {"extensions": numbers}})))
    written = b'{"extensions":{"https://e.org/x":[1.5,12345678901234567890123,null,{"y":-0.0}]}}'
    assert digits.write(_known(session)) == written


# What the store knows


def test_a_store_learns_what_is_new_and_says_so(session: Session) -> None:
    assert _learn(session, a_definition(name={"en": "Quiz"}), a_definition(name={"en": "Test"}, type="https://e.org/t"))
    assert _known(session) == {"name": {"en": "Test"}, "type": "https://e.org/t"}
    assert not _learn(session, a_definition(name={"en": "Test"}))
    assert not _learn(session, a_definition(name={"en": "x"}), a_definition(name={"en": "Test"}))
    assert _learn(session, a_definition(name={"de": "Prüfung"}), a_definition("https://e.org/other", name={"en": "o"}))
    assert _known(session)["name"] == {"en": "Test", "de": "Prüfung"}


def test_stores_and_verbs_and_activities_of_one_address_know_nothing_of_each_other(session: Session) -> None:
    _learn(session, a_definition(name={"en": "Quiz"}), Definition(Kind.VERB, QUIZ, {"display": {"en": "quizzed"}}))
    names = [NAME, (Kind.VERB, QUIZ), (Kind.VERB, "https://e.org/unknown")]
    assert activities.fetch(session, store_id=STORE, names=names) == {
        NAME: {"name": {"en": "Quiz"}},
        (Kind.VERB, QUIZ): {"display": {"en": "quizzed"}},
    }
    assert activities.fetch(session, store_id=STORE + 1, names=names) == {}
    assert activities.fetch(session, store_id=STORE, names=[]) == {}


def test_a_definition_does_not_grow_without_measure(session: Session) -> None:
    long = "x" * (activities.LARGEST // 2)
    assert _learn(session, a_definition(extensions={"https://e.org/1": long}))
    assert not _learn(session, a_definition(extensions={"https://e.org/2": long}))
    assert _learn(session, a_definition(extensions={"https://e.org/1": "short"}))
    assert _known(session) == {"extensions": {"https://e.org/1": "short"}}
    # What comes too large at once is taken, and may shrink.
    assert _learn(session, a_definition("https://e.org/large", extensions={"https://e.org/1": long * 3}))
    assert not _learn(session, a_definition("https://e.org/large", extensions={"https://e.org/2": long}))
    assert _learn(session, a_definition("https://e.org/large", extensions={"https://e.org/1": long * 2 + "x"}))


# What a process remembers


def test_what_was_learnt_once_is_not_learnt_again() -> None:
    known, quiz = Known(), a_definition(name={"en": "Quiz"})
    assert known.new(1, 0, [quiz, quiz]) == [quiz, quiz]
    assert known.new(1, 0, [quiz]) == [quiz]
    known.remember(1, (1, [quiz]))
    assert known.new(1, 1, [quiz]) == []
    assert known.new(2, 1, [quiz]) == [quiz]
    known.remember(1, None)
    assert known.new(1, 1, [quiz]) == []


def test_what_somebody_else_learnt_meanwhile_makes_a_process_forget() -> None:
    known, quiz = Known(), a_definition(name={"en": "Quiz"})
    known.new(1, 0, [quiz])
    known.remember(1, (1, [quiz]))
    assert known.new(1, 2, [quiz]) == [quiz]


def test_a_late_word_about_an_older_state_is_not_believed() -> None:
    known, quiz, other = Known(), a_definition(name={"en": "Quiz"}), a_definition(name={"en": "Test"})
    known.new(1, 0, [quiz])  # learns it, and the count is 1 with the commit …
    known.new(1, 1, [other])  # … but another thread goes on before that is remembered,
    known.remember(1, (2, [other]))  # and is done with the count at 2.
    known.remember(1, (1, [quiz]))
    assert known.new(1, 2, [quiz]) == [quiz]
    assert known.new(1, 2, [other]) == []


def test_who_was_overruled_must_be_learnt_again() -> None:
    known, old, new = Known(), a_definition(name={"en": "old"}), a_definition(name={"en": "new"})
    german = a_definition(name={"de": "neu"})
    known.new(1, 0, [old, german, new])
    known.remember(1, (1, [old, german, new]))
    assert known.new(1, 1, [new, german]) == []
    assert known.new(1, 1, [new, old, german]) == [new, old, german]
    known.remember(1, (2, [new, old, german]))
    assert known.new(1, 2, [old, german]) == []
    assert known.new(1, 2, [new]) == [new]


def test_memory_is_bounded() -> None:
    known = Known(most=10)
    many = [a_definition(f"https://e.org/{number}", name={"en": "x"}) for number in range(11)]
    for count in range(4):  # others learn, too: what is forgotten and learnt again counts once
        known.new(1, 2 * count, many[:10])
        known.remember(1, (2 * count, many[:10]))
        known.remember(1, (2 * count, many[:10]))
        known.remember(1, (2 * count + 1, many[:10]))
    assert known.new(1, 7, many) == many[10:]
    known.remember(1, (8, many[10:]))
    assert known.new(1, 8, many) == many


# Statements teach


def test_statements_teach_a_store_unless_they_are_refused(store: StoreAtHand) -> None:
    def about(statement_id: str, **definition: Any) -> dict[str, Any]:
        return a_statement(id=statement_id, object={"id": QUIZ, "definition": definition})

    first, second = "6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11", "6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a12"
    store.record(about(first, name={"en": "Quiz"}), about(second, name={"de": "Prüfung"}))
    store.record(about(first, name={"fr": "the same statement, sent again"}))
    with pytest.raises(Conflict):
        store.record(
            a_statement(id=first, actor=an_agent("other"), object=about(first, name={"fr": "refused"})["object"])
        )
    with store.database.session() as session:
        assert _known(session, store_id=store.id) == {"name": {"en": "Quiz", "de": "Prüfung"}}


# The resource


@dataclass
class House:
    """`reading` has nothing in it, as a copy that lags behind."""

    database: Database
    reading: Database


def _ask(store: StoreAtHand, *scopes: str, held: str = "", **parameters: str) -> Answer:
    access = Access(store.id, frozenset(scopes or ("all",)), an_agent("key"))
    headers = {"if-none-match": held} if held else {}
    request = Request("GET", "activities", parameters, headers, lambda: b"", "/xapi/activities", "2.0.0", access)
    return METHODS["GET"](request, House(store.database, Database("postgresql+psycopg://nowhere/")))


def test_an_activity_is_answered_with_all_that_is_known(store: StoreAtHand) -> None:
    store.record(a_statement(object={"id": QUIZ, "definition": {"name": {"en": "Quiz"}}}))
    store.record(
        a_statement(context={"contextActivities": {"parent": [{"id": QUIZ, "definition": {"name": {"de": "Ü"}}}]}})
    )
    answer = _ask(store, activityId=QUIZ)
    assert answer.status == 200
    activity = orjson.loads(answer.body)
    assert (activity["objectType"], activity["id"]) == ("Activity", QUIZ)
    assert activity["definition"]["name"] == {"en": "Quiz", "de": "Ü"}


def test_an_unknown_activity_is_answered_too(store: StoreAtHand) -> None:
    answer = _ask(store, activityId="https://e.org/never-seen")
    assert orjson.loads(answer.body) == {"objectType": "Activity", "id": "https://e.org/never-seen"}


def test_an_activity_has_an_entity_tag_and_is_not_sent_twice(store: StoreAtHand) -> None:
    first = _ask(store, activityId=QUIZ)
    ((header, tag),) = first.headers
    assert (header, tag[0], tag[-1]) == ("ETag", '"', '"')
    again = _ask(store, activityId=QUIZ, held=tag)
    assert (again.status, again.body, again.headers) == (304, b"", first.headers)
    store.record(a_statement())
    assert _ask(store, activityId=QUIZ, held=tag).status == 200


def test_the_activity_must_be_named_alone_and_by_an_iri(store: StoreAtHand) -> None:
    for parameters in ({}, {"activityId": "true"}, {"activityId": QUIZ, "activityid": QUIZ}, {"id": QUIZ}):
        with pytest.raises(FilterRefused):
            _ask(store, **parameters)


def test_who_may_read_or_define_may_look_at_activities(store: StoreAtHand) -> None:
    for scope in ("all", "all/read", "statements/read", "statements/read/mine", "define"):
        assert _ask(store, scope, activityId=QUIZ).status == 200
    for scope in ("statements/write", "state", "profile"):
        with pytest.raises(NotAllowed):
            _ask(store, scope, activityId=QUIZ)

"""Statements recognised by members seen before: verdict, content, lists and definitions are those of a close look."""

import random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench import store_statements
from tests.builders import a_statement, an_agent
from xapi_store import postings
from xapi_store.definitions import activities
from xapi_store.errors import StatementRefused
from xapi_store.form import received, validation
from xapi_store.recurring import recognise

VERSIONS = ("1.0.3", "2.0.0")


def closely(raw: bytes, version: str) -> tuple[dict[str, Any], set[postings.Named], list[activities.Definition]] | None:
    try:
        content = received.read(raw, "statement")
        validation.check(content, version=version)
    except StatementRefused:
        return None
    ours = {name: value for name, value in content.items() if name != "authority"}  # which the store replaces
    return content, postings.names(ours), activities.named(content, raw)


def agree(raw: bytes, version: str = "1.0.3") -> bool:
    """The recognised statement is what a close look finds; True where it was recognised at all."""
    for _ in range(2):  # the second time from memory
        quick, slow = recognise(raw, version=version), closely(raw, version)
        if quick is None:
            return False
        assert slow is not None, raw
        assert (quick.content, postings.without_repetition(quick.names)) == slow[:2]
        said = [sorted(repr(each[:3]) for each in listed) for listed in (quick.definitions, slow[2])]
        assert said[0] == said[1]
    return True


def test_ordinary_statements_are_recognised() -> None:
    for each in store_statements.statements(300, seed=5):
        assert agree(orjson.dumps(each))


MUTATIONS = (
    lambda raw, at: raw[:at] + raw[at + 1 :],
    lambda raw, at: raw[:at] + raw[at : at + 1] * 2 + raw[at + 1 :],
    lambda raw, at: raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :],
    lambda raw, at: raw[:at] + b"null" + raw[at:],
    lambda raw, at: raw[:at] + b'"actor":1,' + raw[at:],
    lambda raw, at: raw[:at] + b"\\u003a" + raw[at:],
    lambda raw, at: raw[:at] + b"\\u0000" + raw[at:],
    lambda raw, at: raw[:at] + b"\n" + raw[at:],
    lambda raw, at: raw[:at] + b"\xff" + raw[at:],
)


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_recognised_that_a_close_look_refuses(version: str) -> None:
    draw = random.Random(7)
    made = [orjson.dumps(each) for each in store_statements.statements(20, seed=6)]
    recognised = sum(
        agree(draw.choice(MUTATIONS)(raw, draw.randrange(len(raw))), version) for raw in made for _ in range(150)
    )
    assert 0 < recognised < 20 * 150


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=2)))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_whatever_stands_in_extensions_both_agree(value: object) -> None:
    agree(orjson.dumps(a_statement(result={"extensions": {"https://e.org/x": value}})))


ODD: tuple[dict[str, Any], ...] = (
    {"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}},
    {"object": {"objectType": "Agent", **an_agent("x")}},
    {"context": {"contextAgents": []}},
    {"context": {"contextActivities": {"parent": {"id": "https://e.org/single"}}}},
    {"context": {"instructor": an_agent("anna"), "registration": "6E2FB0F4-3F9B-4B8A-A7B7-0E2A4F0D5A11"}},
    {"object": {"id": "https://e.org/a", "definition": {"extensions": {"https://e.org/n": [1.10, 2]}}}},
    {"object": {"objectType": "SubStatement", **a_statement(id=None, context=None)}},
    {"attachments": []},
    {"stored": "2026-01-01T00:00:00Z", "authority": an_agent("other")},
)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("odd", ODD)
def test_odd_members_are_judged_alike(odd: dict[str, Any], version: str) -> None:
    agree(orjson.dumps(a_statement(**odd)), version)


def test_a_member_that_stands_twice_is_not_recognised() -> None:
    raw = orjson.dumps(a_statement())
    for twice in (b'{"actor":{"mbox":"mailto:a@e.org"},', b'{"version":"1.0.0","version":"1.0.0",'):
        assert recognise(twice + raw[1:], version="1.0.3") is None

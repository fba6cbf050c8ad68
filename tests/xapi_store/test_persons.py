"""The Agents resource: what a store knows of an agent."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.builders import a_statement, an_agent
from tests.xapi_store.conftest import AUTHORITY, StoreAtHand
from xapi_store.actors import identity
from xapi_store.api.agents import METHODS
from xapi_store.api.exchange import Answer, Request
from xapi_store.api_keys import Access
from xapi_store.database import Database
from xapi_store.errors import FilterRefused, NotAllowed
from xapi_store.persons import names_in, person

MBOX = {"mbox": "mailto:ada@e.org"}


@dataclass
class House:
    """The same database for writing and for reading."""

    database: Database
    reading: Database


@dataclass
class Asker:
    """Asks the Agents resource of a store."""

    store: StoreAtHand
    scopes: frozenset[str] = frozenset({"all/read"})
    authority: dict[str, Any] = field(default_factory=lambda: AUTHORITY)

    def __call__(self, agent: Any = None, *, held: str = "", **parameters: str) -> Answer:
        if agent is not None:
            parameters["agent"] = agent if isinstance(agent, str) else json.dumps(agent)
        access = Access(self.store.id, self.scopes, self.authority)
        headers = {"if-none-match": held} if held else {}
        request = Request("GET", "agents", parameters, headers, lambda: b"", "/xapi/agents", "1.0.3", access)
        return METHODS["GET"](request, House(self.store.database, self.store.database))


@pytest.fixture
def ask(store: StoreAtHand) -> Iterator[Asker]:
    """Somebody who may read everything in an empty store."""
    return Asker(store)


def test_a_person_has_a_list_for_every_property() -> None:
    account = {"homePage": "https://e.org", "name": "ada"}
    assert person({"account": account}, ["Ada", "A. L.", "Ada"]) == {
        "objectType": "Person",
        "name": ["Ada", "A. L."],
        "account": [account],
    }
    assert person({**MBOX, "name": "Ada"}, []) == {"objectType": "Person", "name": ["Ada"], "mbox": [MBOX["mbox"]]}
    assert person({"openid": "https://e.org/ada"}, []) == {"objectType": "Person", "openid": ["https://e.org/ada"]}
    assert person({"mbox_sha1sum": "a" * 40}, []) == {"objectType": "Person", "mbox_sha1sum": ["a" * 40]}


def test_names_are_found_in_every_place_of_a_statement() -> None:
    def called(name: str) -> dict[str, Any]:
        return {**MBOX, "name": name}

    stranger = {"mbox": "mailto:bob@e.org", "name": "Bob"}
    group = {"objectType": "Group", "member": [stranger, called("4")]}
    context = {
        "instructor": called("5"),
        "team": {**called("6"), "objectType": "Group"},
        "contextAgents": [{"objectType": "contextAgent", "agent": called("7")}],
        "contextGroups": [{"objectType": "contextGroup", "group": {"objectType": "Group", "member": [called("8")]}}],
        "extensions": {"https://e.org/x": called("not in an extension")},
    }
    inner = a_statement(objectType="SubStatement", actor=called("2"), object={**called("3"), "objectType": "Agent"})
    first = a_statement(actor=called("1"), object=inner, authority=called("9"))
    second = a_statement(actor=stranger, object=group, context=context)
    assert sorted(names_in([first, second], identity(MBOX))) == list("123456789")
    assert names_in([second, first], identity(an_agent())) == []


def test_the_names_of_the_newest_statements_stand_first(store: StoreAtHand, ask: Asker) -> None:
    for name in ("Ada", "Ada L.", "Ada"):
        store.record(a_statement(actor={**MBOX, "name": name}))
    store.record(a_statement(context={"instructor": {**MBOX, "name": "Prof. L."}}))
    answer = ask({**MBOX, "name": "Me"})
    assert answer.status == 200
    assert json.loads(answer.body) == {
        "objectType": "Person",
        "name": ["Prof. L.", "Ada", "Ada L.", "Me"],
        "mbox": [MBOX["mbox"]],
    }


def test_an_unknown_agent_is_a_person_too(ask: Asker) -> None:
    assert json.loads(ask(MBOX).body) == {"objectType": "Person", "mbox": [MBOX["mbox"]]}


def test_who_reads_only_his_own_learns_no_names_from_others(store: StoreAtHand) -> None:
    store.record(a_statement(actor={**MBOX, "name": "Ada"}))
    mine = frozenset({"statements/read/mine"})
    assert json.loads(Asker(store, mine)(MBOX).body)["name"] == ["Ada"]
    assert "name" not in json.loads(Asker(store, mine, authority=an_agent("another"))(MBOX).body)


def test_a_person_has_an_entity_tag_and_is_not_sent_twice(ask: Asker) -> None:
    first = ask(MBOX)
    (tag,) = [value for name, value in first.headers if name == "ETag"]
    assert tag[0] == tag[-1] == '"'
    assert ask(MBOX, held=f'"other", W/{tag}').status == 304
    assert ask(MBOX, held='"other"') == first


@pytest.mark.parametrize(
    "agent",
    [
        None,
        "",
        "Ada",
        "true",
        '{"mbox":"mailto:a@e.org"',
        '{"mbox":"mailto:a@e.org","mbox":"mailto:b@e.org"}',
        {},
        {"name": "Ada"},
        {"mbox": "a@e.org"},
        {**MBOX, "openid": "https://e.org/ada"},
        {**MBOX, "role": "x"},
        {"account": {"name": "ada"}},
        {"objectType": "Group", "member": [MBOX]},
        {"objectType": "Group", **MBOX},
    ],
)
def test_what_is_no_agent_is_refused(ask: Asker, agent: Any) -> None:
    with pytest.raises(FilterRefused):
        ask(agent)


def test_unknown_parameters_and_keys_without_the_scope_are_refused(store: StoreAtHand, ask: Asker) -> None:
    with pytest.raises(FilterRefused, match="Agent: is not known"):
        ask(MBOX, Agent="x")
    with pytest.raises(NotAllowed):
        Asker(store, frozenset({"statements/write", "state", "profile"}))(MBOX)

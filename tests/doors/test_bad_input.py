"""What is wrong is said calmly: what was typed comes back, nothing half stands, and nothing is ever a 500."""

import base64
import io
import json
import logging
import re
import traceback
from collections.abc import Iterator
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lti_tool import visitor
from tests import builders, walking
from tests.doors.world import World, fingerprint
from tests.signing_platform import SigningPlatform
from tests.walking import Person
from xapi_store.database import Database

# NUL, half a character pair, what is no UTF-8, what turns the reading direction, all controls.
ODD = [b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xff\xfe", "‮ab⁦".encode(), bytes(range(32)), "\U0010ffff".encode()]
ODD_IDS = ["NUL", "NUL within", "surrogate", "no UTF-8", "direction", "controls", "last character"]
TOO_LONG = "x" * 5_001


def post(person: Person, path: str, token: str, fields: dict[str, bytes]) -> TestResponse:
    """The answer to a form whose values are these very bytes."""
    sent = {"form_token": token.encode(), **fields}
    parts = ("".join(f"%{byte:02x}" for byte in value) for value in sent.values())
    body = "&".join(f"{name}={value}" for name, value in zip(sent, parts, strict=True))
    return person.browser.post(path, data=body, content_type="application/x-www-form-urlencoded")


def calm(answer: TestResponse) -> TestResponse:
    """The answer, which is no fault of ours and shows no inner part."""
    assert answer.status_code < 500, answer.text
    assert "Traceback" not in answer.text
    assert "sqlalchemy" not in answer.text
    return answer


def beside(page: str, name: str) -> str:
    """The error that stands with the field of this name: the field says that it is wrong and what describes it."""
    field = next(tag for tag in re.findall(r"<(?:textarea|input|select)[^>]*>", page) if f'name="{name}"' in tag)
    named = re.search(r'aria-describedby="([^"]*)"', field)
    fields = [each for each in (named.group(1).split() if named else []) if each.endswith("-fault")]
    found = re.search(rf'id="{fields[0] if fields else "none"}"[^>]*>([^<]+)<', page)
    assert 'aria-invalid="true"' in field
    assert found is not None, f"no error beside {name}"
    return unescape(found.group(1)).strip()


# --- Forms with errors ---


@pytest.mark.parametrize(
    ("body", "said"),
    [("", "Write a sentence"), (" \n ", "Write a sentence"), ("\x00\x07", "Write a sentence"), (TOO_LONG, "longer")],
    ids=["empty", "blank", "controls", "too long"],
)
@pytest.mark.parametrize("form", ["prompt", "post"])
def test_a_text_that_cannot_be_kept_comes_back(form: str, body: str, said: str, world: World) -> None:
    path = "/learn/oicf/m1/2/prompt" if form == "prompt" else f"/team/{world.teams['ada']}/posts"
    before = world.fingerprint()
    sent = {"form_token": world.token("ada"), "body": body}
    answer = world.people["ada"].browser.post(path, data=sent)
    assert answer.status_code == 422
    assert said in beside(answer.text, "body")
    assert body.strip("\x00\x07 \n") in answer.text
    assert world.fingerprint() == before


def test_a_quiz_question_without_an_answer_is_asked_again(world: World) -> None:
    page, token = "/learn/oicf/m1/4", world.token("cy")
    cy = world.people["cy"]
    assert cy.browser.post(f"{page}/begin", data={"form_token": token}).status_code == 303
    before = world.fingerprint()
    shown = cy.get(page).text
    for question in set(re.findall(r"\?question=([^\"&]+)", shown)) or {"missing"}:
        answer = cy.browser.post(f"{page}/answer", data={"form_token": token, "question": question})
        assert answer.status_code == 422
        assert re.search(r'class="fault" id="response-fault">\s*\w+', answer.text), question
        assert f'value="{question}"' in answer.text
    assert world.fingerprint() == before


def test_a_wrong_number_comes_back_as_typed(world: World) -> None:
    quiz = world.house.extensions["catalogue"].step("oicf", "m1", "4")
    numeric = [each.id for each in quiz.pool if each.type == "numeric"]
    page, token, cy = "/learn/oicf/m1/4", world.token("cy"), world.people["cy"]
    cy.browser.post(f"{page}/begin", data={"form_token": token})
    for question in numeric:
        for typed in ("about ten", "NaN", "1e9", "9" * 400):
            sent = {"form_token": token, "question": question, "response": typed}
            answer = cy.browser.post(f"{page}/answer", data=sent)
            assert answer.status_code == 422
            if f'value="{question}"' in answer.text:  # it was drawn in this attempt
                assert f'value="{typed}"' in answer.text
                assert "number" in beside(answer.text, "response")


@pytest.mark.parametrize("name", ["", "   ", "Ada\x00Example", "Ada\tExample", "Ada\u202eelpmaxE", "x" * 201])
def test_a_name_that_must_not_be_signed_comes_back(name: str, launched: Any, house: Flask, database: Database) -> None:
    officer = _an_officer_with_a_candidate(launched, house)
    form = walking.a_certificate_form(officer)
    before = fingerprint(database)
    answer = officer.browser.post("/agency/issue", data={**form, "name": name})
    assert answer.status_code == 422
    assert "Write the name" in beside(answer.text, "name")
    if name.isprintable() and name.strip():
        assert f'value="{name}"' in answer.text
    assert fingerprint(database) == before


def _an_officer_with_a_candidate(launched: Any, house: Flask) -> Person:
    ada, bo = launched("5", name="Ada Example"), launched("6", name="Bo Example")
    path = walking.a_team(ada, bo)
    walking.freeze(ada, bo, path)
    trainer = launched("9", role=walking.INSTRUCTOR, target="/teach")
    screen, sent = walking.a_grade(trainer, path)
    assert trainer.browser.post(screen, data={**sent, "release": "1"}).status_code == 303
    walking.pass_quiz(ada, house)
    officer: Person = launched("10", role=walking.MANAGER, target="/agency")
    return officer


@pytest.mark.parametrize(
    ("reason", "note", "wrong"),
    [
        ("", "He called us.", "reason"),
        ("no such reason", "He called us.", "reason"),
        ("fraud", "a\x00b", "note"),
        ("fraud", "x" * 2_001, "note"),
    ],
    ids=["no reason", "unknown reason", "NUL", "too long"],
)
def test_a_revocation_that_cannot_be_comes_back(reason: str, note: str, wrong: str, world: World) -> None:
    officer, before = world.people["officer"], world.fingerprint()
    sent = {"form_token": world.token("officer"), "reason": reason, "note": note}
    answer = officer.browser.post(f"/agency/certificates/{world.certificate}/revoke", data=sent)
    assert answer.status_code == 422
    assert beside(answer.text, wrong)
    assert "It was not revoked" in answer.text
    assert note in answer.text
    assert reason != "fraud" or '<option value="fraud" selected>' in answer.text
    assert world.fingerprint() == before


def test_a_document_that_is_too_long_comes_back(world: World) -> None:
    path, before = f"/team/{world.teams['cy']}", world.fingerprint()
    cy, token = world.people["cy"], world.token("cy")
    for body in ("\n".join(["line"] * 501), "x" * 40_001):
        sent = {"form_token": token, "based_on": "0", "body": body}
        answer = cy.browser.post(f"{path}/document", data=sent)
        assert answer.status_code == 422
        assert body[:2_000] in answer.text
        assert "longer than we can keep" in answer.text
    assert world.fingerprint() == before


@pytest.mark.parametrize("based_on", ["", "x", "-1", "7", str(2**31), str(2**70), "\x00", "1.5"])
def test_a_save_based_on_no_state_changes_nothing(based_on: str, world: World) -> None:
    path, before = f"/team/{world.teams['cy']}/document", world.fingerprint()
    sent = {"form_token": world.token("cy"), "based_on": based_on, "body": "Ours"}
    assert calm(world.people["cy"].browser.post(path, data=sent)).status_code in (400, 422)
    assert world.fingerprint() == before


@pytest.mark.parametrize("leaving", ["", "x", "-1", str(2**70), "\x00"])
def test_a_phase_that_is_not_there_is_not_left(leaving: str, world: World) -> None:
    path, before = f"/team/{world.teams['cy']}/advance", world.fingerprint()
    sent = {"form_token": world.token("cy"), "leaving": leaving}
    calm(world.people["cy"].browser.post(path, data=sent))
    assert world.fingerprint() == before


def test_nobody_agrees_before_the_freeze(world: World) -> None:
    before = world.fingerprint()
    path, sent = f"/team/{world.teams['cy']}/agree", {"form_token": world.token("cy")}
    assert calm(world.people["cy"].browser.post(path, data=sent)).status_code == 409
    assert world.fingerprint() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"group.c5": "5"},
        {"group.c5": "0"},
        {"group.c5": "-1"},
        {"group.c5": "9" * 5_000},
        {"group.c5": "three"},
        {f"{'x' * 36}.x1": "3"},
        {f"{uuid4()}.x1": "3"},
        {"comment": "a\x00b"},
        {"comment": "x" * 10_001},
        {"seen": "9" * 5_000},
        {"seen": "x"},
    ],
    ids=lambda fields: "-".join(f"{name[:12]}={value[:8]!r}" for name, value in fields.items()),
)
def test_a_draft_that_cannot_be_comes_back(
    fields: dict[str, str], frozen: tuple[Person, str], database: Database
) -> None:
    trainer, screen = frozen
    sent = {"form_token": trainer.token(screen), "seen": "1", "comment": "Well begun.", **fields}
    before = fingerprint(database)
    answer = calm(trainer.browser.post(screen, data=sent))
    assert answer.status_code in (303, 409)
    if answer.status_code == 409:
        assert sent["comment"] in answer.text
        assert 'role="alert"' in answer.text
        assert fingerprint(database) == before


@pytest.fixture
def frozen(launched: Any) -> tuple[Person, str]:
    """A trainer, and the screen on which they grade what a team froze."""
    ada, bo = launched("5", name="Ada Example"), launched("6", name="Bo Example")
    path = walking.a_team(ada, bo)
    walking.freeze(ada, bo, path)
    trainer = launched("9", role=walking.INSTRUCTOR, target="/teach")
    screen, _ = walking.a_grade(trainer, path)
    return trainer, screen


# --- Bytes that no text holds ---


@pytest.mark.parametrize("odd", ODD, ids=ODD_IDS)
def test_odd_bytes_in_any_text_are_taken_or_refused(odd: bytes, world: World) -> None:
    """Everywhere at once; afterwards every page of everybody still opens."""
    room = f"/team/{world.teams['cy']}"
    tried: list[tuple[str, str, dict[str, bytes]]] = [
        ("cy", "/learn/oicf/m1/2/prompt", {"body": b"A view " + odd}),
        ("cy", "/learn/oicf/m1/2/prompt", {"body": odd}),
        ("cy", "/learn/oicf/m1/1/place", {"section": odd}),
        ("cy", "/learn/oicf/m1/3/begin", {}),
        ("cy", "/learn/oicf/m1/3/choose", {"node": odd, "choice": odd}),
        ("cy", "/learn/oicf/m1/4/answer", {"question": odd, "response": odd}),
        ("cy", f"{room}/posts", {"body": b"A post " + odd}),
        ("cy", f"{room}/posts", {"body": b"An answer", "in_reply_to": odd}),
        ("cy", f"{room}/document", {"body": b"A line " + odd, "based_on": b"0"}),
        ("cy", f"{room}/document", {"body": b"A line", "based_on": odd}),
        ("trainer", f"{room}/advance", {"leaving": odd}),
        ("trainer", f"/teach/{world.teams['ada']}", {"comment": odd, "seen": odd, "group.c5": odd}),
        ("officer", "/agency/issue", dict.fromkeys(("enrolment", "rule", "version", "name"), odd)),
        ("officer", "/agency/issue", {"enrolment": world.enrolment.encode(), "rule": odd, "version": odd, "name": odd}),
        ("officer", f"/agency/certificates/{world.certificate}/revoke", {"reason": odd, "note": odd}),
        ("chooser", "/lti/deep-linking", {"item": odd}),
        ("operator", "/operator/invite", {"agency": odd}),
        ("nobody", "/verify", {"text": odd}),
        ("nobody", "/lti/login", dict.fromkeys(("iss", "login_hint", "target_link_uri", "client_id"), odd)),
        ("nobody", "/lti/launch", {"state": odd, "id_token": odd, "error": odd}),
        ("nobody", "/lti/register/x", {"openid_configuration": odd, "registration_token": odd, "form_token": odd}),
    ]
    for name, path, fields in tried:
        token = "" if name == "nobody" else world.token(name)
        calm(post(world.people[name], path, token, fields))
    for name, path in (("cy", room), ("cy", "/learn/oicf/m1/2"), ("trainer", "/teach"), ("officer", "/agency")):
        assert world.people[name].get(path).status_code == 200


PATHS = [
    "/learn/%00/m1", "/learn/oicf/%00", "/learn/oicf/m1/%00", "/learn/oicf/m1/99", "/learn/oicf/m9", "/learn/x/y/z/w",
    "/learn/%ed%a0%80/%ff", "/learn/oicf/m1/..%2f..%2fetc", "/team/x", "/team/%00", f"/team/{uuid4()}",
    f"/team/{uuid4()}/changes", f"/team/{uuid4()}/history/1", "/team/TEAM/history/99", f"/team/TEAM/history/{2**31}",
    f"/team/TEAM/history/{2**80}", "/team/TEAM/history/-1", f"/teach/{uuid4()}", "/teach/x", "/teach?state=%00",
    f"/certificates/{uuid4()}.pdf", f"/certificates/{uuid4()}.exe", "/certificates/x.pdf", "/verify/x", "/verify/%00",
    f"/verify/{uuid4()}", "/agencies/%00", "/agencies/nowhere", "/agencies/%ed%a0%80", "/agencies/north/keys/%00",
    "/agencies/north/keys/none", "/agencies/nowhere/did.json", "/achievements/%00/%00", "/achievements/none/1",
    "/achievements/oicf-m1/%F0%9F%92%A9", "/status/0", f"/status/{2**63}", f"/status/{2**90}", "/status/x",
    "/static/../run/settings.py", "/static/%2e%2e/run/settings.py", "/static/%00", "/static/none.css",
    "/operator/sign-in/%00", "/lti/register/%00", "/no/such/page", "/%00", "/%ff", "/xapi/none", "/xapi//%00",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["nobody", "ada", "trainer", "officer"])
def test_addresses_where_nothing_is_are_answered_calmly(path: str, name: str, world: World) -> None:
    before = world.fingerprint()
    answer = calm(world.people[name].get(path.replace("TEAM", world.teams["ada"])))
    shows_its_own = ("/teach?", "/operator/sign-in")
    assert answer.status_code in (400, 401, 403, 404) or path.startswith(shows_its_own)
    assert world.fingerprint() == before


QUERIES = [
    "/team/TEAM/changes?cursor=%00&revision=%00",
    f"/team/TEAM/changes?cursor={'9' * 500}.1&revision={'9' * 500}",
    "/team/TEAM/changes?cursor=-1.x&revision=-1",
    "/team/TEAM?reply=%00&saved=%00",
    f"/team/TEAM?reply={'9' * 500}",
    "/learn/oicf/m1/4?question=%00",
    "/learn/oicf/m1/3?missing=%00",
    "/learn/oicf/m1?%00=%00&%ff=%ff",
]


@pytest.mark.parametrize("path", QUERIES)
def test_odd_queries_do_not_matter(path: str, world: World) -> None:
    assert world.people["ada"].get(path.replace("TEAM", world.teams["ada"])).status_code == 200


def test_issuing_for_whom_is_not_there_is_404(world: World) -> None:
    asked = {"enrolment": str(uuid4()), "rule": "oicf-m1", "version": "0.1.0", "name": "Ada Example"}
    officer, token = world.people["officer"], {"form_token": world.token("officer")}
    assert officer.browser.post("/agency/issue", data=token | asked).status_code == 404
    unknown = asked | {"enrolment": world.enrolment, "version": "9"}
    assert officer.browser.post("/agency/issue", data=token | unknown).status_code == 404
    assert officer.browser.post("/agency/issue", data=token | asked | {"enrolment": "x"}).status_code == 400
    revoking = token | {"reason": "fraud", "note": ""}
    path = f"/agency/certificates/{uuid4()}/revoke"
    assert officer.browser.post(path, data=revoking).status_code == 404


@pytest.mark.parametrize("path", ["/verify", "/lti/login", "/lti/launch", "/lti/register/x", "/operator/sign-in/x"])
@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "a/b;;", ""])
def test_a_body_that_is_no_form_is_refused_calmly(path: str, kind: str, world: World) -> None:
    browser = world.people["nobody"].browser
    for body in (b"", b"\x00" * 100, b"--x\r\n\r\n", b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\x00'):
        answer = calm(browser.post(path, data=body, headers={"Content-Type": kind}))
        assert answer.status_code in (400, 401, 422)


# --- Verify ---


def hand_in(world: World, data: bytes, *, as_file: bool = True) -> TestResponse:
    """The answer of the verify page to these bytes."""
    sent: dict[str, Any] = {"file": (io.BytesIO(data), "badge.jwt")} if as_file else {"text": data.decode()}
    return world.people["nobody"].browser.post("/verify", data=sent, content_type="multipart/form-data")


def token_of(payload: bytes, header: bytes = b'{"alg":"ES256","typ":"vc+jwt","kid":"x"}') -> bytes:
    """An unsigned token with this header and payload."""
    return b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (header, payload, b"signature"))


def test_nothing_handed_in_is_said_beside_the_field(world: World) -> None:
    for sent in ({}, {"text": "  "}, {"text": "", "file": (io.BytesIO(b""), "")}, {"file": (io.BytesIO(b""), "a.jwt")}):
        answer = world.people["nobody"].browser.post("/verify", data=sent, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "Choose a file" in beside(answer.text, "text")


def test_nine_megabytes_are_too_large(world: World) -> None:
    answer = hand_in(world, b"x" * (9 * 1024 * 1024))
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert hand_in(world, b"y" * 600_000, as_file=False).status_code == 413


NORTH = f"{builders.TOOL_ADDRESS}/agencies/north"
MALICIOUS = {
    "deep lists": b'{"a":' + b"[" * 590 + b"]" * 590 + b"}",
    "deep objects": b'{"a":' * 190 + b"1" + b"}" * 190,
    "only openings": b"[" * 1_200,
    "a huge number": b'{"nbf":' + b"9" * 1_100 + b"}",
    "infinity": b'{"nbf":1e999,"exp":-1e999}',
    "not a number": b'{"nbf":NaN}',
    "NUL in names": json.dumps({"issuer": {"id": f"{NORTH}\x00"}, "\x00": "\x00"}).encode(),
    "half a pair": b'{"issuer":{"id":"\\ud800"},"credentialSubject":{"achievement":{"name":"\\udfff"}}}',
    "a list for all": b'{"issuer":[],"credentialSubject":[],"type":{},"credentialStatus":[[]]}',
    "markup": b'{"issuer":"<script>alert(1)</script>","name":"<img src=x onerror=alert(1)>"}',
    "a name twice": b'{"issuer":"a","issuer":"b"}',
    "prototype": b'{"__proto__":{"x":1},"constructor":1,"issuer":{"id":"__class__"}}',
}


@pytest.mark.parametrize("name", MALICIOUS)
def test_malicious_json_is_examined_calmly(name: str, world: World) -> None:
    payload, before = MALICIOUS[name], world.fingerprint()
    for header in (b'{"alg":"ES256","kid":"x"}', f'{{"alg":"ES256","kid":"{NORTH}/keys/x"}}'.encode(), payload):
        answer = calm(hand_in(world, token_of(payload, header)))
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert re.search(r'class="verdict (unreadable|unknown_issuer|altered)"', answer.text)
    assert world.fingerprint() == before


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 40,
        b"\x00",
        b"%PDF-1.7\n" + b"\x00\xff" * 2_000,
        b"%PDF-1.7\n1 0 obj\n<</Length 99999999999>>stream\n" + b"x" * 500,
        b"%PDF-1.4\ntrailer <</Root 1 0 R /Prev 0>>\nstartxref\n0\n%%EOF",
        b"PK\x03\x04" + b"\x00" * 500,
        b"a.b.c",
        b"....",
        b"e30.e30.e30",
        b"{" * 1_200,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_rubbish_holds_no_certificate(data: bytes, world: World) -> None:
    answer = calm(hand_in(world, data))
    assert answer.status_code == 200
    assert re.search(r'class="verdict (unreadable|unknown_issuer)"', answer.text)


# --- Statements ---


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", None),
        (b"{", None),
        (b"null", None),
        (b"[" * 5_000, None),
        (b'{"actor":1,"actor":2}', None),
        (b"\xff\xfe", None),
        (builders.a_statement(actor=None), "statement.actor"),
        (builders.a_statement(verb={"id": "no iri"}), "statement.verb.id"),
        (builders.a_statement(nonsense=1), "statement.nonsense"),
        (builders.a_statement(timestamp="yesterday"), "statement.timestamp"),
        (builders.a_statement(result={"score": {"scaled": 7}}), "statement.result.score.scaled"),
        ([builders.a_statement(), builders.a_statement(object={})], "statements[1].object.id"),
        (builders.a_statement(result={"response": "a\x00b"}), None),
        (
            b'{"actor":{"mbox":"mailto:a@b.example"},"verb":{"id":"http://a.example/\\ud800"},"object":{"id":"x:y"}}',
            None,
        ),
    ],
    ids=range(14),
)
def test_a_malformed_statement_is_400_with_its_place(body: Any, path: str | None, world: World) -> None:
    headers = world.key("all")
    before = world.fingerprint()
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    browser = world.house.test_client()
    answer = browser.post("/xapi/statements", data=raw, content_type="application/json", headers=headers)
    if path is None and answer.status_code == 200:
        assert body["result"]["response"] == "a\x00b"  # JSON may hold it, and it is kept as it was sent
        return
    assert answer.status_code == 400
    assert answer.json["error"]
    assert answer.json["path"]
    assert path is None or answer.json["path"] == path
    assert world.fingerprint() == before


@pytest.mark.parametrize("value", ["%00", "%ed%a0%80", "{", "9" * 500, "[" * 2_000, '{"mbox":"mailto:a%00@b.example"}'])
def test_odd_questions_to_the_store_are_400(value: str, world: World) -> None:
    headers, browser = world.key("all"), world.house.test_client()
    names = ("statementId", "agent", "verb", "activity", "registration", "since", "limit", "format", "from", "none")
    for name in names:
        answer = browser.get(f"/xapi/statements?{name}={value}", headers=headers)
        allowed = (400, 200) if name in ("activity", "verb") else (400,)
        assert calm(answer).status_code in allowed, name
        assert answer.status_code == 200 or answer.json["path"]


# --- Launches that fail, and a house without a database ---


# The login is spent, and the platform's keys are at hand for its next launch.
SPENT = ("login", "platform_keys")


def test_a_launch_that_fails_is_one_calm_page(
    house: Flask, platform: SigningPlatform, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    browser = house.test_client()
    under_way = builders.a_launch(browser, platform, name="Ada Example", email="ada@example.org", aud="somebody else")
    token = platform.sign(under_way.claims)
    before = {name: found for name, found in fingerprint(database).items() if name not in SPENT}
    with caplog.at_level(logging.DEBUG):
        answer = under_way.send(token)
    assert answer.status_code == 400
    assert answer.text.count("<h1>") == 1
    number = re.search(
        r"Number for support:</?[^>]*>?\s*<code>([0-9a-f]{8})</code>|<code>([0-9a-f]{8})</code>", answer.text
    )
    assert number is not None
    support = next(group for group in number.groups() if group)
    assert support in caplog.text
    for text in (answer.text, caplog.text):
        for secret in ("Ada", "ada@example.org", token, under_way.question["state"], under_way.question["nonce"]):
            assert secret not in text
        assert "Traceback" not in text
    assert {name: found for name, found in fingerprint(database).items() if name not in SPENT} == before


def test_a_fault_of_ours_is_one_calm_page(house: Flask, launched: Any, caplog: pytest.LogCaptureFixture) -> None:
    ada = launched("5", name="Ada Example")

    def breaks() -> str:
        raise LookupError("an inner part")

    house.view_functions["learner.module"] = lambda course, module: breaks()
    with caplog.at_level(logging.INFO):
        answer = ada.get("/learn/oicf/m1")
    assert answer.status_code == 500
    assert "an inner part" not in answer.text
    number = re.search(r'class="support">([0-9a-f]{8})<', answer.text)
    assert number is not None
    assert number.group(1) in caplog.text
    logged = [record for record in caplog.records if record.exc_info]
    assert logged
    for record in logged:
        told = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        assert "Ada" not in told
    assert "Ada" not in "".join(record.getMessage() for record in caplog.records)


@pytest.fixture
def without_database() -> Iterator[Flask]:
    """The house while its database is down."""
    app = walking.a_house("postgresql+psycopg://nobody@127.0.0.1:1/none")
    yield app
    app.extensions["database"].close()


@pytest.mark.parametrize("shown", [None, "a-visit"], ids=["nobody", "a visitor"])
def test_without_a_database_pages_are_calm(shown: str | None, without_database: Flask) -> None:
    browser = without_database.test_client(use_cookies=False)
    headers = {"Cookie": f"{visitor.COOKIE}={shown}; {visitor.OPERATOR_COOKIE}={shown}"} if shown else {}
    for path in (
        "/learn/oicf/m1",
        "/teach",
        "/agency",
        "/reports",
        f"/verify/{uuid4()}",
        "/operator",
        "/lti/register/x",
    ):
        answer = browser.get(path, headers=headers)
        assert answer.status_code in ((503,) if shown or path.startswith(("/verify/", "/lti")) else (401, 503)), path
        assert answer.text.count("<h1>") == 1
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        for inner in ("Traceback", "psycopg", "sqlalchemy", "127.0.0.1"):
            assert inner not in answer.text
    assert browser.get("/agencies/north", headers=headers).status_code == 503


def test_without_a_database_health_tells_the_truth(without_database: Flask) -> None:
    browser = without_database.test_client()
    assert browser.get("/healthz").status_code == 200
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "the database does not answer"})


def test_without_a_database_programs_are_told_in_json(without_database: Flask) -> None:
    credentials = base64.b64encode(b"key:secret").decode()
    headers = {"Authorization": f"Basic {credentials}", "X-Experience-API-Version": "1.0.3"}
    browser = without_database.test_client()
    for method in ("GET", "POST"):
        answer = browser.open("/xapi/statements", method=method, headers=headers, json=builders.a_statement())
        assert (answer.status_code, answer.mimetype) == (503, "application/json")
        assert "psycopg" not in answer.text

"""What strangers and programs hand in: examined or refused by its place, with nothing stored."""

import base64
import io
import json
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests import builders
from tests.doors.answers import beside, calm
from tests.doors.world import World


def hand_in(world: World, data: bytes) -> TestResponse:
    """The answer of the verify page to a file with these bytes."""
    sent = {"file": (io.BytesIO(data), "badge.jwt")}
    return world.people["nobody"].browser.post("/verify", data=sent, content_type="multipart/form-data")


def token_of(payload: bytes, header: bytes = b'{"alg":"ES256","typ":"vc+jwt","kid":"x"}') -> bytes:
    """An unsigned token with this header and payload."""
    return b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (header, payload, b"signature"))


def test_nothing_handed_in_is_said_beside_the_field(world: World) -> None:
    for sent in ({}, {"text": "  "}, {"text": "", "file": (io.BytesIO(b""), "")}, {"file": (io.BytesIO(b""), "a.jwt")}):
        answer = world.people["nobody"].browser.post("/verify", data=sent, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "Choose a file" in beside(answer.text, "text")


@pytest.mark.parametrize(("field", "size"), [('file"; filename="a.jwt', 9 * 1024 * 1024), ("text", 600_000)])
def test_what_is_far_too_large_is_not_looked_at(field: str, size: int, world: World) -> None:
    # Written by hand: the test client would put it into a temporary file and leave that open.
    body = f'--x\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{"y" * size}\r\n--x--\r\n'.encode()
    kind = "multipart/form-data; boundary=x"
    answer = world.people["nobody"].browser.post("/verify", data=body, content_type=kind)
    assert answer.status_code == 413
    assert "too large" in answer.text


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

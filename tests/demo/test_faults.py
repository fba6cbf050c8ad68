"""The LMS misbehaves when a test tells it to, one way at a time, and never because a tool says so."""

import time

import jwt
import pytest
import requests
from flask import Flask

from lti_tool.demo import scopes
from lti_tool.demo.app import lms_of
from lti_tool.demo.faults import Fault
from tests.demo.small_tool import CLAIM, NRPS, Browser, SmallTool


def told_to(app: Flask, fault: Fault) -> None:
    """The LMS misbehaves in this way."""
    lms_of(app).faults.add(fault)


def unverified(token: str) -> dict[str, object]:
    """What a token says, whoever signed it."""
    claims: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_a_signature_can_be_wrong(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    told_to(lms_app, Fault.BAD_SIGNATURE)

    with pytest.raises(jwt.InvalidSignatureError):
        tool.claims(aino)


def test_a_token_can_be_unsigned(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    told_to(lms_app, Fault.ALG_NONE)

    assert jwt.get_unverified_header(tool.launch(aino))["alg"] == "none"


def test_a_token_can_come_twice(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    told_to(lms_app, Fault.REPLAYED_TOKEN)

    assert tool.launch(aino) == tool.launch(aino)


@pytest.mark.parametrize(
    ("fault", "claim"),
    [(Fault.WRONG_AUDIENCE, "aud"), (Fault.WRONG_NONCE, "nonce"), (Fault.WRONG_DEPLOYMENT, CLAIM + "deployment_id")],
)
def test_a_claim_can_be_wrong(lms_app: Flask, tool: SmallTool, aino: Browser, fault: Fault, claim: str) -> None:
    right = unverified(tool.launch(aino, nonce="n"))[claim]
    told_to(lms_app, fault)

    assert unverified(tool.launch(aino, nonce="n"))[claim] != right


def test_a_token_can_be_over(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    told_to(lms_app, Fault.EXPIRED)

    with pytest.raises(jwt.ExpiredSignatureError):
        tool.claims(aino)


def test_a_key_can_be_rotated_without_notice(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    before = jwt.get_unverified_header(tool.launch(aino))["kid"]
    told_to(lms_app, Fault.ROTATED_KEY)

    after = jwt.get_unverified_header(tool.launch(aino))["kid"]
    published = [jwk["kid"] for jwk in requests.get(f"{tool.lms}/jwks").json()["keys"]]

    assert before != after
    assert published == [after]


def test_the_key_set_can_be_slow(lms_app: Flask, lms: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told_to(lms_app, Fault.SLOW_JWKS)
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)

    requests.get(f"{lms}/jwks").raise_for_status()

    assert lms_of(lms_app).slow_seconds in waited


def test_a_link_header_can_be_as_moodle_writes_it(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    address = tool.claims(aino)[NRPS]["context_memberships_url"]
    headers = tool.bearer(scopes.ROSTER)
    told_to(lms_app, Fault.CURLY_LINK)

    answer = requests.get(address, headers=headers)
    link = answer.headers["Link"].encode("latin-1").decode()

    assert link.endswith("rel=“next”")
    assert "&amp;" in link
    assert "next" not in answer.links


def test_the_gradebook_can_have_newer_scores_or_be_down(lms_app: Flask, tool: SmallTool, column: str) -> None:
    headers = tool.bearer(scopes.SCORE)
    told_to(lms_app, Fault.SCORES_CONFLICT)
    assert tool.send(column, tool.score(), headers=headers).status_code == 409

    told_to(lms_app, Fault.AGS_DOWN)
    assert tool.send(column, tool.score(), headers=headers).status_code == 503
    assert requests.get(column, headers=headers).status_code == 503


def test_the_token_endpoint_can_be_down(lms_app: Flask, tool: SmallTool) -> None:
    told_to(lms_app, Fault.TOKEN_DOWN)

    assert tool.ask_token(scopes.SCORE).status_code == 503


def test_nothing_that_a_tool_sends_can_switch_a_fault_on(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    aino.http.get(f"{tool.lms}/jwks", params={"misbehave": "bad_signature"})
    tool.ask(aino, tool.question(tool.login(aino), misbehave="bad_signature"))

    assert lms_of(lms_app).faults == set()

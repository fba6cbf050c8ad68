"""The LMS spoils what it signs, one way at a time; each spoiled message differs from a good one in that alone."""

import base64
import hmac
import json
import time
from hashlib import sha256
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from flask import Flask

from lti_tool.demo import fault_sheet
from lti_tool.demo.app import lms_of
from lti_tool.demo.faults import Fault
from tests.demo.small_tool import AGS, CLAIM, NRPS, Browser, SmallTool
from tests.demo.test_faults import told_to, unverified

NAMES = {"iss", "aud", "sub", "exp", "iat", "nonce"}
MISSING = [fault for fault in Fault if fault.startswith("missing_")]


def changed(tool: SmallTool, browser: Browser, app: Flask, fault: Fault) -> dict[str, tuple[Any, Any]]:
    """By name, what a claim was without the fault and is with it."""
    before = unverified(tool.launch(browser, nonce="n"))
    told_to(app, fault)
    after = unverified(tool.launch(browser, nonce="n"))
    names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return {name: (before.get(name), after.get(name)) for name in names - {"iat", "exp"}}


@pytest.mark.parametrize("fault", MISSING)
def test_a_claim_can_be_left_out(lms_app: Flask, tool: SmallTool, aino: Browser, fault: Fault) -> None:
    word = fault.removeprefix("missing_")
    claim = word if word in NAMES else CLAIM + word
    good = set(unverified(tool.launch(aino)))
    told_to(lms_app, fault)

    assert good - set(unverified(tool.launch(aino))) == {claim}


@pytest.mark.parametrize(
    ("fault", "claims"),
    [
        (Fault.WRONG_ISSUER, {"iss"}),
        (Fault.WRONG_AZP, {"aud", "azp"}),
        (Fault.WRONG_VERSION, {CLAIM + "version"}),
        (Fault.WRONG_MESSAGE_TYPE, {CLAIM + "message_type"}),
        (Fault.WRONG_TARGET, {CLAIM + "target_link_uri"}),
    ],
)
def test_one_thing_can_be_said_wrongly(
    lms_app: Flask, tool: SmallTool, aino: Browser, fault: Fault, claims: set[str]
) -> None:
    assert set(changed(tool, aino, lms_app, fault)) == claims


def test_the_nonce_can_be_that_of_the_login_before(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    tool.launch(aino, nonce="first")
    told_to(lms_app, Fault.SWAPPED_NONCE)

    assert unverified(tool.launch(aino, nonce="second"))["nonce"] == "first"


def test_the_state_can_be_that_of_an_earlier_launch(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    told_to(lms_app, Fault.REPLAYED_STATE)
    tool.launch(aino, state="first")

    page = tool.ask(aino, tool.question(tool.login(aino), state="second")).text

    assert 'name="state" value="first"' in page


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (Fault.FUTURE_IAT, 3600),
        (Fault.EXPIRED, -3600),
        (Fault.CLOCK_AHEAD, 20),
        (Fault.CLOCK_BEHIND, -20),
    ],
)
def test_the_time_can_be_wrong_both_ways(
    lms_app: Flask, tool: SmallTool, aino: Browser, fault: Fault, seconds: int
) -> None:
    told_to(lms_app, fault)
    claims: dict[str, Any] = unverified(tool.launch(aino))

    assert abs(claims["iat"] - time.time() - seconds) < 10
    assert claims["exp"] - claims["iat"] == 60


def test_how_wrong_the_clock_is_can_be_set(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    told_to(lms_app, Fault.CLOCK_AHEAD)
    lms_of(lms_app).skew_seconds = 300
    claims: dict[str, Any] = unverified(tool.launch(aino))

    assert abs(claims["iat"] - time.time() - 300) < 10


def test_a_token_can_name_a_key_that_nobody_published(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    told_to(lms_app, Fault.UNKNOWN_KID)
    published = {jwk["kid"] for jwk in requests.get(f"{tool.lms}/jwks").json()["keys"]}

    assert jwt.get_unverified_header(tool.launch(aino))["kid"] not in published


def test_a_token_can_be_signed_with_the_public_key_as_a_secret(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    told_to(lms_app, Fault.HS256)
    token = tool.launch(aino)
    header = jwt.get_unverified_header(token)
    published = {each.key_id: each.key for each in jwt.PyJWKSet.from_dict(requests.get(f"{tool.lms}/jwks").json()).keys}
    secret = published[header["kid"]].public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    words, _, signature = token.rpartition(".")
    made = base64.urlsafe_b64encode(hmac.digest(secret, words.encode(), sha256)).rstrip(b"=").decode()

    assert (header["alg"], made) == ("HS256", signature)
    assert json.loads(base64.urlsafe_b64decode(words.split(".")[1] + "=="))["aud"] == tool.client_id


def test_a_launch_can_name_an_empty_column(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    told_to(lms_app, Fault.EMPTY_LINEITEM)

    assert tool.claims(aino)[AGS]["lineitem"] == ""
    assert NRPS in tool.claims(aino)


def test_every_fault_is_named_on_the_page_in_one_group() -> None:
    shown = [fault for _, _, faults in fault_sheet.GROUPS for fault in faults]

    assert sorted(shown) == sorted(Fault)

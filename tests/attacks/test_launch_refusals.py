"""Launches that are refused for what they say: each leaves nothing behind, so all are tried on one database."""

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient

from lti_tool.lti import roles
from tests.attacks.aftermath import refused
from tests.attacks.one_platform import database, platform, tool
from tests.builders import TOOL_ADDRESS, a_launch
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database

__all__ = ["database", "platform", "tool"]


WRONG_CLAIMS: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("wrong_issuer", {"iss": "https://elsewhere.example"}, ()),
    ("wrong_audience", {"aud": "another-client"}, ()),
    ("wrong_audience", {"aud": ["another-client", "third"]}, ()),
    ("wrong_audience", {}, ("aud",)),
    ("wrong_authorized_party", {"aud": ["client-1", "another-client"]}, ()),
    ("wrong_authorized_party", {"aud": ["client-1", "another-client"], "azp": "another-client"}, ()),
    ("wrong_authorized_party", {"azp": "another-client"}, ()),
    ("no_times", {}, ("exp",)),
    ("no_times", {}, ("iat",)),
    ("no_times", {"exp": "tomorrow"}, ()),
    ("no_times", {"exp": float("nan")}, ()),
    ("no_times", {"exp": float("inf")}, ()),
    ("wrong_nonce", {}, ("nonce",)),
    ("wrong_nonce", {"nonce": ""}, ()),
    ("unknown_deployment", {"deployment_id": "2"}, ()),
    ("unknown_deployment", {}, ("deployment_id",)),
    ("wrong_version", {"version": "1.1"}, ()),
    ("wrong_version", {}, ("version",)),
    ("wrong_message_type", {"message_type": "LtiStartProctoring"}, ()),
    ("wrong_message_type", {}, ("message_type",)),
    ("foreign_target", {"target_link_uri": "https://elsewhere.example/learn/oicf/m1"}, ()),
    ("foreign_target", {"target_link_uri": f"{TOOL_ADDRESS}/agency"}, ()),
    ("foreign_target", {}, ("target_link_uri",)),
    ("anonymous", {}, ("sub",)),
    ("anonymous", {"sub": ""}, ()),
    ("malformed_claims", {"sub": "x" * 256}, ()),
    ("malformed_claims", {"roles": "Instructor"}, ()),
    ("malformed_claims", {}, ("resource_link",)),
    ("malformed_claims", {"context": ["2"]}, ()),
    ("malformed_claims", {"message_type": "LtiDeepLinkingRequest"}, ()),
]


@pytest.mark.parametrize(("code", "changes", "without"), WRONG_CLAIMS, ids=lambda value: str(value)[:60])
def test_a_wrong_claim_is_refused(
    code: str,
    changes: dict[str, Any],
    without: tuple[str, ...],
    browser: FlaskClient,
    platform: SigningPlatform,
    database: Database,
) -> None:
    refused(a_launch(browser, platform, without=without, **changes).send(), code, database)


@pytest.mark.parametrize(
    ("code", "issued", "ends"),
    [("expired", -120, -31), ("too_old", -631, 60), ("not_yet_valid", 60, 120)],
)
def test_a_token_out_of_its_time_is_refused(
    code: str, issued: int, ends: int, browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    at = under_way.claims["iat"]
    under_way.claims |= {"iat": at + issued - 2, "exp": at + ends - 2}
    if issued > 0:
        under_way.claims["iat"] = at + issued
    refused(under_way.send(), code, database)


def test_another_deployment_than_the_logins_is_refused(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    refused(a_launch(browser, platform, login={"lti_deployment_id": "7"}).send(), "unknown_deployment", database)


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        f"{TOOL_ADDRESS}.elsewhere.example/",
        f"{TOOL_ADDRESS}@elsewhere.example/",
        f"{TOOL_ADDRESS}\\@elsewhere.example/",
        f"{TOOL_ADDRESS}:81/learn/oicf/m1",
        "//elsewhere.example/",
        "/learn/oicf/m1",
        "javascript:alert(1)",
        f"{TOOL_ADDRESS}/learn/oicf/m1\r\nSet-Cookie: a=b",
    ],
)
def test_no_login_leads_to_a_foreign_target(target: str, browser: FlaskClient, platform: SigningPlatform) -> None:
    asked = {"iss": platform.address, "login_hint": "5", "target_link_uri": target, "client_id": "client-1"}
    answer = browser.get("/lti/login", query_string=asked)
    assert (answer.status_code, answer.location) == (400, None)
    assert 'data-code="foreign_target"' in answer.text


@pytest.mark.parametrize("path", ["//elsewhere.example/", "/lti/login?iss=x", "/learn/nothing/here", "/learn/oicf/m9"])
def test_a_target_that_is_no_page_of_ours_is_refused(
    path: str, browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    target = f"{TOOL_ADDRESS}{path}"
    answer = a_launch(browser, platform, login={"target_link_uri": target}).send()
    refused(answer, "unknown_target", database)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "a.b.c",
        "....",
        "e30.e30.e30",
        "é.é.é",
        "bnVsbA.e30.x",
        "W1tbW1tbW1tb.e30.x",
        base64.urlsafe_b64encode(b"[" * 40_000).decode() + ".e30.x",
        "x" * 100_000,
        base64.urlsafe_b64encode(b'{"alg":"RS256","kid":["first-key"]}').decode() + ".e30.x",
        base64.urlsafe_b64encode(b'{"alg":"RS256","kid":"first-key"}').decode() + ".e30.x",
    ],
    ids=lambda token: token[:12],
)
def test_what_is_no_token_is_refused_calmly(
    token: str, browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    answer = browser.post("/lti/launch", data={"state": under_way.question["state"], "id_token": token})
    assert answer.status_code == 400
    assert 'class="refusal"' in answer.text


@pytest.mark.parametrize("name", ["iss", "client_id", "lti_deployment_id", "login_hint", "target_link_uri"])
@pytest.mark.parametrize("value", ["\x00", "x" * 5000, ""])
def test_odd_login_parameters_are_refused_calmly(
    name: str, value: str, browser: FlaskClient, platform: SigningPlatform
) -> None:
    asked = {"iss": platform.address, "login_hint": "5", "target_link_uri": f"{TOOL_ADDRESS}/learn"}
    optional = value == "" and name in ("client_id", "lti_deployment_id")
    assert browser.post("/lti/login", data=asked | {name: value}).status_code == (302 if optional else 400)


def test_text_that_no_database_holds_is_refused(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    refused(a_launch(browser, platform, name="A\x00B").send(), "malformed_claims", database)


@pytest.mark.parametrize(
    "role",
    [
        "http://purl.imsglobal.org/vocab/lis/v2/membership#InstructorOfNothing",
        "http://elsewhere.example/membership#Instructor",
        "Administrator",
        "operator",
        "urn:lti:sysrole:ims/lis/SysAdmin",
        "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
    ],
)
def test_no_invented_role_makes_more_than_a_learner(role: str) -> None:
    assert roles.understood([role]) == {"learner"}

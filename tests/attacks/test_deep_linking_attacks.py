"""Attacks on choosing links, on reviews and on roles: each is refused, or brings nothing."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lti_tool.lti.id_token import CUSTOM, DEEP_LINKING_SETTINGS, FOR_USER, ROLE_SCOPE_MENTOR
from tests.builders import TOOL_ADDRESS, a_launch
from tests.signing_platform import SigningPlatform

INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"


def asked(browser: FlaskClient, platform: SigningPlatform, **settings: Any) -> str:
    """The page on which the launched trainer chooses, or the refusal."""
    said = {"deep_link_return_url": f"{platform.address}/return", "accept_types": ["ltiResourceLink"], **settings}
    claims: dict[str, Any] = {DEEP_LINKING_SETTINGS: said}
    answer = a_launch(
        browser,
        platform,
        message_type="LtiDeepLinkingRequest",
        roles=[INSTRUCTOR],
        without=("resource_link",),
        **claims,
    ).send()
    return browser.get("/lti/deep-linking").text if answer.status_code == 303 else answer.text


def token_on(page: str) -> str:
    """The form token of that page."""
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/return",
        "http://{host}@elsewhere.example/return",
        "http://elsewhere.example/{host}",
        "http://{host}.elsewhere.example/return",
        "javascript://{host}/%0aalert(1)",
        "data://{host}/text",
        "//{host}/return",
        "/return",
        "",
    ],
)
def test_the_answer_leaves_for_no_foreign_place(target: str, browser: FlaskClient, platform: SigningPlatform) -> None:
    host = platform.address.removeprefix("http://")
    page = asked(browser, platform, deep_link_return_url=target.format(host=host))
    assert 'data-code="foreign_return"' in page


def test_the_request_of_one_visit_is_not_answered_by_another(tool: Flask, platform: SigningPlatform) -> None:
    page = asked(tool.test_client(), platform)
    other = tool.test_client()
    a_launch(other, platform, roles=[INSTRUCTOR], sub="6").send()
    answer = other.post("/lti/deep-linking", data={"form_token": token_on(page), "item": "/learn/oicf/m1"})
    assert (answer.status_code, "JWT" in answer.text) == (403, False)
    assert other.get("/lti/deep-linking").status_code == 401


def test_many_presses_at_once_send_one_answer(browser: FlaskClient, tool: Flask, platform: SigningPlatform) -> None:
    form = {"form_token": token_on(asked(browser, platform)), "item": "/learn/oicf/m1"}
    shown = browser.get_cookie("__Host-visit")
    assert shown is not None

    def press(_number: int) -> bool:
        own = tool.test_client()
        own.set_cookie("__Host-visit", shown.value)
        return 'name="JWT"' in own.post("/lti/deep-linking", data=form).text

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(press, range(4))) == 1


def test_what_the_platform_proposes_is_text_and_not_markup(browser: FlaskClient, platform: SigningPlatform) -> None:
    page = asked(browser, platform, title='"><script>1</script>', text="</textarea><script>2</script>")
    assert "<script>" not in page
    assert "&lt;script&gt;1" in page


def test_what_is_searched_for_is_text_and_not_markup(browser: FlaskClient, platform: SigningPlatform) -> None:
    form = {"form_token": token_on(asked(browser, platform)), "do": "search", "q": '"><script>3</script>'}
    assert "<script>" not in browser.post("/lti/deep-linking", data=form).text


@pytest.mark.parametrize(
    "claims",
    [
        {CUSTOM: {"roles": INSTRUCTOR, "role": "operator", "custom_role": "Instructor"}},
        {"roles": ["learner", "trainer", "officer", "operator"]},
        {ROLE_SCOPE_MENTOR: ["5"], "https://purl.imsglobal.org/spec/lti/claim/ext_roles": [INSTRUCTOR]},
    ],
)
def test_no_claim_but_the_roles_claim_gives_a_role(
    claims: dict[str, Any], browser: FlaskClient, platform: SigningPlatform
) -> None:
    answer = a_launch(browser, platform, **claims).send()
    assert answer.status_code == 303
    assert browser.get("/lti/deep-linking").status_code == 403


@pytest.mark.parametrize("for_user", [{"user_id": "6"}, {"user_id": ""}, {"user_id": 6}, {}, "6", ["6"]])
def test_a_learner_reviews_nobody_else(for_user: Any, tool: Flask, platform: SigningPlatform) -> None:
    a_launch(tool.test_client(), platform, sub="6").send()
    login = {"target_link_uri": f"{TOOL_ADDRESS}/review/oicf/m1"}
    claims: dict[str, Any] = {FOR_USER: for_user}
    answer = a_launch(
        tool.test_client(), platform, login=login, message_type="LtiSubmissionReviewRequest", **claims
    ).send()
    assert answer.status_code == 400
    assert any(f'data-code="{code}"' in answer.text for code in ("not_your_work", "malformed_claims"))

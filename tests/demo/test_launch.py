"""What a well-made tool gets from the demo LMS."""

from collections.abc import Callable

import jwt
import pytest
import requests

from lti_tool.demo import browsing, people
from tests.demo.small_tool import AGS, CLAIM, NRPS, Browser, SmallTool


def test_a_launch_says_who_comes_where_and_with_which_services(tool: SmallTool, aino: Browser, lms: str) -> None:
    claims = tool.claims(aino)

    assert claims["sub"] == "101"
    assert claims["name"] == "Aino Kallioranta"
    assert claims["exp"] - claims["iat"] == 60
    assert claims[CLAIM + "message_type"] == "LtiResourceLinkRequest"
    assert claims[CLAIM + "deployment_id"] == tool.deployment_id
    assert claims[CLAIM + "target_link_uri"] == f"{tool.address}/target"
    assert claims[CLAIM + "resource_link"]["id"] == tool.link
    assert claims[CLAIM + "context"]["title"] == "From broker to facilitator"
    assert claims[CLAIM + "tool_platform"]["product_family_code"] == "animateur-demo"
    assert claims[CLAIM + "launch_presentation"]["document_target"] == "iframe"
    assert claims[AGS]["lineitem"].startswith(f"{lms}/courses/7/line-items/")
    assert len(claims[AGS]["scope"]) == 4
    assert claims[NRPS]["context_memberships_url"].startswith(f"{lms}/courses/7/memberships")


def test_what_the_tool_did_not_ask_to_know_is_not_told(tool: SmallTool, aino: Browser) -> None:
    assert "email" not in tool.claims(aino)


@pytest.mark.parametrize(
    ("number", "part"),
    [("101", people.LEARNER), ("201", people.TRAINER), ("301", people.OFFICER), ("401", people.ADMINISTRATOR)],
)
def test_each_part_has_its_roles(tool: SmallTool, lms: str, number: str, part: str) -> None:
    assert tool.claims(Browser(lms, number))[CLAIM + "roles"] == people.ROLES[part]


def test_a_new_window_is_said_to_be_one(tool: SmallTool, aino: Browser) -> None:
    claims = tool.claims(aino, f"/start/{tool.link}?in=window")

    assert claims[CLAIM + "launch_presentation"]["document_target"] == "window"


def test_the_login_is_a_form_that_posts_itself_to_the_tool(tool: SmallTool, aino: Browser, lms: str) -> None:
    form = aino.page(f"/start/{tool.link}").forms[0]

    assert (form.method, form.action) == ("post", f"{tool.address}/login")
    assert form.fields["iss"] == lms
    assert form.fields["client_id"] == tool.client_id
    assert form.fields["lti_deployment_id"] == tool.deployment_id
    assert form.fields["target_link_uri"] == f"{tool.address}/target"


def test_a_request_without_our_cookie_is_posted_once_more_from_a_page_of_ours(tool: SmallTool, aino: Browser) -> None:
    question = tool.question(tool.login(aino))
    page = requests.get(f"{tool.lms}/auth", params=question)

    form = browsing.read(page.text).forms[0]
    again = aino.http.post(form.action, data=form.fields)

    assert "id_token" in browsing.read(again.text).forms[0].fields


def test_a_deactivated_tool_gets_neither_launches_nor_tokens(new_tool: Callable[[], SmallTool], lms: str) -> None:
    tool = new_tool().connect()
    Browser(lms, "401").post(f"/admin/tools/{tool.number}/deactivate").raise_for_status()

    assert Browser(lms, "101").http.get(f"{lms}/start/{tool.link}").status_code == 403
    assert tool.ask_token("any").json()["error"] == "invalid_client"


def test_an_administrator_alone_sees_the_tools(aino: Browser, lms: str) -> None:
    assert aino.http.get(f"{lms}/admin").status_code == 403
    assert aino.post("/course/links", title="A link").status_code == 403


def test_a_form_from_another_site_is_refused(lms: str) -> None:
    answer = requests.post(f"{lms}/be", data={"person": "101"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_pages_allow_no_inline_scripts_and_frame_registered_tools_only(tool: SmallTool, aino: Browser) -> None:
    policy = aino.http.get(f"{tool.lms}/open/{tool.link}").headers["Content-Security-Policy"]

    assert "unsafe-inline" not in policy
    assert f"frame-src 'self' {tool.address};" in policy
    assert "http://127.0.0.1" not in aino.http.get(f"{tool.lms}/course").headers["Content-Security-Policy"]


def test_the_id_token_names_its_key(tool: SmallTool, aino: Browser) -> None:
    kids = [jwk["kid"] for jwk in requests.get(f"{tool.lms}/jwks").json()["keys"]]

    assert jwt.get_unverified_header(tool.launch(aino))["kid"] in kids

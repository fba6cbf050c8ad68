"""Tools that hand chosen content back wrongly: each places nothing, and is told why."""

import time
from typing import Any
from uuid import uuid4

import pytest
import requests

from lti_tool.demo import browsing
from tests.demo.small_tool import (
    CLAIM,
    DEEP_LINKING,
    Browser,
    SmallTool,
    new_key,
)


def content(tool: SmallTool, data: str, **changes: Any) -> dict[str, Any]:
    """A deep linking response with one link."""
    now = int(time.time())
    item = {"type": "ltiResourceLink", "url": f"{tool.address}/target", "title": "A chosen link"}
    claims = {
        "iss": tool.client_id,
        "aud": tool.lms,
        "iat": now - 5,
        "exp": now + 60,
        "nonce": uuid4().hex,
        CLAIM + "message_type": "LtiDeepLinkingResponse",
        CLAIM + "version": "1.3.0",
        CLAIM + "deployment_id": tool.deployment_id,
        DEEP_LINKING + "content_items": [item],
        DEEP_LINKING + "data": data,
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


def give_back(tool: SmallTool, claims: dict[str, Any], **changes: Any) -> requests.Response:
    """What the LMS answers to it, sent without any cookie."""
    return requests.post(f"{tool.lms}/deep-link-return", data={"JWT": tool.signed(claims, **changes)})


@pytest.fixture
def data(tool: SmallTool, dana: Browser) -> str:
    """What the LMS wants to hear again from the tool."""
    claims = tool.claims(dana, f"/start-choosing/{tool.number}")
    assert claims[CLAIM + "message_type"] == "LtiDeepLinkingRequest"
    found: str = claims[DEEP_LINKING + "deep_linking_settings"]["data"]
    return found


def test_chosen_content_stands_in_the_course_once(tool: SmallTool, dana: Browser, data: str) -> None:
    item = {
        "type": "ltiResourceLink",
        "title": f"Chosen {tool.client_id}",
        "custom": {"module": "m1"},
        "lineItem": {"scoreMaximum": 20, "label": f"Column {tool.client_id}"},
    }
    claims = content(tool, data, **{DEEP_LINKING + "content_items": [item]})

    assert give_back(tool, claims).status_code == 200
    assert "was used before" in give_back(tool, claims).text

    assert f"Chosen {tool.client_id}" in dana.page("/course").words()
    assert f"Column {tool.client_id}" in dana.page("/gradebook").words()


WRONG_CONTENT: list[tuple[str, dict[str, Any], str]] = [
    ("signs_as_another_issuer", {"iss": "somebody"}, "no tool is registered"),
    ("names_another_audience", {"aud": "http://elsewhere.example"}, "aud does not name"),
    ("forgets_the_nonce", {"nonce": None}, "a required claim is missing"),
    ("forgets_the_end", {"exp": None}, "a required claim is missing"),
    ("is_expired", {"iat": 1_000, "exp": 1_060}, "exp is over"),
    ("answers_for_another_deployment", {CLAIM + "deployment_id": "x"}, "deployment_id must be"),
    ("sends_a_launch_back", {CLAIM + "message_type": "LtiResourceLinkRequest"}, "message_type must be"),
    ("forgets_the_data", {DEEP_LINKING + "data": None}, "data is not what"),
    ("has_an_item_without_type", {DEEP_LINKING + "content_items": [{"url": "http://x.example"}]}, "type"),
    (
        "links_to_another_site",
        {DEEP_LINKING + "content_items": [{"type": "ltiResourceLink", "url": "http://x.example/"}]},
        "must lie within the tool",
    ),
]


@pytest.mark.parametrize(
    ("changes", "reason"), [each[1:] for each in WRONG_CONTENT], ids=[each[0] for each in WRONG_CONTENT]
)
def test_a_tool_that_hands_content_back_wrongly_places_nothing(
    tool: SmallTool, dana: Browser, data: str, changes: dict[str, Any], reason: str
) -> None:
    before = dana.page("/course").words()

    answer = give_back(tool, content(tool, data, **changes))

    assert answer.status_code in (400, 401)
    assert reason in browsing.read(answer.text).words()
    assert dana.page("/course").words() == before


def test_content_signed_by_another_key_is_refused(tool: SmallTool, data: str) -> None:
    assert give_back(tool, content(tool, data), key=new_key()).status_code == 401

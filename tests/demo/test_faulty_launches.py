"""Tools that ask wrongly for a launch: each is refused, and told why."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from lti_tool.demo import browsing
from tests.demo.small_tool import (
    BRAM,
    Browser,
    SmallTool,
)


def told(answer: requests.Response) -> dict[str, str]:
    """What the LMS sent to the tool's redirect_uri."""
    return browsing.read(answer.text).forms[0].fields


QUESTIONS: list[tuple[str, dict[str, Any], str]] = [
    ("forgets_the_nonce", {"nonce": None}, "nonce is missing"),
    ("forgets_the_state", {"state": None}, "state is missing"),
    ("wants_the_answer_in_the_query", {"response_mode": "query"}, "response_mode must be form_post"),
    ("forgets_the_response_mode", {"response_mode": None}, "response_mode must be form_post"),
    ("wants_a_code", {"response_type": "code"}, "response_type must be id_token"),
    ("forgets_openid", {"scope": "profile"}, "scope must be openid"),
    ("wants_a_login_page", {"prompt": "login"}, "prompt must be none"),
    ("names_somebody_else", {"login_hint": BRAM}, "login_hint does not name the person"),
    ("forgets_the_message_hint", {"lti_message_hint": None}, "lti_message_hint is missing"),
    ("invents_a_message_hint", {"lti_message_hint": "x"}, "lti_message_hint is unknown"),
]


@pytest.mark.parametrize(("changes", "reason"), [each[1:] for each in QUESTIONS], ids=[each[0] for each in QUESTIONS])
def test_a_tool_that_asks_wrongly_gets_no_id_token(
    tool: SmallTool, aino: Browser, changes: dict[str, Any], reason: str
) -> None:
    answer = tool.ask(aino, tool.question(tool.login(aino), **changes))

    assert answer.status_code == 400
    assert "id_token" not in told(answer)
    assert told(answer)["error_description"].startswith(reason)


@pytest.mark.parametrize("path", ["/launch?m=1", "/launch/", "/target", ""])
def test_a_tool_with_a_redirect_uri_it_did_not_register_is_sent_nothing(
    tool: SmallTool, aino: Browser, path: str
) -> None:
    answer = tool.ask(aino, tool.question(tool.login(aino), redirect_uri=tool.address + path))

    assert answer.status_code == 400
    assert "redirect_uri is not one the tool was registered with" in answer.text
    assert browsing.read(answer.text).forms == []


def test_a_tool_under_another_client_id_is_sent_nothing(tool: SmallTool, aino: Browser) -> None:
    answer = tool.ask(aino, tool.question(tool.login(aino), client_id="nobody"))

    assert answer.status_code == 401
    assert "no tool is registered under this client_id" in answer.text


def test_a_tool_cannot_use_another_tools_login(
    new_tool: Callable[[], SmallTool], tool: SmallTool, aino: Browser
) -> None:
    other = new_tool().connect()

    answer = other.ask(aino, other.question(tool.login(aino)))

    assert told(answer)["error_description"] == "lti_message_hint was given to another tool"


def test_a_login_is_good_for_one_launch(tool: SmallTool, aino: Browser) -> None:
    question = tool.question(tool.login(aino))
    tool.ask(aino, question).raise_for_status()

    assert "was used before" in told(tool.ask(aino, question))["error_description"]


def test_a_login_is_good_for_the_person_it_was_begun_for(tool: SmallTool, aino: Browser, lms: str) -> None:
    question = tool.question(tool.login(aino))

    assert told(tool.ask(Browser(lms, BRAM), question))["error"] == "login_required"

"""Tools with a faulty assertion: each gets no access token, and is told why."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from lti_tool.demo import scopes
from tests.demo.small_tool import (
    SmallTool,
    new_key,
)

ASSERTIONS: list[tuple[str, dict[str, Any], str]] = [
    ("names_another_audience", {"aud": "http://elsewhere.example/token"}, "aud does not name"),
    ("names_the_issuer_as_audience", {"aud": "http://localhost"}, "aud does not name"),
    ("signs_as_another_issuer", {"iss": "somebody"}, "iss is not the tool's client_id"),
    ("speaks_for_nobody", {"sub": None}, "no tool is registered"),
    ("forgets_the_jti", {"jti": None}, "a required claim is missing"),
    ("forgets_the_end", {"exp": None}, "a required claim is missing"),
    ("is_expired", {"iat": 1_000, "exp": 1_060}, "exp is over"),
    ("comes_from_the_future", {"iat": int(time.time()) + 10_000, "exp": int(time.time()) + 10_060}, "iat or nbf"),
]


@pytest.mark.parametrize(("changes", "reason"), [each[1:] for each in ASSERTIONS], ids=[each[0] for each in ASSERTIONS])
def test_a_tool_with_a_wrong_assertion_gets_no_token(tool: SmallTool, changes: dict[str, Any], reason: str) -> None:
    answer = tool.ask_token(scopes.SCORE, assertion=tool.assertion(**changes))

    assert answer.status_code == 401
    assert answer.json()["error_description"].startswith(reason)


def test_an_assertion_signed_by_another_key_is_refused(tool: SmallTool) -> None:
    answer = tool.ask_token(scopes.SCORE, assertion=tool.assertion(key=new_key()))

    assert answer.json()["error_description"] == "the signature was not made with the tool's key"


def test_an_assertion_is_good_once(tool: SmallTool) -> None:
    assertion = tool.assertion()
    tool.ask_token(scopes.SCORE, assertion=assertion).raise_for_status()

    again = tool.ask_token(scopes.SCORE, assertion=assertion)

    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    assert "was used before" in again.json()["error_description"]


def test_an_assertion_is_spent_by_a_request_that_fails(tool: SmallTool) -> None:
    assertion = tool.assertion()
    assert tool.ask_token("nothing-we-know", assertion=assertion).json()["error"] == "invalid_scope"

    assert "was used before" in tool.ask_token(scopes.SCORE, assertion=assertion).json()["error_description"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"client_assertion_type": "jwt"}, "invalid_request"),
        ({"client_assertion": "not a token"}, "invalid_client"),
        ({"scope": None}, "invalid_scope"),
    ],
)
def test_a_token_request_must_be_whole(tool: SmallTool, changes: dict[str, Any], error: str) -> None:
    assert tool.ask_token(scopes.SCORE, **changes).json()["error"] == error


def test_a_tool_that_rotated_its_key_is_believed_without_delay(new_tool: Callable[[], SmallTool]) -> None:
    tool = new_tool().connect()
    tool.bearer(scopes.SCORE)
    time.sleep(2.1)
    tool.key, tool.kid = new_key(), "k2"

    assert tool.ask_token(scopes.SCORE).status_code == 200

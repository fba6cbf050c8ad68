"""Tools that use the services wrongly: each changes nothing, and is told why."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from lti_tool.demo import scopes
from tests.demo.small_tool import (
    LINE_ITEM,
    SCORE,
    SmallTool,
    below,
)


def test_a_tool_that_was_not_granted_scores_cannot_send_one(tool: SmallTool, column: str) -> None:
    answer = tool.send(column, tool.score(), headers=tool.bearer(scopes.RESULT_READ))

    assert (answer.status_code, answer.json()["error"]) == (403, "insufficient_scope")


def test_a_scope_that_was_not_registered_is_not_granted(new_tool: Callable[[], SmallTool]) -> None:
    modest = new_tool().connect(scope=scopes.LINE_ITEM_READ)

    assert modest.ask_token(scopes.SCORE).json()["error"] == "invalid_scope"
    assert modest.ask_token(scopes.SCORE, scopes.LINE_ITEM_READ).json()["scope"] == scopes.LINE_ITEM_READ


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_tool_with_read_rights_cannot_change_a_column(tool: SmallTool, column: str, method: str) -> None:
    headers = tool.bearer(scopes.LINE_ITEM_READ)

    answer = requests.request(method, column, headers=headers, json={"label": "x", "scoreMaximum": 1})

    assert (answer.status_code, answer.json()["error"]) == (403, "insufficient_scope")
    assert requests.get(column, headers=headers | {"Accept": LINE_ITEM}).status_code == 200


def test_another_tools_token_does_not_open_this_tools_services(
    new_tool: Callable[[], SmallTool], tool: SmallTool, column: str
) -> None:
    answer = tool.send(column, tool.score(), headers=new_tool().connect().bearer(scopes.SCORE))

    assert (answer.status_code, answer.json()["error"]) == (403, "foreign_client")


def test_a_tool_does_not_reach_another_tools_column_through_its_own_address(
    new_tool: Callable[[], SmallTool], tool: SmallTool, column: str
) -> None:
    other = new_tool().connect()
    dressed = column.partition("?")[0] + f"?tool={other.number}"

    answer = tool.send(dressed, tool.score(), headers=other.bearer(scopes.SCORE))

    assert answer.json()["error_description"] == "this line item belongs to another tool"


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer made-up"}, {"Authorization": "Basic x"}])
def test_a_tool_without_a_token_is_told_so(tool: SmallTool, column: str, header: dict[str, str]) -> None:
    answer = tool.send(column, tool.score(), headers=header)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_tool_that_appends_behind_the_query_does_not_arrive(tool: SmallTool, column: str) -> None:
    headers = tool.bearer(scopes.SCORE) | {"Content-Type": SCORE}

    assert requests.post(f"{column}/scores", json=tool.score(), headers=headers).status_code in (404, 405)


def test_a_tool_that_drops_the_query_does_not_arrive(tool: SmallTool, column: str) -> None:
    bare = column.partition("?")[0] + "?"

    assert tool.send(bare, tool.score(), headers=tool.bearer(scopes.SCORE)).status_code == 404


SCORES: list[tuple[str, dict[str, Any], str]] = [
    ("forgets_the_timestamp", {"timestamp": None}, "timestamp"),
    ("forgets_the_zone", {"timestamp": "2026-11-23T10:00:00"}, "timestamp"),
    ("sends_points_without_maximum", {"scoreMaximum": None}, "scoreMaximum"),
    ("sends_points_as_text", {"scoreGiven": "8"}, "scoreGiven"),
    ("sends_negative_points", {"scoreGiven": -1}, "scoreGiven"),
    ("has_a_maximum_of_zero", {"scoreMaximum": 0}, "scoreMaximum"),
    ("sends_a_number_as_user", {"userId": 101}, "userId"),
    ("marks_a_trainer", {"userId": "201"}, "userId"),
    ("marks_a_stranger", {"userId": "999"}, "userId"),
    ("forgets_the_activity_progress", {"activityProgress": None}, "activityProgress"),
    ("invents_a_grading_progress", {"gradingProgress": "Done"}, "gradingProgress"),
]


@pytest.mark.parametrize(("changes", "member"), [each[1:] for each in SCORES], ids=[each[0] for each in SCORES])
def test_a_wrong_score_changes_nothing(tool: SmallTool, column: str, changes: dict[str, Any], member: str) -> None:
    answer = tool.send(column, tool.score(**changes), headers=tool.bearer(scopes.SCORE))

    assert answer.status_code == 400
    assert member in answer.json()["error_description"]
    assert requests.get(below(column, "results"), headers=tool.bearer(scopes.RESULT_READ)).json() == []


def test_a_score_of_the_wrong_media_type_is_refused(tool: SmallTool, column: str) -> None:
    answer = tool.send(column, tool.score(), headers=tool.bearer(scopes.SCORE), media_type="application/json")

    assert (answer.status_code, answer.json()["error"]) == (415, "unsupported_media_type")


def test_a_reader_that_does_not_accept_the_media_type_is_refused(tool: SmallTool, column: str) -> None:
    headers = tool.bearer(scopes.LINE_ITEM_READ) | {"Accept": "application/json"}

    assert requests.get(column, headers=headers).status_code == 406


def test_an_older_score_or_the_same_again_is_a_conflict(tool: SmallTool, column: str) -> None:
    headers, score = tool.bearer(scopes.SCORE), tool.score()
    assert tool.send(column, score, headers=headers).status_code == 200

    assert tool.send(column, score, headers=headers).status_code == 409
    assert tool.send(column, tool.score(timestamp="2020-01-01T00:00:00Z"), headers=headers).status_code == 409
    assert tool.send(column, tool.score(scoreGiven=9), headers=headers).status_code == 200


@pytest.mark.parametrize(
    "changes", [{"label": "a\0b"}, {"resourceLinkId": "9" * 30}, {"submissionReview": {"label": "\0"}}]
)
def test_a_value_that_no_database_keeps_is_refused(tool: SmallTool, column: str, changes: dict[str, Any]) -> None:
    headers = tool.bearer(scopes.LINE_ITEM) | {"Content-Type": LINE_ITEM}

    answer = requests.put(column, json={"label": "A", "scoreMaximum": 1, **changes}, headers=headers)

    assert answer.status_code == 400
    assert requests.get(column, headers=headers | {"Accept": LINE_ITEM}).json()["label"] == "A column"

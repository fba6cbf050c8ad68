"""The LMS behaves like a family of platforms where it is told to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import requests
from flask import Flask
from sqlalchemy import delete

from lti_tool.demo import browsing, scopes
from lti_tool.demo.app import lms_of
from lti_tool.demo.tempers import Temper
from lti_tool.demo.tools import RegistrationToken
from tests.demo.small_tool import AINO, CLAIM, FREYA, LINE_ITEM, NRPS, Browser, SmallTool, below

LINE_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"


@pytest.fixture
def moodle(lms_app: Flask, column: str) -> str:
    """The LMS behaves like Moodle; the address of a column that was made before."""
    lms_of(lms_app).temper = Temper.MOODLE
    return column


@pytest.mark.parametrize(("temper", "points"), [(Temper.MOODLE, 10.0), (Temper.PLAIN, 12.0)])
def test_moodle_cuts_off_what_is_above_the_maximum(
    lms_app: Flask, tool: SmallTool, column: str, temper: Temper, points: float
) -> None:
    headers = tool.bearer(scopes.SCORE, scopes.RESULT_READ)
    lms_of(lms_app).temper = temper
    tool.send(column, tool.score(scoreGiven=12), headers=headers).raise_for_status()
    lms_of(lms_app).temper = Temper.PLAIN

    assert requests.get(below(column, "results"), headers=headers).json()[0]["resultScore"] == points


@pytest.mark.parametrize(
    ("temper", "family", "seconds", "storage"),
    [
        (Temper.PLAIN, "animateur-demo", 60, "_parent"),
        (Temper.MOODLE, "moodle", 60, None),
        (Temper.CANVAS, "canvas", 3600, "post_message_forwarding"),
        (Temper.BRIGHTSPACE, "desire2learn", 60, None),
    ],
)
def test_a_family_says_who_it_is(
    lms_app: Flask, tool: SmallTool, aino: Browser, temper: Temper, family: str, seconds: int, storage: str | None
) -> None:
    lms_of(lms_app).temper = temper
    claims = tool.claims(aino)
    said = requests.get(f"{tool.lms}/openid-configuration").json()

    assert claims[CLAIM + "tool_platform"]["product_family_code"] == family
    configuration = said["https://purl.imsglobal.org/spec/lti-platform-configuration"]
    assert configuration["product_family_code"] == family
    assert claims["exp"] - claims["iat"] == seconds
    assert tool.login(aino).get("lti_storage_target") == storage


def test_moodle_leaves_out_azp_and_sends_a_user_name(moodle: str, tool: SmallTool, aino: Browser) -> None:
    claims = tool.claims(aino)

    assert "azp" not in claims
    assert claims[CLAIM + "context"]["type"] == ["CourseSection"]
    assert claims[CLAIM + "ext"] == {"lms": "moodle-2", "user_username": "aino"}
    assert "user_username" not in tool.claims(aino, f"/start/{tool.link}?anonymous=1")[CLAIM + "ext"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", f"{LINE_ITEMS}, application/json"])
def test_moodle_wants_to_read_its_own_media_type_to_the_letter(moodle: str, tool: SmallTool, accept: str) -> None:
    columns = f"{tool.lms}/courses/7/line-items?tool={tool.number}"
    headers = tool.bearer(scopes.LINE_ITEM_READ)

    answer = requests.get(columns, headers=headers | {"Accept": accept})
    assert (answer.status_code, answer.json()) == (400, [])
    assert requests.get(columns, headers=headers | {"Accept": LINE_ITEMS}).status_code == 200


def test_moodle_pages_only_where_asked_and_in_its_own_quotation_marks(moodle: str, tool: SmallTool) -> None:
    columns = f"{tool.lms}/courses/7/line-items?tool={tool.number}"
    headers = tool.bearer(scopes.LINE_ITEM) | {"Content-Type": LINE_ITEM}
    for number in range(5):
        body = {"label": f"Moodle {number}", "scoreMaximum": 1}
        requests.post(columns, json=body, headers=headers).raise_for_status()

    whole = requests.get(columns, headers=headers | {"Accept": LINE_ITEMS})
    assert len(whole.json()) >= 5
    assert "Link" not in whole.headers
    page = requests.get(f"{columns}&limit=2", headers=headers | {"Accept": LINE_ITEMS})
    assert len(page.json()) == 2
    assert page.headers["Link"].encode("latin-1").decode().endswith("rel=“next”")
    assert "&amp;" in page.headers["Link"]


def test_moodle_takes_one_score_a_second_and_says_nothing(moodle: str, tool: SmallTool) -> None:
    headers = tool.bearer(scopes.SCORE)
    at = datetime.now(UTC).replace(microsecond=100_000)

    first = tool.send(moodle, tool.score(timestamp=at.isoformat()), headers=headers)
    assert (first.status_code, first.text) == (200, "")
    same = (at + timedelta(milliseconds=500)).isoformat()
    again = tool.send(moodle, tool.score(timestamp=same), headers=headers)
    assert (again.status_code, again.json()) == (409, [])
    later = (at + timedelta(seconds=1)).isoformat()
    assert tool.send(moodle, tool.score(timestamp=later), headers=headers).status_code == 200
    number = tool.score(userId=int(AINO), timestamp=(at + timedelta(seconds=2)).isoformat())
    assert tool.send(moodle, number, headers=headers).status_code == 200
    unknown = tool.send(moodle, tool.score(userId="201"), headers=headers)
    assert (unknown.status_code, unknown.json()) == (400, [])


def test_elsewhere_two_scores_of_one_second_are_taken(tool: SmallTool, column: str) -> None:
    headers = tool.bearer(scopes.SCORE)
    at = datetime.now(UTC).replace(microsecond=100_000)

    for each in (at, at + timedelta(milliseconds=500)):
        assert tool.send(column, tool.score(timestamp=each.isoformat()), headers=headers).status_code == 200


def test_moodle_keeps_a_review_that_is_put_and_forgets_one_that_is_posted(moodle: str, tool: SmallTool) -> None:
    headers = tool.bearer(scopes.LINE_ITEM) | {"Content-Type": LINE_ITEM, "Accept": LINE_ITEM}
    body = {"label": "A", "scoreMaximum": 1, "submissionReview": {"url": f"{tool.address}/work"}}
    columns = f"{tool.lms}/courses/7/line-items?tool={tool.number}"

    made = requests.post(columns, json=body, headers=headers).json()
    assert made["submissionReview"] == body["submissionReview"]
    assert "submissionReview" not in requests.get(made["id"], headers=headers).json()
    requests.put(made["id"], json=body, headers=headers).raise_for_status()
    assert requests.get(made["id"], headers=headers).json()["submissionReview"] == body["submissionReview"]


def test_moodle_has_short_roles_and_loses_the_filter_on_the_next_page(
    moodle: str, tool: SmallTool, aino: Browser
) -> None:
    address = tool.claims(aino)[NRPS]["context_memberships_url"]
    answer = requests.get(f"{address}&role=Learner&limit=2", headers=tool.bearer(scopes.ROSTER))

    assert [member["roles"] for member in answer.json()["members"]] == [["Learner"], ["Learner"]]
    assert "role=" not in answer.links["next"]["url"]
    assert "limit=2" in answer.links["next"]["url"]


def test_moodle_gives_tokens_as_a_web_page_and_errors_in_one_word(moodle: str, tool: SmallTool) -> None:
    answer = tool.ask_token(scopes.SCORE)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.json()["token_type"] == "Bearer"

    refused = tool.ask_token(scopes.SCORE, assertion=tool.assertion(exp=1))
    assert (refused.status_code, set(refused.json())) == (400, {"error"})


def test_moodle_that_cannot_fetch_the_keys_of_a_tool_says_not_found(
    lms_app: Flask, new_tool: Callable[[], SmallTool]
) -> None:
    tool = new_tool().connect()
    lms_of(lms_app).temper = Temper.MOODLE
    tool.close()
    answer = tool.ask_token(scopes.SCORE)

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_brightspace_sends_no_token_to_a_tool_that_registers(
    lms_app: Flask, lms: str, new_tool: Callable[[], SmallTool]
) -> None:
    lms_of(lms_app).temper = Temper.BRIGHTSPACE
    with lms_of(lms_app).sessions.begin() as session:
        session.execute(delete(RegistrationToken))  # what other tests left unused
    tool = new_tool()
    assert tool.register(None).status_code == 401
    page = Browser(lms, FREYA).post("/admin/connect", link=f"{tool.address}/register").text

    assert "registration_token" not in browsing.read(page).frames[0]
    assert tool.register(None).status_code == 201
    assert tool.register(None).status_code == 401


def test_results_are_paged(tool: SmallTool, column: str) -> None:
    headers = tool.bearer(scopes.SCORE, scopes.RESULT_READ)
    for person in (AINO, "102", "103"):
        tool.send(column, tool.score(userId=person), headers=headers).raise_for_status()

    first = requests.get(f"{below(column, 'results')}&limit=2", headers=headers)
    rest = requests.get(first.links["next"]["url"], headers=headers)

    assert [len(page.json()) for page in (first, rest)] == [2, 1]


def test_the_family_changes_what_people_see(lms_app: Flask, lms: str) -> None:
    lms_of(lms_app).temper = Temper.MOODLE

    assert "It behaves like Moodle 4.5." in Browser(lms, AINO).page("/course").words()

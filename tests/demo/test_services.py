"""The services of the demo LMS, as a well-made tool uses them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import requests

from lti_tool.demo import scopes
from lti_tool.demo.tool_keys import ToolKeys
from tests.demo.small_tool import AGS, LINE_ITEM, NRPS, Browser, SmallTool, below
from tests.signing_platform import SigningPlatform

LINE_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def all_pages(address: str, headers: dict[str, str]) -> list[requests.Response]:
    """The pages of a list, as `next` leads through them."""
    pages = [requests.get(address, headers=headers)]
    while "next" in pages[-1].links:
        pages.append(requests.get(pages[-1].links["next"]["url"], headers=headers))
    return pages


@pytest.fixture
def columns(tool: SmallTool, aino: Browser) -> str:
    """The address of the tool's columns."""
    address: str = tool.claims(aino)[AGS]["lineitems"]
    return address


def test_a_score_appears_in_the_gradebook(tool: SmallTool, column: str, dana: Browser) -> None:
    assert tool.send(column, tool.score(), headers=tool.bearer(scopes.SCORE)).status_code == 200

    words = dana.page("/gradebook").words()
    assert "8 of 10 Clear roles." in words


def test_a_learner_sees_their_own_marks_alone(tool: SmallTool, column: str, lms: str) -> None:
    tool.send(column, tool.score(comment="For Aino."), headers=tool.bearer(scopes.SCORE)).raise_for_status()

    assert "For Aino." in Browser(lms, "101").page("/gradebook").words()
    assert "For Aino." not in Browser(lms, "102").page("/gradebook").words()


def test_a_score_that_is_not_final_takes_the_mark_away_and_waits(tool: SmallTool, column: str, lms: str) -> None:
    headers = tool.bearer(scopes.SCORE, scopes.RESULT_READ)
    tool.send(column, tool.score(), headers=headers).raise_for_status()
    tool.send(column, tool.score(gradingProgress="PendingManual"), headers=headers).raise_for_status()

    assert requests.get(below(column, "results"), headers=headers).json() == []
    assert "waiting" in Browser(lms, "101").page("/gradebook").words()


def test_results_are_on_the_columns_own_scale(tool: SmallTool, column: str) -> None:
    headers = tool.bearer(scopes.SCORE, scopes.RESULT_READ)
    tool.send(column, tool.score(scoreGiven=45, scoreMaximum=60), headers=headers).raise_for_status()

    answer = requests.get(below(column, "results"), headers=headers | {"Accept": RESULTS})

    assert answer.headers["Content-Type"] == RESULTS
    assert [(row["userId"], row["resultScore"], row["resultMaximum"]) for row in answer.json()] == [("101", 7.5, 10.0)]
    assert requests.get(f"{below(column, 'results')}&user_id=102", headers=headers).json() == []


def test_columns_come_as_an_array_in_pages_with_their_filters(tool: SmallTool, columns: str) -> None:
    headers = tool.bearer(scopes.LINE_ITEM)
    for number in range(9):
        body = {"label": f"Step {number}", "scoreMaximum": 1, "tag": "step", "resourceId": f"s{number}"}
        made = requests.post(columns, json=body, headers=headers | {"Content-Type": LINE_ITEM})
        assert made.status_code == 201
        assert made.headers["Location"] == made.json()["id"]
    reader = tool.bearer(scopes.LINE_ITEM_READ) | {"Accept": LINE_ITEMS}

    pages = all_pages(f"{columns}&tag=step", reader)
    assert [len(page.json()) for page in pages] == [4, 4, 1]
    assert {row["tag"] for page in pages for row in page.json()} == {"step"}
    assert [row["label"] for row in requests.get(f"{columns}&resource_id=s3", headers=reader).json()] == ["Step 3"]
    own = requests.get(f"{columns}&resource_link_id={tool.link}", headers=reader).json()
    assert [row["resourceLinkId"] for row in own] == [tool.link]
    assert requests.get(f"{columns}&limit=0", headers=reader).status_code == 400


def test_a_column_can_be_described_anew_and_removed(tool: SmallTool, columns: str) -> None:
    headers = tool.bearer(scopes.LINE_ITEM) | {"Content-Type": LINE_ITEM}
    made = requests.post(columns, json={"label": "A", "scoreMaximum": 1, "tag": "t"}, headers=headers).json()["id"]

    body = requests.put(made, json={"label": "B", "scoreMaximum": 2.5}, headers=headers).json()

    assert body == {"id": made, "label": "B", "scoreMaximum": 2.5}
    assert requests.delete(made, headers=headers).status_code == 204
    assert requests.get(made, headers=headers | {"Accept": LINE_ITEM}).status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"label": "A"}, {"label": "", "scoreMaximum": 1}, {"label": "A", "scoreMaximum": True}, []]
)
def test_a_column_needs_a_label_and_a_maximum(tool: SmallTool, columns: str, body: object) -> None:
    headers = tool.bearer(scopes.LINE_ITEM) | {"Content-Type": LINE_ITEM}

    assert requests.post(columns, json=body, headers=headers).status_code == 400


def test_the_roster_comes_in_pages_and_keeps_its_filter(tool: SmallTool, aino: Browser) -> None:
    address = tool.claims(aino)[NRPS]["context_memberships_url"]
    headers = tool.bearer(scopes.ROSTER) | {"Accept": MEMBERS}

    pages = all_pages(address, headers)
    members = [member for page in pages for member in page.json()["members"]]

    assert len(pages) == 2
    assert [member["user_id"] for member in members] == ["101", "102", "103", "201", "301", "501", "502", "601"]
    assert members[0]["name"] == "Aino Kallioranta"
    assert "email" not in members[0]
    learners = all_pages(f"{address}&role=Learner&limit=2", headers)
    assert [len(page.json()["members"]) for page in learners] == [2, 2]
    of_link = requests.get(f"{address}&rlid={tool.link}", headers=headers).json()["members"]
    assert "message" in of_link[0]
    assert requests.get(f"{address}&rlid=999999", headers=headers).status_code == 404


def test_a_timestamp_may_have_fractions_and_any_zone(tool: SmallTool, column: str) -> None:
    headers = tool.bearer(scopes.SCORE)
    later = datetime.now(UTC) + timedelta(seconds=1)

    for each in ("2026-01-01T10:00:00.123+02:00", "2026-01-02T10:00:00Z", later.isoformat()):
        assert tool.send(column, tool.score(timestamp=each), headers=headers).status_code == 200


def test_those_who_ask_at_once_for_a_key_not_seen_yet_all_get_it_by_one_fetch() -> None:
    tool = SigningPlatform()  # a program that publishes keys, whatever else it is
    keys, together = ToolKeys(), Barrier(4)

    def ask(_number: int) -> str:
        together.wait()
        return type(keys.key(f"{tool.address}/jwks", "first-key")).__name__

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(ask, range(4)))
    assert (found, len(tool.asked("/jwks"))) == ({"RSAPublicKey"}, 1)
    tool.close()

"""People come and go, groups change, the course is copied: the services tell it."""

from collections.abc import Iterator

import pytest
import requests
from flask import Flask

from lti_tool.demo import scopes
from lti_tool.demo.app import lms_of
from lti_tool.demo.claims import GROUPS_CLAIM
from lti_tool.demo.tempers import Temper
from tests.demo.small_tool import AGS, AINO, BRAM, CLAIM, FREYA, NRPS, Browser, SmallTool
from tests.demo.test_messages import placed
from tests.demo.test_services import all_pages


@pytest.fixture(autouse=True)
def as_before(lms: str) -> Iterator[None]:
    """Whoever left is back afterwards, and in the groups of the beginning."""
    yield
    freya = Browser(lms, FREYA)
    freya.post(f"/people/{BRAM}/join").raise_for_status()
    freya.post(f"/groups/12/{BRAM}/out").raise_for_status()
    freya.post(f"/groups/11/{BRAM}/into").raise_for_status()


@pytest.fixture
def roster(tool: SmallTool, aino: Browser) -> str:
    """The address of the roster."""
    address: str = tool.claims(aino)[NRPS]["context_memberships_url"]
    return address


@pytest.fixture
def bearer(tool: SmallTool) -> dict[str, str]:
    """The header for roster and groups."""
    return tool.bearer(scopes.ROSTER, scopes.GROUPS)


def people(address: str, headers: dict[str, str]) -> dict[str, dict[str, object]]:
    """Everybody on the roster."""
    return {row["user_id"]: row for page in all_pages(address, headers) for row in page.json()["members"]}


def test_who_leaves_is_gone_from_the_roster_and_told_as_a_difference(
    lms: str, roster: str, bearer: dict[str, str]
) -> None:
    changes = all_pages(roster, bearer)[-1].links["differences"]["url"]
    assert people(changes, bearer) == {}

    Browser(lms, FREYA).post(f"/people/{BRAM}/leave").raise_for_status()

    assert BRAM not in people(roster, bearer)
    assert {who: row["status"] for who, row in people(changes, bearer).items()} == {BRAM: "Deleted"}
    Browser(lms, FREYA).post(f"/people/{BRAM}/join").raise_for_status()
    assert people(changes, bearer)[BRAM]["status"] == "Active"


def test_who_left_opens_nothing_and_is_not_marked(lms: str, tool: SmallTool, column: str) -> None:
    bram, headers = Browser(lms, BRAM), tool.bearer(scopes.SCORE)
    Browser(lms, FREYA).post(f"/people/{BRAM}/leave").raise_for_status()
    assert bram.http.get(f"{lms}/start/{tool.link}").status_code == 403
    assert tool.send(column, tool.score(userId=BRAM), headers=headers).status_code == 400

    Browser(lms, FREYA).post(f"/people/{BRAM}/join").raise_for_status()

    assert bram.http.get(f"{lms}/start/{tool.link}").status_code == 200
    assert tool.send(column, tool.score(userId=BRAM), headers=headers).status_code == 200


def test_who_is_suspended_is_inactive(lms: str, roster: str, bearer: dict[str, str]) -> None:
    Browser(lms, FREYA).post(f"/people/{BRAM}/suspend").raise_for_status()

    assert {people(roster, bearer)[who]["status"] for who in (AINO, BRAM)} == {"Active", "Inactive"}


def test_in_moodle_who_leaves_just_vanishes(lms_app: Flask, lms: str, roster: str, bearer: dict[str, str]) -> None:
    lms_of(lms_app).temper = Temper.MOODLE
    Browser(lms, FREYA).post(f"/people/{BRAM}/leave").raise_for_status()
    answer = requests.get(roster, headers=bearer)

    assert "Link" not in answer.headers
    assert BRAM not in {row["user_id"] for row in answer.json()["members"]}


@pytest.mark.parametrize("since", ["yesterday", "2026-01-01T00:00:00"])
def test_a_moment_that_the_lms_did_not_name_is_refused(roster: str, bearer: dict[str, str], since: str) -> None:
    assert requests.get(f"{roster}&since={since}", headers=bearer).status_code == 400


def test_the_groups_come_in_pages_with_their_sets(tool: SmallTool, aino: Browser, bearer: dict[str, str]) -> None:
    service = tool.claims(aino)[GROUPS_CLAIM]
    pages = all_pages(f"{service['context_groups_url']}&limit=2", bearer)
    sets = requests.get(service["context_group_sets_url"], headers=bearer).json()["sets"]

    assert [len(page.json()["groups"]) for page in pages] == [2, 1]
    assert pages[0].json()["groups"][0] == {"id": "11", "name": "Team Harbour", "set_id": "1"}
    assert [each["name"] for each in sets] == ["Project teams", "Language groups"]
    own = requests.get(f"{service['context_groups_url']}&user_id=103", headers=bearer).json()["groups"]
    assert [each["id"] for each in own] == ["12", "21"]
    assert (service["service_versions"], service["scope"]) == (["1.0"], [scopes.GROUPS])
    other = tool.bearer(scopes.SCORE)
    assert requests.get(service["context_groups_url"], headers=other).status_code == 403


def test_who_changes_the_group_is_in_the_other_one(
    lms: str, tool: SmallTool, roster: str, bearer: dict[str, str]
) -> None:
    link = placed(tool, custom="teams=$Moodle.Person.userGroupIds")
    changes = all_pages(roster, bearer)[-1].links["differences"]["url"]
    freya = Browser(lms, FREYA)
    freya.post(f"/groups/11/{BRAM}/out").raise_for_status()
    freya.post(f"/groups/12/{BRAM}/into").raise_for_status()

    enrolled = people(f"{roster}&groups=true", bearer)[BRAM]["group_enrollments"]
    assert enrolled == [{"group_id": "12"}, {"group_id": "21"}]
    assert "group_enrollments" not in people(roster, bearer)[BRAM]
    assert set(people(changes, bearer)) == {BRAM}
    assert tool.claims(Browser(lms, BRAM), f"/start/{link}")[CLAIM + "custom"] == {"teams": "12,21"}


def test_moodle_and_a_tool_without_the_right_get_no_groups(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    address = tool.claims(aino)[GROUPS_CLAIM]["context_groups_url"]
    lms_of(lms_app).temper = Temper.MOODLE

    assert GROUPS_CLAIM not in tool.claims(aino)
    assert requests.get(address, headers=tool.bearer(scopes.ROSTER)).status_code == 404


def test_a_copied_course_has_its_own_links_and_no_columns(tool: SmallTool, aino: Browser, lms: str) -> None:
    link = placed(tool, custom="module=m1\nearlier=$ResourceLink.id.history\ncourse=$Context.id.history", points="10")
    before = tool.claims(aino, f"/start/{link}")
    copied = Browser(lms, FREYA).post("/course/copy")
    course = copied.url.rpartition("=")[2]
    title = before[CLAIM + "resource_link"]["title"]
    again = copied.text.partition(f">{title}<")[0].rpartition("/open/")[2].split('"')[0]
    after = tool.claims(aino, f"/start/{again}")

    assert after[CLAIM + "context"]["id"] == course != before[CLAIM + "context"]["id"]
    assert after[CLAIM + "custom"] == {"module": "m1", "earlier": link, "course": "7"}
    assert before[CLAIM + "custom"] == {"module": "m1", "earlier": "", "course": ""}
    assert after[CLAIM + "resource_link"]["id"] != link
    assert after[CLAIM + "resource_link"]["title"] == before[CLAIM + "resource_link"]["title"]
    assert "lineitem" in before[AGS]
    assert "lineitem" not in after[AGS]
    headers = tool.bearer(scopes.LINE_ITEM_READ)
    assert f"/courses/{course}/" in after[AGS]["lineitems"]
    assert requests.get(after[AGS]["lineitems"], headers=headers).json() == []


def test_a_copy_can_be_copied_and_knows_where_it_comes_from(tool: SmallTool, aino: Browser, lms: str) -> None:
    placed(tool, custom="course=$Context.id.history\nlink=$ResourceLink.id.history")
    freya = Browser(lms, FREYA)
    first = freya.post("/course/copy").url.rpartition("=")[2]
    second = freya.post("/course/copy", course=first)
    link = second.text.rpartition('<h2><a href="/open/')[2].partition('"')[0]
    custom = tool.claims(aino, f"/start/{link}")[CLAIM + "custom"]

    assert custom["course"] == f"{first},7"
    assert len(custom["link"].split(",")) == 2
    assert freya.post("/course/copy", course="none").status_code == 404


def test_learners_change_nothing_about_others(lms: str, aino: Browser) -> None:
    for path in (f"/people/{BRAM}/leave", f"/groups/11/{BRAM}/out", "/course/copy"):
        assert aino.post(path).status_code == 403
    assert aino.http.get(f"{lms}/people").status_code == 403

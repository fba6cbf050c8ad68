"""The messages of the LMS beside the plain launch: other people, other purposes, other deployments."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import requests
from flask import Flask

from lti_tool.demo import people, scopes
from lti_tool.demo.app import lms_of
from lti_tool.demo.tempers import Temper
from tests.demo.small_tool import (
    AGS,
    AINO,
    BRAM,
    CLAIM,
    CONFIGURATION,
    DANA,
    DEEP_LINKING,
    EMIL,
    FREYA,
    LINE_ITEM,
    Browser,
    SmallTool,
)
from tests.demo.test_faulty_content import content, give_back

SETTINGS = DEEP_LINKING + "deep_linking_settings"
GITA, HENK, IVA = "501", "502", "601"
REVIEW = {"url": "/work", "custom": {"about": "the charter"}, "reviewableStatus": ["Completed"]}


def placed(tool: SmallTool, course: str = "7", **fields: str) -> str:
    """The number of a fresh link of this tool."""
    title = f"Link {uuid4().hex}"
    freya = Browser(tool.lms, FREYA)
    form = {"tool": tool.number, "title": title, "target": f"{tool.address}/target", "course": course, **fields}
    freya.post("/course/links", **form).raise_for_status()
    page = freya.http.get(f"{tool.lms}/course", params={"course": course}).text
    return page.partition(f">{title}<")[0].rpartition("/open/")[2].split('"')[0]


@pytest.fixture
def reviewed(tool: SmallTool, aino: Browser) -> str:
    """The number of a column whose work can be looked at in the tool."""
    headers = tool.bearer(scopes.LINE_ITEM) | {"Content-Type": LINE_ITEM}
    body = {
        "label": "The charter",
        "scoreMaximum": 5,
        "resourceLinkId": tool.link,
        "submissionReview": {**REVIEW, "url": f"{tool.address}/work"},
    }
    made = requests.post(tool.claims(aino)[AGS]["lineitems"], json=body, headers=headers).json()
    assert made["submissionReview"]["reviewableStatus"] == ["Completed"]
    number: str = made["id"].rpartition("/")[2].partition("?")[0]
    return number


# -- submission review -------------------------------------------------------------------------------------------------


def test_a_trainer_looks_at_what_a_learner_handed_in(tool: SmallTool, dana: Browser, reviewed: str) -> None:
    frame = dana.page(f"/review/{reviewed}/{AINO}").frames[0]
    claims = tool.claims(dana, frame)

    assert claims["sub"] == DANA
    assert claims[CLAIM + "message_type"] == "LtiSubmissionReviewRequest"
    assert claims[CLAIM + "for_user"] == {"user_id": AINO}
    assert claims[CLAIM + "target_link_uri"] == f"{tool.address}/work"
    assert claims[CLAIM + "custom"]["about"] == "the charter"
    assert claims[CLAIM + "resource_link"]["id"] == tool.link
    assert claims[AGS]["lineitem"].partition("?")[0].endswith(f"/{reviewed}")


def test_the_gradebook_leads_there_from_every_cell(dana: Browser, reviewed: str) -> None:
    text = dana.http.get(f"{dana.lms}/gradebook").text

    assert all(f'href="/review/{reviewed}/{person}"' in text for person in ("101", "102", "103"))


def test_a_learner_looks_at_their_own_work_alone(lms: str, aino: Browser, reviewed: str) -> None:
    assert aino.http.get(f"{lms}/start-review/{reviewed}/{AINO}").status_code == 200
    assert aino.http.get(f"{lms}/start-review/{reviewed}/{BRAM}").status_code == 404
    assert Browser(lms, GITA).http.get(f"{lms}/start-review/{reviewed}/{AINO}").status_code == 403


def test_a_column_that_asks_for_no_review_gets_one_from_moodle_alone(
    lms_app: Flask, dana: Browser, column: str
) -> None:
    path = f"/start-review/{column.rpartition('/')[2].partition('?')[0]}/{AINO}"
    assert dana.http.get(dana.lms + path).status_code == 404

    lms_of(lms_app).temper = Temper.MOODLE

    assert dana.http.get(dana.lms + path).status_code == 200


def test_a_tool_that_registered_for_reviews_gets_them_for_every_column(
    new_tool: Callable[[], SmallTool], dana: Browser
) -> None:
    tool = new_tool()
    described = tool.body()[CONFIGURATION]
    tool.connect(**{CONFIGURATION: described | {"messages": [{"type": "LtiSubmissionReviewRequest"}]}})
    column = tool.claims(dana)[AGS]["lineitem"].rpartition("/")[2].partition("?")[0]

    claims = tool.claims(dana, f"/start-review/{column}/{AINO}")

    assert claims[CLAIM + "message_type"] == "LtiSubmissionReviewRequest"
    assert claims[CLAIM + "target_link_uri"] == f"{tool.address}/target"


# -- who is launched ---------------------------------------------------------------------------------------------------


def test_a_mentor_is_launched_with_whom_they_look_after(tool: SmallTool, lms: str, aino: Browser) -> None:
    claims = tool.claims(Browser(lms, GITA))

    assert claims[CLAIM + "roles"] == people.ROLES[people.MENTOR]
    assert claims[CLAIM + "role_scope_mentor"] == [AINO]
    assert CLAIM + "role_scope_mentor" not in tool.claims(aino)


def test_an_observer_and_somebody_of_several_roles_are_launched(tool: SmallTool, lms: str) -> None:
    assert tool.claims(Browser(lms, HENK))[CLAIM + "roles"] == people.ROLES[people.OBSERVER]
    assert len(tool.claims(Browser(lms, IVA))[CLAIM + "roles"]) == 4
    assert "institution/person#Administrator" in tool.claims(Browser(lms, FREYA))[CLAIM + "roles"][0]


@pytest.mark.parametrize(
    ("names", "told"), [("none", set()), ("name", {"name"}), ("all", {"name", "email"}), ("", {"name"})]
)
def test_more_or_less_can_be_told_about_a_person(tool: SmallTool, aino: Browser, names: str, told: set[str]) -> None:
    claims = tool.claims(aino, f"/start/{tool.link}?names={names}")

    assert {"name", "email"} & set(claims) == told


def test_an_anonymous_launch_says_nothing_about_the_person(tool: SmallTool, aino: Browser) -> None:
    claims = tool.claims(aino, f"/start/{tool.link}?anonymous=1")

    assert not {"sub", "name", "given_name", "family_name", "email"} & set(claims)
    assert "person_sourcedid" not in claims[CLAIM + "lis"]
    assert claims[CLAIM + "roles"] == people.ROLES[people.LEARNER]


def test_the_frame_hands_on_how_a_link_is_to_be_opened(tool: SmallTool, aino: Browser) -> None:
    assert aino.page(f"/open/{tool.link}?anonymous=1").frames == [f"/start/{tool.link}?anonymous=1"]


# -- custom parameters -------------------------------------------------------------------------------------------------


def test_variables_are_filled_in_and_what_nobody_knows_is_sent_as_written(tool: SmallTool, aino: Browser) -> None:
    link = placed(
        tool,
        custom="who=$User.id\nteams=$Moodle.Person.userGroupIds\nlink=$ResourceLink.id\nwhat=$No.Such.Thing\n"
        "module=m1\nformula=a=b\ncolumns=$LineItems.url",
    )
    claims = tool.claims(aino, f"/start/{link}")

    assert claims[CLAIM + "custom"] == {
        "who": AINO,
        "teams": "11,21",
        "link": link,
        "what": "$No.Such.Thing",
        "module": "m1",
        "formula": "a=b",
        "columns": claims[AGS]["lineitems"],
    }


def test_every_variable_that_is_announced_means_something(tool: SmallTool, aino: Browser, lms: str) -> None:
    said = requests.get(f"{lms}/openid-configuration").json()
    names = said["https://purl.imsglobal.org/spec/lti-platform-configuration"]["variables"]
    link = placed(tool, custom="\n".join(f"p{number}=${name}" for number, name in enumerate(names)))
    custom = tool.claims(aino, f"/start/{link}")[CLAIM + "custom"]

    assert len(custom) == len(names) > 20
    assert [value for value in custom.values() if value.startswith("$")] == []


def test_moodle_sends_parameters_twice_and_knows_fewer_variables(
    lms_app: Flask, tool: SmallTool, aino: Browser
) -> None:
    lms_of(lms_app).temper = Temper.MOODLE
    link = placed(tool, custom="My-Module=m1\nearlier=$ResourceLink.id.history")

    assert tool.claims(aino, f"/start/{link}")[CLAIM + "custom"] == {
        "My-Module": "m1",
        "my_module": "m1",
        "earlier": "$ResourceLink.id.history",
    }


@pytest.mark.parametrize("text", ["no equals sign", "=value"])
def test_a_parameter_needs_a_name(tool: SmallTool, lms: str, text: str) -> None:
    form = {"tool": tool.number, "title": "A link", "target": f"{tool.address}/target", "custom": text}

    assert Browser(lms, FREYA).post("/course/links", **form).status_code == 400


# -- deployments -------------------------------------------------------------------------------------------------------


def test_one_tool_is_launched_in_several_deployments(
    new_tool: Callable[[], SmallTool], aino: Browser, dana: Browser, lms: str
) -> None:
    tool = new_tool().connect()
    Browser(lms, FREYA).post(f"/admin/tools/{tool.number}/deployments").raise_for_status()
    page = Browser(lms, FREYA).http.get(f"{lms}/admin").text
    own = page.partition(f"<code>{tool.deployment_id}</code>")[2].partition("</dd>")[0]
    second = own.partition("<code>")[2].partition("</code>")[0]
    link = placed(tool, deployment=second)

    assert aino.page(f"/start/{link}").forms[0].fields["lti_deployment_id"] == second
    assert tool.claims(aino, f"/start/{link}")[CLAIM + "deployment_id"] == second
    assert tool.claims(aino, f"/start/{tool.link}?deployment={second}")[CLAIM + "deployment_id"] == second
    assert tool.claims(aino)[CLAIM + "deployment_id"] == tool.deployment_id
    settings = tool.claims(dana, f"/start-choosing/{tool.number}?deployment={second}")[SETTINGS]
    answer = content(tool, settings["data"], **{CLAIM + "deployment_id": second})
    assert give_back(tool, answer).status_code == 200
    assert aino.http.get(f"{lms}/start/{tool.link}?deployment=made-up").status_code == 404


# -- deep linking ------------------------------------------------------------------------------------------------------


def test_one_item_can_be_asked_for_instead_of_many(tool: SmallTool, dana: Browser) -> None:
    settings = tool.claims(dana, f"/start-choosing/{tool.number}?many=no")[SETTINGS]
    item = {"type": "ltiResourceLink", "url": f"{tool.address}/target"}

    assert settings["accept_multiple"] is False
    two = content(tool, settings["data"], **{DEEP_LINKING + "content_items": [item, item]})
    assert "accept_multiple was false" in give_back(tool, two).text


def test_many_items_are_asked_for_and_taken(tool: SmallTool, dana: Browser) -> None:
    settings = tool.claims(dana, f"/start-choosing/{tool.number}")[SETTINGS]
    items = [{"type": "ltiResourceLink", "title": f"Of many {uuid4().hex}"} for _ in range(3)]

    assert settings["accept_multiple"] is True
    give_back(tool, content(tool, settings["data"], **{DEEP_LINKING + "content_items": items})).raise_for_status()
    words = dana.page("/course").words()
    assert all(item["title"] in words for item in items)


def test_other_kinds_of_content_can_be_asked_for(tool: SmallTool, dana: Browser) -> None:
    path = f"/start-choosing/{tool.number}"
    item = [{"type": "link", "url": f"{tool.address}/page", "title": f"Page {uuid4().hex}"}]

    plain = tool.claims(dana, path)[SETTINGS]
    assert plain["accept_types"] == ["ltiResourceLink"]
    refused = give_back(tool, content(tool, plain["data"], **{DEEP_LINKING + "content_items": item}))
    assert "type is not one of accept_types" in refused.text

    both = tool.claims(dana, f"{path}?types=ltiResourceLink,link")[SETTINGS]
    assert both["accept_types"] == ["ltiResourceLink", "link"]
    give_back(tool, content(tool, both["data"], **{DEEP_LINKING + "content_items": item})).raise_for_status()
    assert item[0]["title"] in dana.page("/course").words()
    assert dana.http.get(f"{tool.lms}{path}?types=file").status_code == 400


def test_dates_and_the_review_of_chosen_content_are_kept(tool: SmallTool, dana: Browser) -> None:
    settings = tool.claims(dana, f"/start-choosing/{tool.number}")[SETTINGS]
    item: dict[str, Any] = {
        "type": "ltiResourceLink",
        "title": f"Dated {uuid4().hex}",
        "custom": {"until": "$ResourceLink.submission.endDateTime"},
        "submission": {"endDateTime": "2027-01-31T12:00:00Z"},
        "lineItem": {"scoreMaximum": 5, "submissionReview": {"url": f"{tool.address}/work"}, "gradesReleased": True},
    }
    give_back(tool, content(tool, settings["data"], **{DEEP_LINKING + "content_items": [item]})).raise_for_status()
    page = dana.http.get(f"{tool.lms}/course").text
    link = page.partition(f">{item['title']}<")[0].rpartition("/open/")[2].split('"')[0]
    claims = tool.claims(dana, f"/start/{link}")

    assert claims[CLAIM + "custom"] == {"until": "2027-01-31T12:00:00Z"}
    headers = tool.bearer(scopes.LINE_ITEM_READ) | {"Accept": LINE_ITEM}
    found = requests.get(claims[AGS]["lineitem"], headers=headers).json()
    assert (found["submissionReview"], found["gradesReleased"]) == ({"url": f"{tool.address}/work"}, True)


def test_moodle_sends_no_data_and_knows_by_its_address_what_comes_back(
    lms_app: Flask, tool: SmallTool, dana: Browser
) -> None:
    lms_of(lms_app).temper = Temper.MOODLE
    settings = tool.claims(dana, f"/start-choosing/{tool.number}")[SETTINGS]
    item = [{"type": "ltiResourceLink", "title": f"From Moodle {uuid4().hex}"}]
    claims = content(tool, "", **{DEEP_LINKING + "content_items": item, DEEP_LINKING + "data": None})

    assert "data" not in settings
    answer = requests.post(settings["deep_link_return_url"], data={"JWT": tool.signed(claims)})
    assert answer.status_code == 200
    assert item[0]["title"] in dana.page("/course").words()


def test_learners_and_officers_choose_no_content(tool: SmallTool, lms: str, aino: Browser) -> None:
    assert aino.http.get(f"{lms}/start-choosing/{tool.number}").status_code == 403
    assert Browser(lms, EMIL).http.get(f"{lms}/start-choosing/{tool.number}").status_code == 403

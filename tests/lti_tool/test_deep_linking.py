"""A trainer chooses what a course links to; the answer is signed and goes to the platform alone."""

from html import unescape
from re import search
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from lti_tool.lti.id_token import (
    DEEP_LINKING_DATA,
    DEEP_LINKING_ERROR,
    DEEP_LINKING_ITEMS,
    DEEP_LINKING_MESSAGE,
    DEEP_LINKING_SETTINGS,
    DEPLOYMENT_ID,
    MESSAGE_TYPE,
)
from tests.builders import COURSE_IRI, TOOL_ADDRESS, a_launch
from tests.signing_platform import SigningPlatform

INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"


def asked_for_links(browser: FlaskClient, platform: SigningPlatform, **changes: Any) -> Any:
    """The platform's request for links, after its launch."""
    settings = {
        "deep_link_return_url": f"{platform.address}/return",
        "accept_types": ["ltiResourceLink"],
        "accept_multiple": True,
        "data": "as it was",
        **changes.pop("settings", {}),
    }
    claims = {"message_type": "LtiDeepLinkingRequest", "roles": [INSTRUCTOR], DEEP_LINKING_SETTINGS: settings}
    return a_launch(browser, platform, **(claims | changes)).send()


def token_on(page: str) -> str:
    """The form token of that page."""
    found = search(r'name="form_token" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def given_back(browser: FlaskClient, platform: SigningPlatform, **form: Any) -> dict[str, Any]:
    """The claims that the platform gets for this form."""
    token = token_on(browser.get("/lti/deep-linking").text)
    back = browser.post("/lti/deep-linking", data={"form_token": token, **form}).text
    found = search(r'name="JWT" value="([^"]+)"', back)
    assert found is not None, back
    key = jwt.PyJWK(browser.get("/lti/jwks").json["keys"][0])  # type: ignore[index]
    claims: dict[str, Any] = jwt.decode(
        unescape(found.group(1)), key, algorithms=["RS256"], audience=platform.address, issuer=platform.client_id
    )
    return claims


def one_item(browser: FlaskClient, platform: SigningPlatform, **form: Any) -> dict[str, Any]:
    """The one content item that the platform gets for this form."""
    [item] = given_back(browser, platform, **form)[DEEP_LINKING_ITEMS]
    found: dict[str, Any] = item
    return found


def test_chosen_links_travel_back_signed(browser: FlaskClient, platform: SigningPlatform) -> None:
    answer = asked_for_links(browser, platform)
    assert answer.location == f"{TOOL_ADDRESS}/lti/deep-linking"
    page = browser.get("/lti/deep-linking").text
    token = search(r'name="form_token" value="([^"]+)"', page)
    assert token is not None
    assert 'value="/learn/oicf/m1"' in page
    chosen = {"form_token": token.group(1), "item": ["/learn/oicf/m1", "/learn/oicf/m1/1", "/elsewhere"]}
    back = browser.post("/lti/deep-linking", data=chosen).text
    assert f'action="{platform.address}/return"' in back
    signed = unescape(search(r'name="JWT" value="([^"]+)"', back).group(1))  # type: ignore[union-attr]
    key = jwt.PyJWK(browser.get("/lti/jwks").json["keys"][0])  # type: ignore[index]
    claims = jwt.decode(signed, key, algorithms=["RS256"], audience=platform.address, issuer=platform.client_id)
    assert (claims[DEPLOYMENT_ID], claims[DEEP_LINKING_DATA]) == ("1", "as it was")
    module, step = claims[DEEP_LINKING_ITEMS]
    assert module["url"] == f"{TOOL_ADDRESS}/learn/oicf/m1"
    assert module["lineItem"]["resourceId"] == f"{COURSE_IRI}/m1"
    assert "lineItem" not in step


def test_learners_choose_no_links(browser: FlaskClient, platform: SigningPlatform) -> None:
    assert 'data-code="not_a_trainer"' in asked_for_links(browser, platform, roles=[]).text


def test_the_answer_goes_to_no_other_site(browser: FlaskClient, platform: SigningPlatform) -> None:
    answer = asked_for_links(browser, platform, settings={"deep_link_return_url": "https://elsewhere.example/"})
    assert 'data-code="foreign_return"' in answer.text


def test_a_visit_that_was_not_asked_for_links_has_nothing_to_choose(
    browser: FlaskClient, platform: SigningPlatform
) -> None:
    a_launch(browser, platform, roles=[INSTRUCTOR]).send()
    assert browser.get("/lti/deep-linking").status_code == 401


def test_a_whole_course_becomes_a_link_for_each_module(browser: FlaskClient, platform: SigningPlatform) -> None:
    asked_for_links(browser, platform)
    claims = given_back(browser, platform, item=["/learn/oicf", "/learn/oicf/m1"])
    assert [item["url"] for item in claims[DEEP_LINKING_ITEMS]] == [f"{TOOL_ADDRESS}/learn/oicf/m1"]
    assert claims[DEEP_LINKING_MESSAGE] == "1 link from animateur."


def test_a_platform_that_takes_one_link_gets_the_course_as_one(browser: FlaskClient, platform: SigningPlatform) -> None:
    asked_for_links(browser, platform, settings={"accept_multiple": False})
    assert 'type="radio" name="item" value="/learn/oicf"' in browser.get("/lti/deep-linking").text
    item = one_item(browser, platform, item=["/learn/oicf", "/learn/oicf/m1"])
    assert (item["url"], item["custom"]) == (f"{TOOL_ADDRESS}/learn/oicf", {"activity": COURSE_IRI})


def test_an_item_says_all_that_a_platform_can_keep(browser: FlaskClient, platform: SigningPlatform) -> None:
    asked_for_links(browser, platform)
    times = {
        "available.startDateTime": "2027-03-01T09:00",
        "available.endDateTime": "2027-04-01T11:00+02:00",
        "submission.endDateTime": "2027-03-20T12:00",
    }
    item = one_item(browser, platform, item="/learn/oicf/m1", title="Our module", text="Please come.", **times)
    assert (item["title"], item["text"], item["custom"]) == (
        "Our module",
        "Please come.",
        {"activity": f"{COURSE_IRI}/m1"},
    )
    assert item["available"] == {"startDateTime": "2027-03-01T09:00:00Z", "endDateTime": "2027-04-01T09:00:00Z"}
    assert item["submission"] == {"endDateTime": "2027-03-20T12:00:00Z"}
    assert {"icon", "thumbnail", "iframe", "window"} <= item.keys()
    column = item["lineItem"]
    assert (column["label"], column["scoreMaximum"], column["tag"]) == ("M1 A module", 100, "module")
    assert column["submissionReview"]["url"] == f"{TOOL_ADDRESS}/review/oicf/m1"
    assert column["submissionReview"]["custom"] == {"activity": f"{COURSE_IRI}/m1"}
    assert "Submitted" in column["submissionReview"]["reviewableStatus"]


def test_what_the_platform_does_not_take_is_left_out(browser: FlaskClient, platform: SigningPlatform) -> None:
    settings = {"accept_lineitem": False, "accept_presentation_document_targets": ["window"]}
    asked_for_links(browser, platform, settings=settings)
    assert "How it opens" not in browser.get("/lti/deep-linking").text
    item = one_item(browser, platform, item="/learn/oicf/m1")
    assert "lineItem" not in item
    assert ("window" in item, "iframe" in item) == (True, False)


def test_how_it_opens_is_the_trainers_choice(browser: FlaskClient, platform: SigningPlatform) -> None:
    asked_for_links(browser, platform, settings={"accept_presentation_document_targets": ["iframe", "window"]})
    item = one_item(browser, platform, item="/learn/oicf/m1", opens="iframe")
    assert ("window" in item, "iframe" in item) == (False, True)


def test_a_platform_that_takes_plain_links_gets_one(browser: FlaskClient, platform: SigningPlatform) -> None:
    asked_for_links(browser, platform, settings={"accept_types": ["file", "link"]})
    item = one_item(browser, platform, item="/learn/oicf/m1")
    assert (item["type"], item["url"]) == ("link", f"{TOOL_ADDRESS}/learn/oicf/m1")
    assert "custom" not in item


def test_a_platform_that_takes_html_gets_the_link_written_out(browser: FlaskClient, platform: SigningPlatform) -> None:
    asked_for_links(browser, platform, settings={"accept_types": ["html"]})
    item = one_item(browser, platform, item="/learn/oicf/m1", title="<b>Ours")
    assert item["html"] == (f'<a href="{TOOL_ADDRESS}/learn/oicf/m1" target="_blank" rel="noopener">&lt;b&gt;Ours</a>')


def test_a_platform_that_takes_nothing_of_ours_is_told(browser: FlaskClient, platform: SigningPlatform) -> None:
    asked_for_links(browser, platform, settings={"accept_types": ["file", "image"]})
    assert 'name="item"' not in browser.get("/lti/deep-linking").text
    claims = given_back(browser, platform, do="cancel", item="/learn/oicf/m1")
    assert claims[DEEP_LINKING_ITEMS] == []
    assert "did not ask for one" in claims[DEEP_LINKING_ERROR]


@pytest.mark.parametrize("form", [{"do": "cancel", "item": "/learn/oicf/m1"}, {}])
def test_no_choice_goes_back_empty(form: dict[str, str], browser: FlaskClient, platform: SigningPlatform) -> None:
    asked_for_links(browser, platform)
    claims = given_back(browser, platform, **form)
    assert (claims[MESSAGE_TYPE], claims[DEEP_LINKING_ITEMS]) == ("LtiDeepLinkingResponse", [])
    assert claims[DEEP_LINKING_MESSAGE] == "Nothing was chosen in animateur."
    assert claims["exp"] - claims["iat"] == 300


def test_an_answer_is_given_once(browser: FlaskClient, platform: SigningPlatform) -> None:
    asked_for_links(browser, platform)
    token = token_on(browser.get("/lti/deep-linking").text)
    form = {"form_token": token, "item": "/learn/oicf/m1"}
    assert 'name="JWT"' in browser.post("/lti/deep-linking", data=form).text
    second = browser.post("/lti/deep-linking", data=form)
    assert (second.status_code, "JWT" in second.text) == (400, False)
    assert 'data-code="already_answered"' in second.text
    assert 'data-code="already_answered"' in browser.get("/lti/deep-linking").text


def test_a_search_narrows_the_list_and_keeps_what_was_ticked(browser: FlaskClient, platform: SigningPlatform) -> None:
    asked_for_links(browser, platform)
    token = token_on(browser.get("/lti/deep-linking").text)
    form = {"form_token": token, "do": "search", "q": "nowhere"}
    assert "Nothing here has these words." in browser.post("/lti/deep-linking", data=form).text
    page = browser.post("/lti/deep-linking", data=form | {"item": "/learn/oicf/m1/1", "title": "Mine"}).text
    assert 'value="/learn/oicf/m1/1" checked' in page
    assert 'value="Mine"' in page
    assert "<details open>" in browser.post("/lti/deep-linking", data=form | {"q": "READING"}).text


@pytest.mark.parametrize(
    ("field", "typed"),
    [("title", "x" * 256), ("available.startDateTime", "soon"), ("available.endDateTime", "2026-01-01T00:00")],
)
def test_what_cannot_be_understood_is_said_and_nothing_is_sent(
    field: str, typed: str, browser: FlaskClient, platform: SigningPlatform
) -> None:
    asked_for_links(browser, platform)
    token = token_on(browser.get("/lti/deep-linking").text)
    form = {"form_token": token, "item": "/learn/oicf/m1", "available.startDateTime": "2027-01-01T00:00"}
    answer = browser.post("/lti/deep-linking", data=form | {field: typed})
    assert (answer.status_code, f'id="{field}-fault"' in answer.text) == (422, True)
    assert 'value="/learn/oicf/m1" checked' in answer.text
    assert one_item(browser, platform, item="/learn/oicf/m1")["title"] == "M1 A module"


def test_the_platforms_own_words_are_the_first_proposal(browser: FlaskClient, platform: SigningPlatform) -> None:
    asked_for_links(browser, platform, settings={"title": "Week 3", "text": "Read this"})
    page = browser.get("/lti/deep-linking").text
    assert 'value="Week 3"' in page
    assert "Read this</textarea>" in page

"""A trainer chooses what a course links to; the answer is signed and goes to the platform alone."""

from html import unescape
from re import search
from typing import Any

import jwt
from flask.testing import FlaskClient

from lti_tool.lti.id_token import DEEP_LINKING_DATA, DEEP_LINKING_ITEMS, DEEP_LINKING_SETTINGS, DEPLOYMENT_ID
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

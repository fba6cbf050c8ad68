"""A platform connects itself by an invite: once, to one agency, and only to addresses of its own."""

import json
from datetime import UTC, datetime, timedelta
from html import unescape
from re import search

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from courses.agencies import Agency
from courses.people import Person
from lti_tool.lti import invitations, onboarding, personal_data
from lti_tool.lti.onboarding import Invite
from lti_tool.lti.platforms import Deployment, Platform
from tests import builders
from tests.builders import TOOL_ADDRESS, a_launch
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database
from xapi_store.transaction import transaction


@pytest.fixture
def invite(tool: Flask, database: Database) -> str:
    """The address of an invite of the agency `north`, whose platform is not connected yet."""
    with transaction(database) as session:
        session.execute(delete(Deployment))
        session.execute(delete(Platform))
        agency_id = session.scalars(select(Agency.id)).one()
        return f"/lti/register/{onboarding.invite(session, agency_id=agency_id, at=datetime.now(UTC))}"


def opened(browser: FlaskClient, invite: str, platform: SigningPlatform) -> TestResponse:
    """The invite as the platform opens it."""
    given = {"openid_configuration": f"{platform.address}/openid", "registration_token": "reg-1"}
    return browser.get(invite, query_string=given)


def sent(browser: FlaskClient, invite: str, page: TestResponse, **changes: str) -> TestResponse:
    """The form of that page, sent."""
    names = ("form_token", "openid_configuration", "registration_token")
    found = {name: search(f'name="{name}" value="([^"]*)"', page.text) for name in names}
    form = {name: unescape(match.group(1)) for name, match in found.items() if match}
    return browser.post(invite, data=form | changes)


def platforms(database: Database) -> list[Platform]:
    with database.session() as session:
        return list(session.scalars(select(Platform)))


def test_an_invited_platform_is_connected_and_can_launch(
    browser: FlaskClient, invite: str, platform: SigningPlatform, database: Database
) -> None:
    page = opened(browser, invite, platform)
    assert "North" in page.text
    assert platform.address.removeprefix("http://") in page.text
    assert platform.heard == []
    done = sent(browser, invite, page)
    assert done.status_code == 200
    assert f'data-close="{platform.address}"' in done.text
    [asked] = platform.asked("/register")
    assert asked.headers["Authorization"] == "Bearer reg-1"
    assert f"{TOOL_ADDRESS}/lti/launch".encode() in asked.body
    assert a_launch(browser, platform).send().status_code == 303


def test_an_invite_is_good_for_one_platform(
    browser: FlaskClient, invite: str, platform: SigningPlatform, database: Database
) -> None:
    page = opened(browser, invite, platform)
    sent(browser, invite, page)
    again = sent(browser, invite, page)
    assert 'data-code="unknown_invite"' in again.text
    assert 'data-code="unknown_invite"' in opened(browser, invite, platform).text
    assert len(platforms(database)) == 1


def test_a_connection_that_failed_leaves_the_invite_good(
    browser: FlaskClient, invite: str, platform: SigningPlatform, database: Database
) -> None:
    platform.instead["/register"] = (401, b"token_already_used")
    page = opened(browser, invite, platform)
    assert 'data-code="token_used"' in sent(browser, invite, page).text
    assert platforms(database) == []
    platform.instead.clear()
    assert sent(browser, invite, page).status_code == 200


def test_an_unknown_or_old_invite_calls_nobody(
    browser: FlaskClient, invite: str, platform: SigningPlatform, database: Database
) -> None:
    assert 'data-code="unknown_invite"' in opened(browser, "/lti/register/guessed", platform).text
    with database.session() as session, session.begin():
        session.execute(update(Invite).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert 'data-code="unknown_invite"' in opened(browser, invite, platform).text
    assert platform.heard == []


def test_an_invite_opened_by_a_person_says_what_it_is_for(browser: FlaskClient, invite: str) -> None:
    assert 'data-code="no_configuration"' in browser.get(invite).text


@pytest.mark.parametrize(
    "changes",
    [
        {"form_token": ""},
        {"form_token": "0" * 64},
        {"openid_configuration": "http://127.0.0.1:1/openid"},
        {"registration_token": "another"},
    ],
)
def test_a_form_that_was_changed_is_refused(
    changes: dict[str, str], browser: FlaskClient, invite: str, platform: SigningPlatform
) -> None:
    page = opened(browser, invite, platform)
    assert 'data-code="foreign_form"' in sent(browser, invite, page, **changes).text
    assert platform.heard == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("issuer", "https://elsewhere.example", "foreign_endpoint"),
        ("token_endpoint", "https://elsewhere.example/token", "foreign_endpoint"),
        ("jwks_uri", "http://127.0.0.1.elsewhere.example/jwks", "foreign_endpoint"),
        ("registration_endpoint", "http://x@127.0.0.1/register", "foreign_endpoint"),
        ("authorization_endpoint", "javascript:alert(1)", "foreign_endpoint"),
        ("authorization_endpoint", "http://127.0.0.1;script-src *", "foreign_endpoint"),
        ("token_endpoint", None, "malformed_configuration"),
    ],
)
def test_a_platform_that_names_foreign_addresses_is_refused(
    name: str,
    value: str | None,
    code: str,
    browser: FlaskClient,
    invite: str,
    platform: SigningPlatform,
    database: Database,
) -> None:
    platform.configuration = {name: value}
    answer = sent(browser, invite, opened(browser, invite, platform))
    assert f'data-code="{code}"' in answer.text
    assert platforms(database) == []
    assert platform.asked("/register") == []


def test_private_networks_are_closed_unless_the_operator_opens_them(
    invite: str, platform: SigningPlatform, database: Database
) -> None:
    browser = builders.a_tool(database, allow_private=False).test_client()
    answer = sent(browser, invite, opened(browser, invite, platform))
    assert 'data-code="foreign_endpoint"' in answer.text
    assert platform.heard == []


def test_a_platform_of_another_agency_is_not_taken_over(
    browser: FlaskClient, invite: str, platform: SigningPlatform, database: Database
) -> None:
    builders.a_platform(database, platform, agency="south")
    answer = sent(browser, invite, opened(browser, invite, platform))
    assert 'data-code="platform_taken"' in answer.text


def test_our_keys_are_published_with_their_algorithm(browser: FlaskClient) -> None:
    answer = browser.get("/lti/jwks")
    assert [(key["alg"], key["use"], "d" in key) for key in answer.json["keys"]] == [("RS256", "sig", False)]
    assert "max-age" in answer.headers["Cache-Control"]
    assert browser.get("/lti/jwks").json == answer.json


# --- What is asked for, and what a platform says when it refuses ---


def again(database: Database, **asked: bool) -> str:
    """The address of an invite for the one platform that is connected."""
    with transaction(database) as session:
        platform = session.scalars(select(Platform)).one()
        return f"/lti/register/{invitations.invite_again(session, platform=platform, at=datetime.now(UTC), **asked)}"


def test_the_page_gives_a_reason_for_everything_it_asks(
    browser: FlaskClient, invite: str, platform: SigningPlatform
) -> None:
    page = unescape(opened(browser, invite, platform).text)
    for asked in (*personal_data.about_people(names=True), *personal_data.rights()):
        assert str(asked.what) in page
        assert str(asked.why) in page
        assert asked.code in page


def test_without_names_none_is_asked_for_and_none_is_kept(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    invite = again(database, ask_names=False)
    page = opened(browser, invite, platform)
    assert "We do not ask for names" in page.text
    sent(browser, invite, page)
    tool = json.loads(platform.asked("/register")[0].body)["https://purl.imsglobal.org/spec/lti-tool-configuration"]
    assert "name" not in tool["claims"]
    a_launch(browser, platform, name="Ada Example").send()
    with database.session() as session:
        assert session.scalars(select(Person.name)).all() == [None]


def test_moodle_is_told_to_activate_and_to_show_the_tool(
    browser: FlaskClient, invite: str, platform: SigningPlatform
) -> None:
    done = sent(browser, invite, opened(browser, invite, platform)).text
    assert "activate the tool" in done
    assert "activity chooser" in done


def test_a_platform_without_a_token_is_registered_without_one(
    browser: FlaskClient, invite: str, platform: SigningPlatform, database: Database
) -> None:
    page = browser.get(invite, query_string={"openid_configuration": f"{platform.address}/openid"})
    assert sent(browser, invite, page).status_code == 200
    assert "Authorization" not in platform.asked("/register")[0].headers


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ((400, b"domain_targetlinkuri_mismatch"), "address_mismatch", "domain_targetlinkuri_mismatch"),
        ((401, b'{"error":"invalid_token","error_description":"late"}'), "token_refused", "invalid_token: late"),
        ((403, b""), "token_refused", ""),
        ((404, b"<title>Oops</title><script>x()</script><h1>Not&nbsp;here</h1>"), "nothing_there", "Oops Not here"),
        ((500, b"\xff\x00<b>broken"), "platform_fault", "broken"),
        ((302, b""), "refused_by_platform", ""),
        ((422, b"<" * 5000), "refused_by_platform", "<<<"),
        ((200, b"<html>Welcome"), "unreadable_answer", "Welcome"),
        ((200, b"{}"), "malformed_configuration", ""),
    ],
)
def test_why_the_platform_refused_is_said_in_plain_words(
    answer: tuple[int, bytes], code: str, said: str, browser: FlaskClient, invite: str, platform: SigningPlatform
) -> None:
    platform.instead["/register"] = answer
    page = sent(browser, invite, opened(browser, invite, platform)).text
    assert f'data-code="{code}"' in page
    assert said in unescape(page)
    assert len(page) < 2000


def test_a_refusal_for_want_of_a_token_says_so(browser: FlaskClient, invite: str, platform: SigningPlatform) -> None:
    platform.instead["/register"] = (401, b"who are you?")
    page = browser.get(invite, query_string={"openid_configuration": f"{platform.address}/openid"})
    assert 'data-code="token_missing"' in sent(browser, invite, page).text


def test_what_a_platform_says_is_not_logged(
    browser: FlaskClient, invite: str, platform: SigningPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    platform.instead["/register"] = (400, b"secret of the platform")
    assert "secret of the platform" in sent(browser, invite, opened(browser, invite, platform)).text
    assert "secret" not in caplog.text


def test_a_description_that_is_not_there_is_told_from_a_platform_that_is_down(
    browser: FlaskClient, invite: str, platform: SigningPlatform
) -> None:
    platform.instead["/openid"] = (404, b"<html>")
    assert 'data-code="no_description"' in sent(browser, invite, opened(browser, invite, platform)).text


def test_registering_again_brings_the_same_platform_up_to_date(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    [before] = platforms(database)
    invite = again(database)
    page = opened(browser, invite, platform)
    assert before.name in page.text
    assert sent(browser, invite, page).status_code == 200
    [after] = platforms(database)
    assert (after.id, after.name, after.family) == (before.id, before.name, "moodle")


def test_two_first_deployments_let_one_in(browser: FlaskClient, platform: SigningPlatform, database: Database) -> None:
    with transaction(database) as session:
        session.execute(delete(Deployment))
    assert a_launch(browser, platform, deployment_id="a").send().status_code == 303
    assert 'data-code="unknown_deployment"' in a_launch(browser, platform, deployment_id="b").send().text
    with database.session() as session:
        assert dict(session.execute(select(Deployment.deployment_id, Deployment.status)).all()) == {
            "a": "active", "b": "pending",
        }  # fmt: skip

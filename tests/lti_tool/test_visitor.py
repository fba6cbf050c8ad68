"""Visits: who may see which page, and whose forms are taken."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lti_tool import visitor
from lti_tool.errors import NobodyHere
from lti_tool.visitor import Visit
from tests.builders import a_launch
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database
from xapi_store.transaction import transaction

INSTRUCTOR = ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]


@pytest.fixture
def tool(tool: Flask) -> Flask:
    """The tool with a page for each kind of visitor, each showing its form token and taking a form."""
    guards = {
        "anyone": visitor.visitor_only,
        "learner": visitor.learner_only,
        "trainer": visitor.trainer_only,
        "officer": visitor.officer_only,
        "operator": visitor.operator_only,
    }
    for name, guard in guards.items():
        tool.add_url_rule(f"/for/{name}", name, guard(lambda: visitor.form_token()), methods=["GET", "POST"])
    return tool


def seen(browser: FlaskClient) -> list[str]:
    """The pages that this browser may see."""
    names = ("anyone", "learner", "trainer", "officer", "operator")
    return [name for name in names if browser.get(f"/for/{name}").status_code == 200]


def test_a_browser_that_nobody_launched_sees_no_page(browser: FlaskClient) -> None:
    assert seen(browser) == []
    assert browser.get("/for/anyone").status_code == 401


def test_each_role_sees_its_own_pages(browser: FlaskClient, platform: SigningPlatform) -> None:
    a_launch(browser, platform).send()
    assert seen(browser) == ["anyone", "learner"]
    a_launch(browser, platform, sub="6", roles=INSTRUCTOR).send()
    assert seen(browser) == ["anyone", "trainer"]
    assert browser.get("/for/learner").status_code == 403


def test_a_visit_ends_after_eight_hours(browser: FlaskClient, platform: SigningPlatform, database: Database) -> None:
    a_launch(browser, platform).send()
    with database.session() as session, session.begin():
        visit = session.scalars(select(Visit)).one()
        assert visit.expires_at - visit.started_at == timedelta(hours=8)
        session.execute(update(Visit).values(expires_at=datetime.now(UTC)))
    assert browser.get("/for/learner").status_code == 401


def test_the_database_does_not_hold_what_the_browser_shows(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    a_launch(browser, platform).send()
    shown = browser.get_cookie(visitor.COOKIE)
    with database.session() as session:
        kept = session.scalars(select(Visit)).one()
    assert shown is not None
    assert shown.value not in (kept.token_hash, kept.form_key)


@pytest.mark.parametrize("form", [{}, {"form_token": ""}, {"form_token": "0" * 64}, {"form_token": "é"}])
def test_a_form_without_its_token_is_refused(
    form: dict[str, str], browser: FlaskClient, platform: SigningPlatform
) -> None:
    a_launch(browser, platform).send()
    assert browser.post("/for/learner", data=form).status_code == 403


def test_a_form_with_its_token_is_taken(browser: FlaskClient, platform: SigningPlatform) -> None:
    a_launch(browser, platform).send()
    token = browser.get("/for/learner").text
    assert browser.post("/for/learner", data={"form_token": token}).status_code == 200
    assert browser.post("/for/learner", json={}, headers={"X-Form-Token": token}).status_code == 200


def test_a_page_left_open_can_be_sent_after_the_same_person_launched_again(
    browser: FlaskClient, platform: SigningPlatform
) -> None:
    a_launch(browser, platform).send()
    token = browser.get("/for/learner").text
    a_launch(browser, platform).send()
    assert browser.post("/for/learner", data={"form_token": token}).status_code == 200


def test_a_page_left_open_is_refused_after_someone_else_was_launched(
    browser: FlaskClient, platform: SigningPlatform
) -> None:
    a_launch(browser, platform).send()
    token = browser.get("/for/learner").text
    a_launch(browser, platform, sub="6").send()
    answer = browser.post("/for/learner", data={"form_token": token})
    assert answer.status_code == 403
    assert "someone else" in answer.text


def test_the_form_token_of_another_browser_is_refused(tool: Flask, platform: SigningPlatform) -> None:
    first, second = tool.test_client(), tool.test_client()
    a_launch(first, platform).send()
    a_launch(second, platform).send()
    token = first.get("/for/learner").text
    assert second.post("/for/learner", data={"form_token": token}).status_code == 403


def test_the_operators_link_is_good_once_and_for_the_operators_pages_alone(
    tool: Flask, platform: SigningPlatform, database: Database
) -> None:
    at = datetime.now(UTC)
    with transaction(database) as session:
        link = visitor.operator_link(session, at=at)
        stay = visitor.operator_enters(session, link=link, at=at)
    with transaction(database) as session, pytest.raises(NobodyHere):
        visitor.operator_enters(session, link=link, at=at)
    browser = tool.test_client()
    browser.set_cookie(visitor.OPERATOR_COOKIE, stay)
    assert seen(browser) == ["operator"]
    a_launch(browser, platform).send()
    token = browser.get("/for/operator").text
    assert browser.post("/for/operator", data={"form_token": token}).status_code == 200
    assert browser.post("/for/learner", data={"form_token": token}).status_code == 403


def test_an_unused_operators_link_opens_no_page_by_itself(tool: Flask, database: Database) -> None:
    with transaction(database) as session:
        link = visitor.operator_link(session, at=datetime.now(UTC))
    browser = tool.test_client()
    browser.set_cookie(visitor.OPERATOR_COOKIE, link)
    assert seen(browser) == []


def test_what_has_ended_is_forgotten(browser: FlaskClient, platform: SigningPlatform, database: Database) -> None:
    a_launch(browser, platform).send()
    with transaction(database) as session:
        visitor.forget_ended(session, at=datetime.now(UTC) + timedelta(hours=9))
        assert session.scalars(select(Visit)).all() == []

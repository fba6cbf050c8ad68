"""What stands after a launch, and where it leads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from courses.people import Cohort, CohortMember, Enrolment, Person
from lti_tool.lti.counterparts import LtiUser, ResourceLink
from lti_tool.lti.id_token import AGS_ENDPOINT
from lti_tool.lti.platform_keys import PlatformKeys
from lti_tool.lti.platforms import Deployment, Platform, allowed_ancestors
from lti_tool.visitor import Visit
from tests.builders import COURSE_IRI, TOOL_ADDRESS, a_launch
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database
from xapi_store.statements import Statement
from xapi_store.transaction import transaction

LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
INSTRUCTOR = f"{LIS}membership#Instructor"
ADMINISTRATOR = f"{LIS}institution/person#Administrator"


def counted(database: Database, *rows: type) -> list[int]:
    with database.session() as session:
        return [session.scalar(select(func.count()).select_from(row)) or 0 for row in rows]


def test_a_second_launch_finds_the_same_person_cohort_and_registration(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    for _ in range(2):
        assert a_launch(browser, platform).send().status_code == 303
    assert counted(database, Person, LtiUser, Cohort, CohortMember, Enrolment, ResourceLink) == [1] * 6
    assert counted(database, Statement, Visit) == [2, 2]


def test_the_launch_of_somebody_known_asks_the_database_little(
    browser: FlaskClient, platform: SigningPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        assert a_launch(browser, platform).send().status_code == 303
    asked: list[str] = []
    executed = psycopg.Cursor.execute

    def noted(cursor: Any, query: Any, *rest: Any, **more: Any) -> Any:
        asked.append(query.decode() if isinstance(query, bytes) else str(query))
        return executed(cursor, query, *rest, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    assert a_launch(browser, platform).send().status_code == 303
    begun, spent, known, admitted, earlier, opened, placed = asked
    assert ("INSERT INTO login" in begun, "DELETE FROM login" in spent) == (True, True)
    assert known.startswith("SELECT agency.")
    assert admitted.startswith("INSERT INTO launch_attempt")
    # The browser's earlier visit, whose form key goes on.
    assert (earlier.startswith("SELECT visit."), opened.startswith("INSERT INTO visit")) == (True, True)
    assert placed.startswith("SELECT place_plain_statements")


def test_first_launches_that_arrive_together_make_one_person_and_one_cohort(
    tool: Flask, platform: SigningPlatform, database: Database
) -> None:
    under_way = [a_launch(tool.test_client(), platform, sub=sub) for sub in ("5", "5", "6", "6")]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda each: each.send().status_code, under_way))
    assert answers == [303] * 4
    assert counted(database, Person, Cohort, CohortMember, Enrolment, ResourceLink) == [2, 1, 2, 2, 1]
    assert len(platform.asked("/jwks")) == 1


@pytest.mark.parametrize(("family", "status"), [("openedx", 303), ("moodle", 400)])
def test_a_chosen_link_of_open_edx_leads_to_what_its_message_names(
    family: str, status: int, browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    with transaction(database) as session:
        session.execute(update(Platform).values(family=family))
    chosen = f"{TOOL_ADDRESS}/learn/oicf/m1/1"
    answer = a_launch(browser, platform, login={"target_link_uri": f"{TOOL_ADDRESS}/learn"}, target_link_uri=chosen)
    assert (sent := answer.send()).status_code == status, sent.text
    with database.session() as session:
        kept = session.scalars(select(ResourceLink.activity)).all()
    assert kept == ([f"{COURSE_IRI}/m1/1"] if status == 303 else [])


def test_first_launches_that_name_a_platforms_first_deployment_together_are_all_let_in(
    tool: Flask, platform: SigningPlatform, database: Database
) -> None:
    with database.session.begin() as session:
        session.execute(delete(Deployment))
    under_way = [a_launch(tool.test_client(), platform, sub=sub) for sub in ("5", "6", "7", "8")]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda each: each.send().status_code, under_way))
    assert answers == [303] * 4
    assert counted(database, Deployment, Person, Cohort) == [1, 4, 1]


def test_the_launched_statement_names_an_account_and_no_person(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    a_launch(browser, platform).send()
    with database.session() as session:
        [raw] = session.scalars(select(Statement.raw))
        account = session.scalars(select(Person.account)).one()
    assert account in raw.decode()
    assert f"{COURSE_IRI}/m1" in raw.decode()
    assert "Ada" not in raw.decode()


def test_a_login_by_get_carries_the_hints_back_unchanged(browser: FlaskClient, platform: SigningPlatform) -> None:
    hint = '{"cmid":2,"launchid":"ltilaunch1_%20 +é"}'
    under_way = a_launch(browser, platform, login={"lti_message_hint": hint, "login_hint": "a b&c"})
    assert under_way.question["lti_message_hint"] == hint
    assert under_way.question["login_hint"] == "a b&c"
    assert under_way.question["redirect_uri"] == f"{TOOL_ADDRESS}/lti/launch"
    assert {under_way.question[name] for name in ("response_mode", "response_type", "prompt", "scope")} == {
        "form_post",
        "id_token",
        "none",
        "openid",
    }


def test_a_login_without_client_id_finds_the_issuers_only_platform(
    browser: FlaskClient, platform: SigningPlatform
) -> None:
    assert a_launch(browser, platform, login={"client_id": ""}).send().status_code == 303


@pytest.mark.parametrize(
    ("roles", "target", "leads_to", "held"),
    [
        ([], "/learn", "/learn/oicf/m1", ["learner"]),
        ([INSTRUCTOR], "/learn", "/teach", ["trainer"]),
        ([ADMINISTRATOR], "/learn/", "/agency", ["officer"]),
        ([ADMINISTRATOR, INSTRUCTOR], "", "/teach", ["officer", "trainer"]),
        ([ADMINISTRATOR, INSTRUCTOR], "/agency", "/agency", ["officer", "trainer"]),
        ([f"{LIS}membership/Instructor#TeachingAssistant"], "/learn/oicf/m1/1", "/learn/oicf/m1/1", ["trainer"]),
    ],
)
def test_each_role_arrives_at_its_own_page(
    roles: list[str],
    target: str,
    leads_to: str,
    held: list[str],
    browser: FlaskClient,
    platform: SigningPlatform,
    database: Database,
) -> None:
    answer = a_launch(browser, platform, roles=roles, login={"target_link_uri": TOOL_ADDRESS + target}).send()
    assert answer.location == TOOL_ADDRESS + leads_to
    with database.session() as session:
        visit = session.scalars(select(Visit)).one()
    assert visit.roles == held
    assert (visit.enrolment_id is not None) == ("learner" in held)


def test_a_platform_that_turned_its_key_is_followed(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    a_launch(browser, platform).send()
    platform.published = ["second-key"]
    with database.session() as session, session.begin():
        keys = session.scalars(select(PlatformKeys)).one()
        keys.tried_at = keys.fetched_at = datetime.now(UTC) - timedelta(minutes=2)
    under_way = a_launch(browser, platform)
    assert under_way.send(platform.sign(under_way.claims, key="second-key")).status_code == 303


def test_a_platform_whose_keys_cannot_be_had_is_asked_to_wait(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    platform.instead["/jwks"] = (500, b"")
    answer = a_launch(browser, platform).send()
    assert answer.status_code == 503
    assert 'data-code="keys_unreachable"' in answer.text
    assert counted(database, Person) == [0]


def test_an_error_of_the_platform_is_told_and_spends_the_login(browser: FlaskClient, platform: SigningPlatform) -> None:
    under_way = a_launch(browser, platform)
    answer = under_way.send(error="login_required", error_description="Somebody Secret")
    assert 'data-code="signed_out"' in answer.text
    assert "Secret" not in answer.text
    assert 'data-code="unknown_state"' in under_way.send().text


def test_the_first_launch_names_the_deployment_where_the_platform_had_not(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    with database.session() as session, session.begin():
        session.delete(session.scalars(select(Deployment)).one())
    assert a_launch(browser, platform, deployment_id="first").send().status_code == 303
    assert 'data-code="unknown_deployment"' in a_launch(browser, platform, deployment_id="other").send().text


def test_a_launch_from_outside_any_course_stands_for_its_link(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    assert a_launch(browser, platform, without=("context",)).send().status_code == 303
    assert counted(database, Cohort) == [1]


def test_pages_may_be_framed_by_the_agencys_platforms_alone(
    tool: Flask, platform: SigningPlatform, database: Database
) -> None:
    with database.session() as session:
        assert allowed_ancestors(session) == [platform.address]
        assert allowed_ancestors(session, agency_id=999) == []


def test_a_launch_that_says_nothing_of_the_gradebook_takes_nothing_back(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    told = {"lineitems": f"{platform.address}/items", "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"]}
    a_launch(browser, platform, **{AGS_ENDPOINT: told}).send()
    a_launch(browser, platform, sub="9", roles=[INSTRUCTOR]).send()
    with database.session() as session:
        [link] = session.scalars(select(ResourceLink))
    assert (link.lineitems, link.scopes) == (told["lineitems"], told["scope"])

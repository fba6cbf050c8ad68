"""One platform, client, deployment, browser or person taken for another."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from courses.people import Cohort, Person
from lti_tool.lti.counterparts import LtiUser
from lti_tool.lti.platforms import Deployment, Platform
from lti_tool.visitor import COOKIE, Visit
from tests.attacks.aftermath import refused, told_plainly
from tests.builders import LTI, TOOL_ADDRESS, a_launch, a_platform
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database

LIS = "http://purl.imsglobal.org/vocab/lis/v2/"


@pytest.fixture
def second(tool: Flask, platform: SigningPlatform, database: Database) -> Platform:
    """Another client of the same issuer (as on Canvas), with the same keys, in the agency `south`."""
    return a_platform(database, platform, agency="south", client_id="client-2")


def count(database: Database, row: type) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(row)) or 0


def test_an_issuer_with_two_clients_must_name_one(
    browser: FlaskClient, platform: SigningPlatform, second: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    asked = {"iss": platform.address, "login_hint": "5", "target_link_uri": f"{TOOL_ADDRESS}/learn"}
    told_plainly(browser.post("/lti/login", data=asked), "unknown_platform", caplog.text)
    assert browser.post("/lti/login", data=asked | {"client_id": "client-2"}).status_code == 302


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"aud": "client-2"}, "wrong_audience"),
        ({"aud": ["client-2"]}, "wrong_audience"),
        ({"aud": ["client-1", "client-2"], "azp": "client-2"}, "wrong_authorized_party"),
        ({"aud": ["client-2", "client-1"]}, "wrong_authorized_party"),
    ],
)
def test_a_token_for_one_client_opens_no_login_of_another(
    claims: dict[str, Any],
    code: str,
    browser: FlaskClient,
    platform: SigningPlatform,
    second: Platform,
    database: Database,
) -> None:
    refused(a_launch(browser, platform, **claims).send(), code, database)


def test_one_user_of_two_clients_is_two_people(
    tool: Flask, platform: SigningPlatform, second: Platform, database: Database
) -> None:
    a_launch(tool.test_client(), platform).send()
    a_launch(tool.test_client(), platform, login={"client_id": "client-2"}, aud="client-2").send()
    with database.session() as session:
        found = session.scalars(select(Person)).all()
        assert len({each.agency_id for each in found}) == 2
        assert len({each.account for each in found}) == 2


def test_a_deployment_of_another_platform_is_unknown(
    browser: FlaskClient, platform: SigningPlatform, second: Platform, database: Database
) -> None:
    with database.session() as session, session.begin():
        session.add(Deployment(platform_id=second.id, deployment_id="souths", created_at=second.created_at))
    refused(a_launch(browser, platform, deployment_id="souths").send(), "unknown_deployment", database)


def test_one_course_id_in_two_deployments_is_two_cohorts(
    tool: Flask, platform: SigningPlatform, database: Database
) -> None:
    with database.session() as session, session.begin():
        connected = session.scalars(select(Platform)).one()
        session.add(Deployment(platform_id=connected.id, deployment_id="2", created_at=connected.created_at))
    for deployment in ("1", "2"):
        answer = a_launch(tool.test_client(), platform, deployment_id=deployment).send()
        assert answer.status_code == 303
    assert count(database, Cohort) == 2
    assert count(database, Person) == 1


def test_two_logins_with_their_nonces_swapped_are_both_refused(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    first, second = a_launch(browser, platform), a_launch(browser, platform)
    tokens = platform.sign(first.claims), platform.sign(second.claims)
    refused(first.send(tokens[1]), "wrong_nonce", database)
    refused(second.send(tokens[0]), "wrong_nonce", database)


@pytest.fixture
def evil(tool: Flask, database: Database) -> Iterator[SigningPlatform]:
    """Another platform that is connected, in another agency, with keys of its own."""
    listening = SigningPlatform(published=["attackers-key"])
    a_platform(database, listening, agency="south")
    yield listening
    listening.close()


def test_the_key_of_another_platform_is_refused(
    browser: FlaskClient, platform: SigningPlatform, evil: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    refused(under_way.send(evil.sign(under_way.claims, key="attackers-key")), "unknown_key", database)


def test_the_issuer_of_another_platform_is_refused(
    browser: FlaskClient, platform: SigningPlatform, evil: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, evil)
    forged = evil.sign(under_way.claims | {"iss": platform.address}, key="attackers-key")
    refused(under_way.send(forged), "wrong_issuer", database)


def test_nobody_is_known_by_name_or_email(tool: Flask, platform: SigningPlatform, database: Database) -> None:
    person = {"name": "Ada Example", "email": "ada@mail.example"}
    for sub in ("5", "5 ", "05", "\u0665"):
        assert a_launch(tool.test_client(), platform, sub=sub, **person).send().status_code == 303
    assert count(database, Person) == count(database, LtiUser) == 4


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u0410da Example", "\u0410da Example"),
        ("Ada\u202egnpj\u202c Example", "Adagnpj Example"),
        ("A\u200bd\u2060a\ufeff Example", "Ada Example"),
        ("Ada\r\nSet-Cookie: a=b", "Ada Set-Cookie: a=b"),
        ("Ada\u2028Example\x1b[2J", "Ada Example[2J"),
        ("A" + "\u0301" * 5_000, None),
        ("\u202e\u200b", None),
    ],
    ids=["cyrillic twin", "turned direction", "unseen", "line ends", "controls", "a tower of accents", "nothing"],
)
def test_a_confusable_name_is_one_plain_line_of_somebody_else(
    name: str, shown: str | None, tool: Flask, platform: SigningPlatform, database: Database
) -> None:
    a_launch(tool.test_client(), platform, sub="ada").send()
    assert a_launch(tool.test_client(), platform, sub="twin", name=name).send().status_code == 303
    with database.session() as session:
        user = session.get_one(LtiUser, (session.scalars(select(Platform.id)).one(), "twin"))
        kept = session.get_one(Person, user.person_id).name
    assert count(database, Person) == 2
    assert kept == shown or (shown is None and (kept is None or len(kept) <= 200))


@pytest.mark.parametrize(
    "claims",
    [
        {f"{LTI}custom": {"role": "operator", "roles": f"{LIS}membership#Instructor", "membership": "Manager"}},
        {f"{LTI}custom": {"roles": [f"{LIS}membership#Instructor"]}},
        {
            "roles": [],
            "role": f"{LIS}membership#Instructor",
            "https://purl.imsglobal.org/spec/lti/claim/role": "Manager",
        },
        {f"{LTI}ext": {"roles": ["Instructor"]}, f"{LTI}lis": {"person_sourcedid": "admin"}},
        {f"{LTI}role_scope_mentor": ["1", "2"]},
        {"roles": [f"{LIS}membership#Learner", f"{LIS}membership#Instructor ", f"{LIS}MEMBERSHIP#Manager"]},
        {"roles": [f"{LIS}membership#Manager/../Learner", "Instructor\u200b", "\uff29nstructor"]},
    ],
    ids=["custom texts", "custom list", "another claim", "extensions", "mentor", "nearly a role", "confusable roles"],
)
def test_no_other_claim_than_roles_gives_a_role(
    claims: dict[str, Any], browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    a_launch(browser, platform, **claims).send()
    with database.session() as session:
        visit = session.scalars(select(Visit)).one()
    assert visit.roles == ["learner"]


def test_a_visit_put_into_a_browser_beforehand_is_not_continued(
    tool: Flask, platform: SigningPlatform, database: Database
) -> None:
    attacker, victim = tool.test_client(), tool.test_client()
    a_launch(attacker, platform, sub="attacker").send()
    planted = attacker.get_cookie(COOKIE)
    assert planted is not None
    victim.set_cookie(COOKIE, planted.value)
    a_launch(victim, platform, sub="victim").send()
    shown = victim.get_cookie(COOKIE)
    assert shown is not None
    assert shown.value != planted.value
    with database.session() as session:
        visits = session.scalars(select(Visit)).all()
    assert len({each.form_key for each in visits}) == len({each.person_id for each in visits}) == 2


@pytest.mark.parametrize(
    "more", [{"redirect_uri": "https://elsewhere.example/"}, {"redirect_url": "//elsewhere.example"}]
)
def test_no_login_leads_the_answer_elsewhere(
    more: dict[str, str], browser: FlaskClient, platform: SigningPlatform
) -> None:
    asked = {
        "iss": platform.address,
        "login_hint": "5",
        "target_link_uri": f"{TOOL_ADDRESS}/learn",
        "client_id": "client-1",
    }
    for answer in (
        browser.post("/lti/login", data=asked | more),
        browser.post(
            "/lti/login", data=asked, headers={"Host": "elsewhere.example", "X-Forwarded-Host": "elsewhere.example"}
        ),
        browser.get("/lti/login", query_string=asked | {"login_hint": "5\r\nLocation: https://elsewhere.example"}),
    ):
        assert answer.location.startswith(f"{platform.address}/auth?")
        assert "redirect_uri=http%3A%2F%2Flocalhost%2Flti%2Flaunch" in answer.location
        assert "\r" not in answer.location


@pytest.mark.parametrize("way", ["by GET", "in the address", "without a login", "twice"])
def test_a_launch_by_another_way_is_refused(
    way: str, browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    sent = {"state": under_way.question["state"], "id_token": platform.sign(under_way.claims)}
    if way == "by GET":
        assert browser.get("/lti/launch", query_string=sent).status_code == 405
    elif way == "in the address":
        refused(browser.post("/lti/launch", query_string=sent), "unknown_state", database)
    elif way == "without a login":
        refused(browser.post("/lti/launch", data=sent | {"state": "guessed"}), "unknown_state", database)
    else:
        two = {"state": ["guessed", sent["state"]], "id_token": sent["id_token"]}
        refused(browser.post("/lti/launch", data=two), "unknown_state", database)


def test_what_a_platform_says_of_its_error_is_not_repeated(
    browser: FlaskClient, platform: SigningPlatform, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    under_way = a_launch(browser, platform)
    said = {"error": "<script>alert('Ada')</script>", "error_description": "ada@mail.example"}
    answer = under_way.send(**said)
    refused(answer, "platform_error", database)
    told_plainly(answer, "platform_error", caplog.text, "script", "mail.example")

"""What a platform's roles mean here, and how an operator changes it for one platform."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from lti_tool import visitor
from lti_tool.errors import RoleRefused
from lti_tool.lti import roles
from lti_tool.lti.id_token import ROLE_SCOPE_MENTOR
from tests import builders, walking
from tests.journeys.conftest import house, platform
from tests.signing_platform import SigningPlatform
from tests.walking import INSTRUCTOR, LEARNER, LIS, MENTOR, Person
from xapi_store.database import Database
from xapi_store.transaction import transaction

__all__ = ["house", "platform"]

ASSISTANT = f"{LIS}membership/Instructor#TeachingAssistant"
DESIGNER = f"{LIS}membership#ContentDeveloper"
PAGE = "/operator/platforms/1/roles"


@pytest.mark.parametrize(
    ("names", "held"),
    [
        (["Instructor"], {"trainer"}),
        (["Learner"], {"learner"}),
        (["Mentor"], {"observer"}),
        (["Manager"], {"officer"}),
        ([ASSISTANT], {"trainer"}),
        ([f"{LIS}membership/instructor#Grader"], {"trainer"}),
        ([f"{LIS}membership/Mentor#Advisor"], {"observer"}),
        ([f"{LIS}membership/Learner#GuestLearner"], {"learner"}),
        ([f"{LIS}institution/person#Administrator", INSTRUCTOR], {"officer", "trainer"}),
        ([f"{LIS}system/person#SysAdmin"], {"learner"}),
        ([MENTOR, LEARNER], {"observer", "learner"}),
        ([f"{LIS}membership/Nobody#Instructor"], {"learner"}),
        ([], {"learner"}),
    ],
)
def test_roles_there_and_here(names: list[str], held: set[str]) -> None:
    assert roles.understood(names) == held


@pytest.mark.parametrize(
    ("names", "changed", "held"),
    [
        ([DESIGNER], {DESIGNER: "trainer"}, {"trainer"}),
        (["ContentDeveloper"], {DESIGNER: "trainer"}, {"trainer"}),
        # Platforms send the principal role along: the changed sub-role speaks for it.
        ([INSTRUCTOR, ASSISTANT], {ASSISTANT: "learner"}, {"learner"}),
        ([INSTRUCTOR], {ASSISTANT: "learner"}, {"trainer"}),
        ([ASSISTANT], {INSTRUCTOR: "learner"}, {"learner"}),
        ([INSTRUCTOR, LEARNER], {INSTRUCTOR: "nothing"}, {"learner"}),
        ([f"{LIS}system/person#Administrator"], {f"{LIS}system/person#Administrator": "nothing"}, {"learner"}),
    ],
)
def test_a_platforms_own_meaning_comes_first(names: list[str], changed: dict[str, str], held: set[str]) -> None:
    assert roles.understood(names, changed) == held


@pytest.mark.parametrize(
    ("lis_role", "role", "code"),
    [
        ("", "trainer", "no_role"),
        ("two words", "trainer", "no_role"),
        ("x" * 256, "trainer", "no_role"),
        (INSTRUCTOR, "operator", "no_meaning"),
        (INSTRUCTOR, "", "no_meaning"),
    ],
)
def test_no_role_can_be_made_operator_or_nonsense(
    lis_role: str, role: str, code: str, database: Database, platform: SigningPlatform
) -> None:
    builders.a_platform(database, platform)
    with pytest.raises(RoleRefused) as refused, transaction(database) as session:
        roles.override(session, platform_id=1, lis_role=lis_role, role=role, at=datetime.now(UTC))
    assert refused.value.code == code


@pytest.fixture
def operator(house: Flask) -> Person:
    """The operator, signed in."""
    with transaction(house.extensions["database"]) as session:
        link = visitor.operator_link(session, at=datetime.now(UTC))
    person = Person(house.test_client())
    assert person.browser.post(f"/operator/sign-in/{link}", base_url="https://localhost").status_code == 303
    shown = person.browser.get_cookie(visitor.OPERATOR_COOKIE)
    assert shown is not None
    person.browser.set_cookie(visitor.OPERATOR_COOKIE, shown.value)
    return person


def test_an_operator_changes_a_role_for_one_platform(
    house: Flask, platform: SigningPlatform, database: Database, operator: Person
) -> None:
    other = SigningPlatform(client_id="client-2")
    builders.a_platform(database, other, agency="south")
    changing = {"lis_role": "ContentDeveloper", "role": "trainer"}
    assert operator.send(PAGE, PAGE, **changing).status_code == 303
    assert DESIGNER in operator.get(PAGE).text
    here = walking.launch(house, platform, "1", role=DESIGNER, target="/learn")
    there = walking.launch(house, other, "1", role=DESIGNER, target="/learn")
    other.close()
    assert [person.get("/teach").status_code for person in (here, there)] == [200, 403]
    assert operator.send(f"{PAGE}/forget", PAGE, lis_role=DESIGNER).status_code == 303
    again = walking.launch(house, platform, "1", role=DESIGNER, target="/learn")
    assert again.get("/teach").status_code == 403


def test_what_an_operator_cannot_change_is_said(operator: Person) -> None:
    answer = operator.send(PAGE, PAGE, lis_role="Instructor", role="operator")
    assert (answer.status_code, "Choose what the role means here." in answer.text) == (422, True)
    assert 'value="Instructor"' in answer.text
    for number in (99, 2**63, 2**70):
        assert operator.get(f"/operator/platforms/{number}/roles").status_code == 404
    assert operator.send(PAGE, PAGE, lis_role="a\x00b", role="trainer").status_code == 422
    assert operator.send(f"{PAGE}/forget", PAGE, lis_role="a\x00b").status_code == 303


def test_an_observer_sees_whom_the_platform_names_wherever_the_link_leads(
    house: Flask, platform: SigningPlatform, database: Database
) -> None:
    walking.launch(house, platform, "ada", name="Ada Example").send("/learn/oicf/m1/1/done", "/learn/oicf/m1/1")
    walking.launch(house, platform, "bo", name="Bo Example")
    before = len(builders.statements_of(database, 1))
    mentor = walking.launch(
        house, platform, "mo", role=MENTOR, target="/learn/oicf/m1/4", **{ROLE_SCOPE_MENTOR: ["ada", "later"]}
    )
    page = mentor.get("/observe").text
    assert ("Ada Example" in page, "Bo Example" in page, "1 more learner" in page) == (True, False, True)
    assert "1/6" in page
    assert mentor.get("/learn/oicf/m1").status_code == 403
    walking.launch(house, platform, "later", name="Lena Example")
    assert "Lena Example" in mentor.get("/observe").text
    assert len(builders.statements_of(database, 1)) == before + 1  # Lena's launch


def test_an_observer_of_nobody_sees_nobody(house: Flask, platform: SigningPlatform) -> None:
    walking.launch(house, platform, "ada", name="Ada Example")
    page = walking.launch(house, platform, "mo", role=MENTOR, name="Mo Staff").get("/observe").text
    assert ("Nobody to show yet" in page, "Ada Example" in page) == (True, False)


def test_the_scope_of_a_mentor_opens_nothing_to_others(house: Flask, platform: SigningPlatform) -> None:
    walking.launch(house, platform, "ada", name="Ada Example")
    learner = walking.launch(house, platform, "bo", **{ROLE_SCOPE_MENTOR: ["ada"]})
    assert learner.get("/observe").status_code == 403

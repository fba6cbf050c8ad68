"""Who is in the platform's course: read page by page, compared by ourselves, and shown to its trainer."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lti_tool.lti import group_teams, groups, memberships, roster
from lti_tool.lti.counterparts import LmsContext
from lti_tool.lti.id_token import GROUPS_SERVICE, NRPS_SERVICE
from lti_tool.lti.platform_client import Client
from lti_tool.lti.platforms import Platform
from lti_tool.lti.roster import RosterMember
from lti_tool.lti.services import Services
from lti_tool.run import worker
from tests import walking
from tests.signing_platform import Heard, SigningPlatform
from tests.walking import INSTRUCTOR, Person
from xapi_store.database import Database
from xapi_store.transaction import transaction

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CLIENT = Client(allow_private=True)


def member(sub: str, name: str, role: str = "Learner", **more: Any) -> dict[str, Any]:
    return {"user_id": sub, "name": name, "roles": [role], "status": "Active", **more}


ADA, BO, CY, TOVE = member("5", "Ada A."), member("6", "Bo B."), member("7", "Cy C."), member("9", "Tove T.")


@pytest.fixture
def house(database: Database, database_url: str, platform: SigningPlatform) -> Iterator[Flask]:
    """The whole tool, with the platform connected."""
    walking.builders.a_platform(database, platform)
    app = walking.a_house(database_url)
    yield app
    app.extensions["database"].close()


@pytest.fixture
def trainer(house: Flask, platform: SigningPlatform) -> Person:
    """A trainer of the course; a learner, Ada, has come too."""
    come(house, platform, "5", name="Ada Example")
    return come(house, platform, "9", name="Tove Staff", role=INSTRUCTOR, target="/teach")


def come(house: Flask, platform: SigningPlatform, sub: str, **more: Any) -> Person:
    told = {NRPS_SERVICE: {"context_memberships_url": f"{platform.address}/members?type_id=1"}}
    return walking.launch(house, platform, sub, **(told | more))


def tells(platform: SigningPlatform, *people: dict[str, Any]) -> None:
    platform.more["GET", "/members"] = {"members": list(people)}


def read(house: Flask, *, at: datetime = AT) -> None:
    """The roster was read as the worker does it."""
    with house.extensions["database"].session() as session:
        context_id = session.scalars(select(LmsContext.id)).one()
    roster.read(house.extensions["database"], CLIENT, house.extensions["seal"], lms_context_id=context_id, at=at)


def standings(database: Database) -> dict[str, str]:
    with database.session() as session:
        context = session.scalars(select(LmsContext)).one()
        return {str(each.sub): each.standing for each in roster.listed(session, context=context)}


def services(house: Flask) -> Services:
    with house.extensions["database"].session() as session:
        platform = session.scalars(select(Platform)).one()
    return Services(house.extensions["database"], CLIENT, house.extensions["seal"], platform, ("scope",), AT)


@pytest.mark.usefixtures("trainer")
def test_the_roster_tells_who_has_not_come_and_who_left(
    house: Flask, platform: SigningPlatform, database: Database
) -> None:
    tells(platform, ADA, BO, CY, TOVE)
    read(house)
    assert standings(database) == {"9": "here", "5": "here", "6": "not_yet", "7": "not_yet"}
    tells(platform, BO, TOVE)
    read(house, at=AT + timedelta(hours=1))
    assert standings(database) == {"9": "here", "6": "not_yet", "5": "left", "7": "left"}
    tells(platform, ADA, BO, TOVE)
    read(house, at=AT + timedelta(hours=2))
    assert standings(database)["5"] == "here", "who comes back is there again"
    [asked, *_] = platform.asked("/members")
    assert (asked.headers["Accept"], asked.query) == (memberships.CONTAINER, {"type_id": ["1"], "limit": ["100"]})


@pytest.mark.usefixtures("trainer")
def test_the_role_of_a_launch_wins_over_that_of_the_roster(
    house: Flask, platform: SigningPlatform, database: Database
) -> None:
    """Moodle's roster calls a non-editing teacher a learner."""
    tells(platform, ADA, TOVE)
    read(house)
    with database.session() as session:
        listed = roster.listed(session, context=session.scalars(select(LmsContext)).one())
    assert {each.sub: each.role for each in listed} == {"9": "trainer", "5": "learner"}


@pytest.mark.usefixtures("trainer")
def test_half_a_roster_makes_nobody_leave(house: Flask, platform: SigningPlatform, database: Database) -> None:
    tells(platform, ADA, BO)
    read(house)
    tells(platform, ADA)
    first = "/members?type_id=1&limit=100"
    platform.links[first] = f'<{platform.address}/nowhere>; rel="next"'
    read(house, at=AT + timedelta(hours=1))
    assert standings(database)["6"] == "not_yet"
    with database.session() as session:
        reading = roster.reading(session, context=session.scalars(select(LmsContext)).one())
        assert reading is not None
        assert (reading.failed, reading.read_at) == ("refused", AT)


@pytest.mark.usefixtures("trainer")
def test_pages_are_followed_and_a_lost_role_filter_is_put_back(house: Flask, platform: SigningPlatform) -> None:
    """Moodle loses the role on the way to the next page."""

    def page(heard: Heard) -> dict[str, Any]:
        return {"members": [BO, TOVE | {"roles": ["Instructor"]}] if "from" in heard.query else [ADA]}

    platform.more["GET", "/members"] = page
    first = "/members?limit=1&role=Learner&rlid=3"
    platform.links[first] = f'<{platform.address}/members?limit=1&from=1&rlid=3>; rel="next"'
    found = memberships.members(services(house), f"{platform.address}/members", role="Learner", link_id="3", limit="1")
    assert [each.sub for each in found.members] == ["5", "6"]
    assert platform.asked("/members")[1].query == {
        "limit": ["1"], "from": ["1"], "rlid": ["3"], "role": ["Learner"],
    }  # fmt: skip


@pytest.mark.usefixtures("trainer")
def test_where_a_platform_tells_changes_only_they_are_asked_for(
    house: Flask, platform: SigningPlatform, database: Database
) -> None:
    tells(platform, ADA, BO)
    platform.links["/members?type_id=1&limit=100"] = f'<{platform.address}/changes?since=1>; rel="differences"'
    platform.more["GET", "/changes"] = {"members": [BO | {"status": "Deleted"}, CY | {"status": "Inactive"}]}
    read(house)
    read(house, at=AT + timedelta(hours=1))
    assert len(platform.asked("/members")) == 1
    assert standings(database) == {"9": "here", "5": "here", "6": "left", "7": "not_yet"}
    read(house, at=AT + timedelta(days=2))
    assert len(platform.asked("/members")) == 2, "now and then the whole roster is read"


@pytest.mark.usefixtures("trainer")
def test_nonsense_in_a_roster_is_passed_over(house: Flask, platform: SigningPlatform, database: Database) -> None:
    odd = [None, {}, {"user_id": []}, {"user_id": "a\x00b"}, {"user_id": 8, "roles": "x", "name": "E\x00d <b>\n"}]
    tells(platform, ADA, *odd)  # type: ignore[arg-type]  # that is the point
    read(house)
    with database.session() as session:
        names = {row.sub: row.name for row in session.scalars(select(RosterMember))}
    assert names == {"5": "Ada A.", "8": "Ed <b>"}


def test_the_trainer_has_the_roster_read_and_sees_it(house: Flask, platform: SigningPlatform, trainer: Person) -> None:
    tells(platform, ADA, BO, TOVE)
    page = "/teach/people"
    cohort = trainer.get(page).text.split("/teach/people/")[1].split("/")[0]
    assert "Not here yet" not in trainer.get(page).text
    assert trainer.send(f"{page}/{cohort}/refresh", page).location.endswith("asked=yes")
    assert trainer.send(f"{page}/{cohort}/refresh", page).location.endswith("asked=just-now")

    async def work() -> None:
        app = worker.runner(house.extensions["settings"], house.extensions["database"])
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    asyncio.run(work())
    text = trainer.get(page).text
    assert "Bo B." in text
    assert "Not here yet" in text
    assert "1 has not come yet" in text


def test_a_trainer_of_another_course_sees_and_asks_nothing(
    house: Flask, platform: SigningPlatform, trainer: Person
) -> None:
    other = come(
        house,
        platform,
        "11",
        name="Tell",
        role=INSTRUCTOR,
        target="/teach",
        context={"id": "77", "title": "Another course"},
    )
    cohort = trainer.get("/teach/people").text.split("/teach/people/")[1].split("/")[0]
    assert "Ada Example" not in other.get(f"/teach/people?cohort={cohort}").text
    assert other.send(f"/teach/people/{cohort}/refresh", "/teach/people").status_code == 404
    assert other.get(f"/teach/people/{cohort}/groups?exercise=oicf/m1/5").status_code == 404


def test_the_groups_of_the_course_become_teams_and_keep_seats_for_who_has_not_come(
    house: Flask, platform: SigningPlatform, trainer: Person, database: Database
) -> None:
    grouped = {GROUPS_SERVICE: {"context_groups_url": f"{platform.address}/groups"}}
    come(house, platform, "5", name="Ada Example", **grouped)
    platform.more["GET", "/groups"] = {"groups": [{"id": 1, "name": "Reds"}, {"id": "2", "name": "Blues"}]}
    tells(
        platform,
        ADA | {"group_enrollments": [{"group_id": "1"}]},
        BO | {"group_enrollments": [{"group_id": "1"}]},
        CY | {"group_enrollments": [{"group_id": "1"}, {"group_id": "2"}]},
        TOVE | {"group_enrollments": [{"group_id": "2"}]},
    )
    read(house)
    page = trainer.get("/teach/people").text
    cohort = page.split("/teach/people/")[1].split("/")[0]
    assert "2 groups" in page
    preview = f"/teach/people/{cohort}/groups?exercise=oicf/m1/5"
    shown = trainer.get(preview).text
    assert "Reds" in shown
    assert "Make 2 teams" in shown
    made = trainer.send(f"/teach/people/{cohort}/groups", preview, exercise="oicf/m1/5")
    assert made.location.endswith("made=2")
    assert "There is no team to be made" in trainer.get(preview).text, "and no second time"

    dee = come(house, platform, "12", name="Dee Example")
    bo, cy = come(house, platform, "6", name="Bo Example"), come(house, platform, "7", name="Cy Example")
    rooms = {
        name: person.send("/learn/oicf/m1/5/team", "/learn/oicf/m1/5").location
        for name, person in {"dee": dee, "bo": bo, "cy": cy}.items()
    }
    reds = bo.get(rooms["bo"]).text
    assert "Ada Example" in reds
    assert rooms["cy"] != rooms["bo"], "Cy was in two groups and goes with the first of them by name"


def test_a_launch_tells_the_groups_where_there_is_no_service_for_them(
    house: Flask, platform: SigningPlatform, trainer: Person, database: Database
) -> None:
    for sub, told in {"5": "3,4", "6": "4", "7": "$Moodle.Person.userGroupIds", "8": ""}.items():
        come(house, platform, sub, **{"https://purl.imsglobal.org/spec/lti/claim/custom": {groups.VARIABLE: told}})
    come(house, platform, "5", **{"https://purl.imsglobal.org/spec/lti/claim/custom": {groups.VARIABLE: "4"}})
    with transaction(database) as session:
        context = session.scalars(select(LmsContext)).one()
        assert [(each.id, each.subs) for each in groups.of(session, context=context)] == [("4", ("5", "6"))]
        course, exercise = (
            house.extensions["catalogue"].course("oicf"),
            house.extensions["catalogue"].exercise("oicf/m1/5"),
        )
        [planned] = group_teams.plan(session, context=context, course=course, exercise=exercise)
    assert (len(planned.present), planned.expected, planned.problem) == (2, (), None)

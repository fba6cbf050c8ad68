"""Our services and the demo LMS, over HTTP: a tick and a grade arrive and are read back; the roster is read."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from courses import agencies
from courses.people import Enrolment
from lti_tool.demo import setup
from lti_tool.lti import comparing, gradebook, onboarding, roster
from lti_tool.lti.counterparts import LmsContext, ResourceLink
from lti_tool.lti.gradebook import Score, ScoreDelivery
from lti_tool.lti.platform_client import Client
from tests.builders import COURSE_IRI
from tests.demo.small_tool import AINO, DANA, Browser
from tests.demo.test_foreign_library import open_link
from tests.demo.test_our_tool import empty_lms, our_tool
from xapi_store.database import Database
from xapi_store.transaction import transaction

__all__ = ["empty_lms", "our_tool"]

CLIENT = Client(allow_private=True)


@pytest.fixture
def aino(our_tool: Flask, database: Database, empty_lms: str) -> UUID:
    """The registration of Aino, who came from the demo LMS, as did Dana, who trains."""
    address, at = our_tool.extensions["settings"].address, datetime.now(UTC)
    with transaction(database) as session:
        agency = agencies.create(session, slug="coast", name="Coast", account_home=f"{address}/agencies/coast", at=at)
        token = onboarding.invite(session, agency_id=agency.id, at=at)
    setup.setup_by_invitation(empty_lms, f"{address}/lti/register/{token}")
    open_link(Browser(empty_lms, AINO), "/start/1")
    open_link(Browser(empty_lms, DANA), "/start/2")
    with database.session() as session:
        return session.scalars(select(Enrolment.id)).one()


def publish(our_tool: Flask, database: Database, aino: UUID, **told: Any) -> ScoreDelivery:
    at = datetime.now(UTC)
    score = Score(**({"enrolment_id": aino, "maximum": Decimal(100), "judged_at": at, "label": "A label"} | told))
    gradebook.publish(database, CLIENT, our_tool.extensions["seal"], score=score, at=at)
    with database.session() as session:
        return session.get_one(ScoreDelivery, (aino, score.activity))


def test_a_tick_and_a_grade_arrive_and_are_compared_and_the_roster_is_read(
    our_tool: Flask, database: Database, aino: UUID
) -> None:
    tick = publish(our_tool, database, aino, activity=f"{COURSE_IRI}/m1", given=Decimal(100), released=False)
    grade = publish(our_tool, database, aino, activity=f"{COURSE_IRI}/m1/5", given=Decimal("87.5"))
    again = publish(our_tool, database, aino, activity=f"{COURSE_IRI}/m1/5", given=Decimal(60), label="Another label")
    assert {tick.status, grade.status, again.status} == {"delivered"}
    assert tick.lineitem != grade.lineitem == again.lineitem
    with transaction(database) as session:
        links = session.scalars(select(ResourceLink.lineitem)).all()
        assert tick.lineitem in links, "the tick went to the link's own column"
        changed = session.execute(text("UPDATE score_delivery SET given = 61 WHERE activity LIKE '%/5'"))
        assert changed.rowcount == 1  # type: ignore[attr-defined]  # a cursor's result has it
    later = datetime.now(UTC) + timedelta(seconds=1)
    assert comparing.compare(database, CLIENT, our_tool.extensions["seal"], at=later) == 2
    with database.session() as session:
        rows = {row.activity[-3:]: row for row in session.scalars(select(ScoreDelivery))}
    assert (rows["/m1"].differs, rows["1/5"].differs, rows["1/5"].platform_result) == (False, True, 60)
    see_the_roster(our_tool, database)


def see_the_roster(our_tool: Flask, database: Database) -> None:
    with database.session() as session:
        context_id = session.scalars(select(LmsContext.id).join_from(LmsContext, ResourceLink).distinct()).first()
    assert context_id is not None
    at = datetime.now(UTC)
    roster.read(database, CLIENT, our_tool.extensions["seal"], lms_context_id=context_id, at=at)
    with database.session() as session:
        context = session.get_one(LmsContext, context_id)
        reading, listed = roster.reading(session, context=context), roster.listed(session, context=context)
    assert reading is not None
    assert (reading.failed, reading.read_at) == (None, at)
    standings = {each.role: {one.standing for one in listed if one.role == each.role} for each in listed}
    assert standings["learner"] == {"here", "not_yet"}
    assert "here" in standings["trainer"]

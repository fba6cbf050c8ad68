"""Whose column is which: links' own, made ones, found after a copy, brought up to date; and what is sent there."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from courses.people import Enrolment
from lti_tool.errors import DeliverLater, DeliveryRefused
from lti_tool.lti import comparing, gradebook
from lti_tool.lti.courtesy import PlatformOutage
from lti_tool.lti.gradebook import Score, ScoreDelivery
from lti_tool.lti.id_token import AGS_ENDPOINT
from lti_tool.lti.platform_client import Client
from lti_tool.lti.scopes import LINEITEM, RESULT, SCORE
from tests.builders import COURSE_IRI, a_launch
from tests.signing_platform import SigningPlatform
from xapi_store import queue
from xapi_store.database import Database
from xapi_store.keys import Seal
from xapi_store.transaction import transaction

AT = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
MODULE, STEP = f"{COURSE_IRI}/m1", f"{COURSE_IRI}/m1/1"
SEAL, CLIENT = Seal("s" * 40), Client(allow_private=True)


@pytest.fixture
def learner(browser: FlaskClient, platform: SigningPlatform, database: Database) -> UUID:
    """The registration of a learner who opened the module's link, which has a column of its own."""
    return launched(browser, platform, database)


def launched(browser: FlaskClient, platform: SigningPlatform, database: Database, **endpoint: Any) -> UUID:
    claim = {
        "scope": [LINEITEM, RESULT, SCORE],
        "lineitems": f"{platform.address}/lineitems",
        "lineitem": f"{platform.address}/items/1",
        **endpoint,
    }
    platform.line_items.append({"id": f"{platform.address}/items/1", "label": "M1", "scoreMaximum": 100})
    assert a_launch(browser, platform, **{AGS_ENDPOINT: claim}).send().status_code == 303
    with database.session() as session:
        return session.scalars(select(Enrolment.id)).one()


def publish(database: Database, learner: UUID, *, at: datetime = AT, **changes: Any) -> ScoreDelivery:
    """The score 80 of 100 for the step (or as changed) was published; gives how it fared."""
    told = {"activity": STEP, "given": Decimal(80), "maximum": Decimal(100), "judged_at": at, "label": "M1.1 A reading"}
    score = Score(enrolment_id=learner, **(told | changes))
    gradebook.publish(database, CLIENT, SEAL, score=score, at=at)
    return delivery(database, learner, score.activity)


def delivery(database: Database, learner: UUID, activity: str = STEP) -> ScoreDelivery:
    with database.session() as session:
        return gradebook.deliveries(session, enrolment_ids=[learner], activity=activity)[learner]


def test_a_steps_score_never_lands_in_the_column_of_its_modules_link(
    learner: UUID, platform: SigningPlatform, database: Database
) -> None:
    publish(database, learner)
    publish(database, learner, activity=MODULE, label="M1 A module", released=False)
    assert [len(platform.asked(f"/items/{number}/scores")) for number in (1, 2)] == [1, 1]
    assert "resourceLinkId" not in platform.line_items[1]


def test_a_modules_only_column_serves_its_step_where_no_other_may_be_made(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    learner = launched(browser, platform, database, scope=[SCORE, RESULT])
    with pytest.raises(DeliveryRefused, match="no_line_item"):
        publish(database, learner, activity=MODULE, label="M1", released=False, yields=True)
    assert publish(database, learner).status == "delivered"
    assert len(platform.asked("/items/1/scores")) == 1


def test_a_column_for_a_link_is_tied_to_that_link(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    learner = launched(browser, platform, database, lineitem="")
    publish(database, learner, activity=MODULE, label="M1 A module")
    made = platform.line_items[-1]
    assert (made["resourceId"], made["resourceLinkId"], made["label"]) == (MODULE, "1", "M1 A module")


def test_in_a_copied_course_the_column_is_found_by_its_activity(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    learner = launched(browser, platform, database, lineitem="")
    platform.line_items += [{"id": f"{platform.address}/items/9?type_id=1", "resourceId": STEP, "label": "M1.1"}]
    assert publish(database, learner).status == "delivered"
    assert [each.method for each in platform.asked("/lineitems")] == ["GET"]
    assert len(platform.asked("/items/9/scores")) == 1


def test_a_column_of_ours_takes_a_new_name_and_maximum_and_keeps_all_else(
    learner: UUID, platform: SigningPlatform, database: Database
) -> None:
    publish(database, learner)
    there = {**platform.line_items[1], "tag": "kept", "startDateTime": "2026-01-01T00:00:00Z"}
    platform.more = {("GET", "/items/2"): there, ("PUT", "/items/2"): {}}
    publish(database, learner, at=AT + timedelta(hours=1), label="M1.1 Another name", maximum=Decimal(50))
    publish(database, learner, at=AT + timedelta(hours=2), label="M1.1 Another name", maximum=Decimal(50))
    [put] = [each for each in platform.asked("/items/2") if each.method == "PUT"]
    assert json.loads(put.body) == {**there, "label": "M1.1 Another name", "scoreMaximum": 50.0}


def test_the_name_that_a_teacher_gave_a_column_stays(
    learner: UUID, platform: SigningPlatform, database: Database
) -> None:
    publish(database, learner)
    there = {**platform.line_items[1], "label": "The teacher's own words"}
    platform.more = {("GET", "/items/2"): there, ("PUT", "/items/2"): {}}
    publish(database, learner, at=AT + timedelta(hours=1), label="M1.1 Another name")
    assert [each.method for each in platform.asked("/items/2")] == ["GET"]


def test_after_a_first_final_score_nothing_but_final_scores_is_sent(
    learner: UUID, platform: SigningPlatform, database: Database
) -> None:
    """A score that is not FullyGraded wipes the grade in Moodle."""
    for hours in range(3):
        publish(database, learner, at=AT + timedelta(hours=hours), given=Decimal(70 + hours), released=hours != 1)
    assert [each["scoreGiven"] for each in platform.scores] == [70.0, 71.0, 72.0]
    assert {(each["activityProgress"], each["gradingProgress"]) for each in platform.scores} == {
        ("Completed", "FullyGraded")
    }


def test_handing_in_again_sends_nothing_until_it_is_better_or_released(
    learner: UUID, platform: SigningPlatform, database: Database
) -> None:
    publish(database, learner)
    for number, given in enumerate((10, 80, 79)):
        publish(database, learner, given=Decimal(given), released=False, at=AT + timedelta(hours=number + 1))
    assert [each["scoreGiven"] for each in platform.scores] == [80.0]
    publish(database, learner, given=Decimal(40), at=AT + timedelta(hours=9))
    assert [each["scoreGiven"] for each in platform.scores] == [80.0, 40.0]


def test_completion_never_lowers_what_the_platform_shows(
    learner: UUID, platform: SigningPlatform, database: Database
) -> None:
    platform.results = [{"userId": "5", "resultScore": 9, "resultMaximum": 10}]
    fared = publish(database, learner, activity=MODULE, label="M1", released=False)
    assert (fared.status, platform.scores) == ("delivered", [])


def compared(database: Database, *, at: datetime = AT) -> int:
    return comparing.compare(database, CLIENT, SEAL, at=at + timedelta(minutes=10))


def shows(platform: SigningPlatform, *results: dict[str, Any]) -> None:
    platform.more["GET", "/items/2/results"] = list(results)


def test_what_a_teacher_changed_in_the_platform_is_noted_and_left_alone(
    learner: UUID, platform: SigningPlatform, database: Database
) -> None:
    publish(database, learner)
    shows(platform, {"userId": "5", "resultScore": 55, "resultMaximum": 100})
    assert compared(database) == 1
    row = delivery(database, learner)
    assert (row.status, row.platform_result, row.platform_maximum, row.differs) == ("delivered", 55, 100, True)
    row = publish(database, learner, given=Decimal(90), released=False, at=AT + timedelta(hours=1))
    assert (row.reason, row.differs, row.given) == ("overridden_there", True, 80)
    assert len(platform.scores) == 1
    row = publish(database, learner, given=Decimal(90), at=AT + timedelta(hours=2))
    assert (row.status, row.differs, row.reason) == ("delivered", False, None)
    assert [each["scoreGiven"] for each in platform.scores] == [80.0, 90.0]


def test_an_equal_result_on_another_scale_is_no_difference_and_an_emptied_cell_is(
    learner: UUID, platform: SigningPlatform, database: Database
) -> None:
    publish(database, learner)
    shows(platform, {"userId": "6", "resultScore": 1}, {"userId": 5, "resultScore": 8, "resultMaximum": 10})
    compared(database)
    assert delivery(database, learner).differs is False
    assert compared(database) == 0, "looked at a moment ago"
    shows(platform, {"userId": "5", "resultMaximum": 100})
    assert compared(database, at=AT + timedelta(days=2)) == 1
    row = delivery(database, learner)
    assert (row.differs, row.platform_result) == (True, None)


def test_results_are_read_page_by_page_with_one_question_for_all_learners(
    learner: UUID, platform: SigningPlatform, database: Database
) -> None:
    publish(database, learner)

    def page(heard: Any) -> list[dict[str, Any]]:
        second = "from" in heard.query
        return [{"userId": "5", "resultScore": 80, "resultMaximum": 100}] if second else [{"userId": "8"}]

    platform.more["GET", "/items/2/results"] = page
    first = "/items/2/results?type_id=1&limit=200"
    platform.links[first] = f"<{platform.address}{first}&amp;from=2>; rel=“next”".encode().decode("latin-1")
    compared(database)
    assert delivery(database, learner).differs is False
    assert len(platform.asked("/items/2/results")) == 2


def test_results_are_not_read_where_we_may_not(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    publish(database, launched(browser, platform, database, scope=[LINEITEM, SCORE]))
    assert compared(database) == 0
    assert platform.asked("/items/2/results") == []


def test_a_score_that_arrived_though_its_answer_was_lost_is_not_sent_twice(
    learner: UUID, platform: SigningPlatform, database: Database
) -> None:
    platform.instead["/items/2/scores"] = (502, b"")
    with pytest.raises(DeliverLater):
        publish(database, learner)
    platform.instead.clear()
    shows(platform, {"userId": "5", "resultScore": 80, "resultMaximum": 100})
    assert publish(database, learner, judged_at=AT, at=AT + timedelta(minutes=1)).status == "delivered"
    assert platform.scores == []


def test_a_platform_that_fails_thrice_rests_and_is_served_at_once_when_it_is_back(
    learner: UUID, platform: SigningPlatform, database: Database
) -> None:
    platform.instead["/token"] = (503, b"")
    for seconds in (0, 1, 2, 3, 4):
        with pytest.raises(DeliverLater, match="503"):
            publish(database, learner, judged_at=AT, at=AT + timedelta(seconds=seconds))
    assert len(platform.asked("/token")) == 3
    row = delivery(database, learner)
    assert (row.status, row.reason, row.attempts) == ("waiting", "token endpoint: status 503", 3)
    with transaction(database) as session:
        later = "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '6 hours'"
        queue.defer(session, task="publish_score", arguments={"enrolment_id": str(learner)})
        session.connection().exec_driver_sql(later)
    platform.instead.clear()
    publish(database, learner, activity=MODULE, label="M1", at=AT + timedelta(minutes=5))
    with database.session() as session:
        due = "SELECT scheduled_at <= now() FROM procrastinate_jobs WHERE task_name = 'publish_score'"
        assert session.connection().exec_driver_sql(due).scalar_one() is True
        assert session.scalars(select(PlatformOutage)).all() == []

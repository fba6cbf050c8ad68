"""Scores on their way to the platform's gradebook: they arrive once, in order, or it is known why not."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import jwt
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from courses.people import Enrolment
from lti_tool.errors import DeliverLater, DeliveryRefused
from lti_tool.lti import gradebook, line_items
from lti_tool.lti.access_tokens import AccessToken
from lti_tool.lti.counterparts import LmsContext
from lti_tool.lti.gradebook import Score, ScoreDelivery
from lti_tool.lti.id_token import AGS_ENDPOINT
from lti_tool.lti.line_items import LineItem
from lti_tool.lti.platform_client import Client
from lti_tool.lti.scopes import LINEITEM, RESULT, SCORE
from tests.builders import COURSE_IRI, TOOL_ADDRESS, a_launch
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database
from xapi_store.keys import Seal

AT = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC)
STEP = f"{COURSE_IRI}/m1/1"
SEAL = Seal("s" * 40)


def launched(browser: FlaskClient, platform: SigningPlatform, database: Database, **endpoint: Any) -> UUID:
    """The registration of a learner whose launch told of this gradebook."""
    claim = {
        "scope": [LINEITEM, RESULT, SCORE],
        "lineitems": f"{platform.address}/lineitems?type_id=1",
        "lineitem": f"{platform.address}/items/1?type_id=1",
        **endpoint,
    }
    login = {"target_link_uri": f"{TOOL_ADDRESS}/learn/oicf/m1/1"}
    assert a_launch(browser, platform, login=login, **{AGS_ENDPOINT: claim}).send().status_code == 303
    with database.session() as session:
        return session.scalars(select(Enrolment.id)).one()


def publish(database: Database, enrolment_id: UUID, *, at: datetime = AT, **changes: Any) -> ScoreDelivery:
    """The score 80 of 100 for the step (or as changed) was published; gives how it fared."""
    score = Score(
        **{
            "enrolment_id": enrolment_id,
            "activity": STEP,
            "given": Decimal(80),
            "maximum": Decimal(100),
            "judged_at": at,
            "label": "M1.1 A reading",
            **changes,
        }
    )
    gradebook.publish(database, Client(allow_private=True), SEAL, score=score, at=at)
    return delivery(database, enrolment_id, score.activity)


def delivery(database: Database, enrolment_id: UUID, activity: str = STEP) -> ScoreDelivery:
    with database.session() as session:
        return gradebook.deliveries(session, enrolment_ids=[enrolment_id], activity=activity)[enrolment_id]


def test_a_score_arrives_in_the_column_of_the_link_that_was_launched(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    fared = publish(database, launched(browser, platform, database))
    assert (fared.status, fared.delivered_at, fared.reason) == ("delivered", AT, None)
    [sent] = platform.asked("/items/1/scores")
    assert sent.query == {"type_id": ["1"]}
    assert sent.headers["Authorization"] == "Bearer token-1"
    assert sent.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
    assert sent.headers["Accept"].startswith("application/vnd.ims.lis.v1.score+json,")
    assert platform.scores == [
        {
            "userId": "5",
            "scoreGiven": 80.0,
            "scoreMaximum": 100.0,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "timestamp": "2026-11-23T12:00:00Z",
        }
    ]


def test_our_assertion_is_dated_back_and_signed_with_a_published_key(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    publish(database, launched(browser, platform, database))
    [asked] = platform.asked("/token")
    form = dict(pair.split("=", 1) for pair in asked.body.decode().split("&"))
    key = jwt.PyJWK(browser.get("/lti/jwks").json["keys"][0])  # type: ignore[index]
    claims = jwt.decode(
        form["client_assertion"],
        key,
        algorithms=["RS256"],
        audience=f"{platform.address}/token",
        options={"verify_exp": False},
    )
    assert (claims["iss"], claims["sub"]) == ("client-1", "client-1")
    assert claims["iat"] == int(AT.timestamp()) - 60


def test_a_token_is_kept_sealed_and_used_again(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database)
    for minutes in range(3):
        publish(database, enrolment_id, at=AT + timedelta(minutes=minutes))
    assert len(platform.asked("/token")) == 1
    with database.session() as session:
        assert b"token-1" not in session.scalars(select(AccessToken.sealed)).one()


def test_scores_of_one_second_are_sent_in_later_seconds(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database)
    for number in range(3):
        publish(database, enrolment_id, given=Decimal(number), at=AT + timedelta(milliseconds=number))
    assert [each["timestamp"][-3:] for each in platform.scores] == ["00Z", "01Z", "02Z"]


def test_a_score_that_was_overtaken_or_delivered_before_is_not_sent_again(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database)
    publish(database, enrolment_id)
    publish(database, enrolment_id)
    publish(database, enrolment_id, given=Decimal(10), judged_at=AT - timedelta(minutes=1))
    assert [each["scoreGiven"] for each in platform.scores] == [80.0]


def test_two_steps_never_write_into_one_column(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database)
    platform.line_items.append({"id": f"{platform.address}/items/1?type_id=1", "resourceId": "something else"})
    publish(database, enrolment_id)
    publish(database, enrolment_id, activity=f"{COURSE_IRI}/m1/2", label="M1.2 Another")
    made = platform.line_items[1]
    assert (made["resourceId"], made["label"]) == (f"{COURSE_IRI}/m1/2", "M1.2 Another")
    assert [len(platform.asked(f"/items/{number}/scores")) for number in (1, 2)] == [1, 1]
    with database.session() as session:
        assert {each.made_by_us for each in session.scalars(select(LineItem))} == {True, False}


def test_a_column_that_carries_the_activity_is_found_and_not_made_again(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database, lineitem="")
    platform.line_items.append({"id": f"{platform.address}/items/7", "resourceId": STEP})
    publish(database, enrolment_id)
    publish(database, enrolment_id, at=AT + timedelta(hours=2))
    assert len(platform.asked("/items/7/scores")) == 2
    asked = platform.asked("/lineitems")
    assert [(each.method, each.headers["Accept"]) for each in asked] == [
        ("GET", "application/vnd.ims.lis.v2.lineitemcontainer+json")
    ]


def test_scores_that_are_released_together_make_one_column(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database, lineitem="")
    with database.session() as session:
        context_id = session.scalars(select(LmsContext.id)).one()
    with database.session.begin() as another:
        assert line_items.mine_to_make(another, context_id, STEP)
        with pytest.raises(DeliverLater, match="column_in_making"):
            publish(database, enrolment_id)
        assert platform.line_items == []
    assert publish(database, enrolment_id).status == "delivered"
    assert [each["resourceId"] for each in platform.line_items] == [STEP]


def test_a_platform_that_is_down_is_tried_again_and_nothing_is_lost(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database)
    platform.instead["/items/1/scores"] = (503, b"")
    with pytest.raises(DeliverLater):
        publish(database, enrolment_id)
    assert (delivery(database, enrolment_id).status, delivery(database, enrolment_id).reason) == (
        "waiting",
        "status_503",
    )
    platform.instead.clear()
    assert publish(database, enrolment_id, judged_at=AT, at=AT + timedelta(minutes=1)).status == "delivered"


def test_a_conflict_with_an_equal_result_is_a_delivery(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database)
    platform.instead["/items/1/scores"] = (409, b"[]")
    platform.results = [{"userId": "5", "resultScore": 8, "resultMaximum": 10}]
    assert publish(database, enrolment_id).status == "delivered"
    platform.results = [{"userId": "5", "resultScore": 7, "resultMaximum": 10}]
    with pytest.raises(DeliverLater, match="newer_score_there"):
        publish(database, enrolment_id, at=AT + timedelta(seconds=5))


def test_a_token_that_is_no_longer_taken_is_asked_for_anew(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database)
    platform.instead["/items/1/scores"] = (401, b"")
    with pytest.raises(DeliverLater, match="token_refused"):
        publish(database, enrolment_id)
    platform.instead.clear()
    publish(database, enrolment_id, at=AT + timedelta(seconds=10))
    assert len(platform.asked("/token")) == 2


def test_moodles_page_instead_of_a_token_is_understood(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database)
    platform.instead["/token"] = (404, b"<!DOCTYPE html><title>Error</title>")
    with pytest.raises(DeliverLater, match="platform_cannot_fetch_our_keys"):
        publish(database, enrolment_id)


def test_a_clear_no_is_recorded_with_its_reason(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database)
    platform.instead["/items/1/scores"] = (400, b"[]")
    with pytest.raises(DeliveryRefused):
        publish(database, enrolment_id)
    fared = delivery(database, enrolment_id)
    assert (fared.status, fared.reason, fared.delivered_at) == ("refused", "status_400", None)


def test_a_column_that_the_teacher_deleted_is_replaced(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database)
    platform.instead["/items/1/scores"] = (404, b"")
    platform.line_items.append({"id": f"{platform.address}/items/1", "resourceId": "gone"})
    with pytest.raises(DeliverLater, match="line_item_gone"):
        publish(database, enrolment_id)
    assert publish(database, enrolment_id, at=AT + timedelta(seconds=10)).status == "delivered"
    assert len(platform.asked("/items/2/scores")) == 1


@pytest.mark.parametrize("endpoint", [{"scope": [LINEITEM]}, {"lineitem": "", "lineitems": None}])
def test_a_platform_without_a_gradebook_for_us_is_left_alone(
    endpoint: dict[str, Any], browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database, **endpoint)
    with pytest.raises(DeliveryRefused, match="no_gradebook"):
        publish(database, enrolment_id)
    assert delivery(database, enrolment_id).reason == "no_gradebook"
    assert platform.asked("/token") == []


def test_our_token_never_goes_to_a_foreign_host(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    other = SigningPlatform()
    enrolment_id = launched(browser, platform, database, lineitem=f"{other.address}/items/1")
    with pytest.raises(DeliveryRefused, match="foreign_line_item"):
        publish(database, enrolment_id)
    assert other.heard == []
    other.close()


def test_a_column_is_not_made_without_the_right_to(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    enrolment_id = launched(browser, platform, database, lineitem=None, scope=[SCORE, RESULT])
    with pytest.raises(DeliveryRefused, match="no_line_item"):
        publish(database, enrolment_id)
    assert [json.loads(each.body) for each in platform.asked("/lineitems") if each.method == "POST"] == []

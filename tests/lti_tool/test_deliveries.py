"""From the queue to the platform: a score that was queued with its fact arrives, also after the platform was down."""

import asyncio
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from courses.people import Enrolment
from lti_tool.lti import deliveries
from lti_tool.lti.gradebook import ScoreDelivery
from lti_tool.lti.id_token import AGS_ENDPOINT
from lti_tool.lti.scopes import LINEITEM, SCORE
from tests.builders import COURSE_IRI, a_launch
from tests.signing_platform import SigningPlatform
from xapi_store import queue
from xapi_store.database import Database
from xapi_store.transaction import transaction


async def worked_off(database_url: str, database: Database, tool: Flask) -> None:
    """A worker has carried out what is due now."""
    runner = queue.queue_app(database_url)
    deliveries.register(
        runner,
        database=database,
        settings=tool.extensions["settings"],
        seal=tool.extensions["seal"],
        catalogue=tool.extensions["catalogue"],
    )
    async with runner.open_async():
        await runner.run_worker_async(wait=False, install_signal_handlers=False, queues=None)


def test_a_queued_score_arrives_once_the_platform_is_back(
    browser: FlaskClient, tool: Flask, platform: SigningPlatform, database: Database, database_url: str
) -> None:
    claim = {"scope": [LINEITEM, SCORE], "lineitems": f"{platform.address}/lineitems"}
    a_launch(browser, platform, **{AGS_ENDPOINT: claim}).send()
    platform.instead["/items/1/scores"] = (503, b"")
    with transaction(database) as session:
        enrolment_id = session.scalars(select(Enrolment.id)).one()
        arguments = {
            "enrolment_id": str(enrolment_id),
            "activity": f"{COURSE_IRI}/m1/1",
            "given": "66.67",
            "maximum": "100",
            "comment": "graded_by_trainer",
            "at": datetime.now(UTC).isoformat(),
        }
        queue.defer(session, task="publish_score", arguments=arguments)
    asyncio.run(worked_off(database_url, database, tool))
    assert platform.scores == []
    platform.instead.clear()
    with transaction(database) as session:
        assert session.scalars(select(ScoreDelivery.status)).one() == "waiting"
        due = "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'publish_score'"
        session.connection().exec_driver_sql(due)
    asyncio.run(worked_off(database_url, database, tool))
    [score] = platform.scores
    assert (score["scoreGiven"], score["comment"]) == (66.67, "Graded by the trainer")
    assert platform.line_items[0]["label"] == "M1.1 A reading"

"""What the worker does for this wing: scores go to platforms, and what has ended is forgotten."""

import logging
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from procrastinate import App
from sqlalchemy.orm import Session

from courses.catalogue import Catalogue
from courses.progress import PUBLISH_PROGRESS
from courses.syllabus import Module, Step
from lti_tool import visitor
from lti_tool.errors import DeliveryRefused
from lti_tool.lti import comparing, completion, gradebook, launch_log, login, new_window, roster
from lti_tool.lti.gradebook import PUBLISH_SCORE, Score
from lti_tool.lti.platform_client import Client
from xapi_store import queue
from xapi_store.database import Database
from xapi_store.keys import Seal
from xapi_store.transaction import transaction

HOURLY = "17 * * * *"
EVERY_TEN_MINUTES = "7-59/10 * * * *"
# What judging floors say by code, in words for the platform's gradebook.
COMMENTS = {"graded_by_trainer": "Graded by the trainer"}

log = logging.getLogger(__name__)


class ClientSettings(Protocol):
    """The one setting that matters here."""

    @property
    def allow_private_platforms(self) -> bool:
        """Whether platforms may lie in private networks."""


def register(app: App, *, database: Database, settings: ClientSettings, seal: Seal, catalogue: Catalogue) -> None:
    """The worker's application knows these tasks."""
    client = Client(allow_private=settings.allow_private_platforms)

    @app.task(name=PUBLISH_SCORE, retry=queue.Patience())
    def publish_score(**arguments: Any) -> None:
        now = datetime.now(UTC)
        score = _score(catalogue, arguments, now)
        try:
            gradebook.publish(database, client, seal, score=score, at=now)
        except DeliveryRefused as refusal:
            log.warning("score of registration %s will not arrive: %s", score.enrolment_id, refusal.reason)

    @app.task(name=PUBLISH_PROGRESS)
    def publish_progress(enrolment_id: str, step: str) -> None:
        with transaction(database) as session:
            for score in completion.scores(session, catalogue=catalogue, enrolment_id=UUID(enrolment_id), step=step):
                queue_score(session, score)
            completion.settle(session, catalogue=catalogue, enrolment_id=UUID(enrolment_id), at=datetime.now(UTC))

    @app.task(name=roster.READ_ROSTER, retry=queue.Patience(attempts=2))
    def read_roster(lms_context_id: int) -> None:
        roster.read(database, client, seal, lms_context_id=lms_context_id, at=datetime.now(UTC))

    @app.periodic(cron=EVERY_TEN_MINUTES)
    @app.task(name="compare_results", queueing_lock="compare_results")
    def compare_results(timestamp: int) -> None:
        comparing.compare(database, client, seal, at=datetime.fromtimestamp(timestamp, UTC))

    @app.periodic(cron=HOURLY)
    @app.task(name="forget_what_ended", queueing_lock="forget_what_ended")
    def forget_what_ended(timestamp: int) -> None:
        now = datetime.fromtimestamp(timestamp, UTC)
        with transaction(database) as session:
            launch_log.note_unfinished(session, at=now)
            launch_log.forget_old(session, at=now)
            login.forget_expired(session, at=now)
            new_window.forget_expired(session, at=now)
            visitor.forget_ended(session, at=now)
            roster.forget_gone(session, at=now)


def queue_score(session: Session, score: Score) -> None:
    """The score waits in the queue; one learner's scores for one activity travel in order."""
    queue.defer(
        session,
        task=PUBLISH_SCORE,
        arguments={
            "enrolment_id": str(score.enrolment_id),
            "activity": score.activity,
            "given": str(score.given),
            "maximum": str(score.maximum),
            "at": score.judged_at.isoformat(),
            "released": score.released,
            "yields": score.yields,
        },
        lock=f"score:{score.enrolment_id}:{score.activity}",
    )


def _score(catalogue: Catalogue, queued: dict[str, Any], now: datetime) -> Score:
    """The score as it was queued; the column's name is today's."""
    return Score(
        enrolment_id=UUID(queued["enrolment_id"]),
        activity=queued["activity"],
        given=Decimal(queued["given"]),
        maximum=Decimal(queued["maximum"]),
        judged_at=datetime.fromisoformat(queued["at"]) if queued.get("at") else now,
        label=_label(catalogue, queued["activity"]),
        comment=COMMENTS.get(queued.get("comment", ""), ""),
        released=queued.get("released", True),
        yields=queued.get("yields", False),
    )


def _label(catalogue: Catalogue, activity: str) -> str:
    """The name of the activity for a new column of a gradebook."""
    modules = [module for course in catalogue.courses.values() for module in course.modules]
    things: list[Module | Step] = [*modules, *(step for module in modules for step in module.steps)]
    return next((completion.label_of(each) for each in things if each.iri == activity), activity)

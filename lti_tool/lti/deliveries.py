"""What the worker does for this wing: scores go to platforms, and what has ended is forgotten."""

import logging
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from procrastinate import App

from courses.catalogue import Catalogue, Module, Step
from lti_tool import visitor
from lti_tool.errors import DeliveryRefused
from lti_tool.lti import gradebook, login, new_window
from lti_tool.lti.gradebook import Score
from lti_tool.lti.platform_client import Client
from xapi_store import queue
from xapi_store.database import Database
from xapi_store.keys import Seal
from xapi_store.transaction import transaction

HOURLY = "17 * * * *"
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

    @app.task(name="publish_score", retry=queue.Patience())
    def publish_score(
        enrolment_id: str, activity: str, given: str, maximum: str, comment: str = "", at: str | None = None
    ) -> None:
        now = datetime.now(UTC)
        score = Score(
            enrolment_id=UUID(enrolment_id),
            activity=activity,
            given=Decimal(given),
            maximum=Decimal(maximum),
            judged_at=datetime.fromisoformat(at) if at else now,
            label=_label(catalogue, activity),
            comment=COMMENTS.get(comment, ""),
        )
        try:
            gradebook.publish(database, client, seal, score=score, at=now)
        except DeliveryRefused as refusal:
            log.warning("score of registration %s will not arrive: %s", enrolment_id, refusal.reason)

    @app.periodic(cron=HOURLY)
    @app.task(name="forget_what_ended", queueing_lock="forget_what_ended")
    def forget_what_ended(timestamp: int) -> None:
        now = datetime.fromtimestamp(timestamp, UTC)
        with transaction(database) as session:
            login.forget_expired(session, at=now)
            new_window.forget_expired(session, at=now)
            visitor.forget_ended(session, at=now)


def _label(catalogue: Catalogue, activity: str) -> str:
    """The name of the activity for a new column of a gradebook."""
    modules = [module for course in catalogue.courses.values() for module in course.modules]
    things: list[Module | Step] = [*modules, *(step for module in modules for step in module.steps)]
    return next((f"{each.code} {each.title}" for each in things if each.iri == activity), activity)

"""The gradebook: scores travel from our queue to the platform (LTI Assignment and Grade Services 2.0)."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Row, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses.people import CohortMember, Enrolment
from lti_tool.errors import AddressRefused, DeliverLater, DeliveryRefused, PlatformRefused, PlatformUnreachable
from lti_tool.lti import line_items
from lti_tool.lti.counterparts import LmsContext, LtiUser, ResourceLink
from lti_tool.lti.line_items import Column
from lti_tool.lti.platform_client import Answer, Client
from lti_tool.lti.platforms import Platform
from lti_tool.lti.scopes import LINEITEM, RESULT, SCORE
from lti_tool.lti.services import Services, below
from xapi_store.database import Base, Database
from xapi_store.keys import Seal
from xapi_store.transaction import transaction

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
WAITING, DELIVERED, REFUSED = "waiting", "delivered", "refused"
TRIES_ON_GONE_ITEM = 3

log = logging.getLogger(__name__)


class ScoreDelivery(Base):
    """How one learner's score for one activity fares on its way: `waiting`, `delivered` or `refused`, and why.

    `judged_at` is when the score was given, `sent_as` the timestamp under which it was last sent.
    """

    __tablename__ = "score_delivery"
    __table_args__ = (ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),)

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    activity: Mapped[str] = mapped_column(primary_key=True)
    store_id: Mapped[int]
    given: Mapped[Decimal]
    maximum: Mapped[Decimal]
    judged_at: Mapped[datetime]
    status: Mapped[str]
    reason: Mapped[str | None]
    sent_as: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class Score:
    """What a learner reached in an activity (its IRI). `label` names a column that has to be made for it."""

    enrolment_id: UUID
    activity: str
    given: Decimal
    maximum: Decimal
    judged_at: datetime
    label: str
    comment: str = ""


@dataclass(frozen=True)
class Way:
    """Where a score goes: the platform, its user, its course, and what the launches told of its gradebook."""

    platform: Platform
    sub: str
    lms_context_id: int
    lineitem: str | None
    lineitems: str | None
    scopes: tuple[str, ...]
    sent_as: datetime


def deliveries(session: Session, *, enrolment_ids: list[UUID], activity: str) -> dict[UUID, ScoreDelivery]:
    """How the scores of these learners for this activity fare; those not yet tried are missing."""
    query = select(ScoreDelivery).where(
        ScoreDelivery.enrolment_id.in_(enrolment_ids), ScoreDelivery.activity == activity
    )
    return {each.enrolment_id: each for each in session.scalars(query)}


def publish(database: Database, client: Client, seal: Seal, *, score: Score, at: datetime) -> None:
    """The score stands in the platform's gradebook, or a newer one does (AGS 2.0, 3.4).

    DeliverLater where another try may help; DeliveryRefused where none will. Both stand in the ScoreDelivery row.
    """
    way = _set_out(database, score, at)
    if way is None:
        return
    services = Services(database, client, seal, way.platform, way.scopes, at)
    try:
        _deliver(services, way, score, at)
    except (PlatformUnreachable, PlatformRefused) as error:
        _note(database, score, WAITING, reason=str(error), at=at)
        raise DeliverLater(str(error)) from error
    except DeliverLater as error:
        _note(database, score, WAITING, reason=error.reason, at=at)
        raise
    except AddressRefused as error:
        _note(database, score, REFUSED, reason="foreign_line_item", at=at)
        raise DeliveryRefused("foreign_line_item") from error
    except DeliveryRefused as error:
        _note(database, score, REFUSED, reason=error.reason, at=at)
        raise
    _note(database, score, DELIVERED, reason=None, at=at)


def _set_out(database: Database, score: Score, at: datetime) -> Way | None:
    """The delivery row counts one more try and holds its timestamp; None where a newer score overtook this one."""
    with transaction(database) as session:
        row = _row(session, score)
        if row.judged_at > score.judged_at or (row.judged_at == score.judged_at and row.status == DELIVERED):
            return None
        row.given, row.maximum, row.judged_at = score.given, score.maximum, score.judged_at
        row.status, row.delivered_at = WAITING, None
        row.attempts += 1
        # Moodle takes one score a second for a user and column: each is later than the one before, in whole seconds.
        now = at.replace(microsecond=0)
        row.sent_as = now if row.sent_as is None else max(now, row.sent_as + timedelta(seconds=1))
        found = _way(session, score, sent_as=row.sent_as, at=at)
        if found is None:
            row.status, row.reason = REFUSED, "no_gradebook"
    if found is None:
        raise DeliveryRefused("no_gradebook")
    return found


def _row(session: Session, score: Score) -> ScoreDelivery:
    row = session.get(ScoreDelivery, (score.enrolment_id, score.activity), with_for_update=True)
    if row is None:
        row = ScoreDelivery(
            enrolment_id=score.enrolment_id,
            activity=score.activity,
            store_id=session.get_one(Enrolment, score.enrolment_id).store_id,
            given=score.given,
            maximum=score.maximum,
            judged_at=score.judged_at,
            status=WAITING,
            attempts=0,
        )
        session.add(row)
    return row


def _way(session: Session, score: Score, *, sent_as: datetime, at: datetime) -> Way | None:
    found = _whereabouts(session, score.enrolment_id)
    if found is None:
        return None
    platform, sub, context_id = found
    links = session.scalars(
        select(ResourceLink).where(ResourceLink.lms_context_id == context_id).order_by(ResourceLink.changed_at.desc())
    ).all()
    granted = {scope for link in links for scope in link.scopes}
    lineitem = line_items.known(session, lms_context_id=context_id, activity=score.activity, at=at)
    lineitems = next((link.lineitems for link in links if link.lineitems), None)
    if SCORE not in granted or (lineitem is None and lineitems is None):
        return None
    scopes = tuple(sorted(granted & {LINEITEM, RESULT, SCORE}))
    return Way(platform, sub, context_id, lineitem, lineitems, scopes, sent_as)


def _whereabouts(session: Session, enrolment_id: UUID) -> Row[Platform, str, int] | None:
    """The platform, user and course in which the learner takes part; the one entered last, where there are several."""
    return session.execute(
        select(Platform, LtiUser.sub, LmsContext.id)
        .join(LtiUser, LtiUser.platform_id == Platform.id)
        .join(Enrolment, Enrolment.person_id == LtiUser.person_id)
        .join(CohortMember, CohortMember.person_id == LtiUser.person_id)
        .join(
            LmsContext,
            (LmsContext.cohort_id == CohortMember.cohort_id)
            & (LmsContext.platform_id == Platform.id)
            & (LmsContext.course == Enrolment.course),
        )
        .where(Enrolment.id == enrolment_id, Platform.status == "active")
        .order_by(CohortMember.joined_at.desc(), LmsContext.id.desc())
        .limit(1)
    ).one_or_none()


def _deliver(services: Services, way: Way, score: Score, at: datetime) -> None:
    url = way.lineitem or _ask_for_item(services, way, score, at)
    answer = services.post(below(url, "scores"), _document(way, score), media_type=SCORE_TYPE)
    if answer.status == 409 and _stands(services, way, score, url):
        return
    if answer.status == 409:
        raise DeliverLater("newer_score_there")
    if answer.status in (404, 410):
        _item_gone(services.database, way, score)
    if answer.status not in (200, 201, 202, 204):
        raise DeliveryRefused(f"status_{answer.status}")


def _ask_for_item(services: Services, way: Way, score: Score, at: datetime) -> str:
    if way.lineitems is None:
        raise DeliveryRefused("no_line_item")
    column = Column(score.activity, score.label, score.maximum)
    url, made_by_us = line_items.ask(services, lineitems=way.lineitems, column=column)
    with transaction(services.database) as session:
        kept = line_items.keep(session, way.lms_context_id, score.activity, url=url, made_by_us=made_by_us, at=at)
    return kept or url


def _document(way: Way, score: Score) -> dict[str, Any]:
    """A score as AGS 2.0, 3.4.2 has it. Always final: Moodle wipes a grade when told of anything less."""
    document: dict[str, Any] = {
        "userId": way.sub,
        "scoreGiven": float(score.given),
        "scoreMaximum": float(score.maximum),
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": way.sent_as.isoformat().replace("+00:00", "Z"),
    }
    return document | ({"comment": score.comment} if score.comment else {})


def _stands(services: Services, way: Way, score: Score, url: str) -> bool:
    """True where the platform already holds an equal result (AGS 2.0, 3.3); False also where we may not look."""
    if RESULT not in way.scopes:
        return False
    answer = services.get(below(url, "results", user_id=way.sub), accept=RESULTS_TYPE)
    return answer.status == 200 and any(_equal(each, score) for each in _results(answer))


def _results(answer: Answer) -> list[dict[str, Any]]:
    document = answer.json()
    return [each for each in document if isinstance(each, dict)] if isinstance(document, list) else []


def _equal(result: dict[str, Any], score: Score) -> bool:
    reached, maximum = result.get("resultScore"), result.get("resultMaximum", 1)
    if not isinstance(reached, int | float) or not isinstance(maximum, int | float) or maximum <= 0:
        return False
    return abs(reached / maximum - float(score.given / score.maximum)) < 1e-4


def _item_gone(database: Database, way: Way, score: Score) -> None:
    """The next try looks for another column, a few times; then the platform means something else by its 404."""
    with transaction(database) as session:
        line_items.forget(session, lms_context_id=way.lms_context_id, activity=score.activity)
        attempts = session.get_one(ScoreDelivery, (score.enrolment_id, score.activity)).attempts
    if attempts < TRIES_ON_GONE_ITEM:
        raise DeliverLater("line_item_gone")
    raise DeliveryRefused("line_item_gone")


def _note(database: Database, score: Score, status: str, *, reason: str | None, at: datetime) -> None:
    with transaction(database) as session:
        row = session.get_one(ScoreDelivery, (score.enrolment_id, score.activity), with_for_update=True)
        if row.judged_at != score.judged_at:
            return
        row.status, row.reason = status, reason
        if status == DELIVERED:
            row.delivered_at, row.attempts = at, 0
    log.info("score of registration %s: %s %s", score.enrolment_id, status, reason or "")

"""The gradebook: scores travel from our queue to the platform (LTI Assignment and Grade Services 2.0).

Every score sent is final. Some platforms wipe a grade when told of anything less (Moodle does), so that a learner who
works on or hands in again sends nothing until there is a new judgement.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses.people import Enrolment
from lti_tool.errors import AddressRefused, DeliverLater, DeliveryRefused, PlatformRefused, PlatformUnreachable
from lti_tool.lti import courtesy, line_items, results, score_ways
from lti_tool.lti.line_items import Column, LineItem
from lti_tool.lti.platform_client import Client
from lti_tool.lti.platforms import Platform
from lti_tool.lti.results import Result
from lti_tool.lti.scopes import RESULT
from lti_tool.lti.score_ways import Way, Whereabouts
from lti_tool.lti.services import Services, below
from xapi_store import queue
from xapi_store.database import Base, Database
from xapi_store.keys import Seal
from xapi_store.transaction import transaction

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
PUBLISH_SCORE = "publish_score"
WAITING, DELIVERED, REFUSED = "waiting", "delivered", "refused"
TRIES_ON_GONE_ITEM = 3
# What is wrong with our token is no outage of the platform.
NO_OUTAGE = ("token_refused",)

log = logging.getLogger(__name__)


class ScoreDelivery(Base):
    """How one learner's score for one activity fares on its way: `waiting`, `delivered` or `refused`, and why.

    `judged_at` is when the score was given, `sent_as` the timestamp under which it was last sent. `platform_id`,
    `sub` and `lineitem` say where it went. `platform_result` of `platform_maximum` is what the platform's gradebook
    showed at `read_at`; `differs` where that is not what we delivered (a teacher changed it there).
    """

    __tablename__ = "score_delivery"
    __table_args__ = (
        ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),
        Index("ix_score_delivery_platform_status", "platform_id", "status"),
    )

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
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platform.id"))
    sub: Mapped[str | None]
    lineitem: Mapped[str | None]
    platform_result: Mapped[Decimal | None]
    platform_maximum: Mapped[Decimal | None]
    differs: Mapped[bool] = mapped_column(default=False, server_default="false")
    read_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Score:
    """What a learner reached in an activity (its IRI). `label` names a column that has to be made for it.

    `released` by a person, it replaces whatever the platform shows; otherwise it follows from progress, and neither
    lowers a score nor touches one that was changed in the platform. `yields` where it gives a column that is the
    only one of its module up to the module's steps.
    """

    enrolment_id: UUID
    activity: str
    given: Decimal
    maximum: Decimal
    judged_at: datetime
    label: str
    comment: str = ""
    released: bool = True
    yields: bool = False

    @property
    def share(self) -> Decimal:
        """The score as a share of its maximum, 0 to 1."""
        return self.given / self.maximum if self.maximum else Decimal(0)


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
        with courtesy.in_flight(way.platform.id):
            lineitem = _deliver(services, way, score, at)
    except (PlatformUnreachable, PlatformRefused) as error:
        _note(database, score, WAITING, reason=str(error))
        if isinstance(error, PlatformUnreachable) and str(error) not in NO_OUTAGE:
            with transaction(database) as session:
                courtesy.failed(session, platform_id=way.platform.id, reason=str(error), at=at)
        raise DeliverLater(str(error)) from error
    except DeliverLater as error:
        _note(database, score, WAITING, reason=error.reason)
        raise
    except AddressRefused as error:
        _note(database, score, REFUSED, reason="foreign_line_item")
        raise DeliveryRefused("foreign_line_item") from error
    except DeliveryRefused as error:
        _note(database, score, REFUSED, reason=error.reason)
        raise
    with transaction(database) as session:
        _arrived(session, score, lineitem, at)
        _hasten_others(session, way.platform)
    log.info("score of registration %s: %s", score.enrolment_id, DELIVERED)


def _set_out(database: Database, score: Score, at: datetime) -> Way | None:
    """The delivery row counts one more try and holds its timestamp; None where there is nothing to be sent.

    DeliverLater where the platform rests; DeliveryRefused where it has no gradebook for us.
    """
    with transaction(database) as session:
        row = _row(session, score)
        if _overtaken(row, score) or not _may_replace(row, score):
            return None
        tried_before = row.judged_at == score.judged_at and row.sent_as is not None
        row.given, row.maximum, row.judged_at = score.given, score.maximum, score.judged_at
        row.status, row.delivered_at = WAITING, None
        found = score_ways.whereabouts(session, enrolment_id=score.enrolment_id)
        row.platform_id = found.platform.id if found is not None else None
        rest = courtesy.resting(session, platform_id=found.platform.id, at=at) if found is not None else None
        way = None
        if rest is not None:
            row.reason = rest
        else:
            way = _begin(session, row, score, found, tried_before=tried_before, at=at)
    if rest is not None:
        raise DeliverLater(rest)
    if way is None:
        raise DeliveryRefused("no_gradebook")
    return way


def _overtaken(row: ScoreDelivery, score: Score) -> bool:
    """True where a newer score is on its way or there, or this very one arrived."""
    return row.judged_at > score.judged_at or (row.judged_at == score.judged_at and row.status == DELIVERED)


def _may_replace(row: ScoreDelivery, score: Score) -> bool:
    """What follows from progress alone neither lowers our own score nor touches one changed in the platform."""
    if score.released or row.judged_at == score.judged_at:
        return True
    if row.differs:
        row.reason = "overridden_there"
        return False
    return row.status == REFUSED or not row.maximum or row.given / row.maximum < score.share


def _begin(
    session: Session,
    row: ScoreDelivery,
    score: Score,
    found: Whereabouts | None,
    *,
    tried_before: bool,
    at: datetime,
) -> Way | None:
    """One more try is counted, with a timestamp of its own; None where the platform has no gradebook for us."""
    row.attempts += 1
    # Moodle takes one score a second for a user and column: each is later than the one before, in whole seconds.
    now = at.replace(microsecond=0)
    row.sent_as = now if row.sent_as is None else max(now, row.sent_as + timedelta(seconds=1))
    if found is None:
        row.status, row.reason = REFUSED, "no_gradebook"
        return None
    row.sub = found.sub
    item, reachable = score_ways.column(session, found=found, activity=score.activity, yields=score.yields, at=at)
    if not reachable:
        row.status, row.reason = REFUSED, "no_gradebook"
        return None
    own = found.link_to(score.activity)
    return Way(
        platform=found.platform,
        sub=found.sub,
        lms_context_id=found.lms_context_id,
        lineitem=item,
        lineitems=found.lineitems,
        link_id=own.link_id if own is not None else None,
        scopes=score_ways.scopes_of(found),
        sent_as=row.sent_as,
        tried_before=tried_before,
    )


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
            differs=False,
        )
        session.add(row)
    return row


def _deliver(services: Services, way: Way, score: Score, at: datetime) -> str:
    """The score is in the platform's gradebook, or is needed there no more; gives the address of its column."""
    url = _column(services, way, score, at)
    if not _is_needed(services, way, score, url):
        return url
    answer = services.post(below(url, "scores"), document(way, score), media_type=SCORE_TYPE)
    if answer.status == 409 and _stands(services, way, score, url):
        return url
    if answer.status == 409:
        raise DeliverLater("newer_score_there")
    if answer.status in (404, 410):
        _item_gone(services.database, way, score)
    if answer.status not in (200, 201, 202, 204):
        raise DeliveryRefused(f"status_{answer.status}")
    return url


def _column(services: Services, way: Way, score: Score, at: datetime) -> str:
    """The address of the column, found, made or brought up to date."""
    column = Column(score.activity, score.label, score.maximum, way.link_id)
    item = way.lineitem or _ask_for_item(services, way, column, at)
    if line_items.is_outdated(item, column):
        line_items.update(services, item=item, column=column)
    return item.url


def _ask_for_item(services: Services, way: Way, column: Column, at: datetime) -> LineItem:
    if way.lineitems is None:
        raise DeliveryRefused("no_line_item")
    place = (way.lms_context_id, column.activity)
    with transaction(services.database) as session:
        # The scores of a team are released together: one of them makes the column, the others come again and find it.
        if not line_items.mine_to_make(session, *place):
            raise DeliverLater("column_in_making")
        kept = session.get(LineItem, place)
        if kept is None:
            url, made_by_us = line_items.ask(services, lineitems=way.lineitems, column=column)
            kept = line_items.keep(session, *place, url=url, made_by_us=made_by_us, at=at, column=column)
    if kept is None:
        raise DeliveryRefused("column_taken")
    return kept


def document(way: Way, score: Score) -> dict[str, Any]:
    """A score as AGS 2.0, 3.4.2 has it. Always final: Moodle wipes a grade when told of anything less."""
    said: dict[str, Any] = {
        "userId": way.sub,
        "scoreGiven": float(score.given),
        "scoreMaximum": float(score.maximum),
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": way.sent_as.isoformat().replace("+00:00", "Z"),
    }
    return said | ({"comment": score.comment} if score.comment else {})


def _is_needed(services: Services, way: Way, score: Score, url: str) -> bool:
    """False where an earlier try of this score arrived after all, or one from progress would lower what is there."""
    if RESULT not in way.scopes or not (way.tried_before or not score.released):
        return True
    there = results.of_user(services, lineitem=url, sub=way.sub)
    if there is None or there.share is None:
        return True
    return not (there.equals(score.share) or (not score.released and there.share > float(score.share)))


def _stands(services: Services, way: Way, score: Score, url: str) -> bool:
    """True where the platform already holds an equal result (AGS 2.0, 3.3); False also where we may not look."""
    there: Result | None = results.of_user(services, lineitem=url, sub=way.sub) if RESULT in way.scopes else None
    return there is not None and there.equals(score.share)


def _item_gone(database: Database, way: Way, score: Score) -> None:
    """The next try looks for another column, a few times; then the platform means something else by its 404."""
    with transaction(database) as session:
        line_items.forget(session, lms_context_id=way.lms_context_id, activity=score.activity)
        attempts = session.get_one(ScoreDelivery, (score.enrolment_id, score.activity)).attempts
    if attempts < TRIES_ON_GONE_ITEM:
        raise DeliverLater("line_item_gone")
    raise DeliveryRefused("line_item_gone")


def _note(database: Database, score: Score, status: str, *, reason: str) -> None:
    """It is on record how this score fares, unless a newer one took its place meanwhile."""
    with transaction(database) as session:
        row = session.get_one(ScoreDelivery, (score.enrolment_id, score.activity), with_for_update=True)
        if row.judged_at != score.judged_at:
            return
        row.status, row.reason = status, reason
    log.info("score of registration %s: %s %s", score.enrolment_id, status, reason)


def _arrived(session: Session, score: Score, lineitem: str, at: datetime) -> None:
    """The score is delivered; what the platform shows is looked at anew."""
    row = session.get_one(ScoreDelivery, (score.enrolment_id, score.activity), with_for_update=True)
    if row.judged_at != score.judged_at:
        return
    row.status, row.reason, row.delivered_at, row.attempts, row.lineitem = DELIVERED, None, at, 0, lineitem
    row.differs, row.platform_result, row.platform_maximum, row.read_at = False, None, None, None


def _hasten_others(session: Session, platform: Platform) -> None:
    """The platform answers. Where it had been resting, what waits for it is due now and not in hours."""
    if not courtesy.answered(session, platform_id=platform.id):
        return
    waits = select(ScoreDelivery.enrolment_id).where(
        ScoreDelivery.platform_id == platform.id, ScoreDelivery.status == WAITING
    )
    ids = sorted({str(each) for each in session.scalars(waits)})
    queue.hasten_all(session, task=PUBLISH_SCORE, argument="enrolment_id", values=ids)

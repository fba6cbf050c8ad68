"""Scores that have not reached their platform: what waits, why, and how to send it again.

A score waits as a job of the queue; what became of its tries stands in its ScoreDelivery row, which the first try
makes. A refused one has no job any more, until it is sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Index,
    Subquery,
    Uuid,
    case,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import LateralFromClause

from courses.people import CohortMember, Enrolment
from lti_tool.lti.counterparts import LmsContext, LtiUser
from lti_tool.lti.gradebook import DELIVERED, REFUSED, WAITING, ScoreDelivery
from xapi_store import queue

TASK = "publish_score"
MOST_AT_ONCE = 20_000

Index("ix_score_delivery_under_way", ScoreDelivery.judged_at, postgresql_where=ScoreDelivery.status != DELIVERED)


@dataclass(frozen=True)
class Scope:
    """Whose scores are meant: of a platform, of cohorts, of one learner and activity; all where nothing is said."""

    platform_id: int | None = None
    cohort_ids: Sequence[int] | None = None
    enrolment_id: UUID | None = None
    activity: str | None = None


@dataclass(frozen=True)
class Outstanding:
    """One score that has not arrived. `next_at` is None where it is due now or not queued; `jobs` are its jobs."""

    enrolment_id: UUID
    activity: str
    state: str
    since: datetime
    tried: int
    reason: str | None
    next_at: datetime | None
    sending: bool
    jobs: list[int]
    platform_id: int | None
    cohort_id: int | None


@dataclass(frozen=True)
class Tally:
    """How many scores of one platform wait and were refused, and the oldest of them."""

    platform_id: int | None
    waiting: int
    refused: int
    since: datetime


def listed(
    session: Session, *, scope: Scope, state: str | None = None, first: int = 0, most: int = 50
) -> list[Outstanding]:
    """The scores in that scope (and state: `waiting` or `refused`), the longest wait first."""
    found = _found(scope)
    query = select(found)
    if state is not None:
        query = query.where(found.c.state == state)
    ordered = query.order_by(found.c.since, found.c.enrolment_id, found.c.activity).offset(first).limit(most)
    return [Outstanding(**row._mapping) for row in session.execute(ordered)]


def tallies(session: Session, *, scope: Scope) -> list[Tally]:
    """The same counted by platform, the longest wait first."""
    found = _found(scope)
    counts = [func.count().filter(found.c.state == state) for state in (WAITING, REFUSED)]
    oldest = func.min(found.c.since)
    query = select(found.c.platform_id, *counts, oldest).group_by(found.c.platform_id).order_by(oldest)
    return [Tally(*row) for row in session.execute(query)]


def try_now(session: Session, *, scope: Scope, at: datetime) -> int:
    """The scores that wait in that scope are tried within seconds, at most `MOST_AT_ONCE`; gives their number."""
    rows = listed(session, scope=scope, state=WAITING, most=MOST_AT_ONCE)
    queue.hasten(session, jobs=[job for row in rows for job in row.jobs], at=at)
    return len([row for row in rows if row.jobs]) + _queue(session, [row for row in rows if not row.jobs])


def send_again(session: Session, *, scope: Scope) -> int:
    """The scores in that scope that were refused wait once more, at most `MOST_AT_ONCE`; gives their number."""
    return _queue(session, listed(session, scope=scope, state=REFUSED, most=MOST_AT_ONCE))


def _queue(session: Session, rows: list[Outstanding]) -> int:
    """Each of these is queued as it was queued last, or as its row has it where the queue knows nothing any more."""
    ids = {str(row.enrolment_id) for row in rows}
    told = queue.arguments(session, task=TASK, name="enrolment_id", values=ids) if ids else []
    last = {(each["enrolment_id"], each["activity"]): each for each in told}
    for row in rows:
        delivery = session.get_one(ScoreDelivery, (row.enrolment_id, row.activity), with_for_update=True)
        delivery.status, delivery.reason, delivery.attempts = WAITING, None, 0
        arguments = last.get((str(row.enrolment_id), row.activity)) or _arguments(delivery)
        queue.defer(session, task=TASK, arguments=arguments, lock=f"score:{row.enrolment_id}:{row.activity}")
    return len(rows)


def _arguments(delivery: ScoreDelivery) -> dict[str, Any]:
    return {
        "enrolment_id": str(delivery.enrolment_id),
        "activity": delivery.activity,
        "given": str(delivery.given),
        "maximum": str(delivery.maximum),
        "at": delivery.judged_at.isoformat(),
    }


def _found(scope: Scope) -> Subquery:
    """Queued or refused scores with where they should go, as far as the scope reaches."""
    jobs, deliveries = _jobs(), _deliveries()
    enrolment_id = func.coalesce(jobs.c.enrolment_id, deliveries.c.enrolment_id)
    activity = func.coalesce(jobs.c.activity, deliveries.c.activity)
    where = _whereabouts(enrolment_id)
    same = (jobs.c.enrolment_id == deliveries.c.enrolment_id) & (jobs.c.activity == deliveries.c.activity)
    query = select(
        enrolment_id.label("enrolment_id"),
        activity.label("activity"),
        case((jobs.c.jobs.is_(None), deliveries.c.status), else_=WAITING).label("state"),
        func.coalesce(deliveries.c.judged_at, jobs.c.since, func.now()).label("since"),
        func.greatest(func.coalesce(deliveries.c.attempts, 0), func.coalesce(jobs.c.attempts, 0)).label("tried"),
        deliveries.c.reason.label("reason"),
        jobs.c.next_at.label("next_at"),
        func.coalesce(jobs.c.doing, False).label("sending"),
        func.coalesce(jobs.c.jobs, cast([], ARRAY(BigInteger))).label("jobs"),
        where.c.platform_id,
        where.c.cohort_id,
    )
    joined = jobs.outerjoin(deliveries, same, full=True).outerjoin(where, true())
    return query.select_from(joined).where(*_within(scope, enrolment_id, activity, where)).subquery()


def _within(
    scope: Scope, enrolment_id: ColumnElement[UUID], activity: ColumnElement[str], where: LateralFromClause
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if scope.platform_id is not None:
        conditions.append(where.c.platform_id == scope.platform_id)
    if scope.cohort_ids is not None:
        conditions.append(where.c.cohort_id.in_(scope.cohort_ids))
    if scope.enrolment_id is not None:
        conditions += [enrolment_id == scope.enrolment_id, activity == scope.activity]
    return conditions


def _jobs() -> Subquery:
    undone = queue.undone(task=TASK).subquery()
    enrolment_id, activity = cast(undone.c.args["enrolment_id"].astext, Uuid), undone.c.args["activity"].astext
    return (
        select(
            enrolment_id.label("enrolment_id"),
            activity.label("activity"),
            func.array_agg(undone.c.id).label("jobs"),
            func.min(undone.c.scheduled_at).label("next_at"),
            func.max(undone.c.attempts).label("attempts"),
            func.bool_or(undone.c.doing).label("doing"),
            func.min(cast(undone.c.args["at"].astext, DateTime(timezone=True))).label("since"),
        )
        .group_by(enrolment_id, activity)
        .subquery()
    )


def _deliveries() -> Subquery:
    return select(ScoreDelivery).where(ScoreDelivery.status != DELIVERED).subquery()


def _whereabouts(enrolment_id: ColumnElement[UUID]) -> LateralFromClause:
    """The platform and cohort to which the score goes, chosen as the gradebook does; also where it is blocked."""
    return (
        select(LmsContext.platform_id, LmsContext.cohort_id)
        .join(CohortMember, CohortMember.cohort_id == LmsContext.cohort_id)
        .join(Enrolment, Enrolment.person_id == CohortMember.person_id)
        .join(
            LtiUser,
            (LtiUser.person_id == Enrolment.person_id) & (LtiUser.platform_id == LmsContext.platform_id),
        )
        .where(Enrolment.id == enrolment_id, LmsContext.course == Enrolment.course)
        .order_by(CohortMember.joined_at.desc(), LmsContext.id.desc())
        .limit(1)
        .lateral()
    )

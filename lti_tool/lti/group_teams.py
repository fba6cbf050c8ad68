"""Group teams: the groups of a platform's course, taken as the teams of an exercise.

Who has come sits down; for who has not a seat is kept. Who has a team already stays in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import reserved_seats, teams
from courses.people import Enrolment
from courses.syllabus import Course, Exercise
from courses.teams import Team, TeamMember
from lti_tool.lti import counterparts, groups, roster
from lti_tool.lti.counterparts import LmsContext
from lti_tool.lti.groups import Group
from lti_tool.lti.roster import LEFT, Listed
from lti_tool.visitor import LEARNER

TOO_MANY, NOBODY = "too_many", "nobody"


@dataclass(frozen=True)
class Planned:
    """What would become of a group: who sits down, for whom a seat is kept, and who stays where they are.

    `problem` is `too_many` or `nobody` where no team would be made; `small` where others may still join it.
    """

    group: Group
    present: tuple[tuple[Listed, Enrolment], ...]
    expected: tuple[Listed, ...]
    elsewhere: tuple[Listed, ...]
    problem: str | None
    small: bool


def holder(platform_id: int, sub: str) -> str:
    """The name under which a seat is kept for that user of that platform."""
    return f"{platform_id}:{sub}"


def holders(session: Session, *, person_id: UUID) -> list[str]:
    """The names under which a seat may have been kept for this person."""
    return [holder(platform_id, sub) for platform_id, sub in counterparts.subs(session, person_id=person_id)]


def plan(session: Session, *, context: LmsContext, course: Course, exercise: Exercise) -> list[Planned]:
    """Who would be where. A learner in several groups goes with the first of them by name."""
    learners = _learners(session, context)
    enrolments = _enrolments(session, course, learners.values())
    settled = _settled(session, context, exercise, learners, enrolments)
    found, placed = list[Planned](), set(settled)
    for group in groups.of(session, context=context):
        people = [learners[sub] for sub in group.subs if sub in learners]
        fresh = [each for each in people if each.sub not in placed]
        elsewhere = tuple(each for each in people if each not in fresh)
        planned = _planned(group, fresh, elsewhere, enrolments, exercise)
        if planned.problem is None:
            placed |= {str(each.sub) for each in fresh}
        found.append(planned)
    return found


def make(session: Session, *, context: LmsContext, course: Course, exercise: Exercise, at: datetime) -> list[Team]:
    """The groups are teams as planned; those with a problem are passed over."""
    return [
        teams.gather(
            session,
            cohort_id=context.cohort_id,
            exercise=exercise,
            enrolments=[enrolment for _, enrolment in planned.present],
            expected=[holder(context.platform_id, str(each.sub)) for each in planned.expected],
            at=at,
        )
        for planned in plan(session, context=context, course=course, exercise=exercise)
        if planned.problem is None
    ]


def _planned(
    group: Group,
    fresh: Sequence[Listed],
    elsewhere: tuple[Listed, ...],
    enrolments: dict[UUID, Enrolment],
    exercise: Exercise,
) -> Planned:
    present = [(each, enrolments[each.person_id]) for each in fresh if each.person_id in enrolments]
    here = {each.sub for each, _ in present}
    problem = NOBODY if not fresh else TOO_MANY if len(fresh) > exercise.most else None
    return Planned(
        group=group,
        present=tuple(present),
        expected=tuple(each for each in fresh if each.sub not in here),
        elsewhere=elsewhere,
        problem=problem,
        small=problem is None and len(fresh) < exercise.least,
    )


def _learners(session: Session, context: LmsContext) -> dict[str, Listed]:
    """The learners of the course who have not left, by the platform's id."""
    return {
        each.sub: each
        for each in roster.listed(session, context=context)
        if each.sub is not None and each.role == LEARNER and each.standing != LEFT
    }


def _enrolments(session: Session, course: Course, people: Iterable[Listed]) -> dict[UUID, Enrolment]:
    """Their running runs of the course, by person."""
    ids = [each.person_id for each in people if each.person_id is not None]
    asked = select(Enrolment).where(
        Enrolment.person_id.in_(ids),
        Enrolment.course == course.slug,
        Enrolment.course_version == course.version,
        Enrolment.ended_at.is_(None),
    )
    return {row.person_id: row for row in session.scalars(asked.order_by(Enrolment.run))}


def _settled(
    session: Session,
    context: LmsContext,
    exercise: Exercise,
    learners: dict[str, Listed],
    enrolments: dict[UUID, Enrolment],
) -> set[str]:
    """Who has a team for this exercise, or a seat kept in one."""
    asked = (
        select(TeamMember.enrolment_id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(Team.exercise == exercise.id, TeamMember.enrolment_id.in_([row.id for row in enrolments.values()]))
    )
    seated = set(session.scalars(asked))
    kept = reserved_seats.of_exercise(session, cohort_id=context.cohort_id, exercise=exercise.id)
    return {
        sub
        for sub, each in learners.items()
        if holder(context.platform_id, sub) in kept
        or (each.person_id in enrolments and enrolments[each.person_id].id in seated)
    }

"""The trainer's desk: what waits to be graded, and all that is needed to grade one team, in one look."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import grading, judgements, scoring
from assessments.errors import NoSuchGrading
from assessments.grading import Grading, MemberGrade
from courses import teams
from courses.exercises import Artefact
from courses.people import Enrolment, Person
from courses.teams import Member, Team, TeamMember

WAITING = "waiting"


@dataclass(frozen=True)
class Waiting:
    """A frozen artefact on the desk. `state`: waiting, draft or released; `own_team`: this trainer has a seat in it."""

    team_id: UUID
    team_name: str
    cohort_id: int
    exercise: str
    artefact_id: UUID
    frozen_at: datetime
    waited: timedelta
    state: str
    grading_id: UUID | None
    released_at: datetime | None
    members: int
    own_team: bool


@dataclass(frozen=True)
class MemberView:
    """A member as the trainer sees them; `listed`: on the artefact; `counts` and `score` are by the levels so far."""

    member: Member
    listed: bool
    grade: MemberGrade
    counts: bool
    score: Decimal


@dataclass(frozen=True)
class GradingView:
    """A grading with its team, artefact and members, in the order in which they joined."""

    grading: Grading
    team: Team
    artefact: Artefact
    members: tuple[MemberView, ...]


@dataclass(frozen=True)
class Released:
    """A released grade as its learner sees it."""

    grading: Grading
    grade: MemberGrade
    counts: bool


def queue_for(session: Session, *, person: Person, cohort_ids: Collection[int], at: datetime) -> list[Waiting]:
    """Every frozen artefact of these cohorts: what waits longest first, then drafts, then what is released."""
    rows = session.execute(
        select(Team, Artefact, Grading)
        .join(Artefact, Artefact.team_id == Team.id)
        .outerjoin(Grading, Grading.artefact_id == Artefact.id)
        .where(Team.cohort_id.in_(cohort_ids))
    )
    found = [(team, artefact, graded) for team, artefact, graded in rows]
    seats = _seats(session, [team.id for team, _, _ in found])
    waiting = [_waiting(team, artefact, graded, seats.get(team.id, []), person, at) for team, artefact, graded in found]
    order = {WAITING: 0, grading.DRAFT: 1, grading.RELEASED: 2}
    return sorted(waiting, key=lambda each: (order[each.state], each.frozen_at, str(each.team_id)))


def view(session: Session, *, grading_id: UUID) -> GradingView:
    """The grading with its team, artefact and members; NoSuchGrading."""
    found = session.get(Grading, grading_id)
    if found is None:
        raise NoSuchGrading(str(grading_id))
    team = session.get_one(Team, found.team_id)
    artefact = session.get_one(Artefact, found.artefact_id)
    grades = grading.members_of(session, grading_id)
    members = tuple(
        _member(found, artefact, member, grades[member.enrolment_id])
        for member in teams.members(session, team)
        if member.enrolment_id in grades
    )
    return GradingView(found, team, artefact, members)


def released_to(session: Session, *, enrolment_id: UUID, exercise_id: str) -> Released | None:
    """The learner's released grade for this exercise, if there is one."""
    row = session.execute(
        select(Grading, MemberGrade, Artefact)
        .join(MemberGrade, MemberGrade.grading_id == Grading.id)
        .join(Team, Team.id == Grading.team_id)
        .join(Artefact, Artefact.id == Grading.artefact_id)
        .where(
            MemberGrade.enrolment_id == enrolment_id,
            Team.exercise == exercise_id,
            Grading.status == grading.RELEASED,
        )
        .order_by(Grading.released_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    found, grade, artefact = row
    listed = judgements.is_listed(artefact, enrolment_id)
    return Released(found, grade, scoring.counts(grade.conduct, accepted=grade.accepted, listed=listed))


def _member(found: Grading, artefact: Artefact, member: Member, grade: MemberGrade) -> MemberView:
    listed = judgements.is_listed(artefact, member.enrolment_id)
    counting = scoring.counts(grade.conduct, accepted=grade.accepted, listed=listed)
    score = scoring.score(found.group_levels, grade.conduct, counting=counting)
    return MemberView(member=member, listed=listed, grade=grade, counts=counting, score=score)


def _seats(session: Session, team_ids: list[UUID]) -> dict[UUID, list[UUID]]:
    """The persons in each of these teams."""
    rows = session.execute(
        select(TeamMember.team_id, Enrolment.person_id)
        .join(Enrolment, Enrolment.id == TeamMember.enrolment_id)
        .where(TeamMember.team_id.in_(team_ids))
    )
    seats: dict[UUID, list[UUID]] = {}
    for team_id, person_id in rows:
        seats.setdefault(team_id, []).append(person_id)
    return seats


def _waiting(
    team: Team, artefact: Artefact, graded: Grading | None, seats: list[UUID], person: Person, at: datetime
) -> Waiting:
    released_at = graded.released_at if graded else None
    return Waiting(
        team_id=team.id,
        team_name=team.name,
        cohort_id=team.cohort_id,
        exercise=team.exercise,
        artefact_id=artefact.id,
        frozen_at=artefact.frozen_at,
        waited=(released_at or at) - artefact.frozen_at,
        state=graded.status if graded else WAITING,
        grading_id=graded.id if graded else None,
        released_at=released_at,
        members=len(seats),
        own_team=person.id in seats,
    )

"""Grading: a trainer judges what a team made, and how each member took part, by the exercise's rubric.

A draft is saved as often as one likes; a release is final, leaves evidence, and queues each member's score.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Numeric, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from assessments import drafts, judgements, scoring, staff
from assessments.drafts import Draft, MemberDraft
from assessments.errors import AlreadyReleased, LevelsMissing, NoSuchGrading, NotYourTask, StaleGrading
from courses import evidence, joining, teams
from courses.exercises import Artefact
from courses.people import CohortMember, Person
from courses.syllabus import Exercise
from courses.teams import Team, TeamMember
from xapi_store import queue
from xapi_store.database import Base

DRAFT = "draft"
RELEASED = "released"
PUBLISH_SCORE = "publish_score"


class Grading(Base):
    """The judgement of one frozen artefact; `version` rises with every save, the assessor is who saved last.

    `status` is draft or released. `group_levels` maps the rubric's group criteria to levels 1 to 4.
    """

    __tablename__ = "grading"
    __table_args__ = (
        UniqueConstraint("team_id", "artefact_id"),
        ForeignKeyConstraint(["store_id", "assessor_id"], ["person.store_id", "person.id"]),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    artefact_id: Mapped[UUID] = mapped_column(ForeignKey("artefact.id"))
    store_id: Mapped[int]
    assessor_id: Mapped[UUID] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(default=DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    group_levels: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class MemberGrade(Base):
    """How one member took part: conduct levels, whether named contributions were accepted, the score that was sent."""

    __tablename__ = "member_grade"
    __table_args__ = (ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),)

    grading_id: Mapped[UUID] = mapped_column(ForeignKey("grading.id"), primary_key=True)
    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    store_id: Mapped[int]
    conduct: Mapped[dict[str, Any]]
    accepted: Mapped[bool] = mapped_column(default=False)
    accepted_reason: Mapped[str] = mapped_column(default="")
    comment: Mapped[str] = mapped_column(default="")
    score_given: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))
    score_maximum: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))


def begin(session: Session, *, team_id: UUID, assessor: Person, at: datetime) -> Grading:
    """The team's artefact is being graded: by the grading that is there, or else a new draft of this assessor.

    NotYourTask (`not_trainer`, `own_team`) where the person may not judge; NoSuchGrading while nothing is frozen.
    """
    _may_judge(session, team_id, assessor)
    artefact = session.scalar(select(Artefact).where(Artefact.team_id == team_id))
    if artefact is None:
        raise NoSuchGrading(f"team {team_id} has frozen nothing yet")
    # Two trainers who open it in the same moment find the same draft.
    opening = insert(Grading).values(
        id=uuid4(),
        team_id=team_id,
        artefact_id=artefact.id,
        store_id=assessor.store_id,
        assessor_id=assessor.id,
        status=DRAFT,
        version=1,
        group_levels={},
        comment="",
        opened_at=at,
        saved_at=at,
    )
    session.execute(opening.on_conflict_do_nothing(index_elements=["team_id", "artefact_id"]))
    grading = session.scalars(select(Grading).where(Grading.artefact_id == artefact.id)).one()
    _seat_members(session, grading)
    return grading


def save_draft(
    session: Session,
    *,
    grading_id: UUID,
    assessor: Person,
    exercise: Exercise,
    seen: int,
    draft: Draft,
    at: datetime,
) -> Grading:
    """The draft stands, one version on from the one `seen`.

    StaleGrading where somebody saved meanwhile; LevelsRefused for levels that cannot be; AlreadyReleased.
    """
    grading = _locked(session, grading_id, assessor)
    members = members_of(session, grading_id)
    drafts.check(draft, exercise=exercise, members=frozenset(members))
    if grading.version != seen:
        raise StaleGrading(grading.version, drafts.differences(draft, standing(grading, members)))
    grading.group_levels = drafts.given(draft.group)
    grading.comment = draft.comment.strip()
    for enrolment_id, noted in draft.members.items():
        member = members[enrolment_id]
        member.conduct = drafts.given(noted.conduct)
        member.accepted = noted.accepted
        member.accepted_reason = noted.accepted_reason.strip()
        member.comment = noted.comment.strip()
    grading.store_id, grading.assessor_id = assessor.store_id, assessor.id
    grading.version += 1
    grading.saved_at = at
    session.flush()
    return grading


def release(
    session: Session, *, grading_id: UUID, assessor: Person, exercise: Exercise, seen: int, at: datetime
) -> Grading:
    """The judgement stands for good: it is evidence, and each member's score is on its way to the platform.

    LevelsMissing names what is still to be given; StaleGrading and AlreadyReleased as for a draft.
    """
    grading = _locked(session, grading_id, assessor)
    members = members_of(session, grading_id)
    if grading.version != seen:
        raise StaleGrading(grading.version, {})
    if missing := drafts.missing(standing(grading, members), exercise=exercise):
        raise LevelsMissing(missing)
    grading.status, grading.released_at, grading.saved_at = RELEASED, at, at
    grading.store_id, grading.assessor_id = assessor.store_id, assessor.id
    grading.version += 1
    verdict = _judgement(session, grading, assessor, exercise, members)
    judgements.record_evaluated(session, judgement=verdict, at=at)
    for judged in verdict.members:
        member = members[judged.author.registration]
        member.score_given, member.score_maximum = judged.score, scoring.MAXIMUM
        judgements.record_for_member(session, judgement=verdict, member=judged, at=at)
        _queue_score(session, member, exercise, at)
    session.flush()
    return grading


def members_of(session: Session, grading_id: UUID) -> dict[UUID, MemberGrade]:
    """What has been put down about each member, by enrolment."""
    rows = session.scalars(select(MemberGrade).where(MemberGrade.grading_id == grading_id))
    return {row.enrolment_id: row for row in rows}


def standing(grading: Grading, members: Mapping[UUID, MemberGrade]) -> Draft:
    """The draft as it stands, in the shape in which it is sent."""
    return Draft(
        group=dict(grading.group_levels),
        members={
            enrolment_id: MemberDraft(dict(row.conduct), row.accepted, row.accepted_reason, row.comment)
            for enrolment_id, row in members.items()
        },
        comment=grading.comment,
    )


def _may_judge(session: Session, team_id: UUID, assessor: Person) -> None:
    """The person trains the team's cohort and has no seat in the team; NotYourTask otherwise."""
    trains = session.scalar(
        select(CohortMember.role)
        .join(Team, Team.cohort_id == CohortMember.cohort_id)
        .where(Team.id == team_id, CohortMember.person_id == assessor.id)
    )
    if trains != "trainer":
        raise NotYourTask("not_trainer")
    team = session.get_one(Team, team_id)
    same = joining.joined(session, assessor.id)
    if any(member.person_id in same for member in teams.members(session, team)):
        raise NotYourTask("own_team")


def _seat_members(session: Session, grading: Grading) -> None:
    seats = session.scalars(select(TeamMember).where(TeamMember.team_id == grading.team_id))
    for seat in seats:
        empty = insert(MemberGrade).values(
            grading_id=grading.id,
            enrolment_id=seat.enrolment_id,
            store_id=seat.store_id,
            conduct={},
            accepted=False,
            accepted_reason="",
            comment="",
        )
        session.execute(empty.on_conflict_do_nothing())


def _locked(session: Session, grading_id: UUID, assessor: Person) -> Grading:
    """The grading, held until the transaction ends, still a draft, and this person's task."""
    grading = session.scalar(
        select(Grading).where(Grading.id == grading_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    if grading is None:
        raise NoSuchGrading(str(grading_id))
    _may_judge(session, grading.team_id, assessor)
    if grading.status == RELEASED:
        raise AlreadyReleased(str(grading_id))
    return grading


def _judgement(
    session: Session,
    grading: Grading,
    assessor: Person,
    exercise: Exercise,
    members: Mapping[UUID, MemberGrade],
) -> judgements.Judgement:
    """The released grading as the evidence floor wants it."""
    team = session.get_one(Team, grading.team_id)
    artefact = session.get_one(Artefact, grading.artefact_id)
    judged = []
    for enrolment_id, member in sorted(members.items()):
        author = evidence.author(session, enrolment_id)
        listed = judgements.is_listed(artefact, enrolment_id)
        counting = scoring.counts(member.conduct, accepted=member.accepted, listed=listed)
        score = scoring.score(grading.group_levels, member.conduct, counting=counting)
        judged.append(judgements.MemberJudgement(author, dict(member.conduct), member.accepted, counting, score))
    return judgements.Judgement(
        id=uuid4(),
        assessor=staff.of(session, assessor),
        team=team,
        artefact=artefact,
        exercise=exercise,
        levels=dict(grading.group_levels),
        members=tuple(judged),
    )


def _queue_score(session: Session, member: MemberGrade, exercise: Exercise, at: datetime) -> None:
    """The score waits in the queue; one member's scores for one activity travel in order."""
    queue.defer(
        session,
        task=PUBLISH_SCORE,
        arguments={
            "enrolment_id": str(member.enrolment_id),
            "activity": exercise.iri,
            "given": str(member.score_given),
            "maximum": str(member.score_maximum),
            "comment": "graded_by_trainer",
            "at": at.isoformat(),
        },
        lock=f"score:{member.enrolment_id}:{exercise.iri}",
    )

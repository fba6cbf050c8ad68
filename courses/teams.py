"""Teams: the people who work on one exercise together, each in a role.

Every command of a team locks the team's row first, so that what its members do at the same moment happens one after
the other. Those that fill teams lock the cohort before that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, ForeignKeyConstraint, Index, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import evidence, progress, reserved_seats, roles
from courses.agencies import Agency
from courses.errors import NotInTeam, TeamRefused
from courses.people import Cohort, CohortMember, Enrolment, Person
from courses.reserved_seats import ReservedSeat
from courses.syllabus import Exercise, Phase
from xapi_store import actors
from xapi_store import vocabulary as words
from xapi_store.database import Base

# What the built-in sandbox sees itself, as against what is imported or noted by hand.
SANDBOX_EVENT = 1


class Team(Base):
    """A team at work on one exercise of one cohort. `phase` counts from 0; `closed_at` is set by the freeze.

    The clock of the first phase (`phase_started_at`) stands still until the team has enough people. `name` is the
    team's number in its cohort. A `solo` team is one learner beside the exercise's scripted partners.
    """

    __tablename__ = "team"
    __table_args__ = (Index("ix_team_cohort_exercise", "cohort_id", "exercise"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    exercise: Mapped[str]
    name: Mapped[str]
    phase: Mapped[int] = mapped_column(default=0)
    phase_started_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    solo: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class TeamMember(Base):
    """An enrolment's seat in a team; the store is the member's own, so mixed teams keep their evidence apart.

    `seat` counts from 1 in the order of joining.
    """

    __tablename__ = "team_member"
    __table_args__ = (ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    store_id: Mapped[int]
    seat: Mapped[int] = mapped_column(default=1)
    role: Mapped[str]
    joined_at: Mapped[datetime]


@dataclass(frozen=True)
class Member:
    """A person in a team. `seat` counts from 1 in the order of joining; `role` is the key of the exercise's role.

    `account` is unique within `account_home`, the homePage of the agency's people; `initials` stand in for a picture.
    """

    seat: int
    enrolment_id: UUID
    person_id: UUID
    store_id: int
    name: str | None
    account_home: str
    account: str
    agency: str
    role: str
    initials: str
    joined_at: datetime


@dataclass(frozen=True)
class Seat:
    """A member at work: the proof that this enrolment belongs to this team, with the exercise that it works on."""

    team: Team
    exercise: Exercise
    member: Member

    @property
    def phase(self) -> Phase:
        """The phase that the team is in."""
        return phase_of(self.team, self.exercise)


def enter(
    session: Session,
    *,
    cohort_id: int,
    exercise: Exercise,
    enrolment: Enrolment,
    at: datetime,
    holders: Sequence[str] = (),
) -> Team:
    """The learner has a seat: the one they have or that was kept for them, or one in an open team, or in a new team.

    Young teams are filled first, the fullest before the others; nobody is put into a team in its last phase.
    `holders` are the names under which a seat may have been kept for this learner.
    """
    _lock_cohort(session, cohort_id)
    present = of(session, enrolment_id=enrolment.id, exercise=exercise)
    if present is not None:
        return present
    team = (
        _kept_for(session, cohort_id, exercise, holders)
        or _lacking(session, cohort_id, exercise, enrolment)
        or _opened(session, cohort_id, exercise, at)
    )
    _sit_down(session, team, exercise, enrolment, at)
    return team


def alone(session: Session, *, cohort_id: int, exercise: Exercise, enrolment: Enrolment, at: datetime) -> Team:
    """The learner works alone beside the scripted partners: in a team of their own, or in the one they had before.

    TeamRefused (`not_alone`) where the exercise is not written for that.
    """
    _lock_cohort(session, cohort_id)
    present = of(session, enrolment_id=enrolment.id, exercise=exercise)
    if present is not None:
        return present
    if not exercise.solo:
        raise TeamRefused("not_alone")
    team = _opened(session, cohort_id, exercise, at)
    team.solo = True
    _sit_down(session, team, exercise, enrolment, at)
    return team


def form(
    session: Session, *, cohort_id: int, exercise: Exercise, enrolments: Sequence[Enrolment], at: datetime
) -> Team:
    """These learners are a team, roles dealt in the order given.

    TeamRefused (`too_few`, `too_many`, `seated`) where they are not between the exercise's least and most, or one of
    them has a team already.
    """
    if len(enrolments) < exercise.least:
        raise TeamRefused("too_few")
    return gather(session, cohort_id=cohort_id, exercise=exercise, enrolments=enrolments, expected=(), at=at)


def gather(
    session: Session,
    *,
    cohort_id: int,
    exercise: Exercise,
    enrolments: Sequence[Enrolment],
    expected: Sequence[str],
    at: datetime,
) -> Team:
    """These learners are a team, and a seat is kept in it for each holder who is expected.

    Their number may be below the exercise's least: then the clock waits. TeamRefused (`too_few`, `too_many`,
    `seated`) where they are none, more than its most, or one of them has a team already.
    """
    _lock_cohort(session, cohort_id)
    if not enrolments and not expected:
        raise TeamRefused("too_few")
    if len(enrolments) + len(expected) > exercise.most:
        raise TeamRefused("too_many")
    if any(of(session, enrolment_id=enrolment.id, exercise=exercise) for enrolment in enrolments):
        raise TeamRefused("seated")
    team = _opened(session, cohort_id, exercise, at)
    reserved_seats.reserve(session, team_id=team.id, cohort_id=cohort_id, exercise=exercise.id, holders=expected, at=at)
    for enrolment in enrolments:
        _sit_down(session, team, exercise, enrolment, at)
    return team


def of(session: Session, *, enrolment_id: UUID, exercise: Exercise) -> Team | None:
    """The team in which this enrolment works on the exercise, if any."""
    return session.scalar(
        select(Team)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .where(TeamMember.enrolment_id == enrolment_id, Team.exercise == exercise.id)
    )


def by_id(session: Session, team_id: UUID) -> Team:
    """The team of that id; NotInTeam where there is none, as for a team of other people."""
    team = session.get(Team, team_id)
    if team is None:
        raise NotInTeam(team_id)
    return team


def of_cohort(session: Session, *, cohort_id: int, exercise: Exercise) -> list[Team]:
    """The cohort's teams for this exercise, the oldest first."""
    asked = select(Team).where(Team.cohort_id == cohort_id, Team.exercise == exercise.id)
    return list(session.scalars(asked.order_by(Team.opened_at, Team.id)))


def members(session: Session, team: Team) -> tuple[Member, ...]:
    """The people of the team, in the order in which they joined."""
    rows = session.execute(
        select(TeamMember, Person, Agency)
        .join(Enrolment, Enrolment.id == TeamMember.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Agency, Agency.id == Person.agency_id)
        .where(TeamMember.team_id == team.id)
        .order_by(TeamMember.seat, TeamMember.joined_at, TeamMember.enrolment_id)
    )
    return tuple(
        Member(
            seat=number,
            enrolment_id=seat.enrolment_id,
            person_id=person.id,
            store_id=seat.store_id,
            name=person.name,
            account_home=agency.account_home,
            account=person.account,
            agency=agency.name,
            role=seat.role,
            initials=roles.initials(person.name or person.account.removeprefix("u-")),
            joined_at=seat.joined_at,
        )
        for number, (seat, person, agency) in enumerate(rows, start=1)
    )


def seat(session: Session, *, team: Team, enrolment_id: UUID, exercise: Exercise) -> Seat:
    """The member's seat; NotInTeam for everybody else, and for another exercise than the team's."""
    if team.exercise == exercise.id:
        for member in members(session, team):
            if member.enrolment_id == enrolment_id:
                return Seat(team, exercise, member)
    raise NotInTeam(enrolment_id)


def is_trainer(session: Session, *, team: Team, person_id: UUID) -> bool:
    """Whether the person trains the team's cohort; NotInTeam where they neither train it nor sit in the team."""
    role = session.scalar(
        select(CohortMember.role).where(CohortMember.cohort_id == team.cohort_id, CohortMember.person_id == person_id)
    )
    if role == "trainer":
        return True
    if all(member.person_id != person_id for member in members(session, team)):
        raise NotInTeam(person_id)
    return False


def lock(session: Session, team: Team) -> None:
    """The team's row is ours until the transaction ends, and shows what others have committed."""
    # A refresh forgets what was not flushed. Whoever merely refers to the team need not wait for this lock.
    session.flush()
    session.refresh(team, with_for_update={"key_share": True})


def phase_of(team: Team, exercise: Exercise) -> Phase:
    """The phase that the team is in."""
    return exercise.phases[min(team.phase, len(exercise.phases) - 1)]


def deadline(team: Team, exercise: Exercise) -> datetime | None:
    """When the time of the team's phase is over; None while the clock stands still."""
    if team.phase_started_at is None or team.closed_at is not None:
        return None
    return team.phase_started_at + timedelta(minutes=phase_of(team, exercise).minutes)


def is_late(team: Team, exercise: Exercise, at: datetime) -> bool:
    """Whether work done now lands after the phase's time: it is marked so, never lost."""
    ends = deadline(team, exercise)
    return ends is not None and at > ends


def group(team: Team, exercise: Exercise, *, people: Sequence[Member] | None = None) -> dict[str, Any]:
    """The team as an identified xAPI Group; `people` are listed in it where given (xAPI Data 2.4.2.2)."""
    named = None if people is None else [actors.account(each.account_home, each.account) for each in people]
    return actors.team_group(f"{exercise.course_iri}/teams", str(team.id), named)


def address(team: Team, exercise: Exercise) -> str:
    """The permanent address of the team; what it makes lies below."""
    return f"{exercise.course_iri}/teams/{team.id}"


def leave_evidence(
    session: Session, *, seat: Seat, verb: str, about: dict[str, Any], at: datetime, **more: Any
) -> UUID:
    """It is on record that the member did this, as part of the team, in its phase and in their role.

    `more` goes to `evidence.statement` (result, parent, grouping).
    """
    author = evidence.author(session, seat.member.enrolment_id)
    spoken = evidence.statement(
        author,
        verb=verb,
        about=about,
        within=seat.exercise,
        extensions={
            words.EXT_PHASE: seat.phase.key,
            words.EXT_ROLE: seat.member.role,
            words.EXT_CAPTURE_TIER: SANDBOX_EVENT,
        },
        context={"team": group(seat.team, seat.exercise)},
        **more,
    )
    return evidence.record(session, author, spoken, at)


def _lock_cohort(session: Session, cohort_id: int) -> None:
    """Nobody else fills teams of this cohort until the transaction ends."""
    session.execute(select(Cohort.id).where(Cohort.id == cohort_id).with_for_update(key_share=True)).one()


def _kept_for(session: Session, cohort_id: int, exercise: Exercise, holders: Sequence[str]) -> Team | None:
    """The team that kept a seat for the learner, if it is still at work; locked as the others are."""
    team_id = reserved_seats.take(session, cohort_id=cohort_id, exercise=exercise.id, holders=holders)
    team = session.get(Team, team_id, with_for_update={"key_share": True}) if team_id is not None else None
    return team if team is not None and team.closed_at is None else None


def _lacking(session: Session, cohort_id: int, exercise: Exercise, enrolment: Enrolment) -> Team | None:
    """An open team with a free seat, in which the person does not sit in another of their runs."""
    taken, kept = (
        select(func.count()).select_from(each).where(each.team_id == Team.id).correlate(Team).scalar_subquery()
        for each in (TeamMember, ReservedSeat)
    )
    wanted = min(len(exercise.roles), exercise.most)
    return session.scalar(
        select(Team)
        .where(
            Team.cohort_id == cohort_id,
            Team.exercise == exercise.id,
            Team.closed_at.is_(None),
            Team.solo.is_(False),
            Team.phase < len(exercise.phases) - 1,
            taken + kept < wanted,
            ~_sits_in(enrolment.person_id),
        )
        .order_by(Team.phase, taken.desc(), Team.opened_at)
        .limit(1)
        # A team that is being frozen or moved on at this moment is looked at again once that is done.
        .with_for_update(of=Team, key_share=True)
        .execution_options(populate_existing=True)
    )


def _sits_in(person_id: UUID) -> ColumnElement[bool]:
    """Whether the person sits in the team that is looked at, in whichever of their runs."""
    return (
        select(TeamMember.team_id)
        .join(Enrolment, Enrolment.id == TeamMember.enrolment_id)
        .where(TeamMember.team_id == Team.id, Enrolment.person_id == person_id)
        .correlate(Team)
        .exists()
    )


def _opened(session: Session, cohort_id: int, exercise: Exercise, at: datetime) -> Team:
    """A new team without people, named by its number."""
    earlier = select(func.count()).where(Team.cohort_id == cohort_id, Team.exercise == exercise.id)
    number = session.scalars(earlier).one() + 1
    team = Team(cohort_id=cohort_id, exercise=exercise.id, name=str(number), phase=0, opened_at=at)
    session.add(team)
    session.flush()
    return team


def _sit_down(session: Session, team: Team, exercise: Exercise, enrolment: Enrolment, at: datetime) -> None:
    """The enrolment has the next seat and its role, and its joining is on record; the clock starts with enough."""
    lock(session, team)
    taken = len(members(session, team))
    session.add(
        TeamMember(
            team_id=team.id,
            enrolment_id=enrolment.id,
            store_id=enrolment.store_id,
            seat=taken + 1,
            role=roles.dealt(exercise, seat=taken + 1, solo=team.solo).key,
            joined_at=at,
        )
    )
    if taken + 1 == roles.least(exercise, solo=team.solo):
        team.phase_started_at = at
    session.flush()
    progress.start(session, enrolment=enrolment, step=exercise, at=at)
    joined = seat(session, team=team, enrolment_id=enrolment.id, exercise=exercise)
    about = evidence.activity(address(team, exercise), kind=words.TYPE_GROUP)
    leave_evidence(session, seat=joined, verb=words.JOINED, about=about, at=at)

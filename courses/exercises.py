"""Team exercises: phases, the freeze of what a team made, and each member's agreement to it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import rfc8785
from sqlalchemy import ForeignKey, ForeignKeyConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import evidence, progress, roles, teams
from courses.errors import StepClosed, TooEarly
from courses.people import Enrolment
from courses.sandbox import builtin, document
from courses.syllabus import Exercise, Phase
from courses.teams import Member, Seat, Team
from xapi_store import vocabulary as words
from xapi_store.database import Base


class Artefact(Base):
    """What a team made, frozen: text, content hash (SHA-256, hex), contributors and licence. Never changed.

    Each contributor is `{registration, account: {homePage, name}, role, lines, share}`; `share` is a decimal from
    0 to 1 as text.
    """

    __tablename__ = "artefact"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), unique=True)
    iri: Mapped[str] = mapped_column(unique=True)
    revision: Mapped[int]
    body: Mapped[str]
    sha256: Mapped[str]
    contributors: Mapped[list[Any]]
    licence: Mapped[str]
    frozen_at: Mapped[datetime]


class Agreement(Base):
    """One member's agreement to the frozen artefact."""

    __tablename__ = "agreement"
    __table_args__ = (ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),)

    artefact_id: Mapped[UUID] = mapped_column(ForeignKey("artefact.id"), primary_key=True)
    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    store_id: Mapped[int]
    at: Mapped[datetime]


@dataclass(frozen=True)
class PhaseNow:
    """The phase that a team is in. `index` counts from 0; times are None while the clock stands still.

    `silent` are the members who have done nothing in this phase yet. `missing` says what keeps the members from moving
    on (`too_few`, `time_left`, `not_heard`), or, in the last phase, from freezing (`too_few`, `nothing_written`);
    once it is empty any member may.
    """

    phase: Phase
    index: int
    last: bool
    started_at: datetime | None
    ends_at: datetime | None
    over: bool
    gate_met: bool
    silent: tuple[Member, ...]
    missing: tuple[str, ...]
    closed: bool


def phase_now(session: Session, *, team: Team, exercise: Exercise, at: datetime) -> PhaseNow:
    """Where the team stands, and what it still lacks to go on.

    The gate that is checked is the same in every phase: everybody has been heard, by a post or an edit. What the
    content says beyond that is for the team to judge.
    """
    people = teams.members(session, team)
    heard = builtin.contributed(session, team)
    silent = tuple(member for member in people if member.enrolment_id not in heard)
    ends_at = teams.deadline(team, exercise)
    over = ends_at is not None and at >= ends_at
    last = team.phase >= len(exercise.phases) - 1
    missing = ["too_few"] if len(people) < roles.least(exercise, solo=team.solo) else []
    if last:
        current = document.current(session, team=team, exercise=exercise)
        missing += [] if document.who_wrote(current) else ["nothing_written"]
    elif silent and not over:
        missing += ["time_left", "not_heard"]
    return PhaseNow(
        phase=teams.phase_of(team, exercise),
        index=team.phase,
        last=last,
        started_at=team.phase_started_at,
        ends_at=ends_at,
        over=over,
        gate_met=not silent,
        silent=silent,
        missing=() if team.closed_at else tuple(missing),
        closed=team.closed_at is not None,
    )


def advance(session: Session, *, team: Team, exercise: Exercise, leaving: int, by: UUID, at: datetime) -> None:
    """The team has left that phase: a trainer may say so at any time, a member once time is over or all were heard.

    `by` is a person. Where the team has moved on already nothing changes, so that two members who press at once do not
    skip a phase. TooEarly says what is missing; StepClosed in the last phase, which ends with the freeze.
    """
    trainer = teams.is_trainer(session, team=team, person_id=by)
    teams.lock(session, team)
    if team.phase != leaving:
        return
    now = phase_now(session, team=team, exercise=exercise, at=at)
    if now.last or now.closed:
        raise StepClosed("the last phase ends with the freeze")
    if now.missing and not trainer:
        raise TooEarly(*now.missing)
    team.phase += 1
    team.phase_started_at = at


def freeze(session: Session, *, team: Team, exercise: Exercise, by: UUID, at: datetime) -> Artefact:
    """What the team made stands for good, with its hash and contributors; submitted by the team and by each member.

    Exactly once: who comes second gets the same artefact. A member (`by` is a person) may freeze in the last phase, a
    trainer at any time; TooEarly says what is missing. The document takes no more changes; the thread stays open, so
    that whoever cannot agree can say why.
    """
    trainer = teams.is_trainer(session, team=team, person_id=by)
    teams.lock(session, team)
    frozen = artefact_of(session, team)
    if frozen is not None:
        return frozen
    now = phase_now(session, team=team, exercise=exercise, at=at)
    missing = now.missing if now.last else ("earlier_phase",)
    if missing and not trainer:
        raise TooEarly(*missing)
    artefact = _artefact(session, team, exercise, at)
    session.add(artefact)
    team.closed_at = at
    session.flush()
    _submit(session, team, exercise, artefact, at)
    return artefact


def artefact_of(session: Session, team: Team) -> Artefact | None:
    """What the team froze; None while it is still at work."""
    return session.scalar(select(Artefact).where(Artefact.team_id == team.id))


def artefact_bytes(session: Session, *, artefact: Artefact) -> bytes:
    """The artefact as it was hashed: canonical JSON (RFC 8785) that anyone can check with `sha256sum`."""
    return _canonical(artefact, session.get_one(Team, artefact.team_id))


def artefact_digest(session: Session, *, artefact: Artefact) -> str:
    """The SHA-256 (hex) of the artefact as its row stands now: equal to `sha256` unless somebody changed the row."""
    return hashlib.sha256(artefact_bytes(session, artefact=artefact)).hexdigest()


def agree(session: Session, *, seat: Seat, at: datetime) -> Agreement:
    """The member agrees to the frozen artefact, now or from before; on record once. TooEarly before the freeze."""
    artefact = artefact_of(session, seat.team)
    if artefact is None:
        raise TooEarly("not_frozen")
    agreeing = insert(Agreement).values(
        artefact_id=artefact.id, enrolment_id=seat.member.enrolment_id, store_id=seat.member.store_id, at=at
    )
    fresh = session.scalar(agreeing.on_conflict_do_nothing().returning(Agreement.enrolment_id))
    if fresh is not None:
        about = _activity(artefact, seat.exercise)
        teams.leave_evidence(session, seat=seat, verb=words.AGREED, about=about, at=at)
    return session.get_one(Agreement, (artefact.id, seat.member.enrolment_id))


def agreements(session: Session, *, artefact: Artefact) -> dict[UUID, datetime]:
    """Who has agreed (by enrolment), and when."""
    asked = select(Agreement.enrolment_id, Agreement.at).where(Agreement.artefact_id == artefact.id)
    return {row.enrolment_id: row.at for row in session.execute(asked)}


def _artefact(session: Session, team: Team, exercise: Exercise, at: datetime) -> Artefact:
    """The document as it stands, as an artefact that is not stored yet; its address ends in its hash."""
    last = document.current(session, team=team, exercise=exercise)
    shares = {share.enrolment_id: share for share in document.who_wrote(last)}
    artefact = Artefact(
        id=uuid4(),
        team_id=team.id,
        revision=last.number,
        body=last.body,
        contributors=[_contributor(each, shares.get(each.enrolment_id)) for each in teams.members(session, team)],
        licence=exercise.licence,
        frozen_at=at,
    )
    artefact.sha256 = hashlib.sha256(_canonical(artefact, team)).hexdigest()
    artefact.iri = f"{teams.address(team, exercise)}/artefact/sha256-{artefact.sha256}"
    return artefact


def _contributor(member: Member, share: document.Share | None) -> dict[str, Any]:
    """A member on the artefact: by account, never by name; also one who wrote no line, for they may have spoken."""
    return {
        "registration": str(member.enrolment_id),
        "account": {"homePage": member.account_home, "name": member.account},
        "role": member.role,
        "lines": share.lines if share else 0,
        "share": str(share.share) if share else "0.0000",
    }


def _canonical(artefact: Artefact, team: Team) -> bytes:
    """What the hash is taken of. Its members never change: a certificate may rest on it."""
    content: dict[str, Any] = {
        "exercise": team.exercise,
        "revision": artefact.revision,
        "body": artefact.body,
        "contributors": artefact.contributors,
        "licence": artefact.licence,
    }
    return rfc8785.dumps(content)


def _submit(session: Session, team: Team, exercise: Exercise, artefact: Artefact, at: datetime) -> None:
    """Submitted by the team, in the store of each agency that has members in it, and by each member in their own.

    Stores differ on whether a question for a member finds what their group did: so both are on record.
    """
    people = teams.members(session, team)
    about = _activity(artefact, exercise)
    for store_id in sorted({member.store_id for member in people}):
        own = [member for member in people if member.store_id == store_id]
        _submitted_by_team(session, Seat(team, exercise, own[0]), own, about, at)
    for member in people:
        teams.leave_evidence(session, seat=Seat(team, exercise, member), verb=words.SUBMITTED, about=about, at=at)
        enrolment = session.get_one(Enrolment, member.enrolment_id)
        if enrolment.ended_at is None:
            progress.finish(session, enrolment=enrolment, step=exercise, at=at)


def _submitted_by_team(session: Session, seat: Seat, own: list[Member], about: dict[str, Any], at: datetime) -> None:
    """The team's own statement in one store. It lists the people of that store's agency, and has no registration."""
    author = evidence.author(session, seat.member.enrolment_id)
    spoken = evidence.statement(
        author,
        verb=words.SUBMITTED,
        about=about,
        within=seat.exercise,
        extensions={words.EXT_PHASE: seat.phase.key, words.EXT_CAPTURE_TIER: teams.SANDBOX_EVENT},
    )
    spoken["actor"] = teams.group(seat.team, seat.exercise, people=own)
    del spoken["context"]["registration"]
    evidence.record(session, author, spoken, at)


def _activity(artefact: Artefact, exercise: Exercise) -> dict[str, Any]:
    """The artefact as an Activity."""
    return evidence.activity(artefact.iri, kind=words.TYPE_DOCUMENT, name=exercise.document_title)

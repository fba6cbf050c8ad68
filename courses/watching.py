"""Watching a film: what the browser reports is checked against the film, kept, and put on record.

A browser numbers what happens in one session of watching and sends it in batches, if need be hours later and more than
once. What was taken before is passed over, so that nothing is told twice. Times of the film are whole milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import evidence, film_statements, progress, segments
from courses.errors import FilmRefused
from courses.film_statements import THRESHOLD, Seen, Showing
from courses.people import Enrolment
from courses.segments import Segment
from courses.syllabus import Step
from xapi_store.database import Base

FASTEST = 2
# Players and clocks are not exact: so much more than the time that went by may have been played (milliseconds).
LEEWAY = 3_000
OLDEST = timedelta(days=60)
MOST_EVENTS = 5_000


class FilmProgress(Base):
    """What a learner has seen of a step's film: the stretches in the order of playing, and where they stopped.

    `segments` holds pairs of milliseconds; `completed_at` is set once enough of the film was seen.
    """

    __tablename__ = "film_progress"
    __table_args__ = (ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),)

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    store_id: Mapped[int]
    length: Mapped[int]
    segments: Mapped[list[Any]]
    position: Mapped[int]
    completed_at: Mapped[datetime | None]


class FilmSession(Base):
    """One session of watching in one page: the last event taken, and since where the film plays (None: it rests)."""

    __tablename__ = "film_session"
    __table_args__ = (ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    enrolment_id: Mapped[UUID] = mapped_column(index=True)
    step: Mapped[str]
    store_id: Mapped[int]
    last_event: Mapped[int]
    plays_since: Mapped[int | None]
    last_at: Mapped[datetime]


@dataclass(frozen=True)
class Event:
    """Something that happened in the player. `time` is where the film was, `came_from` where it had been (seeked).

    `kind`: initialized, played, held (it still plays), paused, seeked, interacted or terminated.
    """

    number: int
    kind: str
    at: datetime
    time: int
    came_from: int | None = None
    showing: Showing = field(default_factory=Showing)


@dataclass(frozen=True)
class Watched:
    """How far a learner has come in a film: the share seen (0 to 1), where it goes on, and whether it is enough."""

    share: Decimal
    position: int
    completed: bool
    taken: int = 0


@dataclass
class _Desk:
    """What one batch is worked on with."""

    session: Session
    seen: Seen
    row: FilmProgress
    stay: FilmSession

    @property
    def told(self) -> list[Segment]:
        """The stretches so far."""
        return [(start, end) for start, end in self.row.segments]


def watched(session: Session, *, enrolment: Enrolment, step: Step) -> Watched | None:
    """How far this learner has come in the step's film; None before the beginning."""
    row = session.get(FilmProgress, (enrolment.id, step.iri))
    return _watched(row) if row is not None else None


def report(
    session: Session,
    *,
    enrolment: Enrolment,
    step: Step,
    length: int,
    session_id: UUID,
    events: Sequence[Event],
    at: datetime,
) -> Watched:
    """What happened is kept and on record; the step is done once enough of the film was seen.

    FilmRefused (`beyond_the_film`, `backwards`, `too_fast`, `other_session`, `too_many`) where it cannot have been so.
    """
    begun = progress.start(session, enrolment=enrolment, step=step, at=at)
    row = _row(session, enrolment, step, length)
    stay = _stay(session, enrolment, step, session_id, at)
    seen = Seen(evidence.author(session, enrolment.id), step, session_id, length)
    desk = _Desk(session, seen, row, stay)
    for event in sorted(events, key=lambda each: each.number):
        if event.number > stay.last_event:
            _take(desk, event, at)
    begun.place = {"film": row.position}
    session.flush()
    if row.completed_at is not None:
        progress.finish(session, enrolment=enrolment, step=step, at=at)
    return _watched(row, taken=stay.last_event)


def _row(session: Session, enrolment: Enrolment, step: Step, length: int) -> FilmProgress:
    """The learner's row, locked: two windows of one person are told one after the other.

    A film that was cut anew keeps what was seen of it, as far as it still has that part.
    """
    row = session.get_one(FilmProgress, (_placed(session, enrolment, step, length), step.iri), with_for_update=True)
    if row.length != length:
        row.segments = [[start, min(end, length)] for start, end in row.segments if start < length]
        row.length, row.position = length, min(row.position, length)
    return row


def _placed(session: Session, enrolment: Enrolment, step: Step, length: int) -> UUID:
    beginning = insert(FilmProgress).values(
        enrolment_id=enrolment.id, step=step.iri, store_id=enrolment.store_id, length=length, segments=[], position=0
    )
    session.execute(beginning.on_conflict_do_nothing())
    return enrolment.id


def _stay(session: Session, enrolment: Enrolment, step: Step, session_id: UUID, at: datetime) -> FilmSession:
    stay = session.get(FilmSession, session_id)
    if stay is None:
        stay = FilmSession(
            id=session_id,
            enrolment_id=enrolment.id,
            step=step.iri,
            store_id=enrolment.store_id,
            last_event=0,
            last_at=at - OLDEST,
        )
        session.add(stay)
    if (stay.enrolment_id, stay.step) != (enrolment.id, step.iri):
        raise FilmRefused("other_session")
    return stay


def _take(desk: _Desk, event: Event, now: datetime) -> None:
    """One event, in its turn."""
    if max(event.time, event.came_from or 0) > desk.seen.length:
        raise FilmRefused("beyond_the_film")
    if event.number > MOST_EVENTS:
        raise FilmRefused("too_many")
    at = max(min(event.at, now), desk.stay.last_at)
    _HAPPENED[event.kind](desk, event, at)
    desk.stay.last_event, desk.stay.last_at = event.number, at
    desk.row.position = event.time
    _complete(desk, event, at)


def _play(desk: _Desk, until: int, at: datetime) -> None:
    """What played until here is kept: not backwards, and not faster than a film can play."""
    since = desk.stay.plays_since
    if since is None:
        return
    if until < since:
        raise FilmRefused("backwards")
    went_by = (at - desk.stay.last_at) / timedelta(milliseconds=1)
    if until - since > went_by * FASTEST + LEEWAY:
        raise FilmRefused("too_fast")
    desk.row.segments = [list(each) for each in segments.joined(desk.told, (since, until))]
    desk.stay.plays_since = until


def _initialized(desk: _Desk, event: Event, at: datetime) -> None:
    film_statements.initialized(desk.session, desk.seen, showing=event.showing, at=at)


def _played(desk: _Desk, event: Event, at: datetime) -> None:
    desk.stay.plays_since = event.time
    film_statements.played(desk.session, desk.seen, time=event.time, showing=event.showing, at=at)


def _held(desk: _Desk, event: Event, at: datetime) -> None:
    _play(desk, event.time, at)


def _paused(desk: _Desk, event: Event, at: datetime) -> None:
    _play(desk, event.time, at)
    desk.stay.plays_since = None
    film_statements.paused(desk.session, desk.seen, time=event.time, told=desk.told, at=at)


def _seeked(desk: _Desk, event: Event, at: datetime) -> None:
    came = event.time if event.came_from is None else event.came_from
    plays = desk.stay.plays_since is not None
    _play(desk, came, at)
    desk.stay.plays_since = event.time if plays else None
    film_statements.seeked(desk.session, desk.seen, came=came, went=event.time, told=desk.told, at=at)


def _interacted(desk: _Desk, event: Event, at: datetime) -> None:
    _play(desk, event.time, at)
    film_statements.interacted(desk.session, desk.seen, time=event.time, showing=event.showing, at=at)


def _terminated(desk: _Desk, event: Event, at: datetime) -> None:
    _play(desk, event.time, at)
    desk.stay.plays_since = None
    film_statements.terminated(desk.session, desk.seen, time=event.time, told=desk.told, at=at)


_HAPPENED = {
    "initialized": _initialized,
    "played": _played,
    "held": _held,
    "paused": _paused,
    "seeked": _seeked,
    "interacted": _interacted,
    "terminated": _terminated,
}
KINDS = tuple(_HAPPENED)


def _complete(desk: _Desk, event: Event, at: datetime) -> None:
    """Enough was seen: on record once in each run of the course."""
    if desk.row.completed_at is not None or segments.progress(desk.told, length=desk.seen.length) < THRESHOLD:
        return
    desk.row.completed_at = at
    film_statements.completed(desk.session, desk.seen, time=event.time, told=desk.told, at=at)


def _watched(row: FilmProgress, *, taken: int = 0) -> Watched:
    told = [(start, end) for start, end in row.segments]
    return Watched(
        share=segments.progress(told, length=row.length),
        position=row.position,
        completed=row.completed_at is not None,
        taken=taken,
    )

"""The team's shared document: saved states, one after the other, in which every line has its writer.

A save is based on a state that its writer has seen. What others saved meanwhile is merged in, under the lock of the
team's row: two saves at the same moment lose nothing.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import evidence, teams
from courses.errors import AnswerRefused, StepClosed
from courses.sandbox import merging
from courses.sandbox.merging import Change, Conflict, Line, Merged, carried, merge
from courses.syllabus import Exercise
from courses.teams import Seat, Team
from courses.texts import lines_of, tidy
from xapi_store import vocabulary as words
from xapi_store.database import Base

SIGNS_LIMIT = 40_000
# The most that even a text made to be slow compares within two seconds; a charter has fifty.
LINES_LIMIT = 500
# What the database can count to.
LARGEST_NUMBER = 2**31 - 1


class Revision(Base):
    """One saved state of a team's document: whole text, who saved it, on which earlier state it was based.

    `authors` attributes every line of `body`, in order, to the enrolment that last wrote it (None: the seed, or the
    frame around a conflict). Number 0 is the seed, which nobody saved.
    """

    __tablename__ = "revision"
    __table_args__ = (
        ForeignKeyConstraint(["team_id", "enrolment_id"], ["team_member.team_id", "team_member.enrolment_id"]),
        ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    based_on: Mapped[int]
    store_id: Mapped[int | None]
    enrolment_id: Mapped[UUID | None]
    body: Mapped[str]
    authors: Mapped[list[Any]]
    merged: Mapped[bool]
    added: Mapped[int]
    removed: Mapped[int]
    phase: Mapped[int]
    late: Mapped[bool]
    at: Mapped[datetime]

    def lines(self) -> list[Line]:
        """The text line by line, each with its writer."""
        return [Line(text, author) for text, author in zip(lines_of(self.body), self.authors, strict=True)]


@dataclass(frozen=True)
class Saved:
    """What became of a save: the state that now stands, and whether others' changes had to be merged in.

    `conflicts` are the places where two versions stand side by side; `changed` is False where nothing was new.
    """

    number: int
    merged: bool
    conflicts: tuple[Conflict, ...]
    changed: bool


@dataclass(frozen=True)
class Share:
    """How much of a text one member wrote: lines that are not blank, and their part of all that members wrote (0–1)."""

    enrolment_id: UUID
    lines: int
    share: Decimal


def current(session: Session, *, team: Team, exercise: Exercise) -> Revision:
    """The document as it stands; the seed (not stored before the first save) where nobody has saved yet."""
    newest = select(Revision).where(Revision.team_id == team.id).order_by(Revision.number.desc()).limit(1)
    return session.scalar(newest) or _seed(team, exercise)


def save(session: Session, *, seat: Seat, based_on: int, body: str, at: datetime) -> Saved:
    """The member's changes are in the document, together with all that others saved since state `based_on`.

    StepClosed after the freeze; AnswerRefused with `too_long`, or `no_such_revision` for a state that never was.
    """
    teams.lock(session, seat.team)
    if seat.team.closed_at is not None:
        raise StepClosed("the document is frozen")
    texts = _within(body)
    standing = _standing(session, seat)
    base = standing if based_on == standing.number else numbered(session, team=seat.team, number=based_on)
    before = base.lines()
    arriving = carried(before, texts, author=str(seat.member.enrolment_id))
    outcome = merge(before, standing.lines(), arriving, label=_labels(session, seat))
    if [line.text for line in outcome.lines] == lines_of(standing.body):
        return Saved(standing.number, False, (), False)
    extent = _extent([line.text for line in before], texts)
    saved = _kept(session, seat, standing, based_on, outcome, extent, at)
    _record(session, seat, saved, at)
    return Saved(saved.number, saved.merged, outcome.conflicts, True)


def numbered(session: Session, *, team: Team, number: int) -> Revision:
    """The saved state of that number; AnswerRefused (`no_such_revision`) where there is none."""
    found = session.get(Revision, (team.id, number)) if 0 <= number <= LARGEST_NUMBER else None
    if found is None:
        raise AnswerRefused("no_such_revision")
    return found


def revisions(session: Session, team: Team) -> list[Revision]:
    """Every saved state, the seed first; empty before the first save."""
    return list(session.scalars(select(Revision).where(Revision.team_id == team.id).order_by(Revision.number)))


def difference(old: Revision, new: Revision) -> list[Change]:
    """What changed from one saved state to another, line by line."""
    return merging.difference(lines_of(old.body), lines_of(new.body))


def who_wrote(revision: Revision) -> tuple[Share, ...]:
    """Each member's share of the text as it stands, the largest first; the seed and blank lines count for nobody."""
    written = Counter(line.author for line in revision.lines() if line.author is not None and line.text.strip())
    total = written.total()
    shares = [
        Share(UUID(author), count, (Decimal(count) / total).quantize(Decimal("0.0001")))
        for author, count in written.items()
    ]
    return tuple(sorted(shares, key=lambda share: (-share.lines, str(share.enrolment_id))))


def address(team: Team, exercise: Exercise) -> str:
    """The permanent address of the team's document."""
    return f"{teams.address(team, exercise)}/document"


def _seed(team: Team, exercise: Exercise) -> Revision:
    """The document before anybody wrote in it."""
    body = tidy(exercise.seed)
    return Revision(
        team_id=team.id,
        number=0,
        based_on=0,
        body=body,
        authors=[None] * len(lines_of(body)),
        merged=False,
        added=0,
        removed=0,
        phase=0,
        late=False,
        at=team.opened_at,
    )


def _standing(session: Session, seat: Seat) -> Revision:
    """The document as it stands, its seed stored: a later edition of the content must not change what it began as."""
    standing = current(session, team=seat.team, exercise=seat.exercise)
    if standing.number == 0:
        session.add(standing)
        session.flush()
    return standing


def _kept(
    session: Session,
    seat: Seat,
    standing: Revision,
    based_on: int,
    outcome: Merged,
    extent: tuple[int, int],
    at: datetime,
) -> Revision:
    """The text that came out is the document's next state."""
    saved = Revision(
        team_id=seat.team.id,
        number=standing.number + 1,
        based_on=based_on,
        store_id=seat.member.store_id,
        enrolment_id=seat.member.enrolment_id,
        body="\n".join(line.text for line in outcome.lines),
        authors=[line.author for line in outcome.lines],
        merged=based_on != standing.number,
        added=extent[0],
        removed=extent[1],
        phase=seat.team.phase,
        late=teams.is_late(seat.team, seat.exercise, at),
        at=at,
    )
    session.add(saved)
    session.flush()
    return saved


def _within(body: str) -> list[str]:
    """The lines of the tidy text; AnswerRefused (`too_long`) where they are too many to be compared in good time."""
    tidied = tidy(body)
    texts = lines_of(tidied)
    if len(tidied) > SIGNS_LIMIT or len(texts) > LINES_LIMIT:
        raise AnswerRefused("too_long")
    return texts


def _labels(session: Session, seat: Seat) -> Callable[[str], str]:
    """What a conflict's frame says of an author: the title of their role, in the language of the exercise."""
    people = teams.members(session, seat.team)
    titles = {role.key: role.title for role in seat.exercise.roles}
    shared = Counter(member.role for member in people)
    names = {
        str(member.enrolment_id): f"{titles[member.role]} ({member.seat})"
        if shared[member.role] > 1
        else titles[member.role]
        for member in people
    }
    return names.__getitem__


def _record(session: Session, seat: Seat, saved: Revision, at: datetime) -> None:
    """The edit is on record with its extent, and without its words."""
    about = evidence.activity(
        address(seat.team, seat.exercise), kind=words.TYPE_DOCUMENT, name=seat.exercise.document_title
    )
    result = {"response": f"+{saved.added} −{saved.removed}"}
    teams.leave_evidence(session, seat=seat, verb=words.EDITED, about=about, at=at, result=result)


def _extent(before: list[str], after: list[str]) -> tuple[int, int]:
    """How many lines came and how many went; blank ones are not counted."""
    kinds = Counter(change.kind for change in merging.difference(before, after) if change.text.strip())
    return kinds["added"], kinds["removed"]

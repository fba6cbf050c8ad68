"""Reserved seats: places in teams for people who have not come yet; theirs when they first come to the exercise.

Who they are is known to the floor above alone: here a holder is a name that it gave.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store.database import Base


class ReservedSeat(Base):
    """A place in a team that is kept for somebody; each holder has at most one in a cohort's exercise."""

    __tablename__ = "reserved_seat"
    __table_args__ = (UniqueConstraint("cohort_id", "exercise", "holder"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    holder: Mapped[str] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    exercise: Mapped[str]
    reserved_at: Mapped[datetime]


def reserve(
    session: Session, *, team_id: UUID, cohort_id: int, exercise: str, holders: Sequence[str], at: datetime
) -> None:
    """Each of these holders has a place kept in this team, unless one is kept for them in another."""
    for holder in sorted(set(holders)):
        row = {"team_id": team_id, "holder": holder, "cohort_id": cohort_id, "exercise": exercise, "reserved_at": at}
        session.execute(insert(ReservedSeat).values(**row).on_conflict_do_nothing())


def take(session: Session, *, cohort_id: int, exercise: str, holders: Sequence[str]) -> UUID | None:
    """The team in which a place was kept for one of these holders, all names of one person; it is no longer kept."""
    if not holders:
        return None
    kept = delete(ReservedSeat).where(
        ReservedSeat.cohort_id == cohort_id, ReservedSeat.exercise == exercise, ReservedSeat.holder.in_(holders)
    )
    return next(iter(session.scalars(kept.returning(ReservedSeat.team_id)).all()), None)


def of_exercise(session: Session, *, cohort_id: int, exercise: str) -> dict[str, UUID]:
    """The team in which a place is kept, by holder."""
    asked = select(ReservedSeat).where(ReservedSeat.cohort_id == cohort_id, ReservedSeat.exercise == exercise)
    return {row.holder: row.team_id for row in session.scalars(asked)}

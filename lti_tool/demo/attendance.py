"""Who is in the course at the moment, and since when: people join, are suspended and leave (NRPS 2.0, 2.2 and 2.5)."""

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.demo.database import Base
from lti_tool.demo.people import ACTIVE


class Attendance(Base):
    """How one person stands to the course since something changed; without a row they have been active from the start.

    A copy of the course has the same people.
    """

    __tablename__ = "attendance"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    status: Mapped[str]
    changed_at: Mapped[datetime]


def change(session: Session, person_id: str, status: str, *, at: datetime) -> None:
    """The person is Active, Inactive or Deleted in the course from now on."""
    session.merge(Attendance(person_id=person_id, status=status, changed_at=at))
    session.flush()


def touch(session: Session, person_id: str, *, at: datetime) -> None:
    """Something about the person changed, but not whether they are in the course."""
    row = session.get(Attendance, person_id)
    change(session, person_id, row.status if row else ACTIVE, at=at)


def statuses(session: Session) -> dict[str, str]:
    """Of everybody who is not simply active from the start."""
    return {row.person_id: row.status for row in session.scalars(select(Attendance))}


def changed_since(session: Session, when: datetime) -> set[str]:
    """Whose attendance or groups changed after that."""
    return set(session.scalars(select(Attendance.person_id).where(Attendance.changed_at > when)))

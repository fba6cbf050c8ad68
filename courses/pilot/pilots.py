"""Pilots: opened for one version of a course, with a purpose in words and perhaps a last day, and closed for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses.errors import NoSuchPilot
from courses.pilot import matter
from courses.pilot.matter import Matter
from courses.profile import Profile
from courses.syllabus import Course
from xapi_store.database import Base

LONGEST_PURPOSE = 2000


class Pilot(Base):
    """A pilot of a course version, by an agency or (without one) by the operator for all agencies.

    `matter` is what it asks about, as it was when the pilot opened. It takes answers until `ends_at` or `closed_at`.
    """

    __tablename__ = "pilot"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    course: Mapped[str]
    course_version: Mapped[str]
    profile_version: Mapped[str]
    purpose: Mapped[str]
    matter: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    def is_open(self, at: datetime) -> bool:
        """True while it takes answers."""
        return self.closed_at is None and (self.ends_at is None or at < self.ends_at)

    def asked(self) -> Matter:
        """What it asks about."""
        return matter.from_json(self.matter)


def open_pilot(
    session: Session,
    *,
    course: Course,
    profile: Profile,
    agency_id: int | None,
    purpose: str,
    ends_at: datetime | None = None,
    at: datetime,
) -> Pilot:
    """There is a pilot of this version of the course; what it asks is frozen now."""
    pilot = Pilot(
        agency_id=agency_id,
        course=course.slug,
        course_version=course.version,
        profile_version=profile.version,
        purpose=purpose,
        matter=matter.to_json(matter.of_course(course, profile)),
        opened_at=at,
        ends_at=ends_at,
    )
    session.add(pilot)
    session.flush()
    return pilot


def close(session: Session, *, pilot: Pilot, at: datetime) -> None:
    """The pilot takes no more answers; closing it twice changes nothing."""
    session.refresh(pilot, with_for_update=True)
    pilot.closed_at = pilot.closed_at or at
    session.flush()


def by_id(session: Session, pilot_id: UUID, *, agency_id: int | None = None) -> Pilot:
    """The pilot of that id, of this agency where one is named; NoSuchPilot."""
    found = session.get(Pilot, pilot_id)
    if found is None or (agency_id is not None and found.agency_id != agency_id):
        raise NoSuchPilot(pilot_id)
    return found


def of_agency(session: Session, agency_id: int | None) -> Sequence[Pilot]:
    """The pilots of this agency, or every pilot; the newest first."""
    asked = select(Pilot).order_by(Pilot.opened_at.desc())
    return session.scalars(asked if agency_id is None else asked.where(Pilot.agency_id == agency_id)).all()


def open_to(session: Session, *, agency_id: int, course: str | None = None, at: datetime) -> Sequence[Pilot]:
    """The pilots that people of this agency may take part in now, of that course where one is named."""
    asked = select(Pilot).where(
        (Pilot.agency_id == agency_id) | Pilot.agency_id.is_(None),
        Pilot.closed_at.is_(None),
        Pilot.ends_at.is_(None) | (Pilot.ends_at > at),
    )
    if course is not None:
        asked = asked.where(Pilot.course == course)
    return session.scalars(asked.order_by(Pilot.opened_at)).all()

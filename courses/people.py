"""People: persons as one agency knows them, their cohorts, and their enrolments (xAPI registrations).

What they do, entering a course or launching a module, is in `participation`, which leaves evidence of it.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xapi_store.database import Base


class Person(Base):
    """A person as one agency knows them. `account` is random: neither name nor e-mail ever enters a statement."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("agency_id", "account"), UniqueConstraint("store_id", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    account: Mapped[str]
    name: Mapped[str | None]
    locale: Mapped[str | None]
    created_at: Mapped[datetime]


class Cohort(Base):
    """People of one agency who take one course together (for an LMS: one of its courses)."""

    __tablename__ = "cohort"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    course: Mapped[str]
    title: Mapped[str]
    created_at: Mapped[datetime]


class CohortMember(Base):
    """A person in a cohort, as `learner` or `trainer`."""

    __tablename__ = "cohort_member"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    role: Mapped[str]
    joined_at: Mapped[datetime]


class Enrolment(Base):
    """One person's run of one version of one course, across all its modules and links.

    Its id is the xAPI registration; a retake makes a new one (`run` 2, 3 …).
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "course", "course_version", "run"),
        UniqueConstraint("store_id", "id"),
        ForeignKeyConstraint(["store_id", "person_id"], ["person.store_id", "person.id"]),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    store_id: Mapped[int]
    person_id: Mapped[UUID]
    course: Mapped[str]
    course_version: Mapped[str]
    run: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PersonLink(Base):
    """Two persons who said, each from their own side, that they are one human being; until `separated_at`.

    Nothing else changes: evidence stays where it was written, so that the two can be separated again.
    """

    __tablename__ = "person_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    one_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    joined_at: Mapped[datetime]
    separated_at: Mapped[datetime | None]


class JoinCode(Base):
    """A short code that a person asked for in one visit, to enter it in another. Kept as SHA-256; one for a person."""

    __tablename__ = "join_code"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]

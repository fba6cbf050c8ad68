"""Agencies: the organisations that enrol learners, own their evidence and issue certificates."""

import re
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses.errors import NoSuchAgency
from xapi_store import stores
from xapi_store.database import Base

# A short name stands in addresses for good.
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class Agency(Base):
    """An innovation agency. `account_home` is the homePage of its people's xAPI accounts and never changes."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    account_home: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


def create(session: Session, *, slug: str, name: str, account_home: str, at: datetime) -> Agency:
    """The agency exists, with an empty store of its own."""
    store = stores.create(session, slug=slug, at=at)
    agency = Agency(store_id=store.id, slug=slug, name=name, account_home=account_home, created_at=at)
    session.add(agency)
    session.flush()
    return agency


def rename(session: Session, *, slug: str, name: str) -> Agency:
    """The agency is called that from now on; certificates that were issued keep the name they carry."""
    agency = by_slug(session, slug)
    agency.name = name
    session.flush()
    return agency


def by_slug(session: Session, slug: str) -> Agency:
    """The agency of that short name; NoSuchAgency where there is none."""
    # The database refuses some characters that an address or a form may hold.
    agency = session.scalar(select(Agency).where(Agency.slug == slug)) if slug.isprintable() else None
    if agency is None:
        raise NoSuchAgency(slug)
    return agency

"""Stores: one for each agency's evidence, each with its own keys and its own order of statements."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store.database import Base
from xapi_store.errors import NoSuchStore


class Store(Base):
    """One Learning Record Store; `head` is the position of its newest statement, `stored` that statement's time."""

    __tablename__ = "store"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    head: Mapped[int] = mapped_column(BigInteger, default=0)
    stored: Mapped[datetime]


def create(session: Session, *, slug: str, at: datetime) -> Store:
    """An empty store exists under this short name."""
    store = Store(slug=slug, head=0, stored=at)
    session.add(store)
    session.flush()
    return store


def only(session: Session, slug: str | None) -> Store:
    """The store of that short name, or the only one there is; NoSuchStore names those to choose from."""
    found = {store.slug: store for store in session.scalars(select(Store).order_by(Store.slug))}
    if slug is None and len(found) == 1:
        return next(iter(found.values()))
    if slug is None or slug not in found:
        raise NoSuchStore(slug, tuple(found))
    return found[slug]

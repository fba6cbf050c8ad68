"""Stores: one for each agency's evidence, each with its own keys and its own order of statements."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Connection
from sqlalchemy import BigInteger, Identity, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store.database import Base, driver
from xapi_store.errors import NoSuchStore

# What a pooled connection remembers of the stores it served.
_KEYS = "xapi_store.posting_keys"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Store(Base):
    """One Learning Record Store.

    `head` is the place of its newest statement: a time in microseconds since 1970. `posting_key` keeps its posting
    lists apart from those of others, and `definitions_changed` counts changes of what it knows of activities.
    `default_version` is spoken to clients that name no version of xAPI.
    """

    __tablename__ = "store"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    head: Mapped[int] = mapped_column(BigInteger, default=0)
    posting_key: Mapped[bytes]
    definitions_changed: Mapped[int] = mapped_column(BigInteger, default=0)
    default_version: Mapped[str] = mapped_column(default="2.0.0")
    created_at: Mapped[datetime]


def create(session: Session, *, slug: str, at: datetime) -> Store:
    """An empty store exists under this short name."""
    store = Store(slug=slug, head=0, posting_key=os.urandom(16), definitions_changed=0, created_at=at)
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


def posting_key(connection: Connection[Any], store_id: int) -> bytes:
    """The key that keeps this store's lists apart; it never changes. NoSuchStore where there is no store."""
    row = connection.execute("SELECT posting_key FROM store WHERE id = %s", (store_id,)).fetchone()
    if row is None:
        raise NoSuchStore(str(store_id), ())
    return bytes(row[0])


def key_of(session: Session, store_id: int) -> bytes:
    """The same within a session, asked of the database once for each of its connections."""
    known: dict[int, bytes] = session.connection().info.setdefault(_KEYS, {})
    if store_id not in known:
        known[store_id] = posting_key(driver(session), store_id)
    return known[store_id]


def place_at(moment: datetime) -> int:
    """The place in a store's order that this moment has: microseconds since 1970."""
    return (moment - EPOCH) // _MICROSECOND


def moment_of(place: int) -> datetime:
    """The `stored` time of the statement at this place."""
    return EPOCH + place * _MICROSECOND

"""Which store a page is about, and whose it is."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.agencies import Agency
from xapi_store import stores
from xapi_store.stores import Store

EMPTY_FORM: dict[str, Any] = {"values": {}, "errors": {}}


@dataclass(frozen=True)
class Place:
    """A store with the name of its agency."""

    store: Store
    owner: str

    @property
    def id(self) -> int:
        """The store's id."""
        return self.store.id

    @property
    def slug(self) -> str:
        """The store's short name."""
        return self.store.slug


def of(session: Session, slug: str) -> Place:
    """The store of that short name; NoSuchStore where there is none."""
    store = stores.only(session, slug)
    owner = session.scalar(select(Agency.name).where(Agency.store_id == store.id))
    return Place(store, owner or store.slug)


def every(session: Session) -> list[Place]:
    """All stores, by the names of their agencies."""
    owners = {each.store_id: each.name for each in session.scalars(select(Agency))}
    found = [Place(store, owners.get(store.id, store.slug)) for store in session.scalars(select(Store))]
    return sorted(found, key=lambda place: (place.owner.casefold(), place.slug))

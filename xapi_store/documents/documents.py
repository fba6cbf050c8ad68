"""Documents that programs keep in the store: State, Activity Profile and Agent Profile (xAPI Communication 2.2).

A shelf is what a program names around its documents: an activity, an agent, a registration. A place is one id on a
shelf. What is checked before a write (If-Match, If-None-Match, what stands there) and the write itself are one step:
the row is held meanwhile, and where there is none, only one of those who arrive together can insert it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Row, SmallInteger, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from xapi_store.database import Base
from xapi_store.documents import shelves
from xapi_store.documents.document_content import Content, merged, refuse_broken_json, refuse_no_object
from xapi_store.documents.preconditions import NO_CONDITION, Condition
from xapi_store.documents.shelves import Kind, Place, Shelf
from xapi_store.errors import DocumentRefused, NoSuchDocument, Precondition

_INSTANT = timedelta(microseconds=1)
_IN_THE_DATABASE = {"synchronize_session": False}


class Document(Base):
    """A document as it was sent. `place`, `shelf` and `owner` are digests: IRIs may be longer than an index takes."""

    __tablename__ = "document"
    __table_args__ = (
        Index(None, "store_id", "shelf", "updated"),
        Index("ix_document_owner", "store_id", "owner", postgresql_where="owner IS NOT NULL"),
    )

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True)
    place: Mapped[bytes] = mapped_column(primary_key=True)
    shelf: Mapped[bytes]
    owner: Mapped[bytes | None]
    kind: Mapped[int] = mapped_column(SmallInteger)
    activity: Mapped[str | None]
    agent: Mapped[str | None]
    registration: Mapped[UUID | None]
    doc_id: Mapped[str]
    content_type: Mapped[str]
    content: Mapped[bytes]
    etag: Mapped[str]
    updated: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Found:
    """A document that stands in the store, its entity tag, and when it was last written."""

    content: Content
    etag: str
    updated: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """The ids on a shelf, oldest first, and when the newest of them was written."""

    ids: list[str]
    updated: datetime | None


def put(
    session: Session,
    *,
    store_id: int,
    place: Place,
    content: Content,
    condition: Condition = NO_CONDITION,
    version: str,
    at: datetime,
) -> None:
    """The document stands at its place in place of what was there, its content type included.

    DocumentRefused for JSON that is none; Precondition where the condition does not hold, or is needed and missing:
    to replace anything in 2.0, and for profiles in 1.0.3 (xAPI Communication 3.1).
    """
    refuse_broken_json(content)
    while True:  # again only when somebody else put a document there meanwhile
        held = _hold(session, store_id, place, Document.etag)
        etag = held.etag if held else None
        condition.check(etag)
        if not condition.given:
            _refuse_unguarded(place.shelf.kind, version, exists=etag is not None)
        if _write(session, store_id, place, content, at, replace=etag is not None):
            return


def merge(
    session: Session,
    *,
    store_id: int,
    place: Place,
    content: Content,
    condition: Condition = NO_CONDITION,
    at: datetime,
) -> None:
    """The members of this JSON object stand in the document; its others are as they were, to the letter.

    Where there was no document, this one stands there, of whatever type. DocumentRefused where one of the two is not
    a JSON object, Precondition where the condition does not hold (xAPI Communication 2.2, 3.1).
    """
    refuse_no_object(content)
    while True:
        held = _hold(session, store_id, place, Document.etag, Document.content, Document.content_type)
        condition.check(held.etag if held else None)
        whole = merged(Content(held.content, held.content_type), content) if held else content
        if _write(session, store_id, place, whole, at, replace=held is not None):
            return


def get(session: Session, *, store_id: int, place: Place) -> Found:
    """The document to the byte; NoSuchDocument where none stands there."""
    row = session.execute(
        select(Document.content, Document.content_type, Document.etag, Document.updated).where(*_at(store_id, place))
    ).one_or_none()
    if row is None:
        raise NoSuchDocument("no document stands under these ids")
    return Found(Content(row.content, row.content_type), row.etag, row.updated)


def ids(session: Session, *, store_id: int, shelf: Shelf, since: datetime | None = None) -> Listing:
    """What stands on exactly this shelf, of which only what was written after `since`."""
    asked = select(Document.doc_id, Document.updated).where(*_on(store_id, shelf))
    if since is not None:
        asked = asked.where(Document.updated > since)
    rows = session.execute(asked.order_by(Document.updated, Document.doc_id)).all()
    return Listing([row.doc_id for row in rows], rows[-1].updated if rows else None)


def remove(session: Session, *, store_id: int, place: Place, condition: Condition = NO_CONDITION) -> None:
    """Nothing stands there any more; Precondition where the condition does not hold."""
    held = _hold(session, store_id, place, Document.etag)
    condition.check(held.etag if held else None)
    if held:
        session.execute(delete(Document).where(*_at(store_id, place)), execution_options=_IN_THE_DATABASE)


def clear(session: Session, *, store_id: int, shelf: Shelf) -> int:
    """Exactly this shelf is empty; the number of documents that stood on it."""
    return _remove_all(session, store_id, Document.shelf == shelf.digest)


def forget(session: Session, *, store_id: int, agent: str) -> int:
    """No document of this person (`actors.identity`) stands in the store any more; the number that did."""
    return _remove_all(session, store_id, Document.owner == shelves.owner(agent))


def _remove_all(session: Session, store_id: int, which: Any) -> int:
    # Held in one order, so that two who empty the same shelf never wait for each other in a circle.
    held = select(Document.place).where(Document.store_id == store_id, which).order_by(Document.place).with_for_update()
    gone = delete(Document).where(Document.store_id == store_id, Document.place.in_(held)).returning(Document.place)
    return len(session.scalars(gone, execution_options=_IN_THE_DATABASE).all())


def _hold(session: Session, store_id: int, place: Place, *columns: InstrumentedAttribute[Any]) -> Row[Any] | None:
    return session.execute(select(*columns).where(*_at(store_id, place)).with_for_update()).one_or_none()


def _write(session: Session, store_id: int, place: Place, content: Content, at: datetime, *, replace: bool) -> bool:
    values = {"content_type": content.content_type, "content": content.body, "etag": content.etag}
    if replace:
        # Never back in time, however the clocks of several servers differ.
        later = func.greatest(at, Document.updated + _INSTANT)
        changed = update(Document).where(*_at(store_id, place)).values(**values, updated=later)
        session.execute(changed, execution_options=_IN_THE_DATABASE)
        return True
    new = insert(Document).values(**_names_of(place), **values, store_id=store_id, updated=at)
    return session.scalar(new.on_conflict_do_nothing().returning(Document.kind)) is not None


def _names_of(place: Place) -> dict[str, Any]:
    shelf = place.shelf
    return {
        "place": place.digest,
        "shelf": shelf.digest,
        "owner": shelves.owner(shelf.agent) if shelf.agent is not None else None,
        "kind": int(shelf.kind),
        "activity": shelf.activity,
        "agent": shelf.agent,
        "registration": shelf.registration,
        "doc_id": place.doc_id,
    }


def _at(store_id: int, place: Place) -> tuple[Any, Any]:
    return Document.store_id == store_id, Document.place == place.digest


def _on(store_id: int, shelf: Shelf) -> tuple[Any, Any]:
    return Document.store_id == store_id, Document.shelf == shelf.digest


def _refuse_unguarded(kind: Kind, version: str, *, exists: bool) -> None:
    first = version.startswith("1")
    if first and kind is Kind.STATE:
        return
    if exists:
        raise Precondition(
            "a document already stands under this id: read it (GET), look at what it holds now, "
            "and send its ETag as If-Match to replace it",
            missing=True,
        )
    if first:
        raise DocumentRefused("a profile is put with If-None-Match: * where it is new, or with If-Match")

"""Import: the statements of a foreign record store come into one of ours, page by page.

It can be broken off at any moment and started again, and repeated as often as one likes: what is here already
is left alone. Every finished page is noted in the run, which goes on behind it.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Identity, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store import attachments, statements
from xapi_store.database import Base, Database
from xapi_store.errors import StatementRefused
from xapi_store.form import received
from xapi_store.other_stores.foreign_lrs import Client, Endpoint
from xapi_store.other_stores.foreign_pages import Page, pages
from xapi_store.statements import Arrival, Prepared, Sender
from xapi_store.transaction import transaction

# Stores round `stored` as they like; what is read twice does no harm.
_OVERLAP = timedelta(seconds=1)
_CONFLICT = "another statement stands under this id here"


class ImportRun(Base):
    """One import into a store: how far it came, and what became of the statements so far.

    `more` leads to the next page, `first` and `reached` are the oldest and newest `stored` time seen over there.
    """

    __tablename__ = "import_run"

    store_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("store.id"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    endpoint: Mapped[str]
    since: Mapped[datetime | None]
    more: Mapped[str] = mapped_column(default="")
    first: Mapped[datetime | None]
    reached: Mapped[datetime | None]
    pages: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(BigInteger, default=0)
    already_here: Mapped[int] = mapped_column(BigInteger, default=0)
    conflicts: Mapped[int] = mapped_column(BigInteger, default=0)
    refused: Mapped[int] = mapped_column(BigInteger, default=0)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    @property
    def done(self) -> int:
        """How many statements were looked at."""
        return self.added + self.already_here + self.conflicts + self.refused


class ImportFault(Base):
    """A statement that was not taken; it stood on that page of the run (from 1), at that place (from 0).

    `kind` is `conflict` where another stands under its id here, `refused` where it breaks xAPI at `path`.
    """

    __tablename__ = "import_fault"
    __table_args__ = (
        ForeignKeyConstraint(["store_id", "run_id"], ["import_run.store_id", "import_run.id"], ondelete="CASCADE"),
    )

    store_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    run_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[str | None]
    kind: Mapped[str]
    path: Mapped[str]
    reason: Mapped[str]


class _Id(msgspec.Struct):
    id: str | None = None


@dataclass(frozen=True)
class _Left:
    """A statement of the page that was not taken, and why."""

    place: int
    kind: str
    path: str
    reason: str


@dataclass(frozen=True)
class Taking:
    """Under whose authority statements are taken: their own, where they bring one and `keep_authority` is true."""

    authority: Mapping[str, Any]
    keep_authority: bool = True


@dataclass(frozen=True)
class Progress:
    """After a page: how many statements were looked at so far, how many pages, and the share of the way, 0 to 1.

    xAPI tells no total: the share is that of the time between the first statement and now. None while it is unknown.
    """

    done: int
    pages: int
    share: float | None


def begin(
    session: Session, *, store_id: int, endpoint: Endpoint, at: datetime, since: datetime | None = None
) -> ImportRun:
    """The run of this import: the newest one of this endpoint and start that was broken off, or a new one."""
    asked = select(ImportRun).where(
        ImportRun.store_id == store_id,
        ImportRun.endpoint == endpoint.statements,
        ImportRun.since.is_not_distinct_from(since),
        ImportRun.finished_at.is_(None),
    )
    run = session.scalars(asked.order_by(ImportRun.id.desc()).limit(1)).first()
    if run is None:
        run = ImportRun(store_id=store_id, endpoint=endpoint.statements, since=since, started_at=at)
        session.add(run)
        session.flush()
    return run


def bring(
    database: Database,
    client: Client,
    *,
    run: ImportRun,
    taking: Taking,
    now: Callable[[], datetime],
    progress: Callable[[Progress], object] = lambda _: None,
    size: int = 0,
    pause: Callable[[float], object] = time.sleep,
) -> ImportRun:
    """Every statement of the other store that can be here is here; the run says what became of each.

    Pages have at most `size` statements, or as many as the other side likes. Unreachable or PageRefused where it does
    not give one: begin again later, it goes on there.
    """
    since = run.reached - _OVERLAP if run.reached else run.since
    # A link leads to pages of the size that was asked for at first.
    for page in pages(client, since=since, start="" if size else run.more, size=size, pause=pause):
        at = now()
        run = take_page(database, run=run, page=page, taking=taking, at=at)
        progress(Progress(run.done, run.pages, _share(run, at)))
    return run


def take_page(database: Database, *, run: ImportRun, page: Page, taking: Taking, at: datetime) -> ImportRun:
    """The page's statements are here, but for conflicts and refused ones, which are noted; gives the run behind it.

    First the statements, then the note: after an interruption between the two, the page is taken once more.
    """
    good: list[Prepared] = []
    left: list[_Left] = []
    places: dict[UUID, int] = {}
    for place, raw in enumerate(page.statements):
        try:
            prepared = _prepared(raw, page, taking, at)
        except StatementRefused as error:
            left.append(_Left(place, "refused", error.path, error.reason))
        else:
            good.append(prepared)
            places[prepared.id] = place
    with transaction(database) as session:
        arrival = statements.receive(session, store_id=run.store_id, statements=good, skip_existing=True)
    left += [_Left(places[each], "conflict", "statement.id", _CONFLICT) for each in arrival.conflicts]
    with transaction(database) as session:
        return _note(session, run, page, arrival, left, at)


def runs(session: Session, *, store_id: int) -> Sequence[ImportRun]:
    """The imports into this store, newest first."""
    return session.scalars(select(ImportRun).where(ImportRun.store_id == store_id).order_by(ImportRun.id.desc())).all()


def faults(session: Session, *, run: ImportRun, most: int = 200) -> Sequence[ImportFault]:
    """What was not taken, in the order of its coming, at most so many."""
    asked = select(ImportFault).where(ImportFault.store_id == run.store_id, ImportFault.run_id == run.id)
    return session.scalars(asked.order_by(ImportFault.page, ImportFault.place).limit(most)).all()


def _prepared(raw: bytes, page: Page, taking: Taking, at: datetime) -> Prepared:
    content = received.read(raw, "statement")
    own = content if isinstance(content, dict) else {}
    second = any(str(each).startswith("2") for each in (page.version, own.get("version")))
    authority = own.get("authority") if taking.keep_authority else None
    sender = Sender(authority or taking.authority, "2.0.0" if second else "1.0.3")
    prepared = statements.prepare(raw, sender=sender, at=at)
    sums = {each["sha2"].lower() for _, each in attachments.declared(prepared.content, "statement")}
    if not sums:
        return prepared
    sent = {sha2: page.sent[sha2] for sha2 in sums & page.sent.keys()}
    return replace(prepared, attachments=attachments.matched([("statement", prepared.content)], sent))


def _note(
    session: Session, run: ImportRun, page: Page, arrival: Arrival, left: Sequence[_Left], at: datetime
) -> ImportRun:
    row = session.get_one(ImportRun, (run.store_id, run.id), with_for_update=True)
    conflicts, refused = len(arrival.conflicts), len(page.statements) - len(arrival.statements)
    row.pages += 1
    row.added += arrival.fresh
    row.already_here += len(arrival.statements) - arrival.fresh - conflicts
    row.conflicts += conflicts
    row.refused += refused
    row.more = page.more
    row.first = row.first or page.first
    row.reached = page.reached or row.reached
    row.finished_at = None if page.more else at
    for each in left:
        session.add(
            ImportFault(
                store_id=row.store_id,
                run_id=row.id,
                page=row.pages,
                place=each.place,
                statement_id=_id_of(page.statements[each.place]),
                kind=each.kind,
                path=each.path,
                reason=each.reason,
            )
        )
    session.flush()
    return row


def _id_of(raw: bytes) -> str | None:
    try:
        return msgspec.json.decode(raw, type=_Id).id
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def _share(run: ImportRun, at: datetime) -> float | None:
    if run.finished_at:
        return 1.0
    if run.first is None or run.reached is None or at <= run.first:
        return None
    return min((run.reached - run.first) / (at - run.first), 1.0)

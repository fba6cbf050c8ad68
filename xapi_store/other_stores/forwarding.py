"""Forwarding: chosen statements of a store go on to another record store, in order and at least once.

A forwarding is a cursor over the store's sequence: `position` is the last statement that is settled over there.
What the other side refuses for good is kept as a refusal, to be seen and sent again; all else waits and is
tried again for ever. `sending.step` carries it out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store.database import Base
from xapi_store.errors import StoreError
from xapi_store.keys import Seal
from xapi_store.other_stores import foreign_lrs
from xapi_store.other_stores.foreign_lrs import Endpoint
from xapi_store.other_stores.selection import Choice
from xapi_store.statements import Statement
from xapi_store.stores import moment_of

MOST_COUNTED = 100_000
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)


class NoSuchForwarding(StoreError):
    """There is no forwarding of that number in this store."""


class Forwarding(Base):
    """One other record store that chosen statements go to; see `Choice` for what the three lists let through.

    `position` is the seq of the last statement that is settled there, 0 at the beginning; `failures` counts
    attempts in a row that failed, `last_error` says why, and until `next_attempt_at` it is left alone.
    """

    __tablename__ = "forwarding"

    store_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("store.id"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    label: Mapped[str]
    endpoint: Mapped[str]
    key: Mapped[str]
    sealed_secret: Mapped[bytes]
    version: Mapped[str]
    keep_authority: Mapped[bool] = mapped_column(default=False)
    verbs: Mapped[list[str]]
    activities: Mapped[list[str]]
    profiles: Mapped[list[str]]
    position: Mapped[int] = mapped_column(BigInteger, default=0)
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_success_at: Mapped[datetime | None]
    last_attempt_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    next_attempt_at: Mapped[datetime | None]

    @property
    def choice(self) -> Choice:
        """Which statements go there."""
        return Choice(frozenset(self.verbs), frozenset(self.activities), frozenset(self.profiles))

    def target(self, seal: Seal) -> Endpoint:
        """The other store with the secret opened; SealBroken where this installation's secret was changed."""
        secret = seal.open(self.sealed_secret, bound_to=_bound(self.store_id, self.endpoint, self.key)).decode()
        return Endpoint(self.endpoint, self.key, secret, self.version)


class ForwardingRefusal(Base):
    """A statement that the other side refused by itself, for good; `again` where the next pass sends it once more."""

    __tablename__ = "forwarding_refusal"
    __table_args__ = (
        ForeignKeyConstraint(
            ["store_id", "forwarding_id"], ["forwarding.store_id", "forwarding.id"], ondelete="CASCADE"
        ),
    )

    store_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    forwarding_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[UUID]
    status: Mapped[int]
    reason: Mapped[str]
    at: Mapped[datetime]
    again: Mapped[bool] = mapped_column(default=False)


@dataclass(frozen=True)
class Backlog:
    """How far behind a forwarding is.

    `waiting` statements lie beyond its position, chosen or not (at most `MOST_COUNTED` are counted), the `oldest` of
    them was stored at that time, and `refused` refusals stand.
    """

    waiting: int
    oldest: datetime | None
    refused: int


def create(
    session: Session,
    *,
    store_id: int,
    label: str,
    target: Endpoint,
    choice: Choice,
    seal: Seal,
    at: datetime,
    position: int = 0,
    keep_authority: bool = False,
    allow_private: bool = False,
) -> Forwarding:
    """Chosen statements behind `position` will go to the target, from the next turn of the forwarder on.

    The position that `newest` gives leaves out all that is there already. AddressRefused where the target is not one
    that we call.
    """
    foreign_lrs.check(target, allow_private=allow_private)
    row = Forwarding(
        store_id=store_id,
        label=label,
        endpoint=target.url,
        key=target.key,
        sealed_secret=seal.seal(target.secret.encode(), bound_to=_bound(store_id, target.url, target.key)),
        version=target.version,
        keep_authority=keep_authority,
        verbs=sorted(choice.verbs),
        activities=sorted(choice.activities),
        profiles=sorted(choice.profiles),
        position=position,
        created_at=at,
    )
    session.add(row)
    session.flush()
    return row


def listed(session: Session, *, store_id: int) -> Sequence[Forwarding]:
    """All forwardings of the store, oldest first."""
    return session.scalars(select(Forwarding).where(Forwarding.store_id == store_id).order_by(Forwarding.id)).all()


def by_id(session: Session, *, store_id: int, forwarding_id: int) -> Forwarding:
    """The forwarding of that number; NoSuchForwarding where the store has none."""
    found = session.get(Forwarding, (store_id, forwarding_id), populate_existing=True)
    if found is None:
        raise NoSuchForwarding(f"there is no forwarding {forwarding_id} in this store")
    return found


def newest(session: Session, *, store_id: int) -> int:
    """The position of the store's newest statement; 0 where it is empty."""
    return session.scalar(select(func.max(Statement.seq)).where(Statement.store_id == store_id)) or 0


def pause(session: Session, *, forwarding: Forwarding) -> None:
    """Nothing is sent until it is resumed; its position stands."""
    forwarding.enabled = False
    session.flush()


def resume(session: Session, *, forwarding: Forwarding) -> None:
    """It goes on where it stood, at once."""
    forwarding.enabled = True
    forwarding.next_attempt_at = None
    session.flush()


def retry(session: Session, *, forwarding: Forwarding) -> int:
    """It is due at once, however long it would have waited; refused statements go again first. Gives their number."""
    forwarding.next_attempt_at = None
    session.flush()
    marked = session.scalars(
        update(ForwardingRefusal)
        .where(*_of(forwarding))
        .values(again=True)
        .returning(ForwardingRefusal.seq)
        .execution_options(synchronize_session=False)
    )
    return len(marked.all())


def forget(session: Session, *, forwarding: Forwarding, seqs: Collection[int]) -> None:
    """The refusals of the statements at these places are gone; what was not sent stays unsent."""
    session.execute(delete(ForwardingRefusal).where(*_of(forwarding), ForwardingRefusal.seq.in_(seqs)))


def pass_over(session: Session, *, forwarding: Forwarding, at: datetime) -> ForwardingRefusal | None:
    """The statement it stands before is kept as a refusal (status 0), and it goes on behind it; None at the end.

    For an operator, where the other side stumbles over one statement (answers 500) each time.
    """
    session.refresh(forwarding, with_for_update=True)
    beyond = Statement.store_id == forwarding.store_id, Statement.seq > forwarding.position
    first = session.execute(select(Statement.seq, Statement.id).where(*beyond).order_by(Statement.seq).limit(1)).first()
    if first is None:
        return None
    refusal = ForwardingRefusal(
        store_id=forwarding.store_id,
        forwarding_id=forwarding.id,
        seq=first.seq,
        id=first.id,
        status=0,
        reason=f"passed over; before that: {forwarding.last_error or 'no error'}",
        at=at,
    )
    session.add(refusal)
    forwarding.position, forwarding.next_attempt_at = first.seq, None
    session.flush()
    return refusal


def remove(session: Session, *, forwarding: Forwarding) -> None:
    """The forwarding and its refusals are gone; what was sent stays where it is."""
    session.delete(forwarding)
    session.flush()


def refusals(session: Session, *, forwarding: Forwarding, most: int = 200) -> Sequence[ForwardingRefusal]:
    """The statements that the other side refused, in the store's order, at most so many."""
    asked = select(ForwardingRefusal).where(*_of(forwarding)).order_by(ForwardingRefusal.seq).limit(most)
    return session.scalars(asked.execution_options(populate_existing=True)).all()


def backlog(session: Session, *, forwarding: Forwarding) -> Backlog:
    """What is still to be looked at, and what was refused."""
    unread = Statement.store_id == forwarding.store_id, Statement.seq > forwarding.position
    beyond = select(Statement.seq).where(*unread).order_by(Statement.seq).limit(MOST_COUNTED).subquery()
    waiting, first = session.execute(select(func.count(), func.min(beyond.c.seq)).select_from(beyond)).one()
    refused = session.scalar(select(func.count()).select_from(ForwardingRefusal).where(*_of(forwarding)))
    return Backlog(waiting, None if first is None else moment_of(first), refused or 0)


def due(session: Session, *, at: datetime) -> list[tuple[int, int]]:
    """Store and number of each forwarding that has something to send and need not wait, longest untouched first."""
    unread = exists().where(Statement.store_id == Forwarding.store_id, Statement.seq > Forwarding.position)
    again = exists().where(
        ForwardingRefusal.store_id == Forwarding.store_id,
        ForwardingRefusal.forwarding_id == Forwarding.id,
        ForwardingRefusal.again,
    )
    asked = (
        select(Forwarding.store_id, Forwarding.id)
        .where(Forwarding.enabled, or_(Forwarding.next_attempt_at.is_(None), Forwarding.next_attempt_at <= at))
        .where(or_(unread, again))
        .order_by(Forwarding.last_attempt_at.asc().nulls_first())
    )
    return [(row.store_id, row.id) for row in session.execute(asked)]


def succeeded(session: Session, *, forwarding: Forwarding, at: datetime) -> None:
    """The last attempt reached the other side."""
    forwarding.last_attempt_at = forwarding.last_success_at = at
    forwarding.failures, forwarding.last_error, forwarding.next_attempt_at = 0, None, None
    session.flush()


def failed(
    session: Session, *, forwarding: Forwarding, why: str, at: datetime, asked_to_wait: timedelta | None = None
) -> None:
    """The last attempt failed, and the next one comes after 10 s, 20 s, 40 s … at most an hour, or as asked for."""
    forwarding.failures += 1
    wait = asked_to_wait or _FIRST_WAIT * 2 ** min(forwarding.failures - 1, 10)
    forwarding.last_attempt_at, forwarding.last_error = at, why
    forwarding.next_attempt_at = at + min(wait, _LONGEST_WAIT)
    session.flush()


def _of(forwarding: Forwarding) -> tuple[ColumnElement[bool], ...]:
    return ForwardingRefusal.store_id == forwarding.store_id, ForwardingRefusal.forwarding_id == forwarding.id


def _bound(store_id: int, endpoint: str, key: str) -> str:
    # Whoever can write to this table still cannot have the secret sent to another address.
    return f"forwarding {store_id} {key} {endpoint}"

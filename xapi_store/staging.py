"""What waits on a session until its transaction ends: ledger entries and statements, to be put in order last.

A rollback forgets it, the rollback of a savepoint forgets what came after the savepoint, and a commit that
would drop it is refused: evidence stands or falls with the fact it proves.
"""

from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from xapi_store.errors import EvidenceLost

WAITING = "xapi_store.waiting"
MARKS = "xapi_store.savepoints"

Item = TypeVar("Item")


def add(session: Session, item: object) -> None:
    """The item waits on this session."""
    if not session.in_transaction():
        session.begin()  # so that there is something to roll back, although no row was touched yet
    session.info.setdefault(WAITING, []).append(item)


def take(session: Session, kind: type[Item]) -> list[Item]:
    """All waiting items of this kind, in the order of their coming; they wait no longer."""
    waiting: list[Any] = session.info.get(WAITING, [])
    taken = [item for item in waiting if isinstance(item, kind)]
    waiting[:] = [item for item in waiting if not isinstance(item, kind)]
    return taken


@event.listens_for(Session, "after_transaction_create")
def _remember(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        marks: dict[SessionTransaction, int] = session.info.setdefault(MARKS, {})
        marks[transaction] = len(session.info.get(WAITING, ()))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    waiting = session.info.get(WAITING)
    if waiting:
        del waiting[_mark(session, transaction) :]


@event.listens_for(Session, "after_transaction_end")
def _tidy(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(MARKS, None)


def _mark(session: Session, transaction: SessionTransaction) -> int:
    """How much was waiting when the innermost savepoint around this was made; nothing where there is none."""
    around: SessionTransaction | None = transaction
    while around is not None and not around.nested:
        around = around.parent
    return 0 if around is None else session.info.get(MARKS, {}).get(around, 0)


@event.listens_for(Session, "before_commit")
def _refuse_loss(session: Session) -> None:
    if session.info.get(WAITING) and not session.in_nested_transaction():
        raise EvidenceLost("staged statements or ledger entries: end the work with xapi_store.transaction.transaction")

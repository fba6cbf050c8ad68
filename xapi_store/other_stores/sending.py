"""The pass that sends: the next statements of a forwarding go out in one batch, and its position moves behind them.

The position moves only once the other side has answered for them, so that after any interruption the same
statements are sent again: at least once, and without doubles over there, because they keep their ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import orjson
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from xapi_store import attachments
from xapi_store.attachments import Attachment, StatementAttachment
from xapi_store.database import Database
from xapi_store.errors import SealBroken, StoreError
from xapi_store.form import multipart
from xapi_store.keys import Seal
from xapi_store.other_stores import forwarding, selection
from xapi_store.other_stores.foreign_lrs import Answer, Client, Unreachable
from xapi_store.other_stores.forwarding import Forwarding, ForwardingRefusal
from xapi_store.other_stores.one_at_a_time import alone
from xapi_store.other_stores.public_addresses import AddressRefused
from xapi_store.other_stores.selection import LARGEST, Stored, as_sent

# What the other side means for good: a statement it finds wrong, in conflict with one it has, or too large.
_FINAL = frozenset({400, 409, 413, 422})


class Outcome(Enum):
    """How a pass ended: something was settled and there may be more; nothing was left; it waits; another is at it."""

    MORE = "more"
    DONE = "done"
    WAITS = "waits"
    BUSY = "busy"


class _Waits(StoreError):
    """The other side cannot take anything now."""

    def __init__(self, why: str, wait: timedelta | None = None) -> None:
        super().__init__(why)
        self.wait = wait


class _Overtaken(StoreError):
    """The position was moved by somebody else, or the forwarding is gone."""


def step(
    database: Database,
    *,
    store_id: int,
    forwarding_id: int,
    seal: Seal,
    at: datetime,
    allow_private: bool = False,
) -> Outcome:
    """The next statements (at most `selection.MOST`) are settled: taken by the other side, or refused and kept as such.

    Or the forwarding waits, and its row says why and until when. One process at a time works on it.
    """
    with alone(database, f"forwarding {store_id} {forwarding_id}") as session:
        if session is None:
            return Outcome.BUSY
        with session.begin():
            row = session.get(Forwarding, (store_id, forwarding_id))
        if row is None or not row.enabled:
            return Outcome.DONE
        try:
            client = Client(row.target(seal), allow_private=allow_private)
        except (AddressRefused, SealBroken) as error:
            return _wait(session, row, error, at)
        with client:
            return _Pass(session, row, client, at).run()


@dataclass
class _Pass:
    """One pass over one forwarding. No transaction is open while the other side is called."""

    session: Session
    row: Forwarding
    client: Client
    at: datetime
    heard: bool = False

    def run(self) -> Outcome:
        """What was refused and is to be repeated goes first, then the next batch."""
        self.position = self.row.position
        trouble: StoreError | None = None
        try:
            outcome = self._settle()
        except _Overtaken:
            return Outcome.BUSY
        except (_Waits, Unreachable, AddressRefused) as error:
            trouble = error
        if self.heard:
            with self.session.begin():
                forwarding.succeeded(self.session, forwarding=self.row, at=self.at)
        return outcome if trouble is None else _wait(self.session, self.row, trouble, self.at)

    def _settle(self) -> Outcome:
        self._repeat()
        # Smaller batches after failures: what was too much for the other side comes through, and what it stumbles
        # over each time stands alone in the end.
        most = max(selection.MOST >> self.row.failures, 1)
        with self.session.begin():
            rows = selection.following(self.session, store_id=self.row.store_id, position=self.position, most=most)
            chosen = selection.chosen(self.session, rows, store_id=self.row.store_id, choice=self.row.choice)
        if chosen:
            self._deliver(chosen)
        if rows:
            self._move(rows[-1].seq)
        return Outcome.MORE if rows else Outcome.DONE

    def _deliver(self, batch: Sequence[Stored]) -> None:
        """All of the batch is settled, in order; one that is refused is cut in halves to find who is to blame."""
        single = len(batch) == 1
        answer = self._send(batch) if single or self._weight(batch) < LARGEST else None
        if answer is not None and answer.accepted:
            self._move(batch[-1].seq)
        elif answer is not None and single:
            self._move(batch[0].seq, refused=(batch[0], answer))
        else:
            middle = len(batch) // 2
            self._deliver(batch[:middle])
            self._deliver(batch[middle:])

    def _repeat(self) -> None:
        of = ForwardingRefusal.store_id == self.row.store_id, ForwardingRefusal.forwarding_id == self.row.id
        with self.session.begin():
            marked = self.session.scalars(select(ForwardingRefusal.seq).where(*of, ForwardingRefusal.again)).all()
            rows = selection.standing(self.session, store_id=self.row.store_id, seqs=marked) if marked else ()
        self._forget({*marked} - {each.seq for each in rows})  # erased meanwhile: there is nothing to send
        for each in rows:
            answer = self._send([each])
            if answer.accepted:
                self._forget({each.seq})
            else:
                with self.session.begin():
                    _keep(self.session, self.row, each, answer, self.at)

    def _forget(self, seqs: set[int]) -> None:
        if seqs:
            with self.session.begin():
                forwarding.forget(self.session, forwarding=self.row, seqs=seqs)

    def _send(self, batch: Sequence[Stored]) -> Answer:
        """The answer of the other side: it took the batch, or refuses it for good. Otherwise we wait."""
        answer = self.client.send(*self._written(batch))
        if answer.accepted:
            _check_acknowledged(answer, len(batch))
            self.heard = True
        elif answer.status not in _FINAL:
            raise _Waits(f"answered {answer.status}: {answer.reason}", answer.wait(self.at))
        elif len(batch) == 1 and not self.heard:
            self._check_it_listens(answer)
        return answer

    def _written(self, batch: Sequence[Stored]) -> tuple[bytes, str]:
        """The body, and its content type: multipart where attachments go with the statements (Communication 1.5.2)."""
        texts = (as_sent(each.raw, keep_authority=self.row.keep_authority) for each in batch)
        body = b"[" + b",".join(texts) + b"]"
        with self.session.begin():
            seqs = [each.seq for each in batch]
            kept = attachments.sent_with(self.session, store_id=self.row.store_id, seqs=seqs)
        if not kept:
            return body, "application/json"
        content_type, body = multipart.statements_answer(body, kept)
        return body, content_type

    def _weight(self, batch: Sequence[Stored]) -> int:
        """The bytes of the attachments that go with it, as far as they are known without reading them."""
        of = StatementAttachment.store_id == Attachment.store_id, StatementAttachment.sha2 == Attachment.sha2
        asked = select(func.coalesce(func.sum(func.octet_length(Attachment.content)), 0)).join(
            StatementAttachment, of[0] & of[1]
        )
        with self.session.begin():
            seqs = [each.seq for each in batch]
            mine = StatementAttachment.store_id == self.row.store_id, StatementAttachment.seq.in_(seqs)
            return int(self.session.scalar(asked.where(*mine)) or 0)

    def _check_it_listens(self, refused: Answer) -> None:
        """Something that refuses whatever comes (a wrong address or version) must not use up the whole store."""
        greeting = self.client.greet()
        # A key that may only write is not allowed to read: the door is the right one all the same.
        if not greeting.accepted and greeting.status not in (401, 403):
            raise _Waits(
                f"answered {refused.status}: {refused.reason}; and {greeting.status} when asked for statements"
            )
        self.heard = True

    def _move(self, to: int, *, refused: tuple[Stored, Answer] | None = None) -> None:
        with self.session.begin():
            moved = self.session.scalar(
                update(Forwarding)
                .where(Forwarding.store_id == self.row.store_id, Forwarding.id == self.row.id)
                .where(Forwarding.position == self.position)
                .values(position=to)
                .returning(Forwarding.position)
                .execution_options(synchronize_session=False)
            )
            if moved is None:
                raise _Overtaken("the position is not where it was")
            if refused is not None:
                _keep(self.session, self.row, *refused, self.at)
        self.position = to


def _wait(session: Session, row: Forwarding, trouble: StoreError, at: datetime) -> Outcome:
    asked = trouble.wait if isinstance(trouble, _Waits) else None
    with session.begin():
        forwarding.failed(session, forwarding=row, why=str(trouble), at=at, asked_to_wait=asked)
    return Outcome.WAITS


def _check_acknowledged(answer: Answer, sent: int) -> None:
    """A page of something else, such as a login form, is answered with 200 as well."""
    if answer.status == 204:
        return
    try:
        ids = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        ids = None
    if not isinstance(ids, list) or len(ids) != sent:
        raise _Waits(f"answered {answer.status}, but not with the ids of the statements as an LRS does")


def _keep(session: Session, row: Forwarding, statement: Stored, answer: Answer, at: datetime) -> None:
    refusal = {"status": answer.status, "reason": answer.reason, "at": at, "again": False}
    place = {"store_id": row.store_id, "forwarding_id": row.id, "seq": statement.seq}
    session.merge(ForwardingRefusal(**place, id=statement.id, **refusal))

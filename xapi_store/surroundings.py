"""A statement with what stands around it: whether it holds, what it refers to, what refers to it, what came along."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from xapi_store.attachments import Attachment, StatementAttachment
from xapi_store.errors import NoSuchStatement
from xapi_store.form import digits
from xapi_store.statements import Statement
from xapi_store.stores import moment_of

MOST_REFERRING = 50
_NUMBER = re.compile(r'"\\u0000([^"]*)\\u0000"')  # as `digits.read` marks them


@dataclass(frozen=True)
class Referring:
    """A statement whose object is the one that is looked at; `voiding` where it voids it."""

    id: UUID
    stored: datetime
    voiding: bool


@dataclass(frozen=True)
class Enclosed:
    """Bytes that came with a statement, without the bytes themselves; `size` in bytes."""

    sha2: str
    content_type: str
    size: int


@dataclass(frozen=True)
class Surrounded:
    """A stored statement, voided or not; of those that refer to it, at most `MOST_REFERRING`, newest first.

    `target` is the statement it refers to, `target_here` says whether that one is in the store.
    """

    id: UUID
    raw: bytes
    stored: datetime
    voided: bool
    voiding: bool
    target: UUID | None
    target_here: bool
    referring: Sequence[Referring]
    enclosed: Sequence[Enclosed]


def look_up(session: Session, *, store_id: int, statement_id: UUID) -> Surrounded:
    """The statement and what stands around it; NoSuchStatement where the store has none of this id."""
    row = session.scalar(select(Statement).where(Statement.store_id == store_id, Statement.id == statement_id))
    if row is None:
        raise NoSuchStatement(f"there is no statement {statement_id} in this store")
    return Surrounded(
        id=row.id,
        raw=row.raw,
        stored=moment_of(row.seq),
        voided=row.voided,
        voiding=row.voiding,
        target=row.target,
        target_here=row.target is not None and _is_here(session, store_id, row.target),
        referring=_referring(session, store_id, statement_id),
        enclosed=_enclosed(session, store_id, row.seq),
    )


def enclosed_bytes(session: Session, *, store_id: int, statement_id: UUID, sha2: str) -> bytes:
    """The bytes of that sum, as they came with the statement; NoSuchStatement where they did not."""
    seq = select(Statement.seq).where(Statement.store_id == store_id, Statement.id == statement_id).scalar_subquery()
    asked = select(Attachment.content).join(StatementAttachment, _BROUGHT)
    found = session.scalar(
        asked.where(Attachment.store_id == store_id, Attachment.sha2 == _digest(sha2), StatementAttachment.seq == seq)
    )
    if found is None:
        raise NoSuchStatement(f"nothing of that sum came with the statement {statement_id}")
    return found


def set_out(raw: bytes) -> str:
    """The statement as it is stored, over many lines for people to read; numbers stay digit by digit as they came."""
    return _NUMBER.sub(r"\1", json.dumps(digits.read(raw), ensure_ascii=False, indent=2))


def _is_here(session: Session, store_id: int, statement_id: UUID) -> bool:
    asked = select(Statement.id).where(Statement.store_id == store_id, Statement.id == statement_id)
    return session.scalar(asked) is not None


def _referring(session: Session, store_id: int, statement_id: UUID) -> list[Referring]:
    asked = select(Statement.id, Statement.seq, Statement.voiding).where(
        Statement.store_id == store_id, Statement.target == statement_id
    )
    rows = session.execute(asked.order_by(Statement.seq.desc()).limit(MOST_REFERRING))
    return [Referring(row.id, moment_of(row.seq), row.voiding) for row in rows]


def _enclosed(session: Session, store_id: int, seq: int) -> list[Enclosed]:
    columns = select(Attachment.sha2, Attachment.content_type, func.octet_length(Attachment.content))
    brought = columns.join(StatementAttachment, _BROUGHT)
    rows = session.execute(brought.where(Attachment.store_id == store_id, StatementAttachment.seq == seq))
    return [Enclosed(sha2.hex(), content_type, size) for sha2, content_type, size in rows]


def _digest(sha2: str) -> bytes:
    try:
        return bytes.fromhex(sha2)
    except ValueError:
        return b""


_BROUGHT = and_(StatementAttachment.store_id == Attachment.store_id, StatementAttachment.sha2 == Attachment.sha2)

"""Attachments: the bytes that travel with statements (xAPI Data 2.4.11, Communication 1.5.2).

A store keeps the same bytes once, whoever sends them again, and for as long as a statement that brought them stands.
Bytes and statements find each other by the SHA-2 sum alone, which is computed here and never taken on trust.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Cursor
from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, LargeBinary, any_, delete, exists, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store.database import Base
from xapi_store.errors import AttachmentRefused, StatementRefused
from xapi_store.form.multipart import Kept, Part
from xapi_store.form.syntax import is_sha2
from xapi_store.stores import Store

__all__ = ["Attachment", "Kept", "Sent", "StatementAttachment"]

_SUMS = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}
_AS_THEY_ARE = ("", "7bit", "8bit", "binary")
_NO_MATTER = re.compile(r"[\s\"]")


class Attachment(Base):
    """Bytes that a store keeps, by their SHA-2 sum (28 to 64 bytes); the media type is that of whoever came first."""

    __tablename__ = "attachment"

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True)
    sha2: Mapped[bytes] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    content_type: Mapped[str]


class StatementAttachment(Base):
    """The statement at this place of the store's order came with these bytes."""

    __tablename__ = "statement_attachment"
    __table_args__ = (Index(None, "store_id", "sha2"),)

    store_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    sha2: Mapped[bytes] = mapped_column(primary_key=True)


@dataclass(frozen=True, slots=True)
class Sent:
    """An attachment as a part brought it: `number` counts the parts from 1.

    `content_type` is None where the part has no Content-Type, `sized` is true where it has a (right) Content-Length.
    """

    number: int
    content: bytes
    content_type: str | None
    sized: bool


def received(parts: Sequence[Part]) -> tuple[bytes, dict[str, Sent]]:
    """The JSON of the statements, and what came with it by its true SHA-2 sum in small hexadecimal digits.

    AttachmentRefused names the part that is not as xAPI wants it.
    """
    first = parts[0].headers
    if first.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise AttachmentRefused("part 1 must be application/json and hold the statements")
    if first.get("content-transfer-encoding", "").lower() not in _AS_THEY_ARE:
        raise AttachmentRefused("part 1 must not be encoded for transfer")
    sent: dict[str, Sent] = {}
    for number, part in enumerate(parts[1:], 2):
        sent.setdefault(_checked_sum(part, number), _sent(part, number))
    return parts[0].content, sent


def declared(content: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every attachment that the (valid) statement or its SubStatement declares, with its place."""
    for place, holder in ((path, content), (f"{path}.object", content["object"])):
        for number, attachment in enumerate(holder.get("attachments", ())):
            yield f"{place}.attachments[{number}]", attachment


def matched(statements: Iterable[tuple[str, Mapping[str, Any]]], sent: Mapping[str, Sent]) -> dict[str, Kept]:
    """The bytes that the (valid) statements, each with its place, declare and the parts brought, by their sum.

    Where no parts can come, `sent` is empty. StatementRefused where an attachment has neither part nor fileUrl, or
    says otherwise than the headers of its part; AttachmentRefused for a part that no statement declares.
    """
    kept: dict[str, Kept] = {}
    for path, content in statements:
        for place, attachment in declared(content, path):
            sha2 = attachment["sha2"].lower()
            part = sent.get(sha2)
            if part is not None:
                _agree(attachment, part, place)
                kept.setdefault(sha2, Kept(part.content, part.content_type or attachment["contentType"]))
            elif "fileUrl" not in attachment:
                raise StatementRefused(f"{place}.fileUrl", "is missing, and so is its part")
    for sha2, part in sent.items():
        if sha2 not in kept:
            raise AttachmentRefused(f"part {part.number} is not declared by any statement")
    return kept


def belonging(content: Mapping[str, Any], kept: Mapping[str, Kept]) -> dict[str, Kept]:
    """Those of the kept bytes that this (valid) statement declares."""
    sums = {attachment["sha2"].lower() for _, attachment in declared(content, "")} if kept else set()
    return {sha2: kept[sha2] for sha2 in sorted(sums & kept.keys())}


def keep(cursor: Cursor[Any], store_id: int, entries: Iterable[tuple[int, str, Kept]]) -> None:
    """The store holds the bytes of each (place, sum, bytes), once, and knows which statement brought them.

    The store's head must be locked (placing does so), so that nothing is released meanwhile.
    """
    listed = sorted(((bytes.fromhex(sha2), seq, kept) for seq, sha2, kept in entries), key=lambda each: each[:2])
    contents = {sha2: kept for sha2, _, kept in reversed(listed)}
    # One at a time: together they may be larger than any one value of PostgreSQL can be.
    cursor.executemany(_KEEP, [(store_id, sha2, kept.content, kept.content_type) for sha2, kept in contents.items()])
    cursor.execute(_LINK, (store_id, [seq for _, seq, _ in listed], [sha2 for sha2, _, _ in listed]))


def fetch(session: Session, *, store_id: int, shas: Collection[str]) -> dict[str, Kept]:
    """Those of these bytes that the store holds, by their sum in small hexadecimal digits."""
    wanted = sorted(bytes.fromhex(each) for each in shas)
    return _found(session, store_id, Attachment.sha2 == any_(literal(wanted, ARRAY(LargeBinary))))


def sent_with(session: Session, *, store_id: int, seqs: Collection[int]) -> dict[str, Kept]:
    """The bytes that came with the statements at these places, by their sum in small hexadecimal digits."""
    sums = select(StatementAttachment.sha2).where(*_at(store_id, seqs))
    return _found(session, store_id, Attachment.sha2.in_(sums))


def release(session: Session, *, store_id: int, seqs: Collection[int]) -> int:
    """The statements at these places bring nothing any more, and bytes that no other brought are gone: how many.

    The store's head is locked until the transaction ends.
    """
    session.execute(select(Store.id).where(Store.id == store_id).with_for_update(key_share=True))
    freed = session.scalars(
        delete(StatementAttachment).where(*_at(store_id, seqs)).returning(StatementAttachment.sha2),
        execution_options={"synchronize_session": False},
    )
    still_used = exists().where(
        StatementAttachment.store_id == Attachment.store_id, StatementAttachment.sha2 == Attachment.sha2
    )
    listed = literal(sorted(set(freed)), ARRAY(LargeBinary))
    gone = session.scalars(
        delete(Attachment)
        .where(Attachment.store_id == store_id, Attachment.sha2 == any_(listed), ~still_used)
        .returning(Attachment.sha2),
        execution_options={"synchronize_session": False},
    )
    return len(gone.all())


_KEEP = "INSERT INTO attachment (store_id, sha2, content, content_type) VALUES (%s, %b, %b, %s) ON CONFLICT DO NOTHING"
_LINK = (
    "INSERT INTO statement_attachment (store_id, seq, sha2)"
    " SELECT %s, * FROM unnest(%s::bigint[], %b::bytea[]) ON CONFLICT DO NOTHING"
)


def _at(store_id: int, seqs: Collection[int]) -> tuple[Any, Any]:
    return (
        StatementAttachment.store_id == store_id,
        StatementAttachment.seq == any_(literal(list(seqs), ARRAY(BigInteger))),
    )


def _found(session: Session, store_id: int, condition: Any) -> dict[str, Kept]:
    columns = select(Attachment.sha2, Attachment.content, Attachment.content_type)
    rows = session.execute(columns.where(Attachment.store_id == store_id, condition).order_by(Attachment.sha2))
    return {sha2.hex(): Kept(content, content_type) for sha2, content, content_type in rows}


def _checked_sum(part: Part, number: int) -> str:
    if part.headers.get("content-transfer-encoding", "").lower() != "binary":
        raise AttachmentRefused(f"part {number} must have the header Content-Transfer-Encoding: binary")
    claimed = part.headers.get("x-experience-api-hash", "").lower()
    if not is_sha2(claimed):
        raise AttachmentRefused(f"part {number} must have the SHA-2 sum of its content as X-Experience-API-Hash")
    if _SUMS[len(claimed)](part.content).hexdigest() != claimed:
        raise AttachmentRefused(f"part {number} does not have the sum that its X-Experience-API-Hash says")
    return claimed


def _sent(part: Part, number: int) -> Sent:
    told = part.headers.get("content-length")
    if told is not None and told != str(len(part.content)):
        raise AttachmentRefused(f"part {number} does not have the length that its Content-Length says")
    return Sent(number, part.content, part.headers.get("content-type") or None, sized=told is not None)


def _agree(attachment: Mapping[str, Any], part: Sent, place: str) -> None:
    """Header and property match where both are given (Communication 1.5.2).

    A length that no header repeats is the sender's affair: the conformance suite itself sends a wrong one.
    """
    if part.content_type is not None and _plain(part.content_type) != _plain(attachment["contentType"]):
        raise StatementRefused(f"{place}.contentType", f"differs from the Content-Type of part {part.number}")
    if part.sized and attachment["length"] != len(part.content):
        raise StatementRefused(f"{place}.length", f"differs from the Content-Length of part {part.number}")


def _plain(content_type: str) -> str:
    return _NO_MATTER.sub("", content_type).lower()

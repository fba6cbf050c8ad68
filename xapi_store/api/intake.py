"""Statements on their way in: read from the body, each checked, with the bytes that came with them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from xapi_store import attachments, multipart, received, signed_statements, statements
from xapi_store.api.exchange import Request
from xapi_store.attachments import Sent
from xapi_store.errors import BatchRefused, NotAllowed, StatementRefused
from xapi_store.statements import Prepared, Sender

MOST_FAULTS = 100
Fault = tuple[int, StatementRefused]


def require(allowed: bool) -> None:
    """The key has the scope for this; NotAllowed otherwise."""
    if not allowed:
        raise NotAllowed("scope")


def under(statement_id: UUID, raw: bytes) -> bytes:
    """The statement with the id of the address, which it may leave out but not contradict."""
    content = received.read(raw, "statement")
    if not isinstance(content, dict) or "id" not in content:
        own = {"id": str(statement_id)}
        return received.completed(raw, content, own) if isinstance(content, dict) else raw
    if str(content["id"]).lower() != str(statement_id):
        raise StatementRefused("statement.id", "differs from statementId", rule="id")
    return raw


def read(request: Request) -> tuple[list[bytes], bool, dict[str, Sent]]:
    """The statements of the body as they were sent, whether as a list, and what came with them."""
    if request.media_type == "application/json":
        return *received.split(request.body), {}
    if request.media_type != "multipart/mixed":
        raise StatementRefused("body", "must be application/json or multipart/mixed", rule="media-type")
    parts = multipart.parse(request.header("content-type") or "", request.body)
    body, sent = attachments.received(parts)
    return *received.split(body), sent


def prepared(request: Request, raws: Sequence[bytes], sent: Mapping[str, Sent], *, as_list: bool) -> list[Prepared]:
    """The statements, each checked; BatchRefused names every one that breaks a rule."""
    good, faults = judged(request, raws, as_list=as_list)
    if faults:
        raise BatchRefused(faults[:MOST_FAULTS], more=len(faults) > MOST_FAULTS)
    _refuse_repeated(good)
    return with_attachments(good, sent, as_list=as_list)


def judged(request: Request, raws: Sequence[bytes], *, as_list: bool) -> tuple[list[Prepared], list[Fault]]:
    """The statements that keep every rule, and the others by their number with what is wrong."""
    access, now = request.bearer, datetime.now(UTC)
    sender = Sender(access.authority, request.version, access.may_define)
    good: list[Prepared] = []
    faults: list[Fault] = []
    for number, raw in enumerate(raws):
        path = _path(number, as_list)
        try:
            content = received.read(raw, path)
            good.append(statements.prepare(content, sender=sender, at=now, raw=raw, path=path))
        except StatementRefused as fault:
            faults.append((number, fault))
    return good, faults


def _path(number: int, as_list: bool) -> str:
    return f"statements[{number}]" if as_list else "statement"


def _refuse_repeated(arrived: Sequence[Prepared]) -> None:
    seen: set[UUID] = set()
    for number, each in enumerate(arrived):
        if each.id in seen:
            raise StatementRefused(f"statements[{number}].id", "appears twice in this request", rule="duplicate-id")
        seen.add(each.id)


def with_attachments(arrived: list[Prepared], sent: Mapping[str, Sent], *, as_list: bool) -> list[Prepared]:
    """Each statement with the bytes that came for it; what is signed is signed as it should be."""
    if not sent and not any(each.declares_attachments for each in arrived):
        return arrived
    placed = [(_path(number, as_list), each) for number, each in enumerate(arrived)]
    kept = attachments.matched(((path, each.content) for path, each in placed), sent)
    found = []
    for path, each in placed:
        own = attachments.belonging(each.content, kept)
        signed_statements.check(each.content, own, path=path)
        found.append(replace(each, attachments=own))
    return found

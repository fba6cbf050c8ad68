"""The statement resource (xAPI Communication 2.1)."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import Response, g, request

from xapi_store import query, statements
from xapi_store.actors import identity
from xapi_store.api import door, parameters
from xapi_store.api.answers import json_answer, raw_answer
from xapi_store.api_keys import Access
from xapi_store.errors import StatementRefused
from xapi_store.presentation import canonical, ids_only
from xapi_store.received import Received, parse, read_stored
from xapi_store.syntax import read_time
from xapi_store.transaction import transaction


def answer() -> Response:
    """GET (and HEAD), PUT or POST, each as the specification has it."""
    return {"PUT": put, "POST": post}.get(request.method, get)()


def put() -> Response:
    """The statement is stored under the id of the address; 204 (xAPI Communication 2.1.1)."""
    access = door.allow(lambda each: each.may_write)
    statement_id: UUID = parameters.load(parameters.PutParameters(), request.args)["statement_id"]
    received, as_list = parse(_body())
    if as_list:
        raise StatementRefused("statements", "must be a single statement here")
    statement, source = received[0].statement, received[0].source
    if str(statement.get("id", statement_id)).lower() != str(statement_id):
        raise StatementRefused("statement.id", "differs from statementId")
    source.setdefault("id", json.dumps(str(statement_id)))
    statement.setdefault("id", str(statement_id))
    _record(access, received)
    return Response(status=204)


def post() -> Response:
    """All statements of the body are stored, or none; 200 with their ids in order (xAPI Communication 2.1.2)."""
    access = door.allow(lambda each: each.may_write)
    parameters.load(parameters.PostParameters(), request.args)
    received, _ = parse(_body())
    _refuse_repeated(received)
    return json_answer([str(each) for each in _record(access, received)])


def get() -> Response:
    """One statement by its id, or a page of those that pass the filters (xAPI Communication 2.1.3)."""
    access = door.allow(lambda each: each.may_read_own)
    asked = parameters.load(parameters.GetParameters(), request.args)
    with transaction(door.database()) as session:
        # Before the statements are read: what is stored in between may be in the answer, but is not promised.
        g.xapi_consistent = query.consistent_through(session, store_id=access.store_id)
        if "statement_id" in asked or "voided_statement_id" in asked:
            return _one(session, access, asked)
        authority = None if access.may_read_all else identity(access.authority)
        page = query.find(session, store_id=access.store_id, filters=parameters.filters(asked, authority=authority))
    listed = b",".join(_shaped(raw, asked["format"]) for raw in page.statements)
    more = json.dumps(_more(page.more)).encode()
    return _answer(b'{"statements":[' + listed + b'],"more":' + more + b"}", asked)


def _body() -> bytes:
    kind = request.mimetype
    if kind == "multipart/mixed":
        raise StatementRefused("body", "carries attachments, which this store takes by fileUrl only")
    if kind != "application/json":
        raise StatementRefused("body", "must be application/json")
    return request.get_data()


def _record(access: Access, received: list[Received]) -> list[UUID]:
    now = datetime.now(UTC)
    with transaction(door.database()) as session:
        recorded = []
        for each in received:
            recorded.append(
                statements.record(
                    session,
                    store_id=access.store_id,
                    statement=each.statement,
                    authority=access.authority,
                    at=now,
                    version=door.version(),
                    source=each.source,
                    path=each.path,
                )
            )
            _refuse_missing_parts(each)
    return recorded


def _refuse_repeated(received: list[Received]) -> None:
    seen: set[str] = set()
    for each in received:
        given = each.statement.get("id")
        if isinstance(given, str):
            if given.lower() in seen:
                raise StatementRefused(f"{each.path}.id", "appears twice in this request")
            seen.add(given.lower())


def _refuse_missing_parts(received: Received) -> None:
    inner = received.statement["object"]
    for place, holder in ((received.path, received.statement), (f"{received.path}.object", inner)):
        for number, attachment in enumerate(holder.get("attachments", ())):
            if "fileUrl" not in attachment:
                raise StatementRefused(f"{place}.attachments[{number}].fileUrl", "is missing, and so is its part")


def _one(session: Any, access: Access, asked: dict[str, Any]) -> Response:
    voided = "voided_statement_id" in asked
    raw = query.by_id(
        session,
        store_id=access.store_id,
        statement_id=asked["voided_statement_id" if voided else "statement_id"],
        voided=voided,
        authority=None if access.may_read_all else identity(access.authority),
    )
    answer = _answer(_shaped(raw, asked["format"]), asked)
    stored = read_time(read_stored(raw)["stored"])
    if stored is not None:
        answer.headers["Last-Modified"] = format_datetime(stored, usegmt=True)
    return answer


def _shaped(raw: bytes, form: str) -> bytes:
    if form == "ids":
        return ids_only(raw)
    if form == "canonical":
        return canonical(raw, [tag for tag, quality in request.accept_languages if quality > 0])
    return raw


def _answer(body: bytes, asked: dict[str, Any]) -> Response:
    if not asked["attachments"]:
        return raw_answer(body)
    # No bytes of attachments are kept yet, so the statements are the only part.
    boundary = uuid4().hex
    head = f"--{boundary}\r\nContent-Type: application/json\r\n\r\n".encode()
    content = head + body + f"\r\n--{boundary}--\r\n".encode()
    return raw_answer(content, content_type=f'multipart/mixed; boundary="{boundary}"')


def _more(cursor: int | None) -> str:
    if cursor is None:
        return ""
    following = {**request.args.to_dict(), parameters.CURSOR: str(cursor)}
    return f"{request.script_root}{request.path}?{urlencode(following)}"

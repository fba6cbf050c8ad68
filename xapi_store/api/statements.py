"""The statement resource (xAPI Communication 2.1)."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.orm import Session

from xapi_store import attachments, query
from xapi_store.actors import identity
from xapi_store.api import intake, parameters
from xapi_store.api.exchange import CONSISTENT, Answer, House, Method, Request, Storing, json_answer
from xapi_store.definitions import activities
from xapi_store.errors import StatementRefused
from xapi_store.form import languages, multipart, received
from xapi_store.form.syntax import read_time, write_time
from xapi_store.presentation import canonical, ids_only
from xapi_store.stores import moment_of, place_at

MOST_FAULTS = 100


def put(request: Request, house: House) -> Answer | Storing:
    """The statement is stored under the id of the address; 204 (xAPI Communication 2.1.1)."""
    intake.require(request.bearer.may_write)
    statement_id: UUID = parameters.load(parameters.PUT, request.parameters)["statement_id"]
    raws, as_list, sent = intake.read(request)
    if as_list:
        raise StatementRefused("statements", "must be a single statement here", rule="single")
    judged = intake.judge(request, house, [intake.under(statement_id, raws[0])], sent, as_list=False)
    return intake.storing(request, house, judged, lambda through: Answer(204, headers=(_consistent(through),)))


def post(request: Request, house: House) -> Answer | Storing:
    """All statements of the body are stored, or none; 200 with their ids in order (xAPI Communication 2.1.2)."""
    intake.require(request.bearer.may_write)
    if request.parameters:
        parameters.load(parameters.POST, request.parameters)
    raws, as_list, sent = intake.read(request)
    judged = intake.judge(request, house, raws, sent, as_list=as_list)
    ids = [each.id for each in judged.statements]
    return intake.storing(request, house, judged, lambda through: json_answer(ids, headers=(_consistent(through),)))


def _consistent(through: datetime) -> tuple[str, str]:
    return CONSISTENT, write_time(through)


def get(request: Request, house: House) -> Answer:
    """One statement by its id, or a page of those that pass the filters (xAPI Communication 2.1.3)."""
    access = request.bearer
    intake.require(access.may_read_own)
    asked = parameters.load(parameters.GET, request.parameters)
    if "statement_id" in asked or "voided_statement_id" in asked:
        with house.database.session() as session:  # where it was written: who stores a statement can read it at once
            return _one(session, request, asked)
    authority = None if access.may_read_all else identity(access.authority)
    with house.reading.session() as session:
        # Before the statements are read: what is stored in between may be in the answer, but is not promised.
        through = query.consistent_through(session, store_id=access.store_id)
        if "through" in asked:  # what was stored since the first page may lie before this one, and will not be seen
            through = min(through, moment_of(asked["through"]))
        filters = parameters.filters(asked, authority=authority)
        page = query.find(session, store_id=access.store_id, filters=filters)
        listed = b",".join(_shaped(session, request, page.statements, asked["format"]))
        more = json.dumps(_more(request, page.more, asked, through)).encode()
        body = b'{"statements":[' + listed + b'],"more":' + more + b"}"
        headers = ((CONSISTENT, write_time(through)), *_modified(page.places))
        return _answer(session, request, body, page.places, asked, headers)


METHODS: dict[str, Method] = {"GET": get, "PUT": put, "POST": post}


def _one(session: Session, request: Request, asked: Mapping[str, Any]) -> Answer:
    access, voided = request.bearer, "voided_statement_id" in asked
    raw = query.by_id(
        session,
        store_id=access.store_id,
        statement_id=asked["voided_statement_id" if voided else "statement_id"],
        voided=voided,
        authority=None if access.may_read_all else identity(access.authority),
    )
    stored = read_time(received.read_stored(raw)["stored"])
    if stored is None:
        raise ValueError("a stored statement without its time")
    (body,) = _shaped(session, request, [raw], asked["format"])
    places = [place_at(stored)]
    return _answer(session, request, body, places, asked, _modified(places))


def _modified(places: Collection[int]) -> tuple[tuple[str, str], ...]:
    """The header that says when the newest of these statements was stored; none where there are none."""
    return (("Last-Modified", format_datetime(moment_of(max(places)), usegmt=True)),) if places else ()


def _shaped(session: Session, request: Request, raws: Sequence[bytes], form: str) -> list[bytes]:
    if form == "ids":
        return [ids_only(raw) for raw in raws]
    if form == "exact":
        return list(raws)
    names = activities.mentioned(map(received.read_stored, raws))
    definitions = activities.fetch(session, store_id=request.bearer.store_id, names=names)
    wanted = languages.read(request.header("accept-language"))
    return [canonical(raw, wanted, definitions) for raw in raws]


def _answer(
    session: Session,
    request: Request,
    body: bytes,
    places: Collection[int],
    asked: Mapping[str, Any],
    headers: tuple[tuple[str, str], ...],
) -> Answer:
    if not asked["attachments"]:
        return Answer(200, body, headers=headers)
    kept = attachments.sent_with(session, store_id=request.bearer.store_id, seqs=places)
    content_type, content = multipart.statements_answer(body, kept)
    return Answer(200, content, content_type, headers)


def _more(request: Request, cursor: int | None, asked: Mapping[str, Any], through: datetime) -> str:
    """The rest of the answer, as an address without its host (xAPI Data 2.5)."""
    if cursor is None:
        return ""
    following = {**request.parameters, parameters.CURSOR: str(cursor)}
    if not asked["ascending"]:
        following[parameters.THROUGH] = str(place_at(through))
    return f"{request.path}?{urlencode(following)}"

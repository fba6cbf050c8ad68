"""The statement browser: find statements, read one whole, follow what it refers to, void it for a reason."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from lti_tool import asking, house, operators, visitor
from lti_tool.pages.stores import place, reading, words
from xapi_store import query, surroundings, voiding
from xapi_store.errors import FilterRefused
from xapi_store.form import syntax
from xapi_store.transaction import transaction
from xapi_store.voiding import NotVoidable

bp = Blueprint("browser", __name__, url_prefix="/<slug>/statements")

PAGE = 25


@bp.get("")
@visitor.operator_only
def find(slug: str) -> ResponseReturnValue:
    """A page of the statements that pass the filters in the address; an id alone leads to its statement."""
    pasted = syntax.read_uuid(request.args.get("id", "").strip())
    if pasted is not None:
        return redirect(url_for(".show", slug=slug, statement_id=pasted), 303)
    given = request.args.to_dict()
    errors: dict[str, list[object]] = {"id": [_l("This is not the id of a statement.")]} if given.get("id") else {}
    try:
        filters = asking.filters(given, limit=PAGE)
    except FilterRefused as refused:
        filters = None
        errors[refused.name] = [f"{words.FILTERS.get(refused.name, refused.name)}: {refused.reason}"]
    with house.database().session() as session:
        here = place.of(session, slug)
        page = query.find(session, store_id=here.id, filters=filters) if filters and not errors else None
        raws = page.statements if page else []
        read = reading.in_words(session, raws, store_id=here.id, accept=request.headers.get("Accept-Language"))
    return render_template(
        "stores/statements.html",
        place=here,
        lines=[reading.line(each) for each in read],
        more={**_asked(given), "from": page.more} if page and page.more is not None else None,
        asked=_asked(given),
        continued="from" in given,
        words=words,
        form={"values": given, "errors": errors},
    ), 422 if errors else 200


@bp.get("/<uuid:statement_id>")
@visitor.operator_only
def show(slug: str, statement_id: UUID) -> ResponseReturnValue:
    """One statement in words and as it is stored, with what stands around it."""
    return _one(slug, statement_id)


@bp.get("/<uuid:statement_id>/attachments/<sha2>")
@visitor.operator_only
def attachment(slug: str, statement_id: UUID, sha2: str) -> ResponseReturnValue:
    """The bytes that came with the statement, to be saved and never shown: they may be anything."""
    with house.database().session() as session:
        here = place.of(session, slug)
        content = surroundings.enclosed_bytes(session, store_id=here.id, statement_id=statement_id, sha2=sha2)
    headers = {"Content-Disposition": f'attachment; filename="{sha2[:16]}"', "Cache-Control": "no-store"}
    return Response(content, mimetype="application/octet-stream", headers=headers)


@bp.post("/<uuid:statement_id>/void")
@visitor.operator_only
def void(slug: str, statement_id: UUID) -> ResponseReturnValue:
    """The statement is void; the one that voids it names the operator and the reason."""
    reason = request.form.get("reason", "").strip()
    if not 0 < len(reason) <= voiding.LONGEST_REASON or not reason.replace("\n", " ").replace("\r", " ").isprintable():
        wrong = _l("Say in a sentence why, at most %(most)s characters.", most=voiding.LONGEST_REASON)
        return _one(slug, statement_id, {"values": {"reason": reason}, "errors": {"reason": [wrong]}}), 422
    try:
        with transaction(house.database()) as session:
            voiding.void(
                session,
                store_id=place.of(session, slug).id,
                statement_id=statement_id,
                reason=reason,
                by=operators.actor(house.address()),
                at=datetime.now(UTC),
            )
    except NotVoidable:
        return redirect(url_for(".show", slug=slug, statement_id=statement_id), 303)
    return redirect(url_for(".show", slug=slug, statement_id=statement_id, voided="now"), 303)


def _one(slug: str, statement_id: UUID, form: dict[str, Any] | None = None) -> str:
    with house.database().session() as session:
        here = place.of(session, slug)
        found = surroundings.look_up(session, store_id=here.id, statement_id=statement_id)
        accept = request.headers.get("Accept-Language")
        (content,) = reading.in_words(session, [found.raw], store_id=here.id, accept=accept)
    return render_template(
        "stores/statement.html",
        place=here,
        found=found,
        line=reading.line(content),
        facts=list(reading.facts(content)),
        named=[each for each in content.get("attachments", []) if isinstance(each, dict)],
        pretty=surroundings.set_out(found.raw),
        form=form or place.EMPTY_FORM,
        most=voiding.LONGEST_REASON,
    )


def _asked(given: dict[str, str]) -> dict[str, str]:
    """The filters that are set, as they stand in the address."""
    return {name: given[name] for name in (*asking.NAMES, *asking.SWITCHES) if given.get(name, "").strip()}

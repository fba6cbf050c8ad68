"""Erasure: a person's identifiers are taken out of a store, after a look at how much names them."""

import time
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from lti_tool import asking, house, operators, visitor
from lti_tool.pages.stores import place
from xapi_store.erasing import erasure, retention
from xapi_store.erasing.erasure import Erasure
from xapi_store.errors import FilterRefused
from xapi_store.transaction import transaction

bp = Blueprint("erasures", __name__, url_prefix="/<slug>/erasure")

# A page waits no longer; what is left goes on with the next press of the button, or on the command line.
LONGEST = 10.0
MOST_NAMED, MOST_SHOWN = 1000, 20
LONGEST_REASON = 200


@bp.get("")
@visitor.operator_only
def show(slug: str) -> ResponseReturnValue:
    """The form, and erasures and deletions that were interrupted."""
    return _page(slug)


@bp.post("/look")
@visitor.operator_only
def look(slug: str) -> ResponseReturnValue:
    """How many statements name the person; nothing is changed."""
    given, identities = _given()
    errors = _faults(given, identities)
    if errors:
        return _page(slug, form={"values": given, "errors": errors}), 422
    with house.database().session() as session:
        store_id = place.of(session, slug).id
        named = erasure.mentions(session, store_id=store_id, identities=identities, most=MOST_NAMED)
    return _page(slug, form={"values": given, "errors": {}}, planned=len(named))


@bp.post("")
@visitor.operator_only
def erase(slug: str) -> ResponseReturnValue:
    """The person is erased, or as much as fits into a few seconds; the page says which."""
    given, identities = _given()
    errors = _faults(given, identities)
    if errors:
        return _page(slug, form={"values": given, "errors": errors}), 422
    with transaction(house.database()) as session:
        begun = erasure.begin(
            session,
            store_id=place.of(session, slug).id,
            identities=identities,
            reason=given["reason"],
            by=operators.name(house.address()),
            at=datetime.now(UTC),
        )
    done = _carry_on(begun)
    with house.database().session() as session:
        left = erasure.mentions(session, store_id=done.store_id, identities=identities, most=MOST_SHOWN)
    return _page(slug, done=done, left=left if done.done_at else [])


@bp.post("/<int:number>/go-on")
@visitor.operator_only
def go_on(slug: str, number: int) -> ResponseReturnValue:
    """An erasure that was interrupted has come further, or to its end."""
    with transaction(house.database()) as session:
        here = place.of(session, slug)
        begun = erasure.step(session, store_id=here.id, number=number, at=datetime.now(UTC))
    return _page(slug, done=_carry_on(begun))


def _carry_on(begun: Erasure) -> Erasure:
    end = time.monotonic() + LONGEST
    while begun.done_at is None and time.monotonic() < end:
        with transaction(house.database()) as session:
            begun = erasure.step(session, store_id=begun.store_id, number=begun.number, at=datetime.now(UTC))
    return begun


def _given() -> tuple[dict[str, str], list[str]]:
    """The form, and the identifiers that it names, one a line; none where one cannot be understood."""
    given = {name: request.form.get(name, "").strip() for name in ("person", "reason")}
    try:
        return given, [asking.identity(line) for line in given["person"].splitlines() if line.strip()]
    except FilterRefused:
        return given, []


def _faults(given: dict[str, str], identities: list[str]) -> dict[str, list[object]]:
    errors: dict[str, list[object]] = {}
    if not identities:
        errors["person"] = [_l("Name the person by a mail address, or by home page and account name, one a line.")]
    if not 0 < len(given["reason"]) <= LONGEST_REASON or not given["reason"].isprintable():
        errors["reason"] = [_l("Say in a few words why, for example with the number of the request.")]
    return errors


def _page(slug: str, *, form: dict[str, Any] | None = None, **more: Any) -> str:
    with house.database().session() as session:
        here = place.of(session, slug)
        begun = {
            "erasures": erasure.unfinished(session, store_id=here.id),
            "retentions": retention.unfinished(session, store_id=here.id),
        }
    known = {"planned": None, "done": None, "left": [], "most": MOST_NAMED, **more}
    return render_template("stores/erasure.html", place=here, begun=begun, form=form or place.EMPTY_FORM, **known)

"""Profiles of a store: which xAPI profiles its statements are held against, what is done, and what was found."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest

from lti_tool import house, visitor
from lti_tool.pages.stores import place, words
from xapi_store.errors import ProfileRefused
from xapi_store.profiles import profiles
from xapi_store.profiles.profiles import Summary
from xapi_store.transaction import transaction

bp = Blueprint("profiles", __name__, url_prefix="/<slug>/profiles")


@bp.get("")
@visitor.operator_only
def show(slug: str) -> ResponseReturnValue:
    """The mode, the profiles and what was found."""
    return _page(slug)


@bp.post("/mode")
@visitor.operator_only
def choose(slug: str) -> ResponseReturnValue:
    """The store does this with statements that differ, from the next one on."""
    mode = next((each for each in profiles.MODES if each == request.form.get("mode")), None)
    if mode is None:
        raise BadRequest
    with transaction(house.database()) as session:
        profiles.choose(session, store_id=place.of(session, slug).id, mode=mode)
    return redirect(url_for(".show", slug=slug, done="mode"), 303)


@bp.post("")
@visitor.operator_only
def load(slug: str) -> ResponseReturnValue:
    """The profile is loaded, and the page says what was understood of it; or why it was not."""
    sent = request.files.get("profile")
    document = sent.read() if sent is not None else b""
    if not document:
        return _page(slug, fault=_l("Choose a file: the profile as JSON-LD.")), 422
    try:
        with transaction(house.database()) as session:
            here = place.of(session, slug)
            summary = profiles.load(session, store_id=here.id, document=document, at=datetime.now(UTC))
    except ProfileRefused as refused:
        return _page(slug, fault=str(refused)), 422
    return _page(slug, summary=summary)


@bp.post("/unload")
@visitor.operator_only
def unload(slug: str) -> ResponseReturnValue:
    """Statements are not held against the profile any more, and what was counted for it is forgotten."""
    try:
        with transaction(house.database()) as session:
            profiles.unload(session, store_id=place.of(session, slug).id, iri=request.form.get("iri", ""))
    except ProfileRefused:
        return _page(slug, fault=_l("That profile is not here any more.")), 422
    return redirect(url_for(".show", slug=slug, done="unloaded"), 303)


def _page(slug: str, *, summary: Summary | None = None, fault: object = "") -> str:
    with house.database().session() as session:
        here = place.of(session, slug)
        mode = profiles.policy(session, store_id=here.id)
        loaded = profiles.loaded(session, store_id=here.id)
        findings = profiles.kept(session, store_id=here.id)
    return render_template(
        "stores/profiles.html",
        place=here,
        mode=mode,
        loaded=loaded,
        findings=findings,
        summary=summary,
        fault=fault,
        words=words,
    )

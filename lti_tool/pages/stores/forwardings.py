"""Forwarding: which statements go on to which other record store, how far each is behind, and what was refused."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lti_tool import house, visitor
from lti_tool.pages.stores import place
from xapi_store.form import syntax
from xapi_store.other_stores import forwarding, importing
from xapi_store.other_stores.foreign_lrs import Endpoint
from xapi_store.other_stores.forwarding import Backlog, Forwarding
from xapi_store.other_stores.public_addresses import AddressRefused
from xapi_store.other_stores.selection import Choice
from xapi_store.transaction import transaction

bp = Blueprint("forwardings", __name__, url_prefix="/<slug>/forwarding")

VERSIONS = ("1.0.3", "2.0.0")
MOST_SHOWN = 50


@dataclass(frozen=True)
class Row:
    """A forwarding with its backlog and the statements that the other side refused."""

    sent: Forwarding
    behind: Backlog
    refusals: list[forwarding.ForwardingRefusal]


@bp.get("")
@visitor.operator_only
def show(slug: str) -> ResponseReturnValue:
    """Every forwarding of the store with its state, and what was imported."""
    return _page(slug)


@bp.post("")
@visitor.operator_only
def add(slug: str) -> ResponseReturnValue:
    """Chosen statements go there from now on, or all that are here as well."""
    given = {name: text.strip() for name, text in request.form.items() if name != "form_token"}
    errors = _faults(given)
    if not errors:
        try:
            with transaction(house.database()) as session:
                _create(session, slug, given)
        except AddressRefused as refused:
            errors["endpoint"] = [_l("This address cannot be used: %(why)s.", why=str(refused))]
    if errors:
        given.pop("secret", None)  # a secret that was typed is not sent back
        return _page(slug, {"values": given, "errors": errors}), 422
    return redirect(url_for(".show", slug=slug, done="added"), 303)


@bp.post("/<int:number>/<any('pause','resume','retry','pass-over','remove'):what>")
@visitor.operator_only
def change(slug: str, number: int, what: str) -> ResponseReturnValue:
    """The forwarding is paused, goes on, tries again, passes over the next statement, or is gone."""
    with transaction(house.database()) as session:
        row = forwarding.by_id(session, store_id=place.of(session, slug).id, forwarding_id=number)
        if what == "pass-over":
            forwarding.pass_over(session, forwarding=row, at=datetime.now(UTC))
        else:
            _CHANGES[what](session, forwarding=row)
    return redirect(url_for(".show", slug=slug, done=what, _anchor=f"f-{number}"), 303)


_CHANGES: dict[str, Any] = {
    "pause": forwarding.pause,
    "resume": forwarding.resume,
    "retry": forwarding.retry,
    "remove": forwarding.remove,
}


def _page(slug: str, form: dict[str, Any] | None = None) -> str:
    with house.database().session() as session:
        here = place.of(session, slug)
        rows = [_row(session, each) for each in forwarding.listed(session, store_id=here.id)]
        runs = importing.runs(session, store_id=here.id)[:MOST_SHOWN]
    return render_template(
        "stores/forwarding.html",
        place=here,
        rows=rows,
        runs=runs,
        form=form or place.EMPTY_FORM,
        versions=VERSIONS,
        most_counted=forwarding.MOST_COUNTED,
    )


def _row(session: Session, sent: Forwarding) -> Row:
    refused = forwarding.refusals(session, forwarding=sent, most=MOST_SHOWN)
    return Row(sent, forwarding.backlog(session, forwarding=sent), list(refused))


def _create(session: Session, slug: str, given: dict[str, str]) -> None:
    here = place.of(session, slug)
    forwarding.create(
        session,
        store_id=here.id,
        label=given["label"],
        target=Endpoint(given["endpoint"], given["key"], given["secret"], given.get("version", VERSIONS[0])),
        choice=Choice(*(frozenset(given.get(name, "").split()) for name in ("verbs", "activities", "profiles"))),
        seal=house.seal(),
        at=datetime.now(UTC),
        position=forwarding.newest(session, store_id=here.id) if given.get("start") == "new" else 0,
        keep_authority=given.get("keep_authority") == "true",
        allow_private=current_app.extensions["settings"].allow_private_platforms,
    )


def _faults(given: dict[str, str]) -> dict[str, list[object]]:
    """What is missing or not of its form, by field."""
    errors: dict[str, list[object]] = {
        name: [_l("This is needed.")] for name in ("label", "endpoint", "key", "secret") if not given.get(name)
    }
    for name in ("label", "endpoint", "key", "secret"):
        if not given.get(name, "").isprintable():
            errors[name] = [_l("Write it without control characters.")]
    for name in ("verbs", "activities", "profiles"):
        wrong = [each for each in given.get(name, "").split() if not syntax.is_iri(each)]
        if wrong:
            errors[name] = [_l("Not an IRI: %(what)s", what=wrong[0][:80])]
    return errors

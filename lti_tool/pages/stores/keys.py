"""Keys of a store: made, given a new secret, taken away."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from sqlalchemy.orm import Session

from lti_tool import house, visitor
from lti_tool.pages.stores import front, place, words
from xapi_store import api_keys
from xapi_store.api_keys import ApiKey
from xapi_store.errors import UnknownKey
from xapi_store.transaction import transaction

bp = Blueprint("keys", __name__, url_prefix="/<slug>/keys")


def _to_come(day: date) -> None:
    if day < datetime.now(UTC).date():
        raise ValidationError("past")


def _printable(label: str) -> None:
    if not label.isprintable():
        raise ValidationError("control characters")


class KeyForm(Schema):
    """What the operator sends to make a key: for which program, what it may do, and its last day (UTC), if any."""

    class Meta:
        """The form token travels in the same form."""

        unknown = EXCLUDE

    label = fields.String(required=True, validate=[validate.Length(min=1, max=200), _printable])
    scopes = fields.List(
        fields.String(validate=validate.OneOf(api_keys.SCOPES)), required=True, validate=validate.Length(min=1)
    )
    expires = fields.Date(validate=_to_come)


@bp.post("")
@visitor.operator_only
def make(slug: str) -> ResponseReturnValue:
    """The key exists; its secret is on the page, this once."""
    given = _given()
    try:
        sent = KeyForm().load(given)
    except ValidationError as refused:
        errors = {name: [words.KEY_FAULTS[name]] for name in refused.messages_dict}
        return front.page(slug, form={"values": given, "errors": errors}), 422
    with transaction(house.database()) as session:
        here = place.of(session, slug)
        row, secret = api_keys.create(
            session,
            store_id=here.id,
            label=sent["label"],
            scopes=sent["scopes"],
            at=datetime.now(UTC),
            expires_at=_end_of(sent.get("expires")),
        )
    return front.page(slug, made={"label": row.label, "key": row.key, "secret": secret})


@bp.post("/<key>/rotate")
@visitor.operator_only
def rotate(slug: str, key: str) -> ResponseReturnValue:
    """The key has a new secret, on the page this once; the old one works for one more day."""
    with transaction(house.database()) as session:
        row = _own(session, slug, key)
        secret = api_keys.rotate(session, key=row.key, at=datetime.now(UTC))
    return front.page(slug, made={"label": row.label, "key": row.key, "secret": secret, "rotated": "1"})


@bp.post("/<key>/revoke")
@visitor.operator_only
def revoke(slug: str, key: str) -> ResponseReturnValue:
    """The key opens nothing any more."""
    with transaction(house.database()) as session:
        row = _own(session, slug, key)
        api_keys.revoke(session, key=row.key, at=datetime.now(UTC))
    return redirect(url_for("stores.overview.store", slug=slug, revoked=row.key, _anchor="keys"), 303)


def _given() -> dict[str, Any]:
    given: dict[str, Any] = {"label": request.form.get("label", "").strip(), "scopes": request.form.getlist("scopes")}
    if request.form.get("expires"):
        given["expires"] = request.form["expires"]
    return given


def _end_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), UTC)


def _own(session: Session, slug: str, key: str) -> ApiKey:
    """The key, if it is this store's; UnknownKey otherwise."""
    here = place.of(session, slug)
    for row in api_keys.of_store(session, store_id=here.id):
        if row.key == key:
            return row
    raise UnknownKey("no such key in this store")

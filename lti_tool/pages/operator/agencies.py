"""Agencies: each with its platforms, its invitations and its record store; new ones, and other names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses import agencies
from courses.agencies import Agency
from lti_tool import house, visitor
from lti_tool.lti import onboarding
from lti_tool.lti.onboarding import Invite
from lti_tool.lti.platforms import Platform
from lti_tool.pages.operator import agency_form
from lti_tool.pages.operator.door import bp
from xapi_store.keys import SigningKey
from xapi_store.stores import Store
from xapi_store.transaction import transaction

EMPTY: dict[str, Any] = {"values": {}, "errors": {}}


@dataclass(frozen=True)
class Row:
    """An agency with what hangs on it; `invites` counts invitations that still work, `keys` its signing keys."""

    agency: Agency
    store: str
    platforms: list[Platform]
    invites: int
    keys: int

    @property
    def slug(self) -> str:
        """The agency's short name."""
        return self.agency.slug


@bp.get("")
@visitor.operator_only
def overview() -> ResponseReturnValue:
    """Every agency with its platforms."""
    return _overview(None)


@bp.post("/invite")
@visitor.operator_only
def invite() -> ResponseReturnValue:
    """There is a one-time link for this agency; it is shown once."""
    with transaction(house.database()) as session:
        agency = agencies.by_slug(session, request.form.get("agency", ""))
        token = onboarding.invite(session, agency_id=agency.id, at=datetime.now(UTC))
    address = url_for("lti_onboarding.invited", token=token)
    return _overview({"agency": agency, "link": house.address() + address})


@bp.get("/agencies/new")
@visitor.operator_only
def new_agency() -> ResponseReturnValue:
    """The form for another agency."""
    return _new(EMPTY)


@bp.post("/agencies")
@visitor.operator_only
def create_agency() -> ResponseReturnValue:
    """The agency exists, with an empty store; what could not be taken is said beside its field."""
    given = agency_form.read(request.form, address=house.address())
    faults = given.faults()
    if not faults:
        try:
            with transaction(house.database()) as session:
                faults = given.taken(session)
                if not faults:
                    agencies.create(session, **given.described, at=datetime.now(UTC))
        except IntegrityError:  # somebody else made it a moment ago
            faults = agency_form.TAKEN
    if faults:
        return _new({"values": request.form, "errors": faults}), 422
    return redirect(url_for(".agency", slug=given.slug, done="created"), 303)


@bp.get("/agencies/<slug>")
@visitor.operator_only
def agency(slug: str) -> ResponseReturnValue:
    """One agency: what hangs on it, and its name to change."""
    return _one(slug, EMPTY)


@bp.post("/agencies/<slug>/name")
@visitor.operator_only
def rename_agency(slug: str) -> ResponseReturnValue:
    """The agency has another name."""
    name = request.form.get("name", "").strip()
    faults = agency_form.faults_of_name(name)
    if faults:
        return _one(slug, {"values": {"name": name}, "errors": {"name": faults}}), 422
    with transaction(house.database()) as session:
        agencies.rename(session, slug=slug, name=name)
    return redirect(url_for(".agency", slug=slug, done="renamed"), 303)


def _overview(invitation: Mapping[str, object] | None) -> str:
    with house.database().session() as session:
        rows = _rows(session, list(session.scalars(select(Agency).order_by(func.lower(Agency.name), Agency.slug))))
    return render_template("operator/overview.html", rows=rows, invitation=invitation)


def _one(slug: str, form: Mapping[str, Any]) -> str:
    with house.database().session() as session:
        (row,) = _rows(session, [agencies.by_slug(session, slug)])
    return render_template("operator/agency.html", row=row, form=form)


def _new(form: Mapping[str, Any]) -> str:
    return render_template("operator/agency_new.html", form=form, home=f"{house.address()}/agencies/")


def _rows(session: Session, found: list[Agency]) -> list[Row]:
    ids, at = [each.id for each in found], datetime.now(UTC)
    platforms = session.scalars(
        select(Platform).where(Platform.agency_id.in_(ids)).order_by(func.lower(Platform.name))
    ).all()
    stores = {each.id: each.slug for each in session.scalars(select(Store))}
    open_invites = select(Invite.agency_id, func.count()).where(Invite.spent_at.is_(None), Invite.expires_at > at)
    invites = dict(session.execute(open_invites.group_by(Invite.agency_id)).all())
    keys = dict(session.execute(select(SigningKey.owner, func.count()).group_by(SigningKey.owner)).all())
    return [
        Row(
            agency=each,
            store=stores[each.store_id],
            platforms=[platform for platform in platforms if platform.agency_id == each.id],
            invites=invites.get(each.id, 0),
            keys=keys.get(f"agency:{each.slug}", 0),
        )
        for each in found
    ]

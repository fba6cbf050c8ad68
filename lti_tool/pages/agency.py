"""The officer's desk: who qualifies and why, issuing certificates, and revoking them for a reason."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, NotFound

from assessments import certificates
from assessments.certificates import Certificate
from assessments.errors import NoSuchCertificate, NotQualified, NotYourTask, TextRefused
from assessments.rules import Rule
from courses.agencies import Agency
from courses.people import Enrolment, Person
from lti_tool import house, visitor
from lti_tool.pages import words
from xapi_store.transaction import transaction

bp = Blueprint("agency", __name__, url_prefix="/agency")


class IssueForm(Schema):
    """What the officer sends to issue: for which run of a course, under which rule, in which name."""

    class Meta:
        """The form token travels in the same form."""

        unknown = EXCLUDE

    enrolment = fields.UUID(required=True)
    rule = fields.String(required=True)
    version = fields.String(required=True)
    name = fields.String(load_default="")


class RevokeForm(Schema):
    """What the officer sends to revoke: the reason as a code, and a note for the agency's own file."""

    class Meta:
        """The form token travels in the same form."""

        unknown = EXCLUDE

    reason = fields.String(required=True, validate=validate.OneOf(certificates.REASONS))
    note = fields.String(load_default="", validate=validate.Length(max=certificates.LONGEST_NOTE))


@bp.get("")
@visitor.officer_only
def desk() -> ResponseReturnValue:
    """Every learner with what counted, what did not and what is missing; and every certificate issued."""
    return _desk()


@bp.post("/issue")
@visitor.officer_only
def issue() -> ResponseReturnValue:
    """The learner has the certificate."""
    try:
        sent = IssueForm().load(request.form)
    except ValidationError as refused:
        raise BadRequest from refused
    rule = house.rulebook().find(sent["rule"], sent["version"])
    try:
        with transaction(house.database()) as session:
            certificates.issue(
                session,
                enrolment=_enrolment(session, sent["enrolment"]),
                rule=rule,
                officer=_officer(session),
                name=sent["name"],
                seal=house.seal(),
                addresses=house.addresses(),
                at=datetime.now(UTC),
            )
    except (NotQualified, NotYourTask, TextRefused) as refused:
        return _desk(_form(str(sent["enrolment"]), {"name": [words.certificate_refused(refused)]})), 422
    return redirect(url_for("agency.desk", issued=sent["enrolment"], _anchor=f"e-{sent['enrolment']}"), 303)


@bp.post("/certificates/<uuid:certificate_id>/revoke")
@visitor.officer_only
def revoke(certificate_id: UUID) -> ResponseReturnValue:
    """The certificate is revoked, and says so to whoever checks it."""
    try:
        sent = RevokeForm().load(request.form)
    except ValidationError as refused:
        return _not_revoked(certificate_id, *refused.messages_dict)
    try:
        with transaction(house.database()) as session:
            held = _held(session, certificate_id)
            certificates.revoke(
                session,
                certificate_id=certificate_id,
                reason=sent["reason"],
                note=sent["note"],
                officer=_officer(session),
                rule=house.rulebook().find(held.rule_id, held.rule_version),
                at=datetime.now(UTC),
            )
    except TextRefused as refused:
        return _not_revoked(certificate_id, refused.field)
    return redirect(url_for("agency.desk", revoked=certificate_id, _anchor=f"e-{held.enrolment_id}"), 303)


def _desk(form: dict[str, Any] | None = None) -> str:
    at = datetime.now(UTC)
    here = visitor.current()
    with house.database().session() as session:
        agency = session.get_one(Agency, here.agency_id)
        boards = [
            {"rule": rule, "candidates": certificates.candidates(session, agency=agency, rule=rule, at=at)}
            for rule in _rules()
        ]
    return render_template(
        "agency_desk.html",
        agency=agency,
        boards=boards,
        reasons=words.REVOKED,
        rejected=words.REJECTED,
        missing=words.MISSING,
        form=form or {"about": None, "values": {}, "errors": {}},
        issued=request.args.get("issued"),
        revoked=request.args.get("revoked"),
        verify=house.addresses().verify,
        at=at,
    )


def _form(about: str, errors: dict[str, Any]) -> dict[str, Any]:
    """What was typed, about which learner or certificate, with each error beside its field."""
    return {"about": about, "values": request.form, "errors": errors}


def _not_revoked(certificate_id: UUID, *wrong: str) -> ResponseReturnValue:
    errors = {name: [words.AGENCY_FORMS[name]] for name in wrong}
    return _desk(_form(str(certificate_id), errors)), 422


def _enrolment(session: Session, enrolment_id: UUID) -> Enrolment:
    """The run of a learner of the officer's agency; of others there is none."""
    found = session.get(Enrolment, enrolment_id)
    if found is None or found.store_id != visitor.current().store_id:
        raise NotFound
    return found


def _held(session: Session, certificate_id: UUID) -> Certificate:
    """The certificate that the officer's agency issued; of others there is none."""
    found = certificates.by_id(session, certificate_id)
    if found.agency_id != visitor.current().agency_id:
        raise NoSuchCertificate(str(certificate_id))
    return found


def _officer(session: Session) -> Person:
    return session.get_one(Person, visitor.current().person_id)


def _rules() -> list[Rule]:
    catalogue = house.catalogue()
    return [rule for course in catalogue.courses for rule in house.rulebook().of_course(course)]

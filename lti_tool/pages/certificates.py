"""The holder's certificates: what is earned and what is missing, and the files to take along."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import achievements, certificates, pdf
from assessments.certificates import Certificate
from assessments.errors import NoSuchCertificate
from courses import joining
from courses.errors import NotEnrolled
from courses.people import Enrolment
from lti_tool import house, visitor
from lti_tool.pages import words
from lti_tool.visitor import LEARNER, OFFICER

bp = Blueprint("certificates", __name__, url_prefix="/certificates")

FILES = {"pdf": "application/pdf", "jwt": "application/vc+jwt", "evidence.json": "application/json"}


@bp.get("")
@visitor.learner_only
def own() -> ResponseReturnValue:
    """What the learner has earned, and what is missing for the rest."""
    at = datetime.now(UTC)
    rulebook = house.rulebook()
    with house.database().session() as session:
        enrolment = _open_run(session)
        held = [each for run in _runs(session) for each in certificates.of_enrolment(session, enrolment_id=run)]
        asked = rulebook.of_course(enrolment.course) if enrolment is not None else []
        verdicts = [
            achievements.standing(session, enrolment=enrolment, rule=rule, at=at)
            for rule in asked
            if enrolment is not None
        ]
        courses = session.scalars(
            select(Enrolment.course).where(Enrolment.id.in_([each.enrolment_id for each in held]))
        )
        rules = {(rule.id, rule.version): rule for course in {*courses} for rule in rulebook.of_course(course)}
    return render_template(
        "learn_certificates.html",
        held=held,
        verdicts=verdicts,
        rules=rules,
        verify=house.addresses().verify,
        rejected=words.REJECTED,
        missing=words.MISSING,
        revoked_for=words.REVOKED,
        at=at,
    )


@bp.get("/<uuid:certificate_id>.<any('pdf','jwt','evidence.json'):kind>")
@visitor.only(LEARNER, OFFICER)
def file(certificate_id: UUID, kind: str) -> ResponseReturnValue:
    """The sheet, the signed credential, or the list of evidence it rests on; for its holder and the agency."""
    with house.database().session() as session:
        found = _allowed(session, certificate_id)
        body = _body(found, kind)
    headers = {"Content-Disposition": f'attachment; filename="certificate-{certificate_id}.{kind}"'}
    return Response(body, mimetype=FILES[kind], headers=headers)


def _open_run(session: Session) -> Enrolment | None:
    """The run that the visit is about; None for somebody who signed in and has none. NotEnrolled for a launch."""
    here = visitor.current()
    enrolment = session.get(Enrolment, here.enrolment_id) if here.enrolment_id else None
    if enrolment is None and here.account_id is None:
        raise NotEnrolled
    return enrolment


def _runs(session: Session) -> list[UUID]:
    """Every run of this human being's, in every agency where they are known, the newest first."""
    people = joining.joined(session, visitor.current().person_id)
    asked = select(Enrolment.id).where(Enrolment.person_id.in_(people)).order_by(Enrolment.started_at.desc())
    return list(session.scalars(asked))


def _allowed(session: Session, certificate_id: UUID) -> Certificate:
    """The certificate, for its holder or an officer of its agency; for others there is none."""
    here = visitor.current()
    found = certificates.by_id(session, certificate_id)
    holder = session.get_one(Enrolment, found.enrolment_id).person_id
    if joining.same(session, holder, here.person_id) or (OFFICER in here.roles and found.agency_id == here.agency_id):
        return found
    raise NoSuchCertificate(str(certificate_id))


def _body(found: Certificate, kind: str) -> bytes:
    if kind == "pdf":
        return pdf.render(found.credential, verify_address=house.addresses().verify(found.id))
    return found.credential.encode() if kind == "jwt" else certificates.evidence_bytes(found)

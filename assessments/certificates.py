"""Certificates: an officer of the agency confers what the evidence shows, and may revoke it for a reason."""

import base64
import hashlib
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import rfc8785
from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from assessments import achievements, conferral, open_badge, signing, staff, status_lists, texts
from assessments.achievements import Learner
from assessments.addresses import Addresses
from assessments.errors import AlreadyRevoked, NoSuchCertificate, NotQualified, NotYourTask, TextRefused
from assessments.open_badge import Badge
from assessments.rules import Rule, Verdict
from courses import joining
from courses.agencies import Agency
from courses.people import Enrolment, Person
from xapi_store import actors
from xapi_store.database import Base
from xapi_store.keys import Seal

# Why a certificate is taken back (the scheme's rule 9, and what happens in offices).
REASONS = ("fraud", "breach_of_confidence", "evidence_withdrawn", "issued_in_error", "asked_by_holder")
LONGEST_NOTE = 2_000


class Certificate(Base):
    """A conferred certificate. `credential` is the signed VC-JWT, `evidence` what it rests on; neither ever changes."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("status_list_id", "status_index"),
        ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),
        ForeignKeyConstraint(["status_list_id", "status_index"], ["status_place.list_id", "status_place.index"]),
        Index("ix_certificate_enrolment_rule", "enrolment_id", "rule_id", "rule_version"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    store_id: Mapped[int]
    enrolment_id: Mapped[UUID]
    rule_id: Mapped[str]
    rule_version: Mapped[str]
    rule_digest: Mapped[str]
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    status_list_id: Mapped[int]
    status_index: Mapped[int]
    credential: Mapped[str]
    evidence: Mapped[dict[str, Any]]
    issued_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    conferred_statement: Mapped[UUID]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None]
    revoked_note: Mapped[str | None]
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


@dataclass(frozen=True)
class Candidate:
    """A learner, where they stand under the rule, and their newest certificate under any version of it."""

    learner: Learner
    certificate: Certificate | None


def issue(
    session: Session,
    *,
    enrolment: Enrolment,
    rule: Rule,
    officer: Person,
    name: str,
    seal: Seal,
    addresses: Addresses,
    at: datetime,
) -> Certificate:
    """The learner has this certificate under this name: the one that stands already, or else a new one.

    NotYourTask (`other_agency`, `own_certificate`, `own_judgement`) where the officer may not; NotQualified with the
    verdict where the evidence, weighed now, does not meet the rule; TextRefused for a name that must not be signed.
    """
    holder = session.get_one(Person, enrolment.person_id)
    _may_decide(session, officer, holder)
    tidy = texts.signable(name, field="name")
    # Holding the agency's row, two clicks or two officers come one after the other.
    agency = session.scalars(select(Agency).where(Agency.id == holder.agency_id).with_for_update(key_share=True)).one()
    standing = standing_certificate(session, enrolment_id=enrolment.id, rule=rule, at=at)
    if standing is not None:
        return standing
    verdict = achievements.standing(session, enrolment=enrolment, rule=rule, at=at)
    by = staff.of(session, officer)
    if not verdict.met:
        raise NotQualified(verdict)
    if any(fact.assessor == by.identity() for fact in verdict.counted):
        raise NotYourTask("own_judgement")
    certificate = _written(session, agency, enrolment, verdict, name=tidy, at=at)
    certificate.officer_id = officer.id
    certificate.credential = _signed(session, certificate, agency, verdict, addresses=addresses, seal=seal)
    session.add(certificate)
    act = conferral.Act(
        certificate.id, enrolment.id, rule, by, _identity_of(holder, agency), certificate.conferred_statement
    )
    conferral.record_conferred(session, act, verdict=verdict, credential=certificate.credential, at=at)
    session.flush()
    return certificate


def revoke(
    session: Session, *, certificate_id: UUID, reason: str, note: str, officer: Person, rule: Rule, at: datetime
) -> Certificate:
    """The certificate is revoked for one of REASONS; its bit is set, and the next list that is given out says so.

    The credential's bytes stay as they were. `note` is for the agency's file only.
    """
    if reason not in REASONS or len(note) > LONGEST_NOTE or "\x00" in note:
        raise TextRefused("reason" if reason not in REASONS else "note")
    certificate = _held(session, certificate_id)
    enrolment = session.get_one(Enrolment, certificate.enrolment_id)
    holder = session.get_one(Person, enrolment.person_id)
    _may_decide(session, officer, holder)
    if certificate.revoked_at is not None:
        raise AlreadyRevoked(str(certificate_id))
    certificate.revoked_at, certificate.revoked_by = at, officer.id
    certificate.revoked_reason, certificate.revoked_note = reason, note.strip()
    status_lists.withdraw(session, list_id=certificate.status_list_id, index=certificate.status_index, at=at)
    agency = session.get_one(Agency, certificate.agency_id)
    by, learner = staff.of(session, officer), _identity_of(holder, agency)
    act = conferral.Act(certificate.id, enrolment.id, rule, by, learner, certificate.conferred_statement)
    conferral.record_revoked(session, act, reason=reason, at=at)
    session.flush()
    return certificate


def by_id(session: Session, certificate_id: UUID) -> Certificate:
    """The certificate of that id, revoked or not; NoSuchCertificate."""
    found = session.get(Certificate, certificate_id)
    if found is None:
        raise NoSuchCertificate(str(certificate_id))
    return found


def of_enrolment(session: Session, *, enrolment_id: UUID) -> list[Certificate]:
    """Every certificate conferred on this run of a course, newest first, revoked ones too."""
    return list(
        session.scalars(
            select(Certificate)
            .where(Certificate.enrolment_id == enrolment_id)
            .order_by(Certificate.issued_at.desc(), Certificate.id)
        )
    )


def standing_certificate(session: Session, *, enrolment_id: UUID, rule: Rule, at: datetime) -> Certificate | None:
    """The certificate under this rule that is neither revoked nor expired, if there is one."""
    return next(
        (
            each
            for each in of_enrolment(session, enrolment_id=enrolment_id)
            if (each.rule_id, each.rule_version) == (rule.id, rule.version)
            and each.revoked_at is None
            and (each.valid_until is None or each.valid_until > at)
        ),
        None,
    )


def candidates(session: Session, *, agency: Agency, rule: Rule, at: datetime) -> list[Candidate]:
    """Every learner of the rule's course with the verdict and the newest certificate, by name, then account."""
    newest: dict[UUID, Certificate] = {}
    rows = session.scalars(
        select(Certificate)
        .where(Certificate.agency_id == agency.id, Certificate.rule_id == rule.id)
        .order_by(Certificate.issued_at)
    )
    for certificate in rows:
        newest[certificate.enrolment_id] = certificate
    learners = achievements.who_qualifies(session, agency=agency, rule=rule, at=at)
    return [Candidate(learner, newest.get(learner.enrolment_id)) for learner in learners]


def bundle(verdict: Verdict, *, registration: UUID) -> dict[str, Any]:
    """What the decision rests on: the rule, the instant, and each statement that counted, by id and digest."""
    return {
        "rule": {"id": verdict.rule.id, "version": verdict.rule.version, "sha256": verdict.rule.digest},
        "as_of": verdict.as_of.astimezone(UTC).isoformat(timespec="milliseconds"),
        "registration": str(registration),
        "clauses": [
            {
                "clause": result.clause.id,
                "counted": [{"id": str(fact.statement_id), "sha256": fact.digest} for fact in result.counted],
                "rejected": [
                    {"id": str(each.fact.statement_id), "sha256": each.fact.digest, "reason": each.reason}
                    for each in result.rejected
                ],
            }
            for result in verdict.clauses
        ],
    }


def evidence_bytes(certificate: Certificate) -> bytes:
    """The bundle in RFC 8785 form, for the holder: the bytes whose digest the credential signs."""
    return rfc8785.dumps(certificate.evidence)


def digest_sri(document: dict[str, Any]) -> str:
    """The digest of the bundle as `digestSRI` writes it (Subresource Integrity 3.5)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(rfc8785.dumps(document)).digest()).decode("ascii")


def later(at: datetime, months: int | None) -> datetime | None:
    """So many calendar months later, or the last day of the month where it has no such day; None stays None."""
    if months is None:
        return None
    years, month = divmod(at.month - 1 + months, 12)
    year = at.year + years
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def _may_decide(session: Session, officer: Person, holder: Person) -> None:
    """The officer belongs to the holder's agency and is not the holder, joined or not; NotYourTask otherwise."""
    if officer.agency_id != holder.agency_id:
        raise NotYourTask("other_agency")
    if joining.same(session, officer.id, holder.id):
        raise NotYourTask("own_certificate")


def _written(
    session: Session, agency: Agency, enrolment: Enrolment, verdict: Verdict, *, name: str, at: datetime
) -> Certificate:
    """The row of a new certificate, with its place in a status list; not signed yet."""
    place = status_lists.reserve(session, agency=agency, at=at)
    return Certificate(
        id=uuid4(),
        agency_id=agency.id,
        store_id=enrolment.store_id,
        enrolment_id=enrolment.id,
        rule_id=verdict.rule.id,
        rule_version=verdict.rule.version,
        rule_digest=verdict.rule.digest,
        name=name,
        status_list_id=place.list_id,
        status_index=place.index,
        evidence=bundle(verdict, registration=enrolment.id),
        issued_at=at,
        valid_until=later(at, verdict.rule.valid_months),
        conferred_statement=uuid4(),
    )


def _signed(
    session: Session, certificate: Certificate, agency: Agency, verdict: Verdict, *, addresses: Addresses, seal: Seal
) -> str:
    """The credential of this certificate, signed once and for all by the agency."""
    badge = Badge(
        certificate_id=certificate.id,
        agency_slug=agency.slug,
        agency_name=texts.signable(agency.name, field="agency"),
        name=certificate.name,
        verdict=verdict,
        evidence_sri=digest_sri(certificate.evidence),
        status_list=certificate.status_list_id,
        status_index=certificate.status_index,
        issued_at=certificate.issued_at,
        valid_until=certificate.valid_until,
    )
    document = open_badge.credential(badge, addresses)
    return signing.sign(session, document, slug=agency.slug, addresses=addresses, seal=seal, at=certificate.issued_at)


def _identity_of(holder: Person, agency: Agency) -> dict[str, Any]:
    return actors.account(agency.account_home, holder.account)


def _held(session: Session, certificate_id: UUID) -> Certificate:
    """The certificate, held until the transaction ends, as it stands now."""
    found = session.scalar(
        select(Certificate).where(Certificate.id == certificate_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    if found is None:
        raise NoSuchCertificate(str(certificate_id))
    return found

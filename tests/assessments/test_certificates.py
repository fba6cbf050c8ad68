"""Conferring, revoking, and what both leave behind."""

import base64
import hashlib
import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import certificates, status_bits, status_lists, texts
from assessments.certificates import Certificate
from assessments.errors import AlreadyRevoked, NotQualified, NotYourTask, TextRefused
from courses.people import CohortMember, Enrolment, Person
from tests.assessments import scenes
from tests.assessments.scenes import ADDRESSES, SEAL, Scene, the_rule
from xapi_store import ledger, query
from xapi_store import vocabulary as words
from xapi_store.database import Database
from xapi_store.filters import Filters
from xapi_store.ledger import Entry
from xapi_store.transaction import transaction


def a_qualified_learner(session: Session, now: datetime) -> Scene:
    """The scene in which the first learner has all the evidence the rule asks for."""
    scene = scenes.a_scene(session, now)
    scenes.a_quiz_passed(session, scene.enrolments[0], now)
    scenes.a_judgement(session, scene.enrolments[0], scene.trainer, now)
    scenes.settle(session)
    return scene


def issued(session: Session, scene: Scene, **different: Any) -> Certificate:
    arguments: dict[str, Any] = {
        "enrolment": scene.enrolments[0],
        "rule": the_rule(),
        "officer": scene.officer,
        "name": "Ana Zoë",
        "seal": SEAL,
        "addresses": ADDRESSES,
        "at": scene.at,
        **different,
    }
    certificate = certificates.issue(session, **arguments)
    scenes.settle(session)
    return certificate


def payload(certificate: Certificate) -> dict[str, Any]:
    body = certificate.credential.split(".")[1]
    document: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return document


def test_a_certificate_says_who_has_shown_what_and_until_when(session: Session, now: datetime) -> None:
    scene = a_qualified_learner(session, now)
    certificate = issued(session, scene)
    document = payload(certificate)
    assert document["id"] == certificate.id.urn
    assert document["issuer"]["id"] == "https://tool.example/agencies/north"
    assert document["credentialSubject"]["identifier"][0]["identityHash"] == "Ana Zoë"
    assert document["credentialSubject"]["achievement"]["id"] == "https://tool.example/achievements/oicf-m1/0.1.0"
    assert certificate.valid_until == certificates.later(now, 36)
    assert document["nbf"] == int(now.timestamp())


def test_the_digest_in_the_credential_is_that_of_the_evidence_given_to_the_holder(
    session: Session, now: datetime
) -> None:
    certificate = issued(session, a_qualified_learner(session, now))
    digest = hashlib.sha384(certificates.evidence_bytes(certificate)).digest()
    assert payload(certificate)["evidence"][0]["digestSRI"] == "sha384-" + base64.b64encode(digest).decode()
    clauses = certificate.evidence["clauses"]
    assert [len(clause["counted"]) for clause in clauses] == [1, 1]


def test_a_double_click_confers_one_certificate(session: Session, now: datetime) -> None:
    scene = a_qualified_learner(session, now)
    first, second = issued(session, scene), issued(session, scene, at=now + timedelta(seconds=1))
    assert first.id == second.id
    assert len(ledger_kinds(session, scene)) == 1


def test_two_officers_at_the_same_moment_confer_one_certificate(database: Database, now: datetime) -> None:
    with transaction(database) as session:
        scene = a_qualified_learner(session, now)
    found = []
    together = threading.Barrier(2)

    def click() -> None:
        with transaction(database) as session:
            together.wait()
            certificate = certificates.issue(
                session, enrolment=session.get_one(Enrolment, scene.enrolments[0].id), rule=the_rule(),
                officer=session.get_one(Person, scene.officer.id), name="Ana", seal=SEAL, addresses=ADDRESSES, at=now,
            )  # fmt: skip
            found.append(certificate.id)

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert len(found) == 2
    assert len(set(found)) == 1


def test_without_the_evidence_nothing_is_conferred_and_the_verdict_says_why(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    with pytest.raises(NotQualified) as refused:
        issued(session, scene)
    assert not refused.value.verdict.met
    assert session.scalars(select(Certificate)).all() == []


def test_an_officer_cannot_certify_themselves(session: Session, now: datetime) -> None:
    scene = a_qualified_learner(session, now)
    holder = scene.people[scene.enrolments[0].person_id]
    with pytest.raises(NotYourTask, match="own_certificate"):
        issued(session, scene, officer=holder)


def test_an_officer_cannot_certify_what_they_judged(session: Session, now: datetime) -> None:
    scene = a_qualified_learner(session, now)
    session.add(CohortMember(cohort_id=scene.cohort.id, person_id=scene.officer.id, role="trainer", joined_at=now))
    with pytest.raises(NotYourTask, match="own_judgement"):
        issued(session, scene, officer=scene.trainer)


def test_an_officer_of_another_agency_cannot_certify(session: Session, now: datetime) -> None:
    scene = a_qualified_learner(session, now)
    south = scenes.an_agency(session, "south", now)
    with pytest.raises(NotYourTask, match="other_agency"):
        issued(session, scene, officer=scenes.a_person(session, south, "Otto", now))


@pytest.mark.parametrize(
    "name", ["", "   ", "Ana\x07", "Ana\x7f", "A\x85na", "Ana\nZoë", "\u202eanA", "\ud800", "A" * 201]
)
def test_a_name_that_must_not_be_signed_is_refused(name: str) -> None:
    with pytest.raises(TextRefused, match="name"):
        texts.signable(name, field="name")


def test_a_name_is_signed_in_composed_form() -> None:
    assert texts.signable(" Zoe\u0308 ", field="name") == "Zo\u00eb"


def test_a_refused_name_leaves_no_certificate(session: Session, now: datetime) -> None:
    scene = a_qualified_learner(session, now)
    with pytest.raises(TextRefused, match="name"):
        issued(session, scene, name="Ana\x07")
    assert session.scalars(select(Certificate)).all() == []


def test_conferring_leaves_a_statement_and_a_ledger_entry_without_a_name(session: Session, now: datetime) -> None:
    scene = a_qualified_learner(session, now)
    certificate = issued(session, scene)
    conferred = statements_of(session, scene, words.CONFERRED)
    assert [each["id"] for each in conferred] == [str(certificate.conferred_statement)]
    assert conferred[0]["context"]["registration"] == str(scene.enrolments[0].id)
    assert len(conferred[0]["context"]["extensions"][words.EXT_EVIDENCE]) == 2
    entry = session.scalars(select(Entry)).one()
    assert entry.kind == "certificate.issued"
    digest = hashlib.sha256(certificate.credential.encode()).hexdigest()
    assert entry.payload["credential_sha256"] == digest
    assert "Ana" not in json.dumps([entry.payload, conferred])
    assert ledger.verify(session, store_id=scene.north.store_id) is None


def test_revoking_sets_the_bit_and_leaves_the_credential_as_it_was(session: Session, now: datetime) -> None:
    scene = a_qualified_learner(session, now)
    certificate = issued(session, scene)
    before = certificate.credential
    assert bit(session, certificate, now) is False
    revoked(session, scene, certificate)
    assert bit(session, certificate, now) is True
    assert certificate.credential == before
    assert ledger_kinds(session, scene) == ["certificate.issued", "certificate.revoked"]
    said = statements_of(session, scene, words.REVOKED)[0]
    assert said["context"]["statement"]["id"] == str(certificate.conferred_statement)
    assert "between us" not in json.dumps(said)


def test_a_certificate_is_revoked_once(session: Session, now: datetime) -> None:
    scene = a_qualified_learner(session, now)
    certificate = issued(session, scene)
    revoked(session, scene, certificate)
    with pytest.raises(AlreadyRevoked):
        revoked(session, scene, certificate)


def test_a_revocation_needs_one_of_the_known_reasons(session: Session, now: datetime) -> None:
    scene = a_qualified_learner(session, now)
    certificate = issued(session, scene)
    with pytest.raises(TextRefused, match="reason"):
        revoked(session, scene, certificate, reason="dislike")


def test_after_a_revocation_a_new_certificate_may_be_conferred(session: Session, now: datetime) -> None:
    scene = a_qualified_learner(session, now)
    first = issued(session, scene)
    revoked(session, scene, first)
    second = issued(session, scene)
    assert second.id != first.id
    assert second.status_index != first.status_index
    newest = certificates.candidates(session, agency=scene.north, rule=the_rule(), at=now)[0].certificate
    assert newest is not None


def test_the_officers_list_shows_verdict_and_certificate(session: Session, now: datetime) -> None:
    scene = a_qualified_learner(session, now)
    certificate = issued(session, scene)
    found = certificates.candidates(session, agency=scene.north, rule=the_rule(), at=now)
    assert [(each.learner.name, each.learner.verdict.met, each.certificate) for each in found] == [
        ("Ana Zoë", True, certificate),
        ("Borys Їжак", False, None),
    ]


def test_a_list_is_signed_anew_after_a_day_and_kept_until_then(session: Session, now: datetime) -> None:
    certificate = issued(session, a_qualified_learner(session, now))

    def token(at: datetime) -> str:
        return status_lists.signed(
            session, number=certificate.status_list_id, addresses=ADDRESSES, seal=SEAL, at=at
        ).token

    assert token(now) == token(now + timedelta(hours=23))
    assert token(now) != token(now + timedelta(hours=25))


def test_a_place_in_a_list_is_drawn_and_does_not_count_up(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    drawn = [status_lists.reserve(session, agency=scene.north, at=now) for _ in range(8)]
    places = [each.index for each in drawn]
    assert len({each.list_id for each in drawn}) == 1
    assert len(set(places)) == 8
    assert places != sorted(places)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2024-02-29", 12, "2025-02-28"), ("2026-11-23", 36, "2029-11-23"), ("2026-01-31", 1, "2026-02-28")],
)
def test_months_are_those_of_the_calendar(start: str, months: int, end: str) -> None:
    begun = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert certificates.later(begun, months) == datetime.fromisoformat(end).replace(tzinfo=UTC)
    assert certificates.later(begun, None) is None


def revoked(session: Session, scene: Scene, certificate: Certificate, *, reason: str = "issued_in_error") -> None:
    certificates.revoke(
        session, certificate_id=certificate.id, reason=reason, note="between us", officer=scene.officer,
        rule=the_rule(), at=scene.at,
    )  # fmt: skip
    scenes.settle(session)


def bit(session: Session, certificate: Certificate, at: datetime) -> bool | None:
    given = status_lists.signed(session, number=certificate.status_list_id, addresses=ADDRESSES, seal=SEAL, at=at)
    body = given.token.split(".")[1]
    document = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return status_bits.is_set(document["credentialSubject"]["encodedList"], certificate.status_index)


def statements_of(session: Session, scene: Scene, verb: str) -> list[dict[str, Any]]:
    page = query.find(session, store_id=scene.north.store_id, filters=Filters(verb=verb))
    return [json.loads(raw) for raw in page.statements]


def ledger_kinds(session: Session, scene: Scene) -> list[str]:
    rows = select(Entry.kind).where(Entry.store_id == scene.north.store_id).order_by(Entry.seq)
    return list(session.scalars(rows))

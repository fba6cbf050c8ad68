"""What conferring and revoking leave behind: a statement in the agency's store and an entry in its ledger.

The verbs are those of the ADL profiles: `conferred` and `revoked` by the officer on the certificate, with the learner
and the statements it rests on as context extensions, in the learner's registration.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from assessments.rules import Rule, Verdict
from assessments.staff import Staff
from courses import evidence
from xapi_store import actors, ledger, statements
from xapi_store import vocabulary as words

ISSUED, REVOKED = "certificate.issued", "certificate.revoked"


@dataclass(frozen=True)
class Act:
    """Who did it, with which certificate, under which rule, for which learner (an xAPI Agent)."""

    certificate_id: UUID
    registration: UUID
    rule: Rule
    by: Staff
    learner: dict[str, Any]
    conferred: UUID


def record_conferred(session: Session, act: Act, *, verdict: Verdict, credential: str, at: datetime) -> None:
    """It is on record that the certificate was conferred, on what evidence, and the digest of the signed bytes."""
    rested_on = [str(fact.statement_id) for fact in verdict.counted]
    statement = _statement(act, words.CONFERRED, {words.EXT_EVIDENCE: rested_on})
    statement["id"] = str(act.conferred)
    _record(session, act, statement, at)
    entry = {
        "rule": act.rule.id,
        "version": act.rule.version,
        "rule_sha256": act.rule.digest,
        "credential_sha256": hashlib.sha256(credential.encode("ascii")).hexdigest(),
    }
    _enter(session, act, ISSUED, entry, at)


def record_revoked(session: Session, act: Act, *, reason: str, at: datetime) -> None:
    """It is on record that the certificate was revoked, and for what reason (a code)."""
    statement = _statement(act, words.REVOKED, {})
    statement["result"] = {"response": reason}
    statement["context"]["statement"] = {"objectType": "StatementRef", "id": str(act.conferred)}
    _record(session, act, statement, at)
    _enter(session, act, REVOKED, {"reason": reason}, at)


def _statement(act: Act, verb: str, extensions: dict[str, Any]) -> dict[str, Any]:
    return {
        "actor": act.by.actor(),
        "verb": words.verb(verb),
        "object": evidence.activity(act.certificate_id.urn, kind=words.TYPE_CERTIFICATE, name=act.rule.title),
        "context": {
            "registration": str(act.registration),
            "contextActivities": {
                "other": [{"id": iri} for iri in act.rule.objects],
                "category": [{"id": words.CATEGORY}],
            },
            "extensions": {words.EXT_LEARNER: act.learner, **extensions},
        },
    }


def _record(session: Session, act: Act, statement: dict[str, Any], at: datetime) -> None:
    authority = actors.account(act.by.account_home, evidence.AUTHORITY_ACCOUNT)
    statements.record(session, store_id=act.by.store_id, statement=statement, authority=authority, at=at)


def _enter(session: Session, act: Act, kind: str, payload: dict[str, Any], at: datetime) -> None:
    """No name stands in the ledger: it outlives what must be erased."""
    entry = {
        "certificate": str(act.certificate_id),
        "registration": str(act.registration),
        "officer": act.by.account,
        **payload,
    }
    ledger.append(session, store_id=act.by.store_id, kind=kind, payload=entry, at=at)

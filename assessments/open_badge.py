"""A certificate as an Open Badges 3.0 credential (a W3C Verifiable Credential, data model 2.0), and as VC-JWT claims.

Pure: the same badge always gives the same document.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from assessments.addresses import Addresses
from assessments.rules import JUDGED, Clause, ClauseResult, Rule, Verdict

CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
)
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
TYPES = ("VerifiableCredential", "OpenBadgeCredential")
LEVELS = {"1": "not yet", "2": "developing", "3": "competent", "4": "strong"}


@dataclass(frozen=True)
class Badge:
    """What a certificate is about to say; `name` is the holder's, `evidence_sri` the digest of what it rests on."""

    certificate_id: UUID
    agency_slug: str
    agency_name: str
    name: str
    verdict: Verdict
    evidence_sri: str
    status_list: int
    status_index: int
    issued_at: datetime
    valid_until: datetime | None


def credential(badge: Badge, addresses: Addresses) -> dict[str, Any]:
    """The credential before signing (Open Badges 3.0, appendix B.1 and B.2; Bitstring Status List 1.0, 2.1)."""
    document: dict[str, Any] = {
        "@context": list(CONTEXT),
        "id": badge.certificate_id.urn,
        "type": list(TYPES),
        "name": badge.verdict.rule.title,
        "issuer": profile(slug=badge.agency_slug, name=badge.agency_name, addresses=addresses),
        "validFrom": instant(badge.issued_at),
        "awardedDate": instant(badge.issued_at),
        "credentialSubject": _subject(badge, addresses),
        "evidence": [_evidence(badge)],
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": status_entry(badge.status_list, badge.status_index, addresses),
    }
    if badge.valid_until is not None:
        document["validUntil"] = instant(badge.valid_until)
    return document


def claims(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as the payload of a VC-JWT: itself at the top, with the equal registered claims beside it
    (Open Badges 3.0, 8.2.3)."""
    registered: dict[str, Any] = {
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": seconds(document["validFrom"]),
    }
    if "validUntil" in document:
        registered["exp"] = seconds(document["validUntil"])
    return {**document, **registered}


def profile(*, slug: str, name: str, addresses: Addresses) -> dict[str, Any]:
    """The issuing agency (Open Badges 3.0, B.1.9 Profile)."""
    return {"id": addresses.agency(slug), "type": ["Profile"], "name": name, "url": addresses.agency(slug)}


def achievement(rule: Rule, addresses: Addresses) -> dict[str, Any]:
    """What the rule certifies, as it stands inside a credential and at its own address (B.1.1 Achievement)."""
    address = addresses.achievement(rule.id, rule.version)
    document: dict[str, Any] = {
        "id": address,
        "type": ["Achievement"],
        "achievementType": rule.achievement_type,
        "version": rule.version,
        "inLanguage": rule.language,
        "name": rule.title,
        "description": rule.description,
        "criteria": {"id": address, "narrative": rule.narrative},
        "resultDescription": [_result_description(clause, address) for clause in rule.clauses],
    }
    if rule.alignments:
        document["alignment"] = [
            {
                "type": ["Alignment"],
                "targetFramework": alignment.framework,
                "targetType": alignment.target_type,
                "targetName": alignment.name,
                "targetUrl": alignment.url,
            }
            for alignment in rule.alignments
        ]
    return document


def status_entry(list_number: int, index: int, addresses: Addresses) -> dict[str, str]:
    """Where a verifier finds this credential's revocation bit (Bitstring Status List 1.0, 2.1)."""
    address = addresses.status_list(list_number)
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


def instant(at: datetime) -> str:
    """The instant in UTC to the second, as both JSON-LD and NumericDate can say it exactly."""
    return at.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(text: str) -> int:
    """A credential's date as NumericDate (RFC 7519, 2)."""
    return int(datetime.fromisoformat(text).timestamp())


def _subject(badge: Badge, addresses: Addresses) -> dict[str, Any]:
    address = addresses.achievement(badge.verdict.rule.id, badge.verdict.rule.version)
    return {
        # A pseudonym of its own for every certificate, so that two of them cannot be joined by their subject.
        "id": uuid.uuid5(badge.certificate_id, "subject").urn,
        "type": ["AchievementSubject"],
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": badge.name, "identityType": "name"}],
        "achievement": achievement(badge.verdict.rule, addresses),
        "result": [_result(result, address) for result in badge.verdict.clauses],
    }


def _evidence(badge: Badge) -> dict[str, Any]:
    return {
        "id": uuid.uuid5(badge.certificate_id, "evidence").urn,
        "type": ["Evidence"],
        "name": "The statements this certificate rests on, and the rule that weighed them",
        "genre": "xAPI",
        "mediaType": "application/json",
        "digestSRI": badge.evidence_sri,
    }


def _result_description(clause: Clause, address: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": f"{address}#{clause.id}",
        "type": ["ResultDescription"],
        "name": clause.competence,
        "description": clause.text,
    }
    if clause.kind != JUDGED:
        return {**described, "resultType": "Status", "requiredValue": "Completed", "allowedValue": ["Completed"]}
    levels = [
        {
            "id": _level(address, clause, number),
            "type": ["RubricCriterionLevel"],
            "name": name,
            "level": number,
            "points": number,
        }
        for number, name in LEVELS.items()
    ]
    required = _level(address, clause, str(int(clause.at_least)))
    return {
        **described,
        "resultType": "RubricCriterionLevel",
        "requiredLevel": required,
        "rubricCriterionLevel": levels,
    }


def _result(result: ClauseResult, address: str) -> dict[str, Any]:
    about: dict[str, Any] = {"type": ["Result"], "resultDescription": f"{address}#{result.clause.id}"}
    if result.clause.kind != JUDGED:
        # No score of the quiz: a certificate says what was shown, it does not rank.
        return {**about, "status": "Completed", "value": "Completed"}
    level = str(result.counted[0].level)
    return {**about, "achievedLevel": _level(address, result.clause, level), "value": level}


def _level(address: str, clause: Clause, number: str) -> str:
    return f"{address}#{clause.id}-{number}"

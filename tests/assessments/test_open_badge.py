"""The document that is signed has every field Open Badges 3.0 asks for, and no other meaning than the certificate's."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from assessments import open_badge, rules
from assessments.open_badge import Badge
from tests.assessments.scenes import ADDRESSES, a_fact, a_pass, the_rule

AT = datetime(2026, 11, 23, 12, 0, 0, 999_999, tzinfo=UTC)
# The terms of each object by its type: what the official schema (2025) requires of it.
REQUIRED = {
    "OpenBadgeCredential": {"@context", "id", "type", "credentialSubject", "issuer", "validFrom"},
    "Profile": {"id", "type"},
    "AchievementSubject": {"type", "achievement", "id"},
    "Achievement": {"id", "type", "name", "description", "criteria"},
    "Alignment": {"type", "targetName", "targetUrl"},
    "IdentityObject": {"type", "hashed", "identityHash", "identityType"},
    "ResultDescription": {"id", "type", "name", "resultType"},
    "RubricCriterionLevel": {"id", "type", "name"},
    "Result": {"type"},
    "Evidence": {"type"},
    "BitstringStatusListEntry": {"type", "statusPurpose", "statusListIndex", "statusListCredential"},
    "1EdTechJsonSchemaValidator2019": {"id", "type"},
}


def a_badge(**different: Any) -> Badge:
    made: dict[str, Any] = {
        "certificate_id": UUID("3f8a1c52-7f2d-4e0a-9d54-1f0f5a2b6c77"),
        "agency_slug": "north",
        "agency_name": "Agency North",
        "name": "Ana Zoë",
        "verdict": rules.evaluate(the_rule(), [a_pass(), a_fact()], AT),
        "evidence_sri": "sha384-abc",
        "status_list": 7,
        "status_index": 94567,
        "issued_at": AT,
        "valid_until": AT + timedelta(days=365),
    }
    return Badge(**{**made, **different})


def objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(found for inner in value.values() for found in objects(inner))]
    if isinstance(value, list):
        return [found for inner in value for found in objects(inner)]
    return []


def test_every_object_has_the_fields_that_its_type_requires() -> None:
    seen = set()
    for each in objects(open_badge.credential(a_badge(), ADDRESSES)):
        if "type" in each:
            kind = each["type"] if isinstance(each["type"], str) else each["type"][-1]
            seen.add(kind)
            assert REQUIRED[kind] <= set(each)
    assert seen == set(REQUIRED)


def test_a_result_points_to_the_level_that_was_reached() -> None:
    document = open_badge.credential(a_badge(), ADDRESSES)
    subject = document["credentialSubject"]
    described = {each["id"]: each for each in subject["achievement"]["resultDescription"]}
    for result in subject["result"]:
        assert result["resultDescription"] in described
    rubric = described[subject["result"][1]["resultDescription"]]
    levels = {each["id"]: each["level"] for each in rubric["rubricCriterionLevel"]}
    assert levels[subject["result"][1]["achievedLevel"]] == "3"
    assert levels[rubric["requiredLevel"]] == "3"


def test_the_registered_claims_equal_the_fields_they_repeat() -> None:
    claims = open_badge.claims(open_badge.credential(a_badge(), ADDRESSES))
    assert claims["iss"] == claims["issuer"]["id"]
    assert claims["jti"] == claims["id"]
    assert claims["sub"] == claims["credentialSubject"]["id"]
    assert datetime.fromtimestamp(claims["nbf"], UTC) == datetime.fromisoformat(claims["validFrom"])
    assert datetime.fromtimestamp(claims["exp"], UTC) == datetime.fromisoformat(claims["validUntil"])
    assert "vc" not in claims


def test_a_certificate_without_an_end_has_no_expiry() -> None:
    claims = open_badge.claims(open_badge.credential(a_badge(valid_until=None), ADDRESSES))
    assert "validUntil" not in claims
    assert "exp" not in claims


def test_the_same_badge_gives_the_same_document_and_another_one_another_subject() -> None:
    assert open_badge.credential(a_badge(), ADDRESSES) == open_badge.credential(a_badge(), ADDRESSES)
    other = open_badge.credential(a_badge(certificate_id=UUID(int=1)), ADDRESSES)
    assert other["credentialSubject"]["id"] != open_badge.credential(a_badge(), ADDRESSES)["credentialSubject"]["id"]


@pytest.mark.parametrize(
    ("public_url", "did"),
    [
        ("https://tool.example", "did:web:tool.example:agencies:north"),
        ("http://127.0.0.1:8080", "did:web:127.0.0.1%3A8080:agencies:north"),
        ("https://tool.example/under/", "did:web:tool.example:under:agencies:north"),
    ],
)
def test_an_agency_has_a_did_web_name(public_url: str, did: str) -> None:
    assert type(ADDRESSES)(public_url).did("north") == did

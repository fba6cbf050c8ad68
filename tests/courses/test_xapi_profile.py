"""The xAPI profile that we publish, and every kind of statement that the product records, held against it."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, text

import courses
from courses.catalogue import Catalogue
from lti_tool.run.postgres import EmbeddedPostgres
from tests.courses import story
from xapi_store import vocabulary
from xapi_store.database import Database
from xapi_store.profiles import profile_documents
from xapi_store.profiles.profile_documents import Profile
from xapi_store.profiles.profile_members import CONTEXT

CONTENT = Path(courses.__file__).parent / "content"
PUBLISHED = CONTENT / "xapi-profile.jsonld"
OUR_OWN = f"{vocabulary.PROFILE}/"
KINDS = {"verbs": {"Verb"}, "activity-types": {"ActivityType"}, "ext": {"ContextExtension", "ResultExtension"}}


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    """The document, as its readers find it."""
    return dict(orjson.loads(PUBLISHED.read_bytes()))


@pytest.fixture(scope="module")
def profile() -> Profile:
    """The document, compiled."""
    return profile_documents.read(PUBLISHED.read_bytes())


# --- The document (Profiles 2) ---


def test_the_document_is_a_profile_of_which_everything_can_be_checked(
    content: dict[str, Any], profile: Profile
) -> None:
    assert content["@context"] == CONTEXT
    assert (profile.iri, profile.version) == (vocabulary.PROFILE, vocabulary.PROFILE_VERSION)
    assert profile.remarks == ()


def test_every_part_is_named_and_explained_and_belongs_to_this_version(content: dict[str, Any]) -> None:
    parts = content["concepts"] + content["templates"]
    for part in parts:
        assert part["inScheme"] == vocabulary.PROFILE_VERSION
        assert part["prefLabel"]["en"]
        assert part["definition"]["en"]
    assert len({part["id"] for part in parts}) == len(parts)


def test_nothing_in_the_document_is_empty(content: dict[str, Any]) -> None:
    waiting: list[Any] = [content]
    for part in waiting:
        assert part not in ({}, [], "", None)
        waiting.extend(part.values() if isinstance(part, dict) else part if isinstance(part, list) else ())


def test_the_words_that_are_ours_are_all_defined_and_no_others(content: dict[str, Any]) -> None:
    ours = {
        word
        for name, word in vars(vocabulary).items()
        if name.isupper() and isinstance(word, str) and word.startswith(OUR_OWN) and word.split("/")[5] in KINDS
    }
    defined = {concept["id"]: concept["type"] for concept in content["concepts"]}
    assert set(defined) == ours
    for iri, kind in defined.items():
        assert kind in KINDS[iri.split("/")[5]]


def test_every_word_that_the_templates_use_is_one_of_the_vocabulary(content: dict[str, Any]) -> None:
    known = {word for name, word in vars(vocabulary).items() if name.isupper() and isinstance(word, str)}
    for template in content["templates"]:
        assert {template["verb"], template["objectActivityType"]} <= known, template["id"]


def test_every_verb_has_a_word_for_people() -> None:
    for name, word in vars(vocabulary).items():
        if name.isupper() and isinstance(word, str) and "/verb" in word:
            assert vocabulary.display(word)["en"], name


# --- The statements ---


def not_at_hand(_statement_id: str) -> None:
    """No other statement is looked at."""


@pytest.fixture(scope="module")
def recorded(
    postgres: EmbeddedPostgres, template: str, admin: Engine, catalogue: Catalogue
) -> Iterator[list[dict[str, Any]]]:
    """All that the product records, from the first page to a certificate that is revoked; told once, read by all."""
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "the_story" TEMPLATE "{template}"'))
    database = Database(postgres.url("the_story"))
    try:
        yield story.told(database, catalogue, datetime.now(UTC))
    finally:
        database.close()
        with admin.connect() as connection:
            connection.execute(text('DROP DATABASE "the_story" WITH (FORCE)'))


def test_every_statement_of_the_product_keeps_the_rules_of_one_template(
    recorded: list[dict[str, Any]], profile: Profile, content: dict[str, Any]
) -> None:
    stored = {statement["id"]: statement for statement in recorded}
    used: Counter[str] = Counter()
    for statement in recorded:
        assert profile.findings(statement, stored.get) == [], statement
        [template] = profile.templates.matching(statement)
        used[template.id] += 1
    assert set(used) == {template["id"] for template in content["templates"]}, "a template that nothing follows"


def test_every_extension_that_the_product_records_is_foreseen(
    recorded: list[dict[str, Any]], content: dict[str, Any]
) -> None:
    written = {
        iri
        for statement in recorded
        for part in ("context", "result")
        for iri in statement.get(part, {}).get("extensions", {})
    }
    named = PUBLISHED.read_text(encoding="utf-8")
    assert all(iri in named for iri in written)
    assert not any(statement.get("attachments") for statement in recorded), "attachments need templates of their own"


@pytest.mark.parametrize(
    ("verb", "part", "reason"),
    [
        (vocabulary.EXPERIENCED, "result", "must be there"),
        (vocabulary.ANSWERED, "context", "must be there"),
        (vocabulary.ACHIEVED, "result", "must be there"),
        (vocabulary.CONFERRED, "context", "must be there"),
    ],
)
def test_a_statement_that_lacks_a_part_is_found(
    recorded: list[dict[str, Any]], profile: Profile, verb: str, part: str, reason: str
) -> None:
    whole = next(statement for statement in recorded if statement["verb"]["id"] == verb)
    lacking = {name: value for name, value in whole.items() if name != part}
    findings = profile.findings(lacking, not_at_hand)
    assert any(each.binding and each.reason == reason for each in findings)


def test_a_statement_on_another_subject_may_not_claim_the_profile(
    recorded: list[dict[str, Any]], profile: Profile
) -> None:
    strange = {**recorded[0], "verb": vocabulary.verb(vocabulary.SEARCHED)}
    [finding] = profile.findings(strange, not_at_hand)
    assert finding.reason == "matches no template of the profile it claims"

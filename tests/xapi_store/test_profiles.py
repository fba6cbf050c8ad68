"""A store's profiles: loaded, chosen, counted, and at hand where statements arrive."""

import threading
import timeit
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy.orm import Session

from tests.builders import a_statement
from tests.xapi_store.conftest import StoreAtHand
from tests.xapi_store.sports import (
    CONCEPTS,
    PLACED,
    PLACING,
    SPORTS,
    STARTED,
    VERSION,
    a_placing,
    a_profile,
    a_template,
)
from xapi_store import stores
from xapi_store.database import Database
from xapi_store.errors import ProfileRefused, StatementRefused
from xapi_store.profiles import profiles
from xapi_store.profiles.profile_checker import Checker
from xapi_store.transaction import transaction

SCORED = [a_template(verb=PLACED, rules=[{"location": "$.result.score.scaled", "presence": "included"}])]


def a_document(**changed: Any) -> bytes:
    """The sports profile, which wants a score with every placing."""
    return orjson.dumps(a_profile(**{"concepts": CONCEPTS, "templates": SCORED, **changed}))


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def checker(database: Database, clock: Clock) -> Checker:
    """A process that has looked at nothing yet."""
    return Checker(database, clock=clock)


def in_force(store: StoreAtHand, mode: profiles.Mode, at: datetime, document: bytes | None = None) -> None:
    """The store has the sports profile and this policy."""
    with transaction(store.database) as session:
        profiles.load(session, store_id=store.id, document=document or a_document(), at=at)
        profiles.choose(session, store_id=store.id, mode=mode)


# --- Commands ---


def test_a_profile_is_loaded_and_a_later_version_takes_its_place(session: Session, now: datetime) -> None:
    store_id = stores.create(session, slug="north", at=now).id
    first = profiles.load(session, store_id=store_id, document=a_document(), at=now)
    assert (first.iri, first.version, first.concepts, first.templates, first.replaced) == (SPORTS, VERSION, 4, 1, None)
    later = a_document(versions=[{"id": f"{SPORTS}/v3", "generatedAtTime": "2026-05-01T00:00:00Z"}])
    second = profiles.load(session, store_id=store_id, document=later, at=now)
    assert (second.version, second.replaced) == (f"{SPORTS}/v3", VERSION)
    [standing] = profiles.loaded(session, store_id=store_id)
    assert (standing.version, standing.content, standing.title) == (f"{SPORTS}/v3", later, "Sports")


def test_a_document_that_is_refused_changes_nothing(session: Session, now: datetime) -> None:
    store_id = stores.create(session, slug="north", at=now).id
    with pytest.raises(ProfileRefused, match="type: must be Profile"):
        profiles.load(session, store_id=store_id, document=a_document(type="Pattern"), at=now)
    assert profiles.loaded(session, store_id=store_id) == []


def test_a_store_has_a_limited_number_of_profiles(session: Session, now: datetime) -> None:
    store_id = stores.create(session, slug="north", at=now).id
    for number in range(profiles.MOST_PROFILES):
        document = a_document(id=f"https://e.org/{number}")
        profiles.load(session, store_id=store_id, document=document, at=now)
    with pytest.raises(ProfileRefused, match="20 profiles already"):
        profiles.load(session, store_id=store_id, document=a_document(id="https://e.org/more"), at=now)
    profiles.load(session, store_id=store_id, document=a_document(id="https://e.org/0"), at=now)


def test_a_policy_is_off_until_another_is_chosen(session: Session, now: datetime) -> None:
    store_id = stores.create(session, slug="north", at=now).id
    assert profiles.policy(session, store_id=store_id) == "off"
    for mode in profiles.MODES:
        profiles.choose(session, store_id=store_id, mode=mode)
        assert profiles.policy(session, store_id=store_id) == mode
    with pytest.raises(ProfileRefused):
        profiles.choose(session, store_id=store_id, mode="perhaps")  # type: ignore[arg-type]  # as a form may send


def test_a_profile_is_taken_away_with_what_was_counted_for_it(
    store: StoreAtHand, checker: Checker, now: datetime
) -> None:
    in_force(store, "warn", now)
    found = [(uuid4(), each) for each in checker.findings(store.id, a_placing())]
    with transaction(store.database) as session:
        profiles.keep(session, store_id=store.id, found=found, at=now)
        assert len(profiles.kept(session, store_id=store.id)) == 1
        profiles.unload(session, store_id=store.id, iri=SPORTS)
        assert profiles.loaded(session, store_id=store.id) == []
        assert profiles.kept(session, store_id=store.id) == []
        with pytest.raises(ProfileRefused, match="has no profile"):
            profiles.unload(session, store_id=store.id, iri=SPORTS)


# --- What is counted ---


def test_findings_are_counted_by_rule_with_the_latest_statement_as_example(
    store: StoreAtHand, checker: Checker, now: datetime
) -> None:
    in_force(store, "warn", now)
    ids = [uuid4() for _ in range(5)]

    def count(those: list[UUID], at: datetime) -> None:
        found = [(each, finding) for each in those for finding in checker.findings(store.id, a_placing())]
        with transaction(store.database) as session:
            profiles.keep(session, store_id=store.id, found=found, at=at)

    count(ids[:3], now)
    count(ids[3:], now + timedelta(minutes=1))
    count([], now + timedelta(minutes=2))
    with transaction(store.database) as session:
        [kept] = profiles.kept(session, store_id=store.id)
    assert (kept.profile, kept.template, kept.rule) == (VERSION, PLACING, "presence: $.result.score.scaled")
    assert (kept.count, kept.example, kept.last) == (5, ids[4], now + timedelta(minutes=1))
    assert (kept.reason, kept.binding) == ("must be there", True)


def test_counting_begins_anew_with_another_version(store: StoreAtHand, checker: Checker, now: datetime) -> None:
    in_force(store, "warn", now)
    found = [(uuid4(), each) for each in checker.findings(store.id, a_placing())]
    with transaction(store.database) as session:
        profiles.keep(session, store_id=store.id, found=found, at=now)
    in_force(store, "warn", now, a_document(prefLabel={"en": "Sports, once more"}))
    with transaction(store.database) as session:
        assert profiles.kept(session, store_id=store.id) == []


def test_words_made_up_by_senders_do_not_make_rows(store: StoreAtHand, checker: Checker, now: datetime) -> None:
    in_force(store, "warn", now)
    for number in range(3):
        findings = checker.findings(store.id, a_statement(verb={"id": f"{SPORTS}/verbs/{number}"}, context=None))
        with transaction(store.database) as session:
            profiles.keep(session, store_id=store.id, found=[(uuid4(), each) for each in findings], at=now)
    with transaction(store.database) as session:
        [kept] = profiles.kept(session, store_id=store.id)
    assert (kept.rule, kept.count, kept.binding) == ("verb of this profile", 3, False)
    assert kept.reason == f"{SPORTS}/verbs/2 is not in the profile"


def test_those_who_count_at_once_lose_nothing(store: StoreAtHand, checker: Checker, now: datetime) -> None:
    rules = [{"location": f"$.result.{name}", "presence": "included"} for name in ("duration", "score", "response")]
    in_force(store, "warn", now, a_document(templates=[a_template(verb=PLACED, rules=rules)]))
    findings = checker.findings(store.id, a_placing())

    def count(turned: int) -> None:
        order = findings[turned:] + findings[:turned]
        for _ in range(10):
            with transaction(store.database) as session:
                profiles.keep(session, store_id=store.id, found=[(uuid4(), each) for each in order], at=now)

    threads = [threading.Thread(target=count, args=(turned,)) for turned in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with transaction(store.database) as session:
        assert [each.count for each in profiles.kept(session, store_id=store.id)] == [30, 30, 30]


# --- Where statements arrive ---


def test_a_store_without_a_policy_finds_nothing(store: StoreAtHand, checker: Checker, now: datetime) -> None:
    assert (checker.mode(store.id), checker.findings(store.id, a_placing())) == ("off", [])
    in_force(store, "off", now)
    fresh = Checker(store.database)
    assert (fresh.mode(store.id), fresh.findings(store.id, a_placing())) == ("off", [])


def test_a_change_is_seen_after_a_second_and_other_stores_are_left_alone(
    store: StoreAtHand, checker: Checker, clock: Clock, now: datetime
) -> None:
    with transaction(store.database) as session:
        other = stores.create(session, slug="south", at=now).id
    assert checker.mode(store.id) == "off"
    in_force(store, "refuse", now)
    clock.seconds = 0.9
    assert checker.mode(store.id) == "off"
    clock.seconds = 1.0
    assert checker.mode(store.id) == "refuse"
    assert len(checker.findings(store.id, a_placing())) == 1
    assert (checker.mode(other), checker.findings(other, a_placing())) == ("off", [])
    in_force(store, "warn", now, a_document(templates=[a_template(verb=PLACED)]))
    clock.seconds = 2.0
    assert (checker.mode(store.id), checker.findings(store.id, a_placing())) == ("warn", [])


def test_what_binds_is_refused_with_its_place_and_template(store: StoreAtHand, checker: Checker, now: datetime) -> None:
    in_force(store, "refuse", now)
    refused = profiles.refusal(checker.findings(store.id, a_placing()), path="statements[3]")
    assert isinstance(refused, StatementRefused)
    assert refused.path == "statements[3].result.score.scaled"
    assert (refused.rule, refused.section) == ("profile", PLACING)
    good = a_placing(result={"score": {"scaled": 0.5}})
    assert profiles.refusal(checker.findings(store.id, good)) is None
    advice = checker.findings(store.id, a_statement(verb={"id": f"{SPORTS}/verbs/ran"}))
    assert advice
    assert profiles.refusal(advice) is None


def test_references_are_followed_through_the_store_that_asks(
    store: StoreAtHand, checker: Checker, now: datetime
) -> None:
    templates = [a_template(verb=PLACED, contextStatementRefTemplate=[STARTED]), a_template(STARTED, verb=PLACED)]
    in_force(store, "refuse", now, a_document(templates=templates))
    target = str(uuid4())
    statement = a_placing(context={"statement": {"objectType": "StatementRef", "id": target}})
    reasons = [each.reason for each in checker.findings(store.id, statement, find={target: a_statement()}.get)]
    assert f"must refer to a statement of {STARTED}" in reasons


def test_thirty_templates_cost_a_statement_less_than_a_tenth_of_a_millisecond(
    store: StoreAtHand, checker: Checker, now: datetime
) -> None:
    rules = [
        {"location": f"$.result.extensions['{SPORTS}/extensions/place'].rank", "presence": "included", "none": [0]},
        {"location": "$.context.registration", "presence": "included"},
        {"location": "$.context.contextActivities.grouping[*].id", "presence": "recommended"},
        {"location": "$.result.success", "all": [True, False]},
    ]
    verbs = [f"https://e.org/verbs/{number}" for number in range(29)]
    templates = [a_template(f"{PLACING}/{n}", verb=verb, rules=rules) for n, verb in enumerate([PLACED, *verbs])]
    in_force(store, "refuse", now, a_document(templates=templates))
    statement = a_placing()
    assert checker.findings(store.id, statement) == []
    each = min(timeit.repeat(lambda: checker.findings(store.id, statement), number=500, repeat=5)) / 500
    assert each < 100e-6
    off = min(timeit.repeat(lambda: checker.mode(store.id + 1), number=500, repeat=5)) / 500
    assert off < 5e-6

"""From statements to facts to a standing."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from assessments import achievements, grading, rules
from courses import evidence
from tests.assessments import scenes
from tests.assessments.scenes import the_rule
from xapi_store import query, statements
from xapi_store import vocabulary as words
from xapi_store.filters import Filters


def test_the_way_from_a_released_grade_to_a_met_rule(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    enrolment = scene.enrolments[0]
    scenes.a_quiz_passed(session, enrolment, now)
    opened = grading.begin(session, team_id=scene.team.id, assessor=scene.trainer, at=now)
    saved = grading.save_draft(
        session, grading_id=opened.id, assessor=scene.trainer, exercise=scene.exercise, seen=1,
        draft=scenes.a_draft(scene), at=now,
    )  # fmt: skip
    scenes.settle(session)
    before = achievements.standing(session, enrolment=enrolment, rule=the_rule(), at=now)
    assert [result.met for result in before.clauses] == [True, False]
    grading.release(
        session, grading_id=saved.id, assessor=scene.trainer, exercise=scene.exercise, seen=saved.version, at=now
    )
    scenes.settle(session)
    assert achievements.standing(session, enrolment=enrolment, rule=the_rule(), at=now).met


def test_each_learner_stands_on_their_own_evidence(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now, mixed=True)
    first, second, guest = scene.enrolments
    scenes.a_quiz_passed(session, first, now)
    scenes.a_judgement(session, first, scene.trainer, now)
    scenes.a_quiz_passed(session, guest, now)
    scenes.a_quiz_passed(session, second, now, scaled=0.5)
    scenes.settle(session)
    found = achievements.who_qualifies(session, agency=scene.north, rule=the_rule(), at=now)
    assert [(each.name, each.verdict.met) for each in found] == [("Ana Zoë", True), ("Borys Їжак", False)]
    assert found[1].verdict.clauses[0].rejected[0].reason == rules.SCORE_TOO_LOW
    for learner, enrolment in zip(found, (first, second), strict=True):
        assert achievements.standing(session, enrolment=enrolment, rule=the_rule(), at=now) == learner.verdict


def test_a_statement_from_an_api_key_is_seen_and_does_not_count(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    author = evidence.author(session, scene.enrolments[0].id)
    claimed = evidence.statement(
        author,
        verb=words.PASSED,
        about=evidence.activity(scenes.QUIZ, kind=words.TYPE_ASSESSMENT),
        result={"score": {"scaled": 1.0}},
    )
    key = {"objectType": "Agent", "account": {"homePage": words.API_KEYS, "name": "k-1"}}
    statements.record(session, store_id=author.store_id, statement=claimed, authority=key, at=now)
    scenes.settle(session)
    verdict = achievements.standing(session, enrolment=scene.enrolments[0], rule=the_rule(), at=now)
    assert [each.reason for each in verdict.clauses[0].rejected] == [rules.NOT_OURS]


def test_another_learners_statement_in_the_same_registration_does_not_count(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    mine, theirs = (evidence.author(session, each.id) for each in scene.enrolments)
    odd = evidence.statement(
        theirs, verb=words.PASSED, about=evidence.activity(scenes.QUIZ, kind=words.TYPE_ASSESSMENT),
        result={"score": {"scaled": 1.0}},
    )  # fmt: skip
    odd["context"]["registration"] = str(mine.registration)
    evidence.record(session, theirs, odd, now)
    scenes.settle(session)
    verdict = achievements.standing(session, enrolment=scene.enrolments[0], rule=the_rule(), at=now)
    assert verdict.clauses[0].missing == rules.NOTHING_YET


def test_a_voided_statement_counts_no_more(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    enrolment = scene.enrolments[0]
    scenes.a_quiz_passed(session, enrolment, now)
    scenes.settle(session)
    page = query.find(session, store_id=scene.north.store_id, filters=Filters(verb=words.PASSED))
    voiding = {
        "actor": {"account": {"homePage": scene.north.account_home, "name": "office"}},
        "verb": words.verb(words.VOIDED),
        "object": {"objectType": "StatementRef", "id": json.loads(page.statements[0])["id"]},
    }
    authority = {"account": {"homePage": scene.north.account_home, "name": "animateur"}}
    statements.record(session, store_id=scene.north.store_id, statement=voiding, authority=authority, at=now)
    scenes.settle(session)
    verdict = achievements.standing(session, enrolment=enrolment, rule=the_rule(), at=now)
    assert verdict.clauses[0].missing == rules.NOTHING_YET


def test_more_evidence_than_one_page_holds_is_read_whole(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    enrolment = scene.enrolments[0]
    scenes.a_quiz_passed(session, enrolment, now - timedelta(days=1))
    for minute in range(205):
        scenes.a_quiz_passed(session, enrolment, now - timedelta(minutes=minute), scaled=0.1)
    scenes.settle(session)
    verdict = achievements.standing(session, enrolment=enrolment, rule=the_rule(), at=now)
    assert verdict.clauses[0].met
    assert len(verdict.clauses[0].rejected) == 205


def a_statement(**different: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "actor": {"account": {"homePage": "https://n.example", "name": "u-1"}, "name": "Ana"},
        "verb": {"id": words.PASSED, "display": {"en": "passed"}},
        "object": {"id": scenes.QUIZ, "definition": {"name": {"en": "Quiz"}}},
        "timestamp": "2026-11-23T12:00:00Z",
        **different,
    }


def test_a_digest_ignores_what_a_store_may_change_and_nothing_else() -> None:
    plain = a_statement(result={"score": {"scaled": 0.7}})
    dressed = {
        **plain,
        "stored": "2026-11-24T12:00:00Z",
        "version": "1.0.3",
        "authority": {"mbox": "mailto:a@b.example"},
        "timestamp": "2026-11-23T13:00:00.000+01:00",
        "object": {"id": scenes.QUIZ, "objectType": "Activity"},
        "verb": {"id": words.PASSED},
    }
    assert achievements.digest(plain) == achievements.digest(dressed)
    assert achievements.digest(plain) != achievements.digest({**plain, "result": {"score": {"scaled": 0.71}}})


def test_a_number_that_no_computer_holds_can_still_be_digested() -> None:
    numbers = json.loads("[1e999, 123456789012345678901]", parse_float=Decimal)
    vast = a_statement(result={"extensions": {"https://x.example": numbers}})
    assert len(achievements.digest(vast)) == 64

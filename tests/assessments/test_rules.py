"""Rules: what they count, what they reject and why; and the documents they are read from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from assessments import rulebook, rules
from assessments.errors import NoSuchRule, RuleRefused
from assessments.rulebook import Rulebook
from assessments.rules import Fact
from tests.assessments.scenes import CRITERION, a_fact, a_pass, the_rule
from xapi_store import vocabulary as words

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
DOCUMENT = """
id: one
version: 1.0.0
title: One
language: en
course: oicf
description: One thing.
achievement_type: Certificate
clauses:
  - {id: quiz, kind: passed, object: "https://x.example/q", at_least: "0.7", competence: Knows, text: Knows it.}
"""


def reasons(*facts: Fact) -> dict[UUID, str]:
    verdict = rules.evaluate(the_rule(), facts, AS_OF)
    return {each.fact.statement_id: each.reason for result in verdict.clauses for each in result.rejected}


def test_a_passed_quiz_and_a_trainers_level_three_meet_the_rule() -> None:
    quiz, judged = a_pass(), a_fact()
    verdict = rules.evaluate(the_rule(), [quiz, judged], AS_OF)
    assert verdict.met
    assert verdict.counted == tuple(sorted([quiz, judged], key=lambda each: (each.timestamp, each.statement_id)))
    assert all(result.missing is None and result.rejected == () for result in verdict.clauses)


def test_without_evidence_every_clause_says_that_there_is_nothing_yet() -> None:
    verdict = rules.evaluate(the_rule(), [], AS_OF)
    assert not verdict.met
    assert [result.missing for result in verdict.clauses] == [rules.NOTHING_YET, rules.NOTHING_YET]


def test_a_score_is_compared_exactly() -> None:
    assert rules.evaluate(the_rule(), [a_pass(scaled=Decimal("0.70")), a_fact()], AS_OF).met
    below = a_pass(scaled=Decimal("0.6999999999999999999"))
    assert reasons(below) == {below.statement_id: rules.SCORE_TOO_LOW}


@pytest.mark.parametrize(
    ("different", "reason"),
    [
        ({"ours": False}, rules.NOT_OURS),
        ({"timestamp": AS_OF + timedelta(seconds=1)}, rules.IN_THE_FUTURE),
        ({"verb": words.EVALUATED}, rules.WRONG_VERB),
        ({"assessor": None}, rules.NO_ASSESSOR),
        ({"assessor": "account https://north.example/people u-1"}, rules.SELF_ASSESSED),
        ({"level": None}, rules.NO_LEVEL),
        ({"level": 2}, rules.LEVEL_TOO_LOW),
        ({"verb": words.FAILED, "level": 4}, rules.LEVEL_TOO_LOW),
    ],
)
def test_a_judgement_that_does_not_count_says_why(different: dict[str, object], reason: str) -> None:
    fact = a_fact(**different)
    verdict = rules.evaluate(the_rule(), [a_pass(), fact], AS_OF)
    assert not verdict.met
    assert reasons(fact) == {fact.statement_id: reason}
    assert verdict.clauses[1].missing == rules.NOT_ENOUGH


def test_a_newer_judgement_takes_the_older_ones_place() -> None:
    old, new = a_fact(level=4), a_fact(level=2, timestamp=a_fact().timestamp + timedelta(days=1))
    assert reasons(old, new) == {old.statement_id: rules.SUPERSEDED, new.statement_id: rules.LEVEL_TOO_LOW}
    better = a_fact(level=3, timestamp=new.timestamp + timedelta(days=1))
    assert rules.evaluate(the_rule(), [a_pass(), better, old, new], AS_OF).met


def test_of_several_passes_the_best_counts_once() -> None:
    low, high, again = a_pass(scaled=Decimal("0.7")), a_pass(scaled=Decimal("0.9")), a_pass(scaled=Decimal("0.9"))
    later = replace(again, timestamp=high.timestamp + timedelta(hours=1))
    verdict = rules.evaluate(the_rule(), [later, low, high], AS_OF)
    assert verdict.clauses[0].counted == (high,)
    assert reasons(low, high, later) == {low.statement_id: rules.REPEATED, later.statement_id: rules.REPEATED}


def test_the_order_and_repetition_of_facts_change_nothing() -> None:
    facts = [a_pass(), a_fact(level=2), a_fact(timestamp=AS_OF), a_pass(ours=False)]
    assert rules.evaluate(the_rule(), facts, AS_OF) == rules.evaluate(the_rule(), [*reversed(facts), *facts], AS_OF)


def test_facts_about_other_things_are_left_aside() -> None:
    other = a_fact(object=f"{CRITERION}x")
    assert reasons(other) == {}


def test_the_digest_follows_the_meaning_of_a_rule_not_its_layout() -> None:
    plain = rulebook.read(DOCUMENT, name="one.yaml")
    commented = rulebook.read("# a remark\n" + DOCUMENT, name="one.yaml")
    stricter = rulebook.read(DOCUMENT.replace("0.7", "0.8"), name="one.yaml")
    assert plain.digest == commented.digest != stricter.digest


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("id: one\n", ""),
        ("version: 1.0.0", "version: 1"),
        ("title: One", 'title: "One\\u0008"'),
        ("kind: passed", "kind: guessed"),
        ('at_least: "0.7"', "at_least: 7"),
        ("course: oicf", "course: oicf\ncolour: blue"),
        ("clauses:", "clauses: ["),
        ("language: en", "language: 2026-01-01"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_with_its_file_name(written: str, instead: str) -> None:
    with pytest.raises(RuleRefused, match=r"one\.yaml"):
        rulebook.read(DOCUMENT.replace(written, instead), name="one.yaml")


def test_rules_are_found_by_id_and_version_and_by_course() -> None:
    rule = the_rule()
    book = Rulebook({(rule.id, rule.version): rule})
    assert book.find("oicf-m1", "0.1.0") is rule
    assert book.of_course("oicf") == (rule,)
    assert book.of_course("another") == ()
    with pytest.raises(NoSuchRule):
        book.find("oicf-m1", "9.9.9")

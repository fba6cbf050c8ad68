"""Rules: what must be shown before a certificate may be conferred, and whether given facts show it.

`evaluate` is pure and total: the same rule, facts and
instant always give the same verdict, nothing raises, and what is unknown is not met.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from xapi_store import vocabulary

PASSED = "passed"
JUDGED = "judged"

# Why a piece of evidence did not count.
NOT_OURS = "not_recorded_by_us"
IN_THE_FUTURE = "after_the_decision"
WRONG_VERB = "other_verb"
NO_SCORE = "no_score"
SCORE_TOO_LOW = "score_too_low"
NO_LEVEL = "no_level"
LEVEL_TOO_LOW = "level_too_low"
NO_ASSESSOR = "no_assessor"
SELF_ASSESSED = "self_assessed"
SUPERSEDED = "superseded"
REPEATED = "repeated"
# What a clause that is not met lacks.
NOTHING_YET = "nothing_yet"
NOT_ENOUGH = "not_enough"


@dataclass(frozen=True)
class Fact:
    """One statement about one learner, reduced to what rules ask for. Scores are exact decimals."""

    statement_id: UUID
    verb: str
    object: str
    timestamp: datetime
    learner: str
    assessor: str | None
    scaled: Decimal | None
    level: int | None
    ours: bool
    digest: str


@dataclass(frozen=True)
class Clause:
    """One thing that must be shown: a passed activity, or a criterion judged by a trainer."""

    id: str
    kind: str
    object: str
    text: str
    competence: str
    at_least: Decimal


@dataclass(frozen=True)
class Alignment:
    """A neighbouring entry in a public framework."""

    framework: str
    target_type: str
    name: str
    url: str


@dataclass(frozen=True)
class Rule:
    """A versioned rule; `digest` is the SHA-256 (hex) of its document in RFC 8785 form."""

    id: str
    version: str
    title: str
    language: str
    course: str
    description: str
    achievement_type: str
    valid_months: int | None
    clauses: tuple[Clause, ...]
    alignments: tuple[Alignment, ...]
    digest: str

    @property
    def narrative(self) -> str:
        """The criteria in words, one sentence for each clause."""
        return " ".join(clause.text for clause in self.clauses)

    @property
    def objects(self) -> tuple[str, ...]:
        """The activities that this rule asks about, each once."""
        return tuple(dict.fromkeys(clause.object for clause in self.clauses))


@dataclass(frozen=True)
class Rejected:
    """A piece of evidence that was looked at and did not count."""

    fact: Fact
    reason: str


@dataclass(frozen=True)
class ClauseResult:
    """What one clause found: what counted, what did not and why, and what is missing."""

    clause: Clause
    met: bool
    counted: tuple[Fact, ...]
    rejected: tuple[Rejected, ...]
    missing: str | None


@dataclass(frozen=True)
class Verdict:
    """Whether the rule is met by these facts at this instant, clause by clause."""

    rule: Rule
    as_of: datetime
    clauses: tuple[ClauseResult, ...]

    @property
    def met(self) -> bool:
        """Every clause is met."""
        return all(result.met for result in self.clauses)

    @property
    def counted(self) -> tuple[Fact, ...]:
        """Every fact that counted, each once, oldest first."""
        found = {fact.statement_id: fact for result in self.clauses for fact in result.counted}
        return tuple(sorted(found.values(), key=_age))


def evaluate(rule: Rule, facts: Sequence[Fact], as_of: datetime) -> Verdict:
    """The verdict on this learner's facts. Facts about anything the rule does not ask for are left aside."""
    once = {fact.statement_id: fact for fact in facts}
    ordered = sorted(once.values(), key=_age)
    return Verdict(rule, as_of, tuple(_weigh(clause, ordered, as_of) for clause in rule.clauses))


def _age(fact: Fact) -> tuple[datetime, UUID]:
    return fact.timestamp, fact.statement_id


def _weigh(clause: Clause, facts: Sequence[Fact], as_of: datetime) -> ClauseResult:
    about = [fact for fact in facts if fact.object == clause.object]
    reasons = {fact.statement_id: _inadmissible(clause, fact, as_of) for fact in about}
    admissible = [fact for fact in about if reasons[fact.statement_id] is None]
    counted = _best_pass(clause, admissible, reasons) if clause.kind == PASSED else None
    if clause.kind == JUDGED:
        counted = _newest_judgement(clause, admissible, reasons)
    rejected = tuple(Rejected(fact, reason) for fact in about if (reason := reasons[fact.statement_id]))
    missing = None if counted else (NOT_ENOUGH if about else NOTHING_YET)
    return ClauseResult(clause, counted is not None, (counted,) if counted else (), rejected, missing)


def _inadmissible(clause: Clause, fact: Fact, as_of: datetime) -> str | None:
    """Why a fact cannot speak to this clause at all, or None."""
    if not fact.ours:
        return NOT_OURS
    if fact.timestamp > as_of:
        return IN_THE_FUTURE
    return _not_a_pass(fact) if clause.kind == PASSED else _not_a_judgement(fact)


def _not_a_pass(fact: Fact) -> str | None:
    if fact.verb != vocabulary.PASSED:
        return WRONG_VERB
    return NO_SCORE if fact.scaled is None else None


def _not_a_judgement(fact: Fact) -> str | None:
    if fact.verb not in (vocabulary.ACHIEVED, vocabulary.FAILED):
        return WRONG_VERB
    if fact.assessor is None:
        return NO_ASSESSOR
    if fact.assessor == fact.learner:
        return SELF_ASSESSED
    return NO_LEVEL if fact.level is None else None


def _best_pass(clause: Clause, facts: Sequence[Fact], reasons: dict[UUID, str | None]) -> Fact | None:
    """The highest score that suffices, the earliest of equals; an activity counts once."""
    best: Fact | None = None
    for fact in facts:
        if _score(fact) < clause.at_least:
            reasons[fact.statement_id] = SCORE_TOO_LOW
        elif best is None or _score(fact) > _score(best):
            best = fact
    for fact in facts:
        if fact is not best and reasons[fact.statement_id] is None:
            reasons[fact.statement_id] = REPEATED
    return best


def _score(fact: Fact) -> Decimal:
    return fact.scaled if fact.scaled is not None else Decimal(-1)


def _newest_judgement(clause: Clause, facts: Sequence[Fact], reasons: dict[UUID, str | None]) -> Fact | None:
    """The newest judgement, when it suffices: a later one below the level takes an earlier one's place."""
    for fact in facts[:-1]:
        reasons[fact.statement_id] = SUPERSEDED
    if not facts:
        return None
    newest = facts[-1]
    if newest.verb == vocabulary.ACHIEVED and newest.level is not None and newest.level >= clause.at_least:
        return newest
    reasons[newest.statement_id] = LEVEL_TOO_LOW
    return None

"""The evidence a released grading leaves: what the assessor judged, and what each learner has achieved by it.

One `evaluated` by the assessor on the artefact; for each member `achieved` or `failed` on every criterion and `scored`
on the exercise, in the member's own store. Where a member belongs to another agency, the assessor's statement stands
in that agency's store too, under the same id, so that `context.statement` can be followed there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from assessments import scoring
from assessments.staff import Staff
from courses import evidence, teams
from courses.evidence import Author
from courses.exercises import Artefact
from courses.syllabus import Criterion, Exercise
from courses.teams import Team
from xapi_store import actors, statements
from xapi_store import vocabulary as words


@dataclass(frozen=True)
class MemberJudgement:
    """One member's part: conduct levels, whether the team's levels count, and the score."""

    author: Author
    conduct: Mapping[str, int]
    accepted: bool
    counting: bool
    score: Decimal


@dataclass(frozen=True)
class Judgement:
    """A released grading. `id` is the id of the assessor's statement."""

    id: UUID
    assessor: Staff
    team: Team
    artefact: Artefact
    exercise: Exercise
    levels: Mapping[str, int]
    members: tuple[MemberJudgement, ...]


def is_listed(artefact: Artefact, enrolment_id: UUID) -> bool:
    """Whether the member stands among the contributors of the frozen artefact."""
    return any(each["registration"] == str(enrolment_id) for each in artefact.contributors)


def record_evaluated(session: Session, *, judgement: Judgement, at: datetime) -> None:
    """The assessor's judgement stands in the assessor's store, and in each member's where that is another one."""
    homes = {member.author.store_id: member.author.account_home for member in judgement.members}
    homes[judgement.assessor.store_id] = judgement.assessor.account_home
    for store_id, home in sorted(homes.items()):
        authority = actors.account(home, evidence.AUTHORITY_ACCOUNT)
        statement = _evaluated(judgement)
        statements.record(session, store_id=store_id, statement=statement, authority=authority, at=at)


def record_for_member(session: Session, *, judgement: Judgement, member: MemberJudgement, at: datetime) -> None:
    """What the judgement means for this member stands in the member's store."""
    for criterion in judgement.exercise.rubric.group:
        if criterion.iri is not None:
            evidence.record(session, member.author, _on_criterion(judgement, member, criterion), at)
    evidence.record(session, member.author, _scored(judgement, member), at)


def _evaluated(judgement: Judgement) -> dict[str, Any]:
    exercise = judgement.exercise
    return {
        "id": str(judgement.id),
        "actor": judgement.assessor.actor(),
        "verb": words.verb(words.EVALUATED),
        "object": evidence.activity(judgement.artefact.iri, kind=words.TYPE_DOCUMENT, name=exercise.document_title),
        "result": {
            "success": all(level >= scoring.COMPETENT for level in judgement.levels.values()),
            "extensions": {words.RUBRICS: {"rubric": exercise.rubric.id, **judgement.levels}},
        },
        "context": {
            "team": teams.group(judgement.team, judgement.exercise),
            "contextActivities": {
                "parent": [{"id": exercise.iri}],
                "grouping": [{"id": exercise.module_iri}, {"id": exercise.course_iri}],
                "category": [{"id": words.CATEGORY}],
            },
            "extensions": {words.EXT_PROFILE_VERSION: exercise.profile_version},
        },
    }


def _on_criterion(judgement: Judgement, member: MemberJudgement, criterion: Criterion) -> dict[str, Any]:
    """Achieved when the team's level suffices and counts for this member; failed otherwise, the reason in sight."""
    level = judgement.levels[criterion.key]
    achieved = member.counting and level >= scoring.COMPETENT
    rubric = {
        "rubric": judgement.exercise.rubric.id,
        "criterion": criterion.key,
        criterion.key: level,
        "counts": member.counting,
        "accepted": member.accepted,
        **member.conduct,
    }
    iri = str(criterion.iri)
    return evidence.statement(
        member.author,
        verb=words.ACHIEVED if achieved else words.FAILED,
        about=evidence.activity(iri, kind=words.TYPE_CRITERION, name=f"{criterion.code} {criterion.title}"),
        within=judgement.exercise,
        grouping=[iri.rsplit(".", 1)[0]],
        result={"success": achieved, "extensions": {words.RUBRICS: rubric}},
        context=_by_assessor(judgement),
    )


def _scored(judgement: Judgement, member: MemberJudgement) -> dict[str, Any]:
    exercise = judgement.exercise
    return evidence.statement(
        member.author,
        verb=words.SCORED,
        about=evidence.step_activity(exercise),
        within=exercise,
        result={
            "score": evidence.score(member.score, scoring.MAXIMUM),
            "extensions": {words.RUBRICS: {"rubric": exercise.rubric.id, **member.conduct}},
        },
        context=_by_assessor(judgement),
    )


def _by_assessor(judgement: Judgement) -> dict[str, Any]:
    return {
        "instructor": judgement.assessor.actor(),
        "team": teams.group(judgement.team, judgement.exercise),
        "statement": {"objectType": "StatementRef", "id": str(judgement.id)},
    }

"""Drafts of a grading as a trainer fills them in: what may stand in them, what is missing, where two differ. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from assessments import scoring
from assessments.errors import LevelsRefused
from courses.syllabus import Exercise

LONGEST_TEXT = 10_000


@dataclass(frozen=True)
class MemberDraft:
    """What a trainer has put down about one member so far; a level of None is not given yet."""

    conduct: Mapping[str, int | None] = field(default_factory=dict)
    accepted: bool = False
    accepted_reason: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Draft:
    """What a trainer has put down so far: the team's levels, the members by enrolment, a comment for the team."""

    group: Mapping[str, int | None] = field(default_factory=dict)
    members: Mapping[UUID, MemberDraft] = field(default_factory=dict)
    comment: str = ""


def given(levels: Mapping[str, int | None]) -> dict[str, int]:
    """The levels without those that are not given yet."""
    return {key: level for key, level in levels.items() if level is not None}


def check(draft: Draft, *, exercise: Exercise, members: frozenset[UUID]) -> None:
    """Levels are 1 to 4 and belong to the rubric, members to the team; LevelsRefused names all that do not."""
    faults = _levels("", draft.group, {each.key for each in exercise.rubric.group})
    faults |= _texts("", {"comment": draft.comment})
    strands = {each.key for each in exercise.rubric.conduct}
    for enrolment_id, noted in draft.members.items():
        prefix = f"{enrolment_id}."
        if enrolment_id not in members:
            faults[str(enrolment_id)] = "not_a_member"
        faults |= _levels(prefix, noted.conduct, strands)
        faults |= _texts(prefix, {"comment": noted.comment, "accepted_reason": noted.accepted_reason})
    if faults:
        raise LevelsRefused(faults)


def missing(draft: Draft, *, exercise: Exercise) -> tuple[str, ...]:
    """What is still to be given before a release: `c5`, `ENROLMENT.x1`, `ENROLMENT.accepted_reason`."""
    found = [each.key for each in exercise.rubric.group if draft.group.get(each.key) is None]
    for enrolment_id, noted in draft.members.items():
        strands = [each.key for each in exercise.rubric.conduct if noted.conduct.get(each.key) is None]
        found += [f"{enrolment_id}.{key}" for key in strands]
        if noted.accepted and not noted.accepted_reason.strip():
            found.append(f"{enrolment_id}.accepted_reason")
    return tuple(found)


def differences(sent: Draft, standing: Draft) -> dict[str, tuple[Any, Any]]:
    """Field by field, what was sent and what stands, where the two differ."""
    ours, theirs = _flat(sent), _flat(standing)
    return {
        name: (ours.get(name), theirs.get(name))
        for name in sorted({*ours, *theirs})
        if ours.get(name) != theirs.get(name)
    }


def _flat(draft: Draft) -> dict[str, Any]:
    fields: dict[str, Any] = {"comment": draft.comment.strip(), **given(draft.group)}
    for enrolment_id, noted in draft.members.items():
        fields |= {f"{enrolment_id}.{key}": level for key, level in given(noted.conduct).items()}
        fields[f"{enrolment_id}.accepted"] = noted.accepted
        fields[f"{enrolment_id}.accepted_reason"] = noted.accepted_reason.strip()
        fields[f"{enrolment_id}.comment"] = noted.comment.strip()
    return fields


def _levels(prefix: str, levels: Mapping[str, int | None], known: set[str]) -> dict[str, str]:
    faults: dict[str, str] = {}
    for key, level in levels.items():
        if key not in known:
            faults[f"{prefix}{key}"] = "not_in_rubric"
        elif level is not None and not scoring.is_level(level):
            faults[f"{prefix}{key}"] = "not_a_level"
    return faults


def _texts(prefix: str, texts: Mapping[str, str]) -> dict[str, str]:
    # PostgreSQL keeps no NUL in a text.
    return {
        f"{prefix}{name}": "not_a_text" for name, text in texts.items() if "\x00" in text or len(text) > LONGEST_TEXT
    }

"""Scripted partners: what they say to somebody who works alone on an exercise, phase by phase.

Their words belong to the exercise and are stored nowhere else: they are no posts, and never count as anybody's.
"""

from courses.syllabus import Exercise, Material, Partner
from courses.teams import Team


def said(team: Team, exercise: Exercise) -> dict[int, tuple[Partner, ...]]:
    """What the partners have said until now, by phase (from 0); nothing in a team of people."""
    if not team.solo:
        return {}
    reached = exercise.phases[: team.phase + 1]
    spoken = {
        number: tuple(partner for partner in exercise.partners if partner.phase == phase.key)
        for number, phase in enumerate(reached)
    }
    return {number: partners for number, partners in spoken.items() if partners}


def materials(exercise: Exercise, role: str | None) -> tuple[Material, ...]:
    """What this role is given to read; everything for a trainer (None)."""
    return tuple(each for each in exercise.materials if role is None or not each.roles or role in each.roles)

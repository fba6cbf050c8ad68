"""Who has which part in an exercise, and by which letters people are known in a team. Pure."""

from courses.syllabus import Exercise, Role


def dealt(exercise: Exercise, *, seat: int, solo: bool = False) -> Role:
    """The role of that seat (from 1): one after the other, and the last one to everybody who is left.

    Who works alone (`solo`) has the first role that no scripted partner plays.
    """
    played = {name for partner in exercise.partners for name in (partner.role, partner.key)} if solo else set()
    free = [role for role in exercise.roles if role.key not in played and role.title not in played]
    parts = free if solo and free else exercise.roles
    return parts[min(seat, len(parts)) - 1]


def least(exercise: Exercise, *, solo: bool) -> int:
    """How many people a team needs before its clock starts."""
    return 1 if solo else exercise.least


def initials(name: str) -> str:
    """Up to two letters that stand for the name: of its first and its last word."""
    parts = name.split()
    letters = parts[0][:1] + parts[-1][:1] if len(parts) > 1 else name.strip()[:2]
    return letters.upper()

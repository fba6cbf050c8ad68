"""Coverage: the course can show every criterion of the profile, in two ways, one of them before other people."""

from collections import defaultdict
from collections.abc import Iterator

from courses.checks.place import in_course
from courses.errors import Fault
from courses.profile import Profile
from courses.syllabus import Course

STRONG = frozenset("RW")


def find(course: Course, profile: Profile) -> Iterator[Fault]:
    """What the course leaves unshown of the units that its modules teach."""
    taught = {unit for module in course.modules for unit in module.units}
    shown = evidence(course)
    for unit in profile.units:
        if unit.code not in taught:
            continue
        spoken = {outcome for criterion in unit.criteria for outcome in criterion.outcomes}
        for outcome in unit.outcomes:
            if outcome.code not in spoken:
                yield in_course(course, f"the outcome {outcome.code} has no criterion in the profile")
        for criterion in unit.criteria:
            if fault := _fault(shown[criterion.code]):
                yield in_course(course, f"{criterion.code}: {fault}")


def evidence(course: Course) -> dict[str, set[str]]:
    """The kinds of evidence that the course's steps can give, by criterion."""
    shown: dict[str, set[str]] = defaultdict(set)
    for module in course.modules:
        for step in module.steps:
            for each in step.evidence:
                shown[each.criterion].add(each.kind)
    return shown


def _fault(kinds: set[str]) -> str:
    """What these kinds of evidence lack; empty where nothing."""
    if not kinds:
        return "no step shows it"
    told = ", ".join(sorted(kinds))
    if len(kinds) < 2:
        return f"only one kind of evidence ({told}); two are needed"
    return "" if kinds & STRONG else f"evidence {told}, but none judged by a trainer (R) or confirmed at work (W)"

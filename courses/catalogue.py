"""The catalogue: every course of this installation, found by its short addresses."""

from dataclasses import dataclass
from pathlib import Path

from courses import manifest
from courses.errors import NoSuchCourse
from courses.profile import PerformanceCriterion, Profile
from courses.syllabus import (
    Case,
    Choice,
    Course,
    Criterion,
    Ending,
    Exercise,
    Meter,
    Module,
    Node,
    Option,
    Pairing,
    Phase,
    Question,
    Quiz,
    Reading,
    Role,
    Rubric,
    Scenario,
    Scene,
    Section,
    Step,
)

__all__ = [
    "Case",
    "Catalogue",
    "Choice",
    "Course",
    "Criterion",
    "Ending",
    "Exercise",
    "Meter",
    "Module",
    "Node",
    "Option",
    "Pairing",
    "Phase",
    "Question",
    "Quiz",
    "Reading",
    "Role",
    "Rubric",
    "Scenario",
    "Scene",
    "Section",
    "Step",
]


@dataclass(frozen=True)
class Catalogue:
    """The courses, by slug, and the qualification profile they lead to."""

    profile: Profile
    courses: dict[str, Course]

    @classmethod
    def load(cls, directory: Path) -> "Catalogue":
        """Everything below the content directory; ContentRefused names file, line and what to mend."""
        profile = manifest.read_profile(directory / "profile.yaml")
        found = [manifest.read_course(path.parent, profile) for path in sorted(directory.glob("*/course.yaml"))]
        return cls(profile=profile, courses={course.slug: course for course in found})

    def course(self, slug: str) -> Course:
        """The course of that short name; NoSuchCourse where there is none."""
        if slug not in self.courses:
            raise NoSuchCourse(slug)
        return self.courses[slug]

    def module(self, course: str, module: str) -> Module:
        """The module of that course, such as `oicf`, `m1`; NoSuchCourse where there is none."""
        for found in self.course(course).modules:
            if found.slug == module:
                return found
        raise NoSuchCourse(f"{course}/{module}")

    def step(self, course: str, module: str, key: str) -> Step:
        """The step of that module, such as `oicf`, `m1`, `4`; NoSuchCourse where there is none."""
        for found in self.module(course, module).steps:
            if found.key == key:
                return found
        raise NoSuchCourse(f"{course}/{module}/{key}")

    def exercise(self, exercise_id: str) -> Exercise:
        """The team exercise of that short address (`oicf/m1/5`); NoSuchCourse where there is none."""
        parts = exercise_id.split("/")
        found = self.step(*parts) if len(parts) == 3 else None
        if not isinstance(found, Exercise):
            raise NoSuchCourse(exercise_id)
        return found

    def criterion(self, code: str) -> PerformanceCriterion:
        """The performance criterion of that code (`U4.PC1`); NoSuchCourse where the profile has none."""
        found = self.profile.criteria().get(code)
        if found is None:
            raise NoSuchCourse(code)
        return found

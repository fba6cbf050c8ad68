"""The catalogue: every course of this installation, found by its short addresses."""

from dataclasses import dataclass, field
from pathlib import Path

from courses.authoring.course_files import read_conducts, read_course
from courses.authoring.profile_file import read_profile, read_translations
from courses.errors import ContentRefused, Fault, NoSuchCourse
from courses.profile import PerformanceCriterion, Profile
from courses.syllabus import (
    Course,
    Exercise,
    Module,
    Step,
)


@dataclass(frozen=True)
class Catalogue:
    """The courses, by slug, and the qualification profile they lead to.

    `refused` are the faults of courses that were added by the agency and could not be read.
    """

    profile: Profile
    courses: dict[str, Course]
    refused: tuple[Fault, ...] = field(default=())
    # The same profile in other languages. What it is judged by is the one in its own.
    profiles: dict[str, Profile] = field(default_factory=dict)

    @classmethod
    def load(cls, directory: Path, *, added: Path | None = None) -> "Catalogue":
        """Everything below the content directory, and the courses below `added`.

        ContentRefused tells every fault of the former, with file and line. Of the latter a broken course is left out,
        with its faults in `refused`; so is one that takes the short name of another.
        """
        profile = read_profile(directory / "profile.yaml")
        conduct = read_conducts(directory, profile)
        found: dict[str, Course] = {}
        faults: list[Fault] = []
        for path in sorted(directory.glob("*/course.yaml")):
            try:
                course = read_course(path.parent, profile, conduct=conduct)
                found[course.slug] = course
            except ContentRefused as refused:
                faults += refused.faults
        if faults:
            raise ContentRefused(faults)
        for path in sorted(added.glob("*/course.yaml")) if added else []:
            try:
                course = read_course(path.parent, profile, conduct=conduct)
            except ContentRefused as refused:
                faults += refused.faults
            else:
                if course.slug in found:
                    faults.append(Fault(path, 1, f"slug: there is a course {course.slug} already"))
                found.setdefault(course.slug, course)
        profiles = read_translations(directory, profile)
        return cls(profile=profile, courses=found, refused=tuple(faults), profiles=profiles)

    def profile_in(self, language: str) -> Profile:
        """The profile in that language; in English where it is not translated."""
        return self.profiles.get(language, self.profile)

    def course(self, slug: str) -> Course:
        """The course of that short name; NoSuchCourse where there is none."""
        if slug not in self.courses:
            raise NoSuchCourse(slug)
        return self.courses[slug]

    def module(self, course: str, module: str, *, language: str = "") -> Module:
        """The module of that course, such as `oicf`, `m1`; NoSuchCourse where there is none.

        It comes in that language, or in the source language where it is not translated.
        """
        held = self.course(course)
        for found in held.modules_in(language) if language else held.modules:
            if found.slug == module:
                return found
        raise NoSuchCourse(f"{course}/{module}")

    def step(self, course: str, module: str, key: str, *, language: str = "") -> Step:
        """The step of that module, such as `oicf`, `m1`, `4`; NoSuchCourse where there is none."""
        for found in self.module(course, module, language=language).steps:
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

"""All checks of a course: those of each module, and those that only the complete course can pass."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from courses.checks import (
    addresses,
    brands,
    coverage,
    guessing,
    lengths,
    licences,
    media,
    minutes,
    pools,
    scenarios,
    translations,
)
from courses.errors import Fault
from courses.profile import Profile
from courses.syllabus import Course, Module

OF_MODULES: tuple[Callable[[Module], Iterator[Fault]], ...] = (
    minutes.find,
    lengths.find,
    pools.find,
    guessing.find,
    scenarios.find,
    media.find,
    brands.find,
)
OF_COURSES: tuple[Callable[[Course], Iterator[Fault]], ...] = (addresses.find, licences.find, translations.find)
# A translation says the same in other words; what is counted in words is counted in the source alone.
OF_TRANSLATIONS = (minutes.find, pools.find, media.find, brands.find)


@dataclass(frozen=True)
class Report:
    """What is wrong: in the modules and files that are there, and in the course as a whole (coverage)."""

    parts: tuple[Fault, ...]
    whole: tuple[Fault, ...]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.parts and not self.whole


def check(course: Course, profile: Profile) -> Report:
    """Every check has looked at the course."""
    found = {fault for module in course.modules for find in OF_MODULES for fault in find(module)}
    translated = [module for held in course.translations.values() for module in held.values()]
    found |= {fault for module in translated for find in OF_TRANSLATIONS for fault in find(module)}
    found |= {fault for find in OF_COURSES for fault in find(course)}
    return Report(parts=tuple(sorted(found)), whole=tuple(sorted(coverage.find(course, profile))))

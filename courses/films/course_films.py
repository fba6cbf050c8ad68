"""The films of a course: one for each film step in each language in which its module exists."""

from __future__ import annotations

from collections.abc import Iterator

from courses.films.scripts import Script, make
from courses.syllabus import Course, Video


def scripts_of(course: Course) -> Iterator[Script]:
    """The script of every film of the course; a module that is not translated has its films in the source language."""
    for language in course.languages or (course.language,):
        for module in course.modules_in(language):
            if (module.language or course.language) == language:
                yield from (script_of(step, language) for step in module.steps if isinstance(step, Video))


def script_of(step: Video, language: str) -> Script:
    """The script as the film step has it."""
    return make(
        name=step.name,
        language=language,
        title=step.title,
        firm=step.firm,
        pause=step.pause,
        scenes=[(scene.picture, scene.on_screen, scene.narration) for scene in step.scenes],
    )

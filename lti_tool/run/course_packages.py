"""The packages of a course, in each of its languages."""

from pathlib import Path

from courses.exports import packages
from courses.exports.edition import Edition
from courses.syllabus import Course
from lti_tool.pages import package_words


def build(course: Course, directory: Path, *, address: str) -> list[Path]:
    """All packages of the course lie in the directory; gives their paths. `address` is where the tool is reached."""
    editions = [
        Edition(course=course, language=language, address=address, translate=package_words.into(language))
        for language in course.languages
    ]
    return [path for edition in editions for path in packages.build(edition, directory)]

"""The packages of all courses are made ahead, in the worker, so that nobody who asks for one has to wait."""

import logging
from pathlib import Path

from courses.catalogue import Catalogue
from courses.exports import shelf
from courses.exports.edition import Edition
from lti_tool.pages import package_words
from lti_tool.run.settings import Settings

log = logging.getLogger(__name__)


def stock(settings: Settings, catalogue: Catalogue) -> None:
    """Every package of every course in each of its languages lies below the data directory.

    Where that cannot be, packages are made when they are asked for; one course in trouble does not keep the others.
    """
    for course in catalogue.courses.values():
        for language in course.languages or (course.language,):
            edition = Edition(
                course=course, language=language, address=settings.address, translate=package_words.into(language)
            )
            try:
                shelf.stock(edition, Path(settings.data_dir) / "packages")
            except OSError as trouble:
                log.warning("packages of %s in %s were not made ahead: %s", course.slug, language, trouble)

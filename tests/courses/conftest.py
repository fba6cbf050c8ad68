"""The courses as they are shipped, for every test of this floor."""

import pytest

from courses.catalogue import Catalogue
from courses.syllabus import Course, Exercise
from tests.builders import the_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The shipped courses."""
    return the_catalogue()


@pytest.fixture
def course(catalogue: Catalogue) -> Course:
    """The shipped course."""
    return catalogue.course("oicf")


@pytest.fixture
def exercise(catalogue: Catalogue) -> Exercise:
    """M1.5: four phases of 15, 25, 25 and 10 minutes."""
    return catalogue.exercise("oicf/m1/5")

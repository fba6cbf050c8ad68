"""The platform is down for an hour and grades wait: all arrive once, in order for each learner."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests import walking
from tests.lti_tool import many_grades
from tests.lti_tool.many_grades import Gradebook
from xapi_store.database import Database


@pytest.fixture
def gradebook() -> Iterator[Gradebook]:
    """A platform that listens."""
    listening = Gradebook()
    yield listening
    listening.close()


@pytest.fixture
def house(database_url: str) -> Iterator[Flask]:
    """The whole tool in one process."""
    app = walking.a_house(database_url)
    yield app
    app.extensions["database"].close()


def test_a_hundred_grades_outlive_an_hour(house: Flask, database: Database, gradebook: Gradebook) -> None:
    many_grades.outlive_an_hour(house, database, gradebook, size=25, concurrency=4)


@pytest.mark.trial
def test_ten_thousand_grades_outlive_an_hour(house: Flask, database: Database, gradebook: Gradebook) -> None:
    many_grades.outlive_an_hour(house, database, gradebook, size=2_500, concurrency=12)

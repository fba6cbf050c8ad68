"""How the tests get their tables: by the product's own migrations."""

# ruff: noqa: F401 (importing a room is what makes its tables known)

from sqlalchemy import create_engine

import assessments.certificates
import assessments.grading
import courses.exercises
import courses.progress
import courses.quiz
import courses.sandbox.builtin
import courses.scenario
import courses.teams
import lti_tool.lti.deliveries
import lti_tool.lti.doors
import xapi_store.api_keys
import xapi_store.keys
import xapi_store.ledger
import xapi_store.postings
import xapi_store.statements
from xapi_store import queue
from xapi_store.database import Base


def install(url: str) -> None:
    """Every table of the house exists in this empty database."""
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    queue.install(engine)
    engine.dispose()

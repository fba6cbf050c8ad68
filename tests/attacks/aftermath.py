"""What must not stand after a launch that was refused, and what may be said of it."""

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from courses.people import Cohort, Enrolment, Person
from lti_tool.lti.counterparts import LmsContext, LtiUser, ResourceLink
from lti_tool.visitor import Visit
from xapi_store.database import Database
from xapi_store.statements import Statement

MADE_BY_A_LAUNCH = (Person, Cohort, Enrolment, LtiUser, LmsContext, ResourceLink, Visit, Statement)


def refused(answer: TestResponse, code: str, database: Database) -> None:
    """The launch was refused for this reason, calmly, and left nothing behind, not even the login."""
    assert answer.status_code in (400, 503), (answer.status_code, answer.location)
    assert f'data-code="{code}"' in answer.text
    assert answer.headers.get("Set-Cookie") is None
    with database.session() as session:
        assert [row.__name__ for row in MADE_BY_A_LAUNCH if session.scalar(select(func.count()).select_from(row))] == []


def told_plainly(answer: TestResponse, code: str, log: str, *secrets: str) -> None:
    """The refusal is a plain page with a number that stands in the log; neither says anything of a person."""
    assert 400 <= answer.status_code < 500 or answer.status_code == 503, (answer.status_code, answer.location)
    assert f'data-code="{code}"' in answer.text
    number = answer.text.split("<code>")[1].split("</code>")[0]
    [line] = [each for each in log.splitlines() if number in each]
    for secret in ("Ada", "Example", "ada@", *secrets):
        assert secret not in line
        assert secret not in answer.text

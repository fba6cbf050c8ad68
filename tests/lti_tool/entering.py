"""What people do at the sign-in's doors, in one process."""

import re
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from courses import agencies
from lti_tool.sign_in import invitations
from tests.walking import TOKEN, Person
from xapi_store.transaction import transaction

PASSWORD = "seven quiet herons"
EMAIL = "ada@private.example"


def invitation(house: Flask, role: str, *, agency: str | None = "north") -> str:
    """The path of an invitation in this role."""
    with transaction(house.extensions["database"]) as session:
        agency_id = agencies.by_slug(session, agency).id if agency else None
        token = invitations.invite(session, role=role, agency_id=agency_id, at=datetime.now(UTC))
    return f"/invitation/{token}"


def accept(browser: FlaskClient, path: str, **changed: str) -> TestResponse:
    """The answer to accepting that invitation with an address and a password."""
    fields = {"name": "Ada", "email": EMAIL, "password": PASSWORD, **changed}
    return Person(browser).send(path, path, **fields)


def sign_in(browser: FlaskClient, *, email: str = EMAIL, password: str = PASSWORD) -> TestResponse:
    """The answer to that address and password."""
    return Person(browser).send("/sign-in", "/sign-in", email=email, password=password)


def keep(learner: Person) -> str:
    """The path of the link with which this learner makes a sign-in of their own."""
    page = learner.send("/keep", "/keep").text
    found = re.search(r'href="(/invitation/[\w-]+)"', page)
    assert found is not None, page
    return found.group(1)


def token_of(answer: TestResponse) -> str:
    """The form token of that page."""
    found = TOKEN.search(answer.text)
    assert found is not None
    return found.group(1)

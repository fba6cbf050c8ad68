"""Launches that fail, faults of ours, and a house without a database: one calm page, and a number in the log."""

import base64
import logging
import re
import traceback
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from lti_tool import visitor
from tests import builders, walking
from tests.doors.world import fingerprint
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database

# The login is spent, and the platform's keys are at hand for its next launch.
SPENT = ("login", "platform_keys")


def test_a_launch_that_fails_is_one_calm_page(
    house: Flask, platform: SigningPlatform, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    browser = house.test_client()
    under_way = builders.a_launch(browser, platform, name="Ada Example", email="ada@example.org", aud="somebody else")
    token = platform.sign(under_way.claims)
    before = {name: found for name, found in fingerprint(database).items() if name not in SPENT}
    with caplog.at_level(logging.DEBUG):
        answer = under_way.send(token)
    assert answer.status_code == 400
    assert answer.text.count("<h1>") == 1
    number = re.search(
        r"Number for support:</?[^>]*>?\s*<code>([0-9a-f]{8})</code>|<code>([0-9a-f]{8})</code>", answer.text
    )
    assert number is not None
    support = next(group for group in number.groups() if group)
    assert support in caplog.text
    for text in (answer.text, caplog.text):
        for secret in ("Ada", "ada@example.org", token, under_way.question["state"], under_way.question["nonce"]):
            assert secret not in text
        assert "Traceback" not in text
    assert {name: found for name, found in fingerprint(database).items() if name not in SPENT} == before


def test_a_fault_of_ours_is_one_calm_page(house: Flask, launched: Any, caplog: pytest.LogCaptureFixture) -> None:
    ada = launched("5", name="Ada Example")

    def breaks() -> str:
        raise LookupError("an inner part")

    house.view_functions["learner.module"] = lambda course, module: breaks()
    with caplog.at_level(logging.INFO):
        answer = ada.get("/learn/oicf/m1")
    assert answer.status_code == 500
    assert "an inner part" not in answer.text
    number = re.search(r'class="support">([0-9a-f]{8})<', answer.text)
    assert number is not None
    assert number.group(1) in caplog.text
    logged = [record for record in caplog.records if record.exc_info]
    assert logged
    for record in logged:
        told = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        assert "Ada" not in told
    assert "Ada" not in "".join(record.getMessage() for record in caplog.records)


@pytest.fixture
def without_database() -> Iterator[Flask]:
    """The house while its database is down."""
    app = walking.a_house("postgresql+psycopg://nobody@127.0.0.1:1/none")
    yield app
    app.extensions["database"].close()


@pytest.mark.parametrize("shown", [None, "a-visit"], ids=["nobody", "a visitor"])
def test_without_a_database_pages_are_calm(shown: str | None, without_database: Flask) -> None:
    browser = without_database.test_client(use_cookies=False)
    headers = {"Cookie": f"{visitor.COOKIE}={shown}; {visitor.OPERATOR_COOKIE}={shown}"} if shown else {}
    for path in (
        "/learn/oicf/m1",
        "/teach",
        "/agency",
        "/reports",
        f"/verify/{uuid4()}",
        "/operator",
        "/lti/register/x",
    ):
        answer = browser.get(path, headers=headers)
        assert answer.status_code in ((503,) if shown or path.startswith(("/verify/", "/lti")) else (401, 503)), path
        assert answer.text.count("<h1>") == 1
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        for inner in ("Traceback", "psycopg", "sqlalchemy", "127.0.0.1"):
            assert inner not in answer.text
    assert browser.get("/agencies/north", headers=headers).status_code == 503


def test_without_a_database_health_tells_the_truth(without_database: Flask) -> None:
    browser = without_database.test_client()
    assert browser.get("/healthz").status_code == 200
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "the database does not answer"})


def test_without_a_database_programs_are_told_in_json(without_database: Flask) -> None:
    credentials = base64.b64encode(b"key:secret").decode()
    headers = {"Authorization": f"Basic {credentials}", "X-Experience-API-Version": "1.0.3"}
    browser = without_database.test_client()
    for method in ("GET", "POST"):
        answer = browser.open("/xapi/statements", method=method, headers=headers, json=builders.a_statement())
        assert (answer.status_code, answer.mimetype) == (503, "application/json")
        assert "psycopg" not in answer.text

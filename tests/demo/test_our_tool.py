"""The product's own LTI doors and the demo LMS, over HTTP and on two sites."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from courses import agencies
from lti_tool import visitor
from lti_tool.demo import setup
from lti_tool.demo.app import create_lms, lms_of
from lti_tool.lti import onboarding
from lti_tool.run.postgres import EmbeddedPostgres
from tests import builders
from tests.demo.serving import free_port, served
from tests.demo.small_tool import AINO, DANA, EMIL, Browser
from tests.demo.test_foreign_library import open_link
from xapi_store.database import Database
from xapi_store.transaction import transaction


@pytest.fixture
def our_tool(database: Database) -> Iterator[Flask]:
    """Our LTI doors, answering, with one page that says who is there."""
    port = free_port()
    app = builders.a_tool(database)
    app.extensions["settings"] = replace(app.extensions["settings"], public_url=f"http://127.0.0.1:{port}")

    @app.get("/<path:anywhere>")
    def page(anywhere: str) -> str:
        return f"{'+'.join(sorted(visitor.current().roles))} at {anywhere}"

    with served(app, port):
        yield app


@pytest.fixture
def empty_lms(postgres: EmbeddedPostgres) -> Iterator[str]:
    """An LMS with no tool yet."""
    port = free_port()
    app = create_lms(postgres.url(f"demo_lms_{port}"), f"http://localhost:{port}")
    with served(app, port):
        yield lms_of(app).address
    lms_of(app).close()


def test_our_tool_is_connected_by_invitation_and_launched_by_everybody(
    our_tool: Flask, database: Database, empty_lms: str
) -> None:
    address, at = our_tool.extensions["settings"].address, datetime.now(UTC)
    with transaction(database) as session:
        agency = agencies.create(session, slug="coast", name="Coast", account_home=f"{address}/agencies/coast", at=at)
        token = onboarding.invite(session, agency_id=agency.id, at=at)

    setup.setup_by_invitation(empty_lms, f"{address}/lti/register/{token}")

    assert open_link(Browser(empty_lms, AINO), "/start/1").text == "learner at learn/oicf/m1"
    assert open_link(Browser(empty_lms, DANA), "/start/2").text == "trainer at teach"
    assert open_link(Browser(empty_lms, EMIL), "/start/3").text == "officer at agency"
    assert "Choose" in open_link(Browser(empty_lms, DANA), "/start-choosing/1").text

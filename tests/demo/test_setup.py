"""Connecting a tool as the administrator's browser would, and the LMS as a web server starts it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from flask import Flask, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import create_engine, text

from lti_tool.demo import setup, web
from lti_tool.demo.app import create_lms, lms_of
from lti_tool.demo.people import Person
from lti_tool.run.postgres import EmbeddedPostgres
from tests.demo.serving import free_port, served
from tests.demo.small_tool import AINO, DANA, EMIL, Browser, SmallTool


@contextmanager
def empty_lms(postgres: EmbeddedPostgres, database: str) -> Iterator[str]:
    """An LMS that no tool is connected with."""
    port = free_port()
    app = create_lms(postgres.url(database), f"http://localhost:{port}")
    with served(app, port):
        yield lms_of(app).address
    lms_of(app).close()


def registration_page(tool: SmallTool, *, willing: bool = True) -> Flask:
    """The page a tool shows to an administrator: a form with hidden fields that needs its cookie back."""
    app = Flask("registration_page")

    @app.get("/invite/one-time")
    def ask() -> ResponseReturnValue:
        token = request.args["registration_token"]
        page = make_response(
            f'<form method="post" action="confirm"><input type="hidden" name="token" value="{token}">'
            '<select name="agency"><option value="a">A</option></select>'
            '<input type="checkbox" name="not" value="sent"><button>Connect</button></form>'
        )
        page.set_cookie("__Host-onboarding", "x", secure=True, httponly=True, samesite="None")
        return page

    @app.post("/invite/confirm")
    def confirm() -> ResponseReturnValue:
        assert request.cookies["__Host-onboarding"] == "x"
        assert set(request.form) == {"token", "agency"}
        if not willing:
            return "This invitation has been used."
        tool.register(request.form["token"]).raise_for_status()
        return "Connected."

    return app


def test_a_tool_is_connected_by_its_registration_link(postgres: EmbeddedPostgres) -> None:
    port = free_port()
    with empty_lms(postgres, "demo_lms_empty") as lms:
        tool = SmallTool(lms)
        # The small tool's domain is its own; the page in front of it and its links share that origin here.
        tool.close()
        tool.address = f"http://127.0.0.1:{port}"
        with served(registration_page(tool), port):
            assert not setup.is_connected(lms)
            setup.setup_by_invitation(lms, f"{tool.address}/invite/one-time?for=lms")
            assert setup.is_connected(lms)

        assert "Module 1" in Browser(lms, AINO).page("/course").words()
        assert "Trainer desk" not in Browser(lms, AINO).page("/course").words()
        assert "Trainer desk" in Browser(lms, DANA).page("/course").words()
        assert "Certificates desk" in Browser(lms, EMIL).page("/course").words()
        assert "Module 1: From broker to facilitator out of 100" in Browser(lms, DANA).page("/gradebook").words()


def test_a_tool_that_does_not_register_is_said_not_to_be_connected(lms: str) -> None:
    tool, port = SmallTool(lms), free_port()
    with served(registration_page(tool, willing=False), port), pytest.raises(setup.NotConnected) as refused:
        setup.setup_by_invitation(lms, f"http://127.0.0.1:{port}/invite/one-time")
    tool.close()

    assert "This invitation has been used." in str(refused.value)


def test_a_web_process_is_set_up_from_its_environment(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    for name, value in setup.environment(postgres.url("demo_lms"), f"http://localhost:{port}").items():
        monkeypatch.setenv(name, value)

    app = web.lms()

    with served(app, port):
        assert requests.get(f"http://localhost:{port}/healthz").json()["ok"] is True
    lms_of(app).close()


def test_a_second_start_keeps_what_is_there(postgres: EmbeddedPostgres) -> None:
    with empty_lms(postgres, "demo_lms_again") as lms:
        before = requests.get(f"{lms}/jwks").json()
        tool = SmallTool(lms)
        tool.connect()
        tool.close()

    with empty_lms(postgres, "demo_lms_again") as lms:
        assert requests.get(f"{lms}/jwks").json() == before
        assert setup.is_connected(lms)


def test_a_database_of_an_earlier_version_gets_the_new_columns_and_people(postgres: EmbeddedPostgres) -> None:
    url = postgres.url("demo_lms_of_before")
    lms_of(create_lms(url, "http://localhost:1")).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE link DROP COLUMN dates, DROP COLUMN copied_from"))
        connection.execute(text("ALTER TABLE choosing DROP COLUMN types, DROP COLUMN many"))
        connection.execute(text("DELETE FROM in_group"))
        connection.execute(text("DELETE FROM person WHERE id = '601'"))
    engine.dispose()

    again = lms_of(create_lms(url, "http://localhost:1"))

    with again.sessions.begin() as session:
        assert session.get(Person, "601") is not None
        assert session.execute(text("SELECT dates, copied_from FROM link")).all() == []
        assert session.execute(text("SELECT types, many FROM choosing")).all() == []
    again.close()

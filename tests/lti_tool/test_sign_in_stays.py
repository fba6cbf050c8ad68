"""Where somebody is signed in: listed, ended one by one or all at once; and signing out."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, update

from lti_tool import browser_kind, visitor
from lti_tool.run import people_commands
from lti_tool.sign_in import forgetting
from lti_tool.sign_in.invitations import AccountInvitation
from lti_tool.visitor import Visit
from tests import walking
from tests.lti_tool import entering
from tests.lti_tool.entrance import database, house, launched, one_house, one_platform
from xapi_store.database import Database
from xapi_store.transaction import transaction

__all__ = ["database", "house", "launched", "one_house", "one_platform"]

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_named_coarsely(agent: str, kind: str) -> None:
    assert browser_kind.of(agent) == kind


def two_visits(house: Flask, launched: Any) -> tuple[walking.Person, walking.Person]:
    """A learner's visit by a launch and another by signing in, in Firefox."""
    ada: walking.Person = launched("5", name="Ada Example")
    entering.accept(house.test_client(), entering.keep(ada))
    own = walking.Person(house.test_client())
    own.browser.environ_base["HTTP_USER_AGENT"] = FIREFOX
    assert entering.sign_in(own.browser).status_code == 303
    return ada, own


def test_every_visit_of_a_person_is_listed_and_this_one_is_marked(house: Flask, launched: Any) -> None:
    launched("stranger")
    _, own = two_visits(house, launched)
    page = own.get("/stays").text
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    assert len(rows) == 3  # the launch, the sign-in when the account was made, and this one
    assert ("Firefox on Windows" in rows[0], "This one" in rows[0], "End it" in rows[0]) == (True, True, False)
    assert "A platform" in rows[2]
    assert ["This one" in row for row in rows[1:]] == [False, False]


def test_one_visit_is_ended_and_then_all_others(house: Flask, launched: Any) -> None:
    ada, own = two_visits(house, launched)
    numbers = re.findall(r'name="stay" value="([0-9a-f]{32})"', own.get("/stays").text)
    assert own.send("/stays/end", "/stays", stay=numbers[-1]).status_code == 303
    assert (ada.get("/certificates").status_code, own.get("/certificates").status_code) == (401, 200)
    again = launched("5")
    assert own.send("/stays/end-others", "/stays").status_code == 303
    assert (again.get("/certificates").status_code, own.get("/certificates").status_code) == (401, 200)


def test_nobody_ends_the_visit_of_somebody_else(house: Flask, launched: Any) -> None:
    ada, own = two_visits(house, launched)
    numbers = re.findall(r'name="stay" value="([0-9a-f]{32})"', own.get("/stays").text)
    stranger = launched("stranger")
    for number in numbers:
        stranger.send("/stays/end", "/stays", stay=number)
    stranger.send("/stays/end-others", "/stays")
    assert ada.get("/certificates").status_code == 200


def test_signing_out_ends_the_visit_and_not_only_the_cookie(house: Flask, launched: Any) -> None:
    ada, own = two_visits(house, launched)
    shown = own.browser.get_cookie(visitor.SIGNED_IN_COOKIE)
    assert shown is not None
    answer = own.send("/sign-out", "/stays")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    own.browser.set_cookie(visitor.SIGNED_IN_COOKIE, shown.value)
    assert own.get("/certificates").status_code == 401
    assert ada.get("/certificates").status_code == 200


def test_use_is_noted_at_most_once_a_minute(launched: Any, database: Database) -> None:
    ada = launched("5")
    with database.session() as session:
        first = session.scalars(select(Visit.last_used_at)).one()
    ada.get("/certificates")
    with transaction(database) as session:
        assert session.scalars(select(Visit.last_used_at)).one() == first
        session.execute(update(Visit).values(last_used_at=datetime.now(UTC) - timedelta(minutes=2)))
    ada.get("/certificates")
    with database.session() as session:
        assert datetime.now(UTC) - session.scalars(select(Visit.last_used_at)).one() < timedelta(minutes=1)


def test_a_launch_and_a_sign_in_of_one_browser_do_not_mix(house: Flask, launched: Any) -> None:
    ada = launched("5", name="Ada Example")
    entering.accept(house.test_client(), entering.invitation(house, "officer"), name="Ola")
    assert entering.sign_in(ada.browser).location == "/agency"
    assert [ada.get(page).status_code for page in ("/agency", "/certificates")] == [200, 403]
    assert ada.browser.get_cookie(visitor.COOKIE) is None


def test_what_ended_is_forgotten(house: Flask, launched: Any, database: Database) -> None:
    entering.invitation(house, "officer")
    launched("5").send("/joining/code", "/joining")
    entering.sign_in(house.test_client())
    forgetting.forget(database, at=datetime.now(UTC) + timedelta(days=8))
    with database.session() as session:
        assert session.scalars(select(AccountInvitation)).all() == []


def test_the_command_line_invites_lists_and_renews(
    house: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    settings = {"DATABASE_URL": url, "SECRET_KEY": walking.SECRET, "PUBLIC_URL": "https://tool.example"}
    for name, value in settings.items():
        monkeypatch.setenv(f"ANIMATEUR_{name}", value)

    def command(*words: str) -> Any:
        answer = CliRunner().invoke(people_commands.person, [*words, "--json"], catch_exceptions=False)
        return json.loads(answer.output)

    link = command("invite", "--role", "assessor", "--agency", "north")["accept"]
    assert link.startswith("https://tool.example/invitation/")
    assert entering.accept(house.test_client(), link.removeprefix("https://tool.example")).location == "/teach"
    assert [(each["roles"], each["email"]) for each in command("list", "--agency", "north")] == [
        (["trainer"], entering.EMAIL)
    ]
    back = command("renew", "--email", entering.EMAIL)["accept"].removeprefix("https://tool.example")
    assert entering.accept(house.test_client(), back, password="quite another one").status_code == 303
    assert entering.sign_in(house.test_client()).status_code == 422


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["invite", "--role", "officer"], "everybody else to one"),
        (["invite", "--role", "operator", "--agency", "north"], "an operator belongs to no agency"),
        (["invite", "--role", "learner"], "'learner' is not one of"),
    ],
)
def test_the_command_says_what_it_needs(asked: list[str], said: str) -> None:
    answer = CliRunner().invoke(people_commands.person, asked)
    assert (answer.exit_code, said in answer.output) == (2, True)

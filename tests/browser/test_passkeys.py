"""Passkeys in a real Chromium with a virtual authenticator: a sign-in made, used without a name, and taken away."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from courses import agencies, participation
from courses.agencies import Agency
from lti_tool.run.app import create_app
from lti_tool.run.settings import Settings
from lti_tool.sign_in import invitations
from lti_tool.sign_in.passkeys import Passkey
from tests import builders, waiting, walking
from xapi_store.database import Database
from xapi_store.transaction import transaction

pytestmark = pytest.mark.browser


@dataclass
class Place:
    """The tool at an address that goes by a name, and its database."""

    address: str
    database: Database

    def invitation(self, role: str = "officer") -> str:
        """The address of an invitation in this role to agency north."""
        with transaction(self.database) as session:
            agency_id = agencies.by_slug(session, "north").id
            token = invitations.invite(session, role=role, agency_id=agency_id, at=datetime.now(UTC))
        return f"{self.address}/invitation/{token}"

    def claim(self) -> str:
        """The address at which a learner of agency north, enrolled, makes a sign-in of their own."""
        at = datetime.now(UTC)
        with transaction(self.database) as session:
            agency = session.scalars(select(Agency)).one()
            person = participation.know(session, agency=agency, name="Ada Example", locale="en", at=at)
            course = builders.the_catalogue().course("oicf")
            participation.enter(session, person=person, course=course, at=at)
            token = invitations.claim(session, person=person, at=at)
        return f"{self.address}/invitation/{token}"

    def passkeys(self) -> list[Passkey]:
        """Every passkey that is kept."""
        with self.database.session() as session:
            return list(session.scalars(select(Passkey)))


@pytest.fixture
def place(database: Database, database_url: str) -> Iterator[Place]:
    """The tool, served on this machine."""
    [port] = waiting.free_ports(1)
    address = f"http://localhost:{port}"
    app = create_app(Settings(database_url=database_url, public_url=address, secret_key=walking.SECRET))
    with transaction(database) as session:
        home = "https://north.example/people"
        agencies.create(session, slug="north", name="North Agency", account_home=home, at=datetime.now(UTC))
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Place(address, database)
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["database"].close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a browser whose device can keep passkeys."""
    context = chromium.new_context()
    opened = context.new_page()
    device(opened)
    yield opened
    context.close()


def device(page: Page, **changed: Any) -> str:
    """The page's device has an authenticator that recognises its owner; its id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        **changed,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return str(made["authenticatorId"])


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def picture(page: Page, name: str) -> None:
    """Pictures of the page as it is now, if somebody wants them."""
    wanted = os.environ.get("ANIMATEUR_PICTURES")
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390)) if wanted else ():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=Path(str(wanted)) / f"{name}-{scheme}-{width}.png", full_page=True)


def test_an_invited_officer_makes_a_passkey_and_signs_in_without_typing_anything(place: Place, page: Page) -> None:
    page.goto(place.invitation())
    page.get_by_label("Your name").fill("Ola Officer")
    picture(page, "invited")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/agency")
    [kept] = place.passkeys()
    assert (kept.sign_count, kept.label.startswith("Chrome")) == (1, True)
    sign_out(page)
    picture(page, "sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/agency")
    expect(page.get_by_text("Ola Officer")).to_be_visible()
    assert place.passkeys()[0].sign_count > kept.sign_count
    page.goto(f"{place.address}/agency/people")
    page.get_by_role("button", name="Make an invitation").click()
    picture(page, "people")


def test_a_learner_keeps_what_they_earned_with_a_passkey_and_a_second_device(place: Place, page: Page) -> None:
    page.goto(place.claim())
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/certificates")
    page.goto(f"{place.address}/account")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("the only way into your account")).to_be_visible()
    device(page, transport="usb")
    page.goto(f"{place.address}/account")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("button", name="Remove")).to_have_count(2)
    picture(page, "account")
    page.get_by_role("button", name="Remove").first.click()
    expect(page.get_by_role("button", name="Remove")).to_have_count(1)
    page.goto(f"{place.address}/stays")
    picture(page, "stays")
    page.goto(f"{place.address}/joining")
    page.get_by_role("button", name="Ask for a code").click()
    picture(page, "joining")
    page.goto(f"{place.address}/certificates")
    picture(page, "certificates")


def test_a_device_without_our_passkey_is_told_calmly(place: Place, page: Page) -> None:
    page.goto(f"{place.address}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing came back from your device")
    assert place.passkeys() == []


def test_an_answer_is_good_once_and_for_its_own_question_alone(place: Place, page: Page) -> None:
    page.goto(place.invitation())
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/agency")
    sign_out(page)
    with page.expect_request("**/sign-in/passkey") as sent:
        page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/agency")
    sign_out(page)
    again = page.evaluate(
        """async (body) => (await fetch("/sign-in/passkey", {method: "POST", body, headers: {"Content-Type":
        "application/json", "X-Form-Token": document.querySelector("[name=form_token]").value}})).status""",
        sent.value.post_data,
    )
    assert again == 422
    page.goto(f"{place.address}/agency")
    expect(page.get_by_text("Your visit has ended")).to_be_visible()


def test_a_copied_device_whose_count_falls_behind_opens_nothing(place: Place, page: Page) -> None:
    page.goto(place.invitation())
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/agency")
    sign_out(page)
    with transaction(place.database) as session:
        session.scalars(select(Passkey)).one().sign_count = 1000
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("This passkey opens nothing here")

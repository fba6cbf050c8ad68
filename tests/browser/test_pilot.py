"""The sheets of a pilot in a real browser: what is clicked and typed is kept, and axe finds no fault on any page."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from courses.pilot import participants, pilots, responses
from courses.pilot.participants import PilotParticipant
from courses.pilot.pilots import Pilot
from lti_tool import visitor
from tests.browser.test_accessible import look
from xapi_store.transaction import transaction

pytestmark = pytest.mark.browser

AT = datetime.now(UTC)


class Piloted:
    """An open pilot with something in every part, the codes of two who are not done, and a way in for the operator."""

    def __init__(self, house: Flask) -> None:
        self.address = house.extensions["settings"].address
        catalogue = house.extensions["catalogue"]
        with transaction(house.extensions["database"]) as session:
            self.link = visitor.operator_link(session, at=datetime.now(UTC))
            pilot = pilots.open_pilot(
                session,
                course=catalogue.course("oicf"),
                profile=catalogue.profile,
                agency_id=None,
                purpose="Do people of the field agree?",
                at=AT,
            )
            self.id: UUID = pilot.id
            for number in range(6):
                self._practitioner(session, pilot, number)
                self._learner(session, pilot, number)
            _, self.practitioner = participants.admit(session, pilot=pilot, role="practitioner", at=AT)
            _, self.learner = participants.admit(session, pilot=pilot, role="learner", at=AT)

    def _practitioner(self, session: Session, pilot: Pilot, number: int) -> None:
        who, _ = participants.admit(session, pilot=pilot, role="practitioner", label=f"R{number}", at=AT)
        codes = [each.code for unit in pilot.asked().units for each in unit.criteria]
        rated = {
            f"{aspect}.{code}": "234"[number % 3] for aspect in ("relevant", "clear", "observable") for code in codes
        }
        self._fill(session, pilot, who, "criteria", {**rated, "comment.U1.PC1": f"Shorter, please ({number})."})
        self._fill(session, pilot, who, "items", {f"answer.{code}": "abc"[number % 3] for code in who.items})

    def _learner(self, session: Session, pilot: Pilot, number: int) -> None:
        who, _ = participants.admit(session, pilot=pilot, role="learner", at=AT)
        codes = [each.code for unit in pilot.asked().units for each in unit.outcomes]
        self._fill(session, pilot, who, "before", {f"before.{code}": "12"[number % 2] for code in codes})
        after = {f"after.{code}": "34"[number % 2] for code in codes}
        self._fill(session, pilot, who, "after", {**after, **{f"retro.{code}": "1" for code in codes}})

    def _fill(self, session: Session, pilot: Pilot, who: PilotParticipant, part: str, given: dict[str, str]) -> None:
        pages = responses.standing(session, pilot=pilot, participant=who, at=AT)[part].pages
        for page in pages:
            responses.save(session, pilot=pilot, participant=who, part=part, page=page.number, given=given, at=AT)
        responses.hand_in(session, pilot=pilot, participant=who, part=part, at=AT)


@pytest.fixture
def piloted(house: Flask) -> Piloted:
    """The pilot."""
    return Piloted(house)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page in a browser of its own."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def test_what_is_clicked_and_typed_is_kept_without_a_button(piloted: Piloted, page: Page) -> None:
    page.goto(f"{piloted.address}/pilot/with/{piloted.practitioner}/criteria/1")
    page.locator('[name="relevant.U1.PC1"][value="3"]').click()
    expect(page.locator("[data-given]")).to_have_text("1 of 84 given")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    page.get_by_text("Add a comment").first.click()
    page.get_by_label("Comment on U1.PC1").fill("Which interview?")
    expect(page.locator("[data-save-state]")).to_have_text("Not saved yet")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    page.reload()
    expect(page.get_by_label("Comment on U1.PC1")).to_have_value("Which interview?")
    expect(page.locator("input:checked")).to_have_count(1)


def test_what_was_given_on_a_lost_line_is_kept_when_it_is_back(piloted: Piloted, page: Page) -> None:
    page.goto(f"{piloted.address}/pilot/with/{piloted.learner}/before/1")
    page.context.set_offline(True)
    page.locator('[name="before.U1.K1"][value="2"]').click()
    expect(page.locator("[data-save-state]")).to_contain_text("No connection")
    page.context.set_offline(False)
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/before/2")
    page.go_back()
    page.reload()
    expect(page.locator("input:checked")).to_have_count(1)


def test_no_page_of_a_pilot_has_a_fault(piloted: Piloted, page: Page, pictures: Path | None) -> None:
    practitioner, learner = (f"/pilot/with/{code}" for code in (piloted.practitioner, piloted.learner))
    sheets = [practitioner, f"{practitioner}/criteria/1", f"{practitioner}/items/1", learner, f"{learner}/after/1"]
    assert look(page, piloted.address, sheets) == {}
    page.goto(f"{piloted.address}/operator/sign-in/{piloted.link}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/operator")
    desk = [f"/operator/pilots{path}" for path in ("", f"/{piloted.id}", f"/{piloted.id}/report")]
    assert look(page, piloted.address, desk) == {}
    for path in [*sheets, *desk] if pictures else []:
        page.goto(piloted.address + path)
        page.screenshot(path=str(pictures / f"pilot{re.sub('[^a-z0-9]+', '-', path)[-40:]}.png"), full_page=True)  # type: ignore[operator]

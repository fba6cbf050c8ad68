"""The pages of the LMS, in light and in dark on a phone: readable for everybody, and nothing runs out of the window."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect, sync_playwright

from lti_tool.demo import remote, scopes
from lti_tool.demo.app import create_lms, lms_of
from lti_tool.demo.faults import Fault
from lti_tool.demo.tempers import Temper
from lti_tool.run.postgres import EmbeddedPostgres
from tests.browser import people
from tests.browser.test_accessible import faults
from tests.demo.serving import free_port, served
from tests.demo.small_tool import AGS, LINE_ITEM, Browser, SmallTool

pytestmark = pytest.mark.browser

PATHS = ("/", "/course", "/gradebook", "/people", "/admin", "/faults")
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1100, "height": 800}},
    "dark phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def lms_app(postgres: EmbeddedPostgres) -> Iterator[Flask]:
    """An LMS of its own, in which nobody else has placed anything."""
    port = free_port()
    app = create_lms(postgres.url("demo_lms_pages"), f"http://localhost:{port}")
    with served(app, port):
        yield app
    lms_of(app).close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """A browser."""
    with sync_playwright() as driver, people.browser(driver) as opened:
        yield opened


@pytest.fixture
def busy(lms: str, tool: SmallTool, aino: Browser) -> str:
    """The address of an LMS in which something has happened and much is wrong."""
    headers = tool.bearer(scopes.LINE_ITEM, scopes.SCORE) | {"Content-Type": LINE_ITEM}
    body = {"label": "The charter", "scoreMaximum": 10, "submissionReview": {"url": f"{tool.address}/work"}}
    column = requests.post(tool.claims(aino)[AGS]["lineitems"], json=body, headers=headers).json()["id"]
    tool.send(column, tool.score(), headers=headers).raise_for_status()
    tool.send(column, tool.score(userId="102", gradingProgress="Pending"), headers=headers).raise_for_status()
    remote.switch(lms, faults=["slow", "expired", "missing_iat", "no_resize"], places=["token"], temper="moodle")
    return lms


def opened(chromium: Chromium, lms: str, **look: Any) -> Page:
    """Freya's browser."""
    page = chromium.new_context(**look).new_page()
    page.goto(lms)
    page.get_by_role("button", name="Freya").click()
    page.wait_for_url("**/admin")
    return page


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_has_a_fault_that_axe_can_find(chromium: Chromium, busy: str, look: str) -> None:
    page = opened(chromium, busy, **LOOKS[look])
    found = {}
    for path in PATHS:
        page.goto(busy + path)
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        found[path] = (faults(page), page.evaluate("document.documentElement.scrollWidth > innerWidth"))
    page.context.close()

    assert found == dict.fromkeys(PATHS, ([], False))


def test_faults_are_chosen_by_their_words_and_taken_back_with_one_button(
    chromium: Chromium, lms_app: Flask, lms: str
) -> None:
    page = opened(chromium, lms)
    page.get_by_role("link", name="Faults").click()
    page.get_by_label("Moodle 4.5").check()
    page.get_by_label("Down: says 503").check()
    page.get_by_text("The time of a launch").click()
    page.get_by_label("The clock is a little behind").check()
    page.get_by_label("Seconds by which the clock is wrong").fill("90")
    page.get_by_role("button", name="Misbehave like this").click()

    expect(page.get_by_role("status")).to_contain_text("Down: says 503. It behaves like Moodle 4.5.")
    own = lms_of(lms_app)
    assert (own.faults, own.temper) == ({Fault.DOWN, Fault.CLOCK_BEHIND}, Temper.MOODLE)
    assert own.skew_seconds == 90
    expect(page.get_by_label("The clock is a little behind")).to_be_checked()

    page.get_by_role("button", name="Back to normal").click()
    expect(page.get_by_role("status")).to_have_count(0)
    assert own.faults == set()
    page.context.close()

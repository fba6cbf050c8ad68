"""What anybody may read without an account: the courses, the profile and the words of the evidence."""

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.browser.test_accessible import faults

pytestmark = pytest.mark.browser

PAGES = ("/courses", "/courses/oicf", "/courses/oicf/read/en/index.html", "/profile/oicf/0.1.0", "/vocabulary")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_no_public_page_shuts_anybody_out(scheme: Any, width: int, house: Flask, chromium: Browser) -> None:
    page = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 700}).new_page()
    wrong: list[str] = []
    page.on("console", lambda each: wrong.append(each.text) if "Content Security Policy" in each.text else None)
    for path in PAGES:
        page.goto(house.extensions["settings"].address + path)
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert not wrong
    page.context.close()


def test_a_reader_finds_a_criterion_by_its_address_and_credits_the_course(house: Flask, chromium: Browser) -> None:
    home = house.extensions["settings"].address
    page = chromium.new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(f"{home}/profile/oicf/0.1.0/U4.PC4")
    assert page.url == f"{home}/profile/oicf/0.1.0#U4.PC4"
    expect(page.locator(":target")).to_contain_text("An incident (hostile post, leak, exclusion, spam) is handled")
    page.goto(f"{home}/courses/oicf")
    page.locator("[data-copy=credit]").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("link", name="Read it here").click()
    page.get_by_role("link", name="About this course, and downloads").click()
    expect(page).to_have_url(f"{home}/courses/oicf")
    page.context.close()

"""A learner's steps without a mouse: every control is reached by Tab, and used by the keys that belong to it."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.cinema import Cinema, cinema, platform

__all__ = ["cinema", "platform"]
pytestmark = pytest.mark.browser

FARTHEST = 120


def reach(page: Page, control: Locator) -> None:
    """Tab after Tab, the focus has come to this control, and it can be seen there."""
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        if control.evaluate("(element) => element === document.activeElement"):
            expect(control).to_be_in_viewport()
            return
    raise AssertionError(f"{FARTHEST} times Tab, and no {control}")


def press(page: Page, name: str, key: str = "Enter") -> None:
    """The button of that name was reached and pressed, and what it does has happened."""
    reach(page, page.get_by_role("button", name=name, exact=True).first)
    with page.expect_navigation():
        page.keyboard.press(key)


def test_the_first_tab_leads_past_the_head_of_the_page(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/try/m1/1")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_from_the_course_a_reading_is_opened_and_done(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/try/m1")
    reach(page, page.get_by_role("link", name="A short text").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="A short text")).to_be_visible()
    press(page, "I have read this")
    expect(page.get_by_text("done").first).to_be_visible()


def test_questions_are_answered_and_handed_in(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/try/m1/3")
    press(page, "Begin the quiz")
    for answer in ("an animator", "4.5"):
        reach(page, page.get_by_label("Your answer").first)
        page.keyboard.type(answer)
        press(page, "Give this answer")
        expect(page.locator(".notice").get_by_text("Right", exact=True)).to_be_visible()
        onward = page.get_by_role("link", name="Next question")
        if onward.count():
            reach(page, onward.first)
            with page.expect_navigation():
                page.keyboard.press("Enter")
    press(page, "See your result")
    expect(page.get_by_role("heading", name="You passed")).to_be_visible()


def test_a_day_is_played_choice_by_choice(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/oicf/m1/3")
    press(page, "Begin the day")
    for _ in range(3):
        reach(page, page.locator("input[name=choice]").first)
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        expect(page.locator("input[name=choice]").nth(1)).to_be_checked()
        press(page, "Do this")
        expect(page.get_by_text("What came of it").first).to_be_visible()


def test_a_reflection_is_written(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/try/m1/5")
    reach(page, page.locator("textarea").first)
    page.keyboard.type("I ask first. Before, I sent a list.")
    press(page, "Save and finish this step")
    expect(page.get_by_text("done").first).to_be_visible()


def test_work_is_filled_in_and_what_is_missing_is_said_where_the_focus_can_go(
    cinema: Cinema, chromium: Browser
) -> None:
    page = cinema.open(chromium, "/learn/try/m1/4")
    reach(page, page.get_by_label("What was needed"))
    page.keyboard.type("A key")
    press(page, "Hand in")
    expect(page.get_by_text("This was not handed in yet")).to_be_visible()
    reach(page, page.get_by_label("Who was there"))
    page.keyboard.type("The owner")
    expect(page.get_by_label("Who was there")).to_have_value("The owner")
    expect(page.get_by_label("What was needed")).to_have_value("A key")

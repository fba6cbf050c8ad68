"""The learner's pages of every kind of step, read by axe-core and looked at: light, dark, and as narrow as 320 px."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import waiting
from tests.browser.cinema import Cinema, cinema, platform
from tests.browser.test_accessible import faults
from tests.lti_tool import lone_learner

__all__ = ["cinema", "platform"]
pytestmark = pytest.mark.browser

OPEN = ("", "/m1", "/m1/1", "/m1/3", "/m1/4", "/m1/5", "/m1/6", "/m1/7")
DRESSES: tuple[tuple[Any, int], ...] = (("light", 1280), ("dark", 390), ("light", 320))


def look(page: Page, name: str, pictures: Path | None) -> dict[str, Any]:
    """The faults of this page in every dress; empty where there are none."""
    found = {}
    for scheme, width in DRESSES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if pictures:
            page.screenshot(path=pictures / f"{name}-{scheme}-{width}.png", full_page=True)
        seen = [*faults(page), *([f"{wide} px wide"] if wide > width else [])]
        if seen:
            found[f"{name} {scheme} {width}"] = seen
    return found


def test_no_page_of_the_player_has_a_fault_that_axe_can_find(
    cinema: Cinema, chromium: Browser, pictures: Path | None
) -> None:
    page, found = cinema.open(chromium, "/learn/try"), {}
    for path in OPEN:
        page.goto(f"{cinema.address}/learn/try{path}")
        found |= look(page, f"open{path.replace('/', '-')}", pictures)
    page.goto(f"{cinema.address}/learn/try/m1/4")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("This was not handed in yet")).to_be_visible()
    found |= look(page, "refused", pictures)
    page.goto(f"{cinema.address}/learn/try/m1/3")
    page.get_by_role("button", name="Begin the quiz").click()
    expect(page.get_by_text("Question 1 of 2")).to_be_visible()
    found |= look(page, "question", pictures)
    page.get_by_label("Your answer").first.fill("an animator")
    page.get_by_role("button", name="Give this answer").click()
    expect(page.locator(".notice").get_by_text("Right", exact=True)).to_be_visible()
    found |= look(page, "answered", pictures)
    page.goto(f"{cinema.address}/learn/try/m1/7")
    page.get_by_text("Nobody there to work with?").click()
    page.get_by_role("button", name="Begin alone").click()
    expect(page.get_by_text("scripted partner").first).to_be_visible()
    found |= look(page, "alone", pictures)
    assert found == {}


def test_what_was_handed_in_looks_right_to_its_learner_and_its_trainer(
    cinema: Cinema, chromium: Browser, pictures: Path | None
) -> None:
    lone_learner.walk(cinema.learner, cinema.house, cinema.house.extensions["catalogue"].course("try"))
    page, found = cinema.open(chromium, "/learn/try"), {}
    found |= look(page, "all-done", pictures)
    for key in ("2", "3", "4", "5", "6"):
        page.goto(f"{cinema.address}/learn/try/m1/{key}")
        found |= look(page, f"done-{key}", pictures)
    trainer = cinema.open(chromium, "/teach/handed-in", as_trainer=True)
    found |= look(trainer, "handed-in", pictures)
    trainer.get_by_role("link", name="A week at work").click()
    found |= look(trainer, "handed-in-task", pictures)
    assert found == {}


def test_what_is_typed_is_saved_by_itself_and_survives_a_lost_connection(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/try/m1/4")
    need = page.get_by_label("What was needed")
    need.fill("Nobody knows who drives.")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    page.route("**/draft", lambda route: route.abort())
    need.fill("Nobody knows who drives tomorrow.")
    expect(page.locator("[data-save-state]")).to_contain_text("No connection")
    page.reload()
    expect(page.get_by_label("What was needed")).to_have_value("Nobody knows who drives tomorrow.")
    page.unroute("**/draft")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    again = cinema.open(chromium, "/learn/try/m1/4")
    expect(again.get_by_label("What was needed")).to_have_value("Nobody knows who drives tomorrow.")


def test_an_answer_that_is_given_without_a_connection_is_sent_when_it_is_back(
    cinema: Cinema, chromium: Browser
) -> None:
    page = cinema.open(chromium, "/learn/try/m1/3")
    with page.expect_navigation(wait_until="load"):  # before its script runs, the form is the browser's own
        page.get_by_role("button", name="Begin the quiz").click()
    page.route("**/answer", lambda route: route.abort())
    page.get_by_label("Your answer").first.fill("bus driver")
    page.get_by_role("button", name="Give this answer").click()
    expect(page.get_by_text("Your answer is kept in this browser")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Your answer").first).to_have_value("bus driver")
    page.unroute("**/answer")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator(".notice").get_by_text("Right", exact=True)).to_be_visible()


def test_a_reader_comes_back_to_the_paragraph(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/try/m1/1", viewport={"width": 390, "height": 300})
    with page.expect_response(lambda answer: answer.url.endswith("/place")):
        page.get_by_text("Here the text ends.").evaluate("each => each.scrollIntoView({block: 'start'})")
        page.mouse.wheel(0, -90)
    waiting.until(lambda: "the-second-part" in cinema.learner.get("/learn/try/m1/1").text, seconds=10, what="the place")
    page.goto(f"{cinema.address}/learn/try")
    page.get_by_role("link", name="Go on").click()
    expect(page.locator(".stopped-here")).to_be_visible()

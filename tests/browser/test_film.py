"""The film page in a real Chromium: played by keyboard, followed by its words, stopped by its question, and resumed."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import waiting
from tests.browser.cinema import Cinema, cinema, platform
from tests.browser.test_accessible import faults

__all__ = ["cinema", "platform"]
pytestmark = pytest.mark.browser


def second(page: Page) -> float:
    """Where the film is."""
    return float(page.evaluate("document.querySelector('[data-media]').currentTime"))


def reaches(page: Page, seconds: float) -> None:
    """The film has come so far."""
    waiting.until(lambda: second(page) >= seconds, seconds=30, what=f"second {seconds}")


def test_a_film_is_played_by_keyboard_stops_for_its_question_and_goes_on(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/try/m1/2")
    play = page.get_by_role("button", name="Play")
    play.focus()
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_label("Speed").select_option("2")
    line = page.get_by_role("link", name="It asks for a list.")
    expect(line).to_have_attribute("aria-current", "true")
    prompt = page.locator("#prompt")
    expect(prompt.get_by_role("button", name="Go on without answering")).to_be_visible()
    expect(prompt.get_by_role("heading")).to_be_focused()
    assert abs(second(page) - 6) < 0.5
    page.get_by_label("What would you have asked?").fill("What is the list for?")
    prompt.get_by_role("button", name="Save").click()
    expect(prompt).not_to_have_class("asked")
    waiting.until(lambda: "completed" in cinema.verbs(), seconds=30, what="the film's end")
    told = cinema.told()
    completed = next(each for each in told if each["verb"]["display"]["en"] == "completed")
    assert completed["result"]["extensions"]["https://w3id.org/xapi/video/extensions/progress"] >= 0.9
    page.reload()
    expect(page.get_by_text("done").first).to_be_visible()


def test_a_sentence_leads_to_its_second_and_the_film_goes_on_there_next_time(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/try/m1/2")
    page.get_by_role("link", name="The adviser asks back.").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    reaches(page, 7.5)
    page.get_by_role("button", name="Pause").click()
    stopped = second(page)
    waiting.until(lambda: cinema.verbs()[-1:] == ["paused"], seconds=20, what="the pause on record")
    again = cinema.open(chromium, "/learn/try/m1/2")
    waiting.until(lambda: abs(second(again) - stopped) < 0.6, seconds=20, what="the second where it stopped")
    outline = cinema.open(chromium, "/learn/try")
    expect(outline.get_by_text("at 0:07")).to_be_visible()


def test_what_happens_without_a_connection_is_told_when_it_is_back(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/try/m1/2")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.route("**/film", lambda route: route.abort())
    page.get_by_role("button", name="Play").click()
    reaches(page, 2)
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(2500)
    assert cinema.verbs() == []
    page.unroute("**/film")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    waiting.until(lambda: "paused" in cinema.verbs(), seconds=20, what="what was kept")
    assert cinema.verbs() == ["initialized", "played", "paused"]


def test_without_scripts_the_film_has_its_own_controls_and_every_word_is_there(
    cinema: Cinema, chromium: Browser
) -> None:
    page = cinema.open(chromium, "/learn/try/m1/2", java_script_enabled=False)
    assert page.locator("video[controls]").count() == 1
    assert page.locator("video track").count() == 3
    page.get_by_role("link", name="The adviser asks back.").click()
    assert page.locator("video source").first.get_attribute("src").endswith("#t=6.500")  # type: ignore[union-attr]
    page.get_by_label("What would you have asked?").fill("What is the list for?")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Only you and your trainer can read it.")).to_be_visible()


def test_who_saves_data_gets_sound_and_words_and_may_ask_for_the_film(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/try/m1/2", extra_http_headers={"Save-Data": "on"})
    assert page.locator("audio").count() == 1
    page.get_by_role("button", name="Play").click()
    reaches(page, 0.5)
    page.get_by_role("button", name="Show the film").click()
    expect(page.locator("video")).to_be_visible()
    page.goto(f"{cinema.address}/learn/try/m1/2")
    expect(page.locator("video")).to_be_visible()


def test_the_described_version_is_longer_and_told_in_times_of_the_film(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/try/m1/2")
    page.get_by_role("button", name="Described version").click()
    expect(page.get_by_text("/ 0:16")).to_be_visible()
    page.get_by_role("link", name="The adviser asks back.").click()
    reaches(page, 12)
    page.get_by_role("button", name="Pause").click()
    waiting.until(lambda: cinema.verbs()[-1:] == ["paused"], seconds=20, what="the pause on record")
    paused = cinema.told()[-1]
    assert 7.5 <= paused["result"]["extensions"]["https://w3id.org/xapi/video/extensions/time"] <= 10
    assert paused["context"]["extensions"]["https://w3id.org/xapi/video/extensions/length"] == 12


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390), ("light", 320)])
def test_the_film_page_has_no_fault_that_axe_can_find(
    cinema: Cinema, chromium: Browser, pictures: Path | None, scheme: Any, width: int
) -> None:
    page = cinema.open(chromium, "/learn/try/m1/2", viewport={"width": width, "height": 900}, color_scheme=scheme)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    if pictures:
        page.screenshot(path=pictures / f"film-{scheme}-{width}.png", full_page=True)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

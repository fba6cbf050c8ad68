"""A learner's way in where the browser refuses cookies in frames, and what else, in a real Chromium."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Frame, FrameLocator, Page, Playwright, expect
from sqlalchemy import func, select

from lti_tool.lti.login import Login
from lti_tool.visitor import Visit
from tests.browser import people
from tests.browser.framing_platform import FramingPlatform
from tests.browser.test_accessible import faults
from xapi_store.database import Database

pytestmark = pytest.mark.browser

MODULE = "From broker to facilitator"
NEW_WINDOW = "Open in a new window"
# Storage in frames is kept apart by site, as in everybody's Chromium. The driver switches that off (then a frame of
# another site is given none where third-party cookies are blocked); of two such switches the last one counts.
STORAGE_IN_FRAMES = "--disable-features=Translate"


@dataclass(frozen=True)
class Chromium:
    """Starts browsers that give no cookies to third parties, each with a profile of its own in this folder."""

    driver: Playwright
    folder: Path
    platform: FramingPlatform

    @contextmanager
    def __call__(self, *, cookies: bool, storage: bool) -> Iterator[BrowserContext]:
        """One that gives the tool in the platform's frame cookies and storage of its own, or one, or neither."""
        rules = {} if cookies else {f"{self.platform.tool},{self.platform.address}": {"setting": 2}}
        wanted = {"profile": {"content_settings": {"exceptions": {"cookies": rules}}}}
        (self.folder / "Default").mkdir(parents=True)
        (self.folder / "Default" / "Preferences").write_text(json.dumps(wanted))
        switches = [*people.QUIET, *people.BLOCKED, *([STORAGE_IN_FRAMES] if storage else [])]
        context = self.driver.chromium.launch_persistent_context(
            self.folder, executable_path=people.chromium(), args=switches
        )
        try:
            yield context
        finally:
            context.close()


@pytest.fixture
def opened(driver: Playwright, tmp_path: Path, platform: FramingPlatform) -> Chromium:
    """Browsers for this platform."""
    return Chromium(driver, tmp_path / "profile", platform)


def course(context: BrowserContext, platform: FramingPlatform) -> tuple[Page, FrameLocator]:
    """The platform's course with the tool in its frame, just opened."""
    page = context.new_page()
    page.goto(f"{platform.address}/course")
    return page, page.frame_locator("iframe")


def shoot(page: Page, pictures: Path | None, name: str) -> None:
    """Pictures of this page, light and on a phone, where pictures are wanted."""
    if pictures is None:
        return
    for dress, width in (("light", 1100), ("phone", 390)):
        page.set_viewport_size({"width": width, "height": 700})
        page.wait_for_timeout(400)
        page.screenshot(path=pictures / f"cookies-{name}-{dress}.png")
    page.set_viewport_size({"width": 1100, "height": 700})


def follow(page: Page, tool: FrameLocator, heading: str, pictures: Path | None = None) -> Page:
    """The window that one click opens on the page with that heading in the frame."""
    name = heading.replace(" ", "-")
    expect(tool.get_by_role("heading", name=heading)).to_be_visible()
    button = tool.get_by_role("button", name=NEW_WINDOW)
    expect(button).to_be_visible()
    shoot(page, pictures, name)
    assert faults(the_frame(page)) == []
    with page.context.expect_page() as opening:
        button.click()
    window = opening.value
    expect(window.get_by_role("heading", name=MODULE).first).to_be_visible()
    expect(tool.get_by_text("It is open in a new window")).to_be_visible()
    expect(button).to_be_hidden()
    shoot(page, pictures, f"{name}-opened")
    return window


def the_frame(page: Page) -> Frame:
    """The tool's frame, for scripts."""
    [frame] = [each for each in page.frames if each.name == "tool"]
    return frame


def kept(page: Page, script: str) -> Any:
    """What the script says in the tool's frame."""
    return the_frame(page).evaluate(script)


def keeps(page: Page) -> tuple[bool, bool]:
    """Whether this browser really keeps cookies, and whether it keeps storage, in the tool's frame."""
    cookie = "(document.cookie = '__Host-x=1; Path=/; Secure; SameSite=None; Partitioned') && document.cookie !== ''"
    storage = "(() => { try { return localStorage.length >= 0 } catch { return false } })()"
    return kept(page, cookie), kept(page, storage)


def counted(house: Flask, row: type) -> int:
    database: Database = house.extensions["database"]
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(row)) or 0


def test_a_partitioned_cookie_is_enough(house: Flask, platform: FramingPlatform, opened: Chromium) -> None:
    with opened(cookies=True, storage=True) as context:
        page, tool = course(context, platform)
        expect(tool.get_by_role("heading", name=MODULE).first).to_be_visible()
        assert kept(page, "Object.keys(localStorage)") == []
        assert keeps(page) == (True, True)
        tool.get_by_role("link", name=re.compile("When anyone can find anyone")).first.click()
        expect(tool.get_by_role("button", name="I have read this")).to_be_visible()
        second, again = course(context, platform)
        expect(again.get_by_role("heading", name=MODULE).first).to_be_visible()
        second.reload()
        expect(again.get_by_role("heading", name=MODULE).first).to_be_visible()
    assert counted(house, Login) == 0


@pytest.mark.parametrize("told", [True, False])
def test_the_platforms_storage_is_enough_for_a_launch(
    told: bool, house: Flask, platform: FramingPlatform, opened: Chromium, pictures: Path | None
) -> None:
    platform.storage, platform.told = True, told
    with opened(cookies=False, storage=False) as context:
        page, tool = course(context, platform)
        window = follow(page, tool, "You are nearly there", pictures)
        assert keeps(page) == (False, False)
        assert window.url == f"{platform.tool}/learn/oicf/m1"
        window.reload()
        expect(window.get_by_role("heading", name=MODULE).first).to_be_visible()
    assert (counted(house, Login), counted(house, Visit)) == (0, 1)


def test_our_own_storage_in_the_frame_is_enough_for_a_launch(
    house: Flask, platform: FramingPlatform, opened: Chromium
) -> None:
    with opened(cookies=False, storage=True) as context:
        page, tool = course(context, platform)
        other, its_tool = course(context, platform)  # at the same time, in the same browser
        window = follow(page, tool, "You are nearly there")
        assert keeps(page) == (False, True)
        follow(other, its_tool, "You are nearly there")
        assert kept(page, "Object.keys(localStorage)") == []
        window.reload()
        expect(window.get_by_role("heading", name=MODULE).first).to_be_visible()
    assert (counted(house, Login), counted(house, Visit)) == (0, 2)


def test_an_offer_that_waited_too_long_says_so(opened: Chromium, platform: FramingPlatform) -> None:
    with opened(cookies=False, storage=True) as context:
        context.clock.install()
        page, tool = course(context, platform)
        expect(tool.get_by_role("button", name=NEW_WINDOW)).to_be_visible()
        page.clock.fast_forward(120_000)
        expect(tool.get_by_text("This page waited too long")).to_be_visible()
        expect(tool.get_by_role("button", name=NEW_WINDOW)).to_be_hidden()


def test_without_any_storage_a_new_window_is_offered_before_the_platform_has_answered(
    house: Flask, platform: FramingPlatform, opened: Chromium, pictures: Path | None
) -> None:
    with opened(cookies=False, storage=False) as context:
        page, tool = course(context, platform)
        expect(tool.get_by_role("button", name=NEW_WINDOW)).to_be_visible()
        assert keeps(page) == (False, False)
        assert platform.asked("/auth") == []
        follow(page, tool, "Please open this in a new window", pictures)
    assert len(platform.asked("/auth")) == 1
    assert counted(house, Visit) == 1


def test_a_launch_that_finds_no_proof_says_what_to_do(
    house: Flask, platform: FramingPlatform, opened: Chromium, pictures: Path | None
) -> None:
    with opened(cookies=True, storage=True) as context:
        page, tool = course(context, platform)
        expect(tool.get_by_role("heading", name=MODULE).first).to_be_visible()
        # Begun by somebody else: the state is good, but not in this browser.
        login = house.test_client().get(platform.begin().removeprefix(platform.tool))
        page.evaluate("where => document.querySelector('iframe').src = where", login.location)
        expect(tool.get_by_role("heading", name="did not keep what we need")).to_be_visible()
        shoot(page, pictures, "no-proof")
        assert faults(the_frame(page)) == []
        expect(tool.get_by_text("open it there once more")).to_be_visible()
    assert (counted(house, Login), counted(house, Visit)) == (1, 1)


def test_the_frame_is_given_the_pages_height_and_then_there_is_peace(
    platform: FramingPlatform, opened: Chromium
) -> None:
    with opened(cookies=True, storage=True) as context:
        page, tool = course(context, platform)
        expect(tool.get_by_role("heading", name=MODULE).first).to_be_visible()
        expect(page.locator("#heights")).to_have_text(re.compile(r"\d"))
        page.wait_for_timeout(800)
        told = page.locator("#heights").inner_text().split()
        needed = kept(page, "document.body.scrollHeight")
        assert 0 <= int(told[-1]) - needed <= 32
        assert len(told) <= 6
        page.wait_for_timeout(800)
        assert page.locator("#heights").inner_text().split() == told
        page.set_viewport_size({"width": 390, "height": 700})
        expect(page.locator("#heights")).not_to_have_text(" ".join(told))
        page.wait_for_timeout(800)
        before = page.locator("#heights").inner_text().split()
        # A page that is always taller than its frame, whatever the frame is given.
        kept(page, "document.body.style.minHeight = 'calc(100vh + 40px)'")
        page.wait_for_timeout(1500)
        assert len(page.locator("#heights").inner_text().split()) - len(before) <= 3

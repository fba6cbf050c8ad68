"""A learner's way in where the browser refuses cookies in frames, and what else, in a real Chromium."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, FrameLocator, Page, Playwright, expect, sync_playwright
from sqlalchemy import func, select

from lti_tool.lti.login import Login
from lti_tool.run.app import create_app
from lti_tool.run.settings import Settings
from lti_tool.visitor import Visit
from tests import builders
from tests.browser import people
from tests.browser.framing_platform import FramingPlatform
from tests.demo.serving import free_port, served
from tests.walking import SECRET
from xapi_store.database import Database

pytestmark = pytest.mark.browser

MODULE = "From broker to facilitator"
NEW_WINDOW = "Open in a new window"
# Storage in frames is kept apart by site, as usual: the driver switches that off, but the last of such switches counts.
LIKE_EVERYBODYS = "--disable-features=Translate"
# What a browser is like that takes no cookies from scripts in frames of other sites.
NO_COOKIES_BY_SCRIPT = """
if (window.parent !== window)
  Object.defineProperty(Document.prototype, "cookie", { get: () => "", set: () => undefined });
"""


@pytest.fixture
def house(database_url: str) -> Iterator[Flask]:
    """The whole tool, answering at localhost."""
    port = free_port()
    settings = Settings(
        database_url=database_url,
        public_url=f"http://localhost:{port}",
        secret_key=SECRET,
        allow_private_platforms=True,
    )
    app = create_app(settings)
    with served(app, port):
        yield app
    app.extensions["database"].close()


@pytest.fixture
def platform(house: Flask) -> Iterator[FramingPlatform]:
    """A platform on another site (127.0.0.1), connected to the tool."""
    framing = FramingPlatform(tool=house.extensions["settings"].address)
    builders.a_platform(house.extensions["database"], framing)
    yield framing
    framing.close()


@pytest.fixture
def keeps_no_cookies(house: Flask) -> None:
    """Cookies that answers set in a frame are lost, as in a browser that refuses them."""
    inner: Callable[..., Iterable[bytes]] = house.wsgi_app

    def without(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        framed = environ.get("HTTP_SEC_FETCH_DEST") == "iframe"

        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            kept = [(name, value) for name, value in headers if not framed or name.lower() != "set-cookie"]
            return start(status, kept, *rest)

        return inner(environ, begin)

    house.wsgi_app = without  # type: ignore[method-assign]


@contextmanager
def chromium(folder: Path, *, refusing: str = "", inside: str = "") -> Iterator[BrowserContext]:
    """Chromium that gives no cookies to third parties; to the site `refusing` inside `inside`, no storage either."""
    rules = {f"{refusing},{inside}": {"setting": 2}} if refusing else {}
    wanted = {"profile": {"content_settings": {"exceptions": {"cookies": rules}}}}
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps(wanted))
    with sync_playwright() as playwright:
        context = _context(playwright, folder)
        try:
            yield context
        finally:
            context.close()


def _context(playwright: Playwright, folder: Path) -> BrowserContext:
    switches = [*people.QUIET, *people.BLOCKED, LIKE_EVERYBODYS]
    return playwright.chromium.launch_persistent_context(folder, executable_path=people.chromium(), args=switches)


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


def follow(page: Page, tool: FrameLocator, pictures: Path | None, name: str) -> Page:
    """The window that one click in the frame opens."""
    button = tool.get_by_role("button", name=NEW_WINDOW)
    expect(button).to_be_visible()
    shoot(page, pictures, name)
    with page.context.expect_page() as opening:
        button.click()
    window = opening.value
    expect(window.get_by_role("heading", name=MODULE).first).to_be_visible()
    expect(tool.get_by_text("It is open in a new window")).to_be_visible()
    expect(button).to_be_hidden()
    shoot(page, pictures, f"{name}-opened")
    return window


def kept(page: Page, script: str) -> Any:
    """What the tool's frame has in its own storage."""
    [frame] = [each for each in page.frames if each.name == "tool"]
    return frame.evaluate(script)


def counted(house: Flask, row: type) -> int:
    database: Database = house.extensions["database"]
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(row)) or 0


def test_a_partitioned_cookie_is_enough(house: Flask, platform: FramingPlatform, tmp_path: Path) -> None:
    with chromium(tmp_path / "profile") as context:
        page, tool = course(context, platform)
        expect(tool.get_by_role("heading", name=MODULE).first).to_be_visible()
        assert kept(page, "Object.keys(localStorage)") == []
        tool.get_by_role("link", name=re.compile("When anyone can find anyone")).first.click()
        expect(tool.get_by_role("button", name="I have read this")).to_be_visible()
        second, again = course(context, platform)
        expect(again.get_by_role("heading", name=MODULE).first).to_be_visible()
        second.reload()
        expect(again.get_by_role("heading", name=MODULE).first).to_be_visible()
    assert counted(house, Login) == 0


@pytest.mark.parametrize("told", [True, False])
def test_the_platforms_storage_is_enough_for_a_launch(
    told: bool, house: Flask, platform: FramingPlatform, tmp_path: Path, pictures: Path | None
) -> None:
    platform.storage, platform.told = True, told
    with chromium(tmp_path / "profile", refusing=platform.tool, inside=platform.address) as context:
        page, tool = course(context, platform)
        window = follow(page, tool, pictures, "platform-storage")
        assert "code" not in window.url
        window.reload()
        expect(window.get_by_role("heading", name=MODULE).first).to_be_visible()
    assert (counted(house, Login), counted(house, Visit)) == (0, 1)


@pytest.mark.usefixtures("keeps_no_cookies")
def test_our_own_storage_in_the_frame_is_enough_for_a_launch(
    house: Flask, platform: FramingPlatform, tmp_path: Path
) -> None:
    with chromium(tmp_path / "profile") as context:
        context.add_init_script(NO_COOKIES_BY_SCRIPT)
        page, tool = course(context, platform)
        other, its_tool = course(context, platform)  # at the same time, in the same browser
        window = follow(page, tool, None, "")
        assert kept(page, "Object.keys(localStorage)") == []
        follow(other, its_tool, None, "")
        window.reload()
        expect(window.get_by_role("heading", name=MODULE).first).to_be_visible()
    assert (counted(house, Login), counted(house, Visit)) == (0, 2)


def test_without_any_storage_a_new_window_is_offered_before_the_platform_has_answered(
    house: Flask, platform: FramingPlatform, tmp_path: Path, pictures: Path | None
) -> None:
    with chromium(tmp_path / "profile", refusing=platform.tool, inside=platform.address) as context:
        page, tool = course(context, platform)
        follow(page, tool, pictures, "nothing")
    assert len(platform.asked("/auth")) == 1
    assert counted(house, Visit) == 1


def test_a_launch_that_finds_no_proof_says_what_to_do(
    house: Flask, platform: FramingPlatform, tmp_path: Path, pictures: Path | None
) -> None:
    with chromium(tmp_path / "profile") as context:
        page, tool = course(context, platform)
        expect(tool.get_by_role("heading", name=MODULE).first).to_be_visible()
        # Begun by somebody else: the state is good, but not in this browser.
        login = house.test_client().get(platform.begin().removeprefix(platform.tool))
        page.evaluate("where => document.querySelector('iframe').src = where", login.location)
        expect(tool.get_by_role("heading", name="did not keep what we need")).to_be_visible()
        shoot(page, pictures, "no-proof")
        expect(tool.get_by_text("open it there once more")).to_be_visible()
    assert (counted(house, Login), counted(house, Visit)) == (1, 1)


def test_the_frame_is_given_the_pages_height_and_then_there_is_peace(platform: FramingPlatform, tmp_path: Path) -> None:
    with chromium(tmp_path / "profile") as context:
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

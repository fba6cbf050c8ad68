"""The same ways in, in a real Firefox: a trial, which fails where there is none."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import waiting
from tests.browser.firefox import Firefox, firefox
from tests.browser.framing_platform import FramingPlatform

pytestmark = [pytest.mark.browser, pytest.mark.trial]

FRAME, MODULE = "//iframe", "//h1[contains(., 'From broker to facilitator')]"
BUTTON = "//button[contains(., 'Open in a new window')]"
# Firefox's own numbers: third parties get cookies and storage of their own for each site (as delivered), or nothing.
PARTITIONED, NOTHING = 5, 1


@contextmanager
def course(folder: Path, platform: FramingPlatform, *, third_parties: int) -> Iterator[Firefox]:
    """The platform's course in a Firefox; what follows is looked for in the tool's frame."""
    with firefox(folder, **{"network.cookie.cookieBehavior": third_parties}) as browser:
        browser.go(f"{platform.address}/course")
        browser.enter(FRAME)
        yield browser


def settled(browser: Firefox) -> None:
    """The platform has given the tool's page its height: what one aims at does not move any more."""
    browser.find(BUTTON)
    height = 0
    while (now := browser.run("return window.innerHeight")) != height:
        height = now
        time.sleep(0.4)


def follow(browser: Firefox) -> None:
    """One click has led to the module in a window of its own."""
    before = set(browser.windows())
    settled(browser)
    browser.click(BUTTON)
    waiting.until(lambda: len(browser.windows()) == 2, seconds=20, what="a second window")
    [window] = set(browser.windows()) - before
    browser.do("WebDriver:SwitchToWindow", handle=window)
    browser.find(MODULE)
    browser.do("WebDriver:Refresh")
    browser.find(MODULE)


def test_a_cookie_is_enough_in_a_firefox_as_it_is_delivered(platform: FramingPlatform, tmp_path: Path) -> None:
    with course(tmp_path / "profile", platform, third_parties=PARTITIONED) as browser:
        browser.find(MODULE)
        assert browser.run("return Object.keys(localStorage)") == []


def test_the_platforms_storage_is_enough_where_firefox_keeps_nothing(platform: FramingPlatform, tmp_path: Path) -> None:
    platform.storage = True
    with course(tmp_path / "profile", platform, third_parties=NOTHING) as browser:
        browser.find("//h1[contains(., 'You are nearly there')]")
        follow(browser)


def test_a_new_window_is_offered_where_firefox_keeps_nothing_at_all(platform: FramingPlatform, tmp_path: Path) -> None:
    with course(tmp_path / "profile", platform, third_parties=NOTHING) as browser:
        browser.find("//h1[contains(., 'Please open this in a new window')]")
        assert platform.asked("/auth") == []
        follow(browser)
    assert len(platform.asked("/auth")) == 1

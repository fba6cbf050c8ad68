"""On a slow line nothing jumps under the reader's eyes: what arrives late does not move what is there."""

import pytest
from playwright.sync_api import Browser

from tests.browser.cinema import Cinema, cinema, platform

__all__ = ["cinema", "platform"]
pytestmark = pytest.mark.browser

# "Slow 4G": bytes a second down and up, and the milliseconds of a round trip.
SLOW = {"offline": False, "downloadThroughput": 200_000, "uploadThroughput": 93_750, "latency": 150}
WATCH = """window.shifted = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted += each.value;
}).observe({type: "layout-shift", buffered: true});"""


@pytest.mark.parametrize("path", ["/learn/oicf", "/learn/oicf/m1", "/learn/oicf/m1/1", "/learn/oicf/m1/2"])
def test_a_page_that_arrives_slowly_does_not_jump(path: str, cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/healthz", viewport={"width": 1166, "height": 950})
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.send("Network.emulateNetworkConditions", SLOW)
    page.add_init_script(WATCH)
    page.goto(f"{cinema.address}{path}", wait_until="networkidle")
    assert page.evaluate("document.fonts.size") > 0, "no typeface is on its way, so none can come late"
    assert page.evaluate("window.shifted") <= 0.1

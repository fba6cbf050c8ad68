"""Real people in a real browser: Chromium with third-party cookies blocked."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Chromium's own switch for a browser that gives no cookies to third parties.
BLOCKED = ["--test-third-party-cookie-phaseout"]


def chromium() -> str:
    """The path of an installed Chromium or Chrome."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    raise LookupError("no Chromium here; `make test` says how to get one")


@contextmanager
def browser(driver: Playwright) -> Iterator[Browser]:
    """A headless browser that blocks third-party cookies."""
    opened = driver.chromium.launch(executable_path=chromium(), args=[*QUIET, *BLOCKED])
    try:
        yield opened
    finally:
        opened.close()

"""The product, installed from its wheel and started as newcomers do (`animateur demo`), away from the checkout."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from courses.catalogue import Catalogue
from lti_tool.run.app import CONTENT, create_app
from lti_tool.run.settings import Settings
from tests import builders, waiting
from tests.browser import people, walk
from tests.browser.framing_platform import FramingPlatform
from tests.demo.serving import free_port, served
from tests.installed import Installed
from tests.walking import SECRET

# Machines that test are busy ones: what is waited for may take its time.
expect.set_options(timeout=20_000)


@dataclass(frozen=True)
class Demo:
    """A running demo: the tool's and the LMS's address, and where its data lies."""

    tool: str
    lms: str
    data: Path
    installed: Installed
    process: "subprocess.Popen[bytes]"

    def command(self, *words: str) -> str:
        """What `animateur …` printed, run beside the demo as an operator would."""
        return self.installed.run(self.data, *words, ANIMATEUR_PUBLIC_URL=self.tool)


@pytest.fixture(scope="package")
def demo(installed: Installed) -> Iterator[Demo]:
    """The demo, up and connected; stopped as Ctrl-C stops it."""
    data = Path(tempfile.mkdtemp(prefix="animateur-demo-"))
    port, lms_port = waiting.free_ports(2)
    process = installed.start(data, "demo", "--port", str(port), "--lms-port", str(lms_port))
    up = "in your browser"
    try:
        waiting.until(
            lambda: process.poll() is not None or waiting.says(data / "output", up), seconds=90, what="the demo's start"
        )
        assert waiting.says(data / "output", up), (data / "output").read_text()
        yield Demo(f"http://127.0.0.1:{port}", f"http://localhost:{lms_port}", data, installed, process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="package")
def driver() -> Iterator[Playwright]:
    """What drives the browsers of this folder (it holds an event loop, which other tests need for themselves)."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """A browser for this folder; a context for each."""
    with people.browser(driver) as opened:
        yield opened


@pytest.fixture(scope="package")
def pictures() -> Path | None:
    """Where pictures of the pages go, if somebody wants them (`ANIMATEUR_PICTURES=directory`)."""
    wanted = os.environ.get("ANIMATEUR_PICTURES")
    if wanted:
        Path(wanted).mkdir(parents=True, exist_ok=True)
    return Path(wanted) if wanted else None


@pytest.fixture(scope="package")
def certified(demo: Demo, chromium: Browser, pictures: Path | None) -> walk.Visitor:
    """Aino, who walked the whole way with Bram, was graded by Dana, and got a certificate from Emil."""
    catalogue = Catalogue.load(CONTENT)
    aino, bram = walk.arrive(chromium, demo.lms, "Aino"), walk.arrive(chromium, demo.lms, "Bram")
    walk.read_and_reflect(aino)
    walk.play_the_day(aino)
    walk.pass_the_quiz(aino, catalogue)
    walk.charter(aino, bram, pictures)
    walk.grade(walk.arrive(chromium, demo.lms, "Dana"), pictures)
    walk.issue(walk.arrive(chromium, demo.lms, "Emil"), pictures)
    return aino


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

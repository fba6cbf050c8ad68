"""The product, installed from its wheel and started as newcomers do (`animateur demo`), away from the checkout."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import waiting
from tests.browser import people
from tests.installed import Installed

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


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser for the whole run; each person gets a context of their own."""
    with people.browser() as opened:
        yield opened

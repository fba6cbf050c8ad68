"""The public pages and a film that is not built: read by axe-core, in light, in dark and 360 px wide.

The same pages hold still while they load, and obey the HTML standard as the Nu Html Checker reads it.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.cinema import Cinema, cinema, platform
from tests.browser.test_accessible import faults

__all__ = ["cinema", "platform"]
pytestmark = pytest.mark.browser

VNU = Path(__file__).resolve().parents[2] / "deploy/npm/node_modules/vnu-jar/build/dist/vnu.jar"
DRESSES: tuple[tuple[Any, int], ...] = (("light", 1280), ("dark", 360), ("light", 360))
STEPS = [f"/learn/try/m1/{key}" for key in range(1, 9)]
LEARNER = [
    "/learn/try",
    "/learn/try/m1",
    *STEPS,
    "/learn/oicf",
    "/learn/oicf/m1/1",
    "/learn/oicf/m1/3",
    "/certificates",
]
PUBLIC = ["/", "/courses", "/courses/oicf", "/courses/try", "/profile/oicf/0.1.0", "/vocabulary", "/verify"]
PUBLIC += ["/accessibility", "/sign-in", "/nothing-here"]
# As far as a page may move while it loads, by the sum of its shifts; 0.1 is what counts as good.
STILL = 0.1
SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(each => { if (!each.hadRecentInput) sum += each.value; }))
    .observe({type: 'layout-shift', buffered: true});
  document.fonts.ready.then(() => setTimeout(() => done(sum), 100));
})"""


def looked_at(page: Page, address: str, paths: list[str]) -> dict[str, Any]:
    """The faults of these pages in every dress; empty where there are none."""
    found = {}
    for path in paths:
        page.goto(address + path)
        for scheme, width in DRESSES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            seen = [*faults(page), *([f"{wide} px wide"] if wide > width else [])]
            if seen:
                found[f"{path} {scheme} {width}"] = seen
    return found


def test_no_step_and_no_public_page_shuts_anybody_out(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/try")
    assert looked_at(page, cinema.address, [STEPS[7], "/learn/oicf", "/learn/oicf/m1/3", *PUBLIC]) == {}
    page.context.close()


def test_pages_hold_still_while_they_load(cinema: Cinema, chromium: Browser) -> None:
    page = cinema.open(chromium, "/learn/try")
    moved = {}
    for path in (*LEARNER, "/courses/oicf"):
        page.goto(cinema.address + path)
        moved[path] = page.evaluate(SHIFTS)
    assert {path: shift for path, shift in moved.items() if shift > STILL} == {}
    page.context.close()


@pytest.mark.skipif(shutil.which("java") is None, reason="the Nu Html Checker needs Java")
def test_every_page_obeys_the_standard(cinema: Cinema, tmp_path: Path) -> None:
    files = {}
    for number, path in enumerate([*LEARNER, *PUBLIC, "/courses/oicf/read/en/index.html"]):
        file = tmp_path / f"{number}.html"
        file.write_bytes(cinema.learner.get(path).data)
        files[file.name] = path
    command = ["java", "-jar", str(VNU), "--format", "json", "--exit-zero-always", *map(str, tmp_path.glob("*.html"))]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stderr)["messages"]
    wrong = [f"{files[each['url'].rsplit('/', 1)[1]]}: {each['message']}" for each in told if each["type"] == "error"]
    assert wrong == []

"""Every page of the whole way, read by axe-core: no fault by WCAG 2.2 A and AA, in light, in dark, and on a phone."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser import walk
from tests.browser.conftest import Demo

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "deploy" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LEARNER = [
    "/learn/oicf",
    "/learn/oicf/m1",
    *(f"/learn/oicf/m1/{step}" for step in range(1, 6)),
    "TEAM",
    "/certificates",
    "/keep",
    "/stays",
    "/joining",
]
TRAINER = ["/teach", "/teach/handed-in", "/teach/grades", "GRADE", "/reports", "TEAM"]
STORE = "/operator/stores/north-coast"
OF_STORE = ("", "/statements", "/forwarding", "/profiles", "/erasure")
WING = [
    "",
    "/agencies/new",
    "/agencies/north-coast",
    "/launches",
    "/grades",
    "/keys",
    "/people",
    "/stores",
    "/search?q=a",
    "/platforms",
    "/platforms/1",
]
OPERATOR = [*(f"/operator{page}" for page in WING), "STATEMENT", *(f"{STORE}{page}" for page in OF_STORE)]


def faults(page: Page | Frame) -> list[dict[str, Any]]:
    """What axe finds on this page, by rule and place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [{"rule": each["id"], "places": [node["target"] for node in each["nodes"]]} for each in found["violations"]]


def own_window(visitor: walk.Visitor, title: str, tool: str) -> Page:
    """The link of that title, launched into a window of its own."""
    page = visitor.page
    page.goto(f"{visitor.lms}/course")
    number = (page.get_by_role("link", name=title).get_attribute("href") or "").rsplit("/", 1)[1]
    page.goto(f"{visitor.lms}/start/{number}?in=window")
    page.wait_for_url(re.compile(re.escape(tool)))
    return page


def operator(chromium: Browser, demo: Demo) -> tuple[Page, str]:
    """The operator, signed in by a link from the command line, and the path of a statement: the store was tested."""
    page = chromium.new_context().new_page()
    page.goto(json.loads(demo.command("operator-link", "--json"))["sign_in"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/operator")
    page.goto(f"{demo.tool}{STORE}")
    page.get_by_role("button", name="Test this store").click()
    expect(page.get_by_text("The store takes statements and gives them back.")).to_be_visible()
    page.goto(f"{demo.tool}{STORE}/statements")
    return page, page.locator("tbody a").first.get_attribute("href") or ""


def look(page: Page, tool: str, paths: list[str]) -> dict[str, Any]:
    """The faults of each of these pages, in every dress; empty where there are none."""
    found = {}
    for path in paths:
        page.goto(tool + path)
        for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            seen = [*faults(page), *([f"{wide} px wide"] if wide > width else [])]
            if seen:
                found[f"{path} {scheme} {width}"] = seen
    return found


def test_no_page_has_a_fault_that_axe_can_find(certified: walk.Visitor, chromium: Browser, demo: Demo) -> None:
    page = own_window(certified, walk.MODULE, demo.tool)
    page.goto(f"{demo.tool}/learn/oicf/m1/5")
    team = page.get_by_role("link", name="Go to the team room").get_attribute("href") or ""
    where = {"TEAM": team, "GRADE": team.replace("/team/", "/teach/")}
    found = look(page, demo.tool, [where.get(path, path) for path in LEARNER])
    dana = own_window(walk.arrive(chromium, demo.lms, "Dana"), walk.DESK, demo.tool)
    found |= look(dana, demo.tool, [where.get(path, path) for path in TRAINER])
    emil = own_window(walk.arrive(chromium, demo.lms, "Emil"), walk.OFFICE, demo.tool)
    found |= look(emil, demo.tool, ["/agency", "/agency/people", "/reports"])
    page, statement = operator(chromium, demo)
    found |= look(page, demo.tool, [statement if path == "STATEMENT" else path for path in OPERATOR])
    found |= look(
        chromium.new_context().new_page(), demo.tool, ["/", "/sign-in", "/verify", "/design", "/nothing-here"]
    )
    assert found == {}

"""The main job, end to end, as people walk it: in a browser that gives no cookies to third parties."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests import waiting
from tests.browser import walk
from tests.browser.conftest import Demo
from xapi_store import vocabulary as words

pytestmark = pytest.mark.browser

VERBS = {
    words.LAUNCHED, words.EXPERIENCED, words.SELECTED, words.COMPLETED, words.ANSWERED, words.PASSED, words.JOINED,
    words.POSTED, words.EDITED, words.SUBMITTED, words.AGREED, words.EVALUATED, words.ACHIEVED, words.SCORED,
    words.CONFERRED,
}  # fmt: skip


@pytest.fixture(scope="package")
def reader(demo: Demo) -> dict[str, str]:
    """The headers of a report reader with a key of their own."""
    made = json.loads(demo.command("api-key", "create", "--label", "reader", "--scope", "all/read", "--json"))
    session = requests.Session()
    session.auth = (made["key"], made["secret"])
    prepared = session.prepare_request(requests.Request("GET", demo.tool))
    return {"Authorization": prepared.headers["Authorization"], "X-Experience-API-Version": "1.0.3"}


def test_the_grade_is_in_the_gradebook_of_the_platform(certified: walk.Visitor, demo: Demo) -> None:
    page = certified.page

    def arrived() -> bool:
        page.goto(f"{demo.lms}/gradebook")
        # The grade has a column of its own; the module's stays empty until its last step is done, too.
        return any(re.search(r"\d", cell) for cell in page.locator('[data-learner="101"]').all_inner_texts())

    waiting.until(arrived, seconds=30, what="the score's arrival")


def test_the_certificate_verifies_for_a_stranger_and_an_altered_one_does_not(
    certified: walk.Visitor, chromium: Browser, demo: Demo, tmp_path: Path, pictures: Path | None
) -> None:
    tool = certified.open(walk.MODULE)
    certified.follow("My certificates")
    expect(tool.get_by_role("link", name="Download the PDF")).to_be_visible()
    with certified.page.expect_download() as waiting:
        certified.follow("Download the PDF")
    sheet = tmp_path / "certificate.pdf"
    waiting.value.save_as(sheet)
    with certified.page.expect_download() as waiting:
        certified.follow("Download the credential")
    credential = tmp_path / "certificate.jwt"
    waiting.value.save_as(credential)
    stranger = chromium.new_context().new_page()
    assert verdict(stranger, demo, sheet) == "This certificate is valid"
    certified.shoot(pictures, "my-certificates")
    if pictures is not None:
        stranger.screenshot(path=pictures / "verify.png", full_page=True)
    assert verdict(stranger, demo, credential) == "This certificate is valid"
    altered = tmp_path / "altered.jwt"
    header, payload, signature = credential.read_text().split(".")
    altered.write_text(
        ".".join([header, payload[:-8] + ("AAAA" if payload[-8:-4] != "AAAA" else "BBBB") + payload[-4:], signature])
    )
    assert verdict(stranger, demo, altered) != "This certificate is valid"


def verdict(stranger: Page, demo: Demo, file: Path) -> str:
    """What the public page says of that file."""
    stranger.goto(f"{demo.tool}/verify")
    stranger.set_input_files('input[type="file"]', file)
    stranger.get_by_role("button", name=re.compile("Check")).click()
    expect(stranger.locator("#verdict")).to_be_visible()
    return stranger.locator("#verdict").inner_text()


def test_every_step_of_the_way_is_a_statement(certified: walk.Visitor, demo: Demo, reader: dict[str, str]) -> None:
    found = statements(demo, reader)
    assert {each["verb"]["id"] for each in found} >= VERBS
    assert not [each for each in found if "Aino" in json.dumps(each) or "@" in json.dumps(each["actor"])]
    learner = next(each for each in found if each["verb"]["id"] == words.PASSED)["context"]["registration"]
    ours = [each for each in found if each["context"].get("registration") == learner]
    assert {each["verb"]["id"] for each in ours} >= VERBS - {words.EVALUATED}


def test_the_report_says_what_the_statements_say(
    certified: walk.Visitor, chromium: Browser, demo: Demo, reader: dict[str, str], pictures: Path | None
) -> None:
    dana = walk.arrive(chromium, demo.lms, "Dana")
    tool = dana.open(walk.DESK)
    tool.get_by_role("link", name="Who is where").click()
    dana.heading("Who is where")
    dana.shoot(pictures, "reports")
    frame = next(each for each in dana.page.frames if each.url.startswith(demo.tool))
    report = frame.evaluate("() => fetch('/reports.json').then(answer => answer.json())")
    assert recomputed(statements(demo, reader)) == {
        each["registration"]: ({key for key, state in each["steps"].items() if state == "done"}, levels(each))
        for each in report["learners"]
    }


def levels(learner: dict[str, Any]) -> dict[str, int]:
    return {code: judged["level"] for code, judged in learner["criteria"].items()}


def statements(demo: Demo, reader: dict[str, str]) -> list[dict[str, Any]]:
    """What the walk left in the store, oldest first, as a stranger to our code reads it (a self-test leaves one)."""
    found: list[dict[str, Any]] = []
    more = "/xapi/statements?ascending=true"
    while more:
        answer = requests.get(demo.tool + more, headers=reader, timeout=10)
        assert answer.status_code == 200, answer.text
        found += answer.json()["statements"]
        more = answer.json()["more"]
    return [each for each in found if "context" in each]


def recomputed(found: list[dict[str, Any]]) -> dict[str, tuple[set[str], dict[str, int]]]:
    """By registration: the steps done and the levels reached, from the statements alone."""
    course = "https://w3id.org/xapi/oicf/courses/oicf/"
    people: dict[str, tuple[set[str], dict[str, int]]] = {}
    for each in found:
        verb, about, registration = each["verb"]["id"], each["object"]["id"], each["context"].get("registration")
        if registration is None:
            continue
        done, reached = people.setdefault(registration, (set(), {}))
        if verb in (words.EXPERIENCED, words.COMPLETED, words.PASSED) and re.fullmatch(rf"{course}m\d/\d", about):
            done.add(about.removeprefix(course))
        if verb == words.SUBMITTED:
            done.add(each["context"]["contextActivities"]["parent"][0]["id"].removeprefix(course))
        if verb in (words.ACHIEVED, words.FAILED) and "/profile/" in about:
            rubric = each["result"]["extensions"][words.RUBRICS]
            reached[about.rsplit("/", 1)[1]] = rubric[rubric["criterion"]]
    return people

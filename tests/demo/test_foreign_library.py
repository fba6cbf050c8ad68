"""A tool on a foreign library is registered with, launched from and heard by the demo LMS, all over HTTP."""

from collections.abc import Iterator

import pytest
import requests
from flask import Flask

from lti_tool.demo import browsing
from lti_tool.demo.app import lms_of
from lti_tool.demo.faults import Fault
from lti_tool.demo.tempers import Temper
from tests.demo.foreign_tool import ForeignTool, foreign_app
from tests.demo.serving import free_port, served
from tests.demo.small_tool import AINO, DANA, FREYA, Browser


@pytest.fixture(scope="module")
def foreign() -> Iterator[ForeignTool]:
    """The tool, answering on another site than the LMS."""
    port = free_port()
    tool = ForeignTool(f"http://127.0.0.1:{port}")
    with served(foreign_app(tool), port):
        yield tool


def follow(browser: Browser, page: requests.Response) -> requests.Response:
    """Where a page's self-posting form leads; cookies go along as in a browser."""
    form = browsing.read(page.text).forms[0]
    return browser.http.post(form.action, data=form.fields)


def open_link(browser: Browser, path: str) -> requests.Response:
    """The tool's page at the end of a launch: our form, the tool's redirect to /auth, our form."""
    return follow(browser, follow(browser, browser.http.get(browser.lms + path)))


@pytest.fixture(scope="module")
def registered(lms_app: Flask, foreign: ForeignTool) -> str:
    """The number under which the LMS knows the tool."""
    lms = lms_of(lms_app).address
    freya = Browser(lms, FREYA)
    frame = browsing.read(freya.post("/admin/connect", link=f"{foreign.address}/register").text).frames[0]
    assert requests.get(frame).text == "connected"
    action = [form.action for form in freya.page("/admin").forms if form.action.endswith("/activate")][-1]
    freya.post(action).raise_for_status()
    return action.split("/")[3]


@pytest.fixture(scope="module")
def link(lms_app: Flask, registered: str) -> str:
    """The number of a link that was chosen in the tool and stands in the course."""
    lms = lms_of(lms_app).address
    dana = Browser(lms, DANA)
    answered = open_link(dana, f"/start-choosing/{registered}")
    assert "Added to the course" in follow(dana, answered).text
    page = dana.http.get(f"{lms}/course").text
    return page.rpartition(">Chosen in the foreign tool<")[0].rpartition("/open/")[2].split('"')[0]


def test_a_foreign_library_registers_launches_reads_roster_and_groups_and_posts_a_score(
    lms: str, foreign: ForeignTool, link: str
) -> None:
    assert open_link(Browser(lms, AINO), f"/start/{link}").text == "launched"

    everybody = ["101", "102", "103", "201", "301", "501", "502", "601"]
    assert [member["user_id"] for member in foreign.members] == everybody
    assert [group["name"] for group in foreign.groups] == ["Team Harbour", "Team Ridge", "English"]
    assert [each["name"] for each in foreign.sets] == ["Project teams", "Language groups"]
    words = Browser(lms, DANA).page("/gradebook").words()
    assert "Foreign column out of 5" in words
    assert "4 of 5 Posted by a foreign library. 23 Nov 2026, 10:00:00 UTC" in words


def test_a_foreign_library_is_asked_to_show_a_submission(lms_app: Flask, lms: str, link: str) -> None:
    lms_of(lms_app).temper = Temper.MOODLE
    text = Browser(lms, DANA).http.get(f"{lms}/gradebook").text
    column = text.rpartition('aria-label="Look at it: Aino Kallioranta, Foreign column"')[0]
    path = column.rpartition('href="')[2].partition('"')[0].replace("/review/", "/start-review/")

    assert open_link(Browser(lms, DANA), path).text == "the work of 101"


@pytest.mark.parametrize(
    "fault",
    [
        Fault.BAD_SIGNATURE,
        Fault.UNKNOWN_KID,
        Fault.HS256,
        Fault.ALG_NONE,
        Fault.EXPIRED,
        Fault.WRONG_AUDIENCE,
        Fault.WRONG_ISSUER,
        Fault.WRONG_DEPLOYMENT,
        Fault.WRONG_NONCE,
        Fault.WRONG_VERSION,
        Fault.WRONG_MESSAGE_TYPE,
        Fault.MISSING_NONCE,
        Fault.MISSING_MESSAGE_TYPE,
        Fault.MISSING_DEPLOYMENT_ID,
        Fault.DOWN,
        Fault.HTML_PAGE,
        Fault.BREAKS_OFF,
    ],
)
def test_a_foreign_library_lets_nobody_in_on_a_spoiled_launch(
    lms_app: Flask, lms: str, link: str, fault: Fault
) -> None:
    lms_of(lms_app).faults.add(fault)

    assert open_link(Browser(lms, AINO), f"/start/{link}").status_code == 500

"""A tool on a foreign library is registered with, launched from and heard by the demo LMS, all over HTTP."""

from collections.abc import Iterator

import pytest
import requests

from lti_tool.demo import browsing
from tests.demo.foreign_tool import ForeignTool, foreign_app
from tests.demo.serving import free_port, served
from tests.demo.small_tool import AINO, DANA, FREYA, Browser


@pytest.fixture
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


def test_a_foreign_library_registers_launches_reads_the_roster_and_posts_a_score(
    lms: str, foreign: ForeignTool
) -> None:
    freya = Browser(lms, FREYA)
    frame = browsing.read(freya.post("/admin/connect", link=f"{foreign.address}/register").text).frames[0]
    assert requests.get(frame).text == "connected"
    action = [form.action for form in freya.page("/admin").forms if form.action.endswith("/activate")][-1]
    freya.post(action).raise_for_status()

    dana = Browser(lms, DANA)
    answered = open_link(dana, f"/start-choosing/{action.split('/')[3]}")
    assert "Added to the course" in follow(dana, answered).text

    aino = Browser(lms, AINO)
    page = aino.http.get(f"{lms}/course").text
    link = page.partition(">Chosen in the foreign tool<")[0].rpartition("/open/")[2].split('"')[0]
    assert open_link(aino, f"/start/{link}").text == "launched"

    assert [member["user_id"] for member in foreign.members] == ["101", "102", "103", "201", "301", "501", "502", "601"]
    words = dana.page("/gradebook").words()
    assert "Foreign column out of 5" in words
    assert "4 of 5 Posted by a foreign library. 23 Nov 2026, 10:00:00 UTC" in words

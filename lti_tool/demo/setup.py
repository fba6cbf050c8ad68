"""Connecting a tool with a running demo LMS, as its administrator would do it in a browser."""

from urllib.parse import urljoin, urlsplit

import requests

from lti_tool.demo import browsing
from lti_tool.demo.browsing import Form

DATABASE, ADDRESS = "ANIMATEUR_DEMO_LMS_DATABASE_URL", "ANIMATEUR_DEMO_LMS_URL"
ADMINISTRATOR = "401"
SECONDS = 30
LONGEST = 500
# Title, path in the tool, who sees it, points in the gradebook.
PLACED = (
    ("Module 1: From broker to facilitator", "/learn/oicf/m1", "everyone", "100"),
    ("Trainer desk", "/teach", "trainers", ""),
    ("Certificates desk", "/agency", "officers", ""),
)


class NotConnected(RuntimeError):
    """The tool did not register; the message says what its page or the LMS answered."""


def environment(database_url: str, address: str) -> dict[str, str]:
    """What the web process of a demo LMS finds in its environment."""
    return {DATABASE: database_url, ADDRESS: address}


def is_connected(address: str) -> bool:
    """True where the LMS at this address has an active tool in its course."""
    answer = requests.get(f"{address}/healthz", timeout=SECONDS)
    answer.raise_for_status()
    return bool(answer.json()["connected"])


def setup_by_invitation(address: str, registration_url: str) -> None:
    """The tool of this registration link is registered with the LMS, active, and placed in the course.

    Over HTTP and through pages alone, as the administrator's browser would; NotConnected says what went wrong.
    """
    with browsing.browser() as browser:
        _page(browser.post(f"{address}/be", data={"person": ADMINISTRATOR}, timeout=SECONDS))
        before = _inactive(browser, address)
        said = _register(browser, address, registration_url)
        new = [form for form in _inactive(browser, address) if form not in before]
        if not new:
            raise NotConnected(f"the tool did not register; its page said: {said}")
        tool = new[-1].action.rsplit("/", 2)[-2]
        _page(browser.post(urljoin(address, new[-1].action), timeout=SECONDS))
        _place(browser, address, tool, _origin(registration_url))


def _register(browser: requests.Session, address: str, registration_url: str) -> str:
    """What the tool's page said at the end of the registration."""
    page = _page(browser.post(f"{address}/admin/connect", data={"link": registration_url}, timeout=SECONDS))
    frames = browsing.read(page.text).frames
    if not frames:
        raise NotConnected("the LMS showed no frame for the registration")
    page = _page(browser.get(frames[0], timeout=SECONDS))
    forms = [form for form in browsing.read(page.text).forms if form.method == "post"]
    if forms:
        target = urljoin(page.url, forms[0].action)
        headers = {"Origin": _origin(target), "Referer": page.url}
        page = _page(browser.post(target, data=forms[0].fields, headers=headers, timeout=SECONDS))
    return browsing.read(page.text).words()[:LONGEST]


def _inactive(browser: requests.Session, address: str) -> list[Form]:
    page = _page(browser.get(f"{address}/admin", timeout=SECONDS))
    return [form for form in browsing.read(page.text).forms if form.action.endswith("/activate")]


def _place(browser: requests.Session, address: str, tool: str, home: str) -> None:
    for title, path, audience, points in PLACED:
        link = {"tool": tool, "title": title, "target": home + path, "audience": audience, "points": points}
        _page(browser.post(f"{address}/course/links", data=link, timeout=SECONDS))


def _page(answer: requests.Response) -> requests.Response:
    if not answer.ok:
        said = browsing.read(answer.text).words()[:LONGEST]
        raise NotConnected(f"{_origin(answer.url)} answered {answer.status_code}: {said}")
    return answer


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

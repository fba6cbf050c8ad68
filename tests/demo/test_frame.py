"""What a tool in a frame of the LMS can ask of the page around it, in a real browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Frame, Page, expect, sync_playwright

from lti_tool.demo.app import lms_of
from lti_tool.demo.faults import Fault
from lti_tool.demo.tempers import Temper
from tests.browser import people
from tests.demo.small_tool import AINO, Browser, SmallTool

pytestmark = pytest.mark.browser

# Asks the page around (or a frame of it) and gives its answer, or null where none comes.
ASK = """([message, name]) => new Promise((resolve) => {
  const clock = setTimeout(() => resolve(null), 400);
  addEventListener("message", (event) => {
    if (event.data?.message_id !== message.message_id) return;
    clearTimeout(clock);
    resolve({ ...event.data, origin: event.origin });
  });
  const target = name === "_parent" ? parent : parent.frames[name];
  target.postMessage(message, "*");
})"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """A browser that gives no cookies to third parties."""
    with sync_playwright() as driver, people.browser(driver) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(chromium: Chromium, lms_app: Flask) -> Iterator[Page]:
    """Aino's browser; each test opens the link anew."""
    context = chromium.new_context(viewport={"width": 1000, "height": 800})
    opened = context.new_page()
    opened.goto(lms_of(lms_app).address)
    opened.get_by_role("button", name="Aino").click()
    opened.wait_for_url("**/course")
    yield opened
    context.close()


def frame_of(page: Page, tool: SmallTool) -> Frame:
    """The tool in its frame."""
    page.goto(f"{tool.lms}/open/{tool.link}")
    expect(page.frame_locator("iframe.tool").get_by_text("The small tool")).to_be_visible()
    return next(frame for frame in page.frames if frame.url.startswith(tool.address))


def ask(frame: Frame, message: dict[str, Any], *, of: str = "_parent") -> Any:
    """The answer to the message."""
    return frame.evaluate(ASK, [{"message_id": "m1", **message}, of])


def put(frame: Frame, key: Any, value: Any, **named: str) -> Any:
    """The answer to storing something."""
    return ask(frame, {"subject": "lti.put_data", "key": key, "value": value}, **named)


def get(frame: Frame, key: Any, **named: str) -> Any:
    """The answer to asking for it."""
    return ask(frame, {"subject": "lti.get_data", "key": key}, **named)


def test_a_tool_keeps_things_in_the_page_and_finds_them_after_its_next_page(page: Page, tool: SmallTool) -> None:
    frame = frame_of(page, tool)
    able = ask(frame, {"subject": "lti.capabilities"})
    assert [each["subject"] for each in able["supported_messages"]] == [
        "lti.capabilities",
        "lti.put_data",
        "lti.get_data",
        "lti.frameResize",
    ]
    assert able["origin"] == tool.lms

    stored = put(frame, "state", "s1")
    assert (stored["subject"], stored["message_id"]) == ("lti.put_data.response", "m1")
    assert (stored["key"], stored["value"]) == ("state", "s1")
    frame.evaluate("location.reload()")
    page.wait_for_timeout(300)

    found = get(next(each for each in page.frames if each.url.startswith(tool.address)), "state")
    assert (found["subject"], found["value"]) == ("lti.get_data.response", "s1")


def test_what_is_put_as_nothing_is_gone_and_each_key_is_its_own(page: Page, tool: SmallTool) -> None:
    frame = frame_of(page, tool)
    put(frame, "a", "1")
    put(frame, "b", "2")
    put(frame, "a", None)

    assert ("value" in get(frame, "a"), get(frame, "b")["value"]) == (False, "2")
    assert "value" not in get(frame, "__proto__")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"subject": "lti.put_data", "key": "", "value": "x"}, "bad_request"),
        ({"subject": "lti.put_data", "key": "k" * 251, "value": "x"}, "bad_request"),
        ({"subject": "lti.put_data", "key": "k", "value": {"a": 1}}, "bad_request"),
        ({"subject": "lti.put_data", "key": "k", "value": "x" * 4097}, "storage_exhaustion"),
        ({"subject": "lti.get_data", "key": 5}, "bad_request"),
        ({"subject": "lti.get_data", "key": "k", "message_id": ""}, "bad_request"),
    ],
)
def test_what_cannot_be_kept_is_refused(page: Page, tool: SmallTool, message: dict[str, Any], code: str) -> None:
    assert ask(frame_of(page, tool), message)["error"]["code"] == code


def test_there_is_room_for_fifty_things(page: Page, tool: SmallTool) -> None:
    frame = frame_of(page, tool)
    codes = [put(frame, f"k{number}", "x").get("error", {}).get("code") for number in range(52)]

    assert codes == [None] * 50 + ["storage_exhaustion"] * 2
    assert "error" not in put(frame, "k1", "y")


def test_another_origin_in_the_page_is_refused(page: Page, tool: SmallTool, new_tool: Callable[[], SmallTool]) -> None:
    frame = frame_of(page, tool)
    put(frame, "state", "secret")
    other = new_tool()
    # The tool's own frame shows a page of somebody else inside itself; that page asks the page around both.
    inner = "([address]) => { const f = document.createElement('iframe'); f.src = address; document.body.append(f); }"
    frame.evaluate(inner, [f"{other.address}/jwks"])
    page.wait_for_timeout(400)
    stranger = next(each for each in page.frames if each.url.startswith(other.address))
    top = ASK.replace('name === "_parent" ? parent', 'name === "_parent" ? top')

    answer = stranger.evaluate(top, [{"subject": "lti.get_data", "key": "state", "message_id": "m2"}, "_parent"])

    assert answer["error"]["code"] == "wrong_origin"
    assert "value" not in answer


def test_a_family_may_keep_things_in_a_frame_of_its_own(lms_app: Flask, page: Page, tool: SmallTool) -> None:
    lms_of(lms_app).temper = Temper.CANVAS
    frame, name = frame_of(page, tool), "post_message_forwarding"

    assert {each["frame"] for each in able_to_keep(frame)} == {name}
    assert put(frame, "state", "s1", of=name)["value"] == "s1"
    assert get(frame, "state", of=name)["value"] == "s1"
    assert get(frame, "state") is None


def able_to_keep(frame: Frame) -> list[dict[str, str]]:
    """What the page says about storing."""
    said = ask(frame, {"subject": "lti.capabilities"})["supported_messages"]
    return [each for each in said if each["subject"] in ("lti.put_data", "lti.get_data")]


@pytest.mark.parametrize("fault", [Fault.NO_STORAGE, Fault.SILENT_STORAGE])
def test_the_page_can_be_silent(lms_app: Flask, page: Page, tool: SmallTool, fault: Fault) -> None:
    lms_of(lms_app).faults.add(fault)

    assert put(frame_of(page, tool), "state", "s1") is None


def test_the_page_can_be_forgetful(lms_app: Flask, page: Page, tool: SmallTool) -> None:
    lms_of(lms_app).faults.add(Fault.FORGETFUL_STORAGE)
    frame = frame_of(page, tool)

    assert put(frame, "state", "s1")["value"] == "s1"
    assert "value" not in get(frame, "state")


@pytest.mark.parametrize(("fault", "height"), [(None, 1234), (Fault.NO_RESIZE, None)])
def test_a_frame_has_the_height_its_tool_asks_for(
    lms_app: Flask, page: Page, tool: SmallTool, fault: Fault | None, height: int | None
) -> None:
    if fault is not None:
        lms_of(lms_app).faults.add(fault)
    frame = frame_of(page, tool)
    before = page.locator("iframe.tool").evaluate("each => each.offsetHeight")

    frame.evaluate("parent.postMessage({ subject: 'lti.frameResize', height: 1234 }, '*')")
    page.wait_for_timeout(100)

    assert page.locator("iframe.tool").evaluate("each => each.offsetHeight") == (height or before)


def test_the_login_says_where_things_are_kept_only_where_they_are(lms_app: Flask, tool: SmallTool, lms: str) -> None:
    aino = Browser(lms, AINO)
    assert tool.login(aino)["lti_storage_target"] == "_parent"
    lms_of(lms_app).faults.add(Fault.NO_STORAGE)
    assert "lti_storage_target" not in tool.login(aino)

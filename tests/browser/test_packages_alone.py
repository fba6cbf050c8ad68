"""Packages at work in a real browser: from a disk, in a cmi5 platform and in a SCORM platform, none of them ours."""

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from courses import marking, play
from courses.exports import static_pages
from courses.exports.edition import Edition
from courses.syllabus import Question, Quiz, Scenario
from tests.browser.cmi5_platform import REGISTRATION, Cmi5Platform
from tests.browser.test_accessible import AXE, faults
from tests.builders import the_catalogue
from tests.demo.serving import free_port, served

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
ANSWER = (HERE / "answering.js").read_text(encoding="utf-8").partition("\n")[2]


@pytest.fixture(scope="module")
def edition() -> Edition:
    """The shipped course."""
    course = the_catalogue().course("oicf")
    return Edition(course=course, language=course.language, address="https://tool.example")


def unpacked(edition: Edition, directory: Path, record: str) -> Path:
    """The pages as files in a directory."""
    for name, content in static_pages.pages(edition, record=record, linked=record == "alone").items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            content.read_bytes()
            if isinstance(content, Path)
            else content.encode()
            if isinstance(content, str)
            else content
        )
    return directory


def the_step(edition: Edition, kind: str) -> tuple[str, Any]:
    """The first step of that kind, and the place of its page."""
    return next(
        (static_pages.page_of(module, step), step)
        for module in edition.course.modules
        for step in module.steps
        if step.kind == kind
    )


@pytest.fixture(scope="module")
def disk(edition: Edition, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the unpacked archive on this disk."""
    return unpacked(edition, tmp_path_factory.mktemp("archive"), "alone").as_uri()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page whose scripts run without fault."""
    context, wrong = chromium.new_context(), []
    shown = context.new_page()
    shown.on("pageerror", lambda error: wrong.append(str(error)))
    yield shown
    context.close()
    assert not wrong


def answer_all(page: Page, *, rightly: bool = True) -> None:
    """Every question of the quiz on show is answered."""
    while page.locator("form.question").count():
        page.evaluate(ANSWER, rightly)
        page.locator("form.question [role=status] button").click()


# --- The same sums as on the server ---


def guesses(question: Question, dice: random.Random) -> list[str]:
    """An answer that somebody could give."""
    keys = [option.key for option in question.options]
    if question.type == "numeric":
        near = (question.number or Decimal(0)) + (question.tolerance or Decimal(1)) * dice.choice([0, 1, -1, 2])
        return [format(near, "f")]
    if question.type == "short":
        return [dice.choice([*question.accepted, "something else", "  ÉTÉ "]).strip("*")]
    if question.type == "match":
        return [f"{left.key}{marking.WITH}{dice.choice(keys)}" for left in question.pairings]
    if question.type == "order":
        return dice.sample(keys, len(keys))
    return sorted(dice.sample(keys, dice.randint(1, len(keys)) if question.type == "multi" else 1))


def test_the_browser_marks_as_the_server_does(edition: Edition, disk: str, page: Page) -> None:
    dice, tried = random.Random(5), 0
    for module in edition.course.modules:
        for step in module.steps:
            if not isinstance(step, Quiz):
                continue
            page.goto(f"{disk}/{static_pages.page_of(module, step)}")
            given = [(question, guesses(question, dice)) for question in step.pool for _ in range(4)]
            marks = page.evaluate(
                """given => { const pool = JSON.parse(document.getElementById('step').textContent).pool;
                return given.map(([id, answer]) => Marking.mark(pool.find(each => each.id === id), answer).score); }""",
                [[question.id, answer] for question, answer in given],
            )
            for (question, answer), mark in zip(given, marks, strict=True):
                expected = marking.mark(question, marking.AND.join(answer)).score
                assert abs(Decimal(str(mark)) - expected) <= Decimal("0.01"), (question.id, answer)
                tried += 1
    assert tried > 100


def test_the_browser_plays_a_scenario_as_the_server_does(edition: Edition, disk: str, page: Page) -> None:
    dice, endings = random.Random(7), set()
    for module in edition.course.modules:
        for step in module.steps:
            if not isinstance(step, Scenario):
                continue
            page.goto(f"{disk}/{static_pages.page_of(module, step)}")
            for _ in range(20):
                path: list[str] = []
                while (day := play.play(step, path)).node is not None:
                    path.append(f"{day.node.key}.{dice.choice(day.choices).key}")
                state = page.evaluate(
                    "path => Marking.play(JSON.parse(document.getElementById('step').textContent), path)", path
                )
                assert day.ending is not None
                assert (state["score"], state["ending"]["title"]) == (float(day.score or 0), day.ending.title)
                assert state["meters"] == dict(day.meters)
                endings.add(day.ending.key)
    assert len(endings) > 1


# --- From a disk ---


def test_the_archive_works_from_a_disk_without_a_network(edition: Edition, disk: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url))
    page.goto(f"{disk}/index.html")
    page.get_by_role("link", name=edition.course.modules[0].title).click()
    reading = the_step(edition, "reading")[1]
    page.get_by_role("link", name=reading.title).click()
    page.get_by_role("button", name="I am done with this").click()
    page.reload()
    expect(page.get_by_role("button", name="Done")).to_be_disabled()
    place, quiz = the_step(edition, "quiz")
    page.goto(f"{disk}/{place}")
    answer_all(page, rightly=False)
    expect(page.locator("#work")).to_contain_text(f"To pass, {int(quiz.pass_mark * 100)} % are needed.")
    page.get_by_role("button", name="Try again").click()
    page.evaluate(ANSWER, True)
    expect(page.locator(".verdict")).to_have_text("Right.")
    page.reload()
    expect(page.locator("#work p").first).to_contain_text("Question 2 of")
    answer_all(page)
    expect(page.locator("#work")).to_contain_text("Passed.")
    assert not [each for each in asked if not each.startswith("file:")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_archive_shuts_anybody_out(scheme: Any, edition: Edition, disk: str, chromium: Browser) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed")
    page = chromium.new_context(color_scheme=scheme, viewport={"width": 320, "height": 700}).new_page()
    kinds = {
        step.kind: static_pages.page_of(module, step) for module in edition.course.modules for step in module.steps
    }
    outline = f"{edition.course.modules[0].slug}/index.html"
    # Every kind of page by day; by night those with something of every colour.
    for place in ("index.html", outline, *kinds.values()) if scheme == "light" else (kinds["quiz"], kinds["scenario"]):
        page.goto(f"{disk}/{place}")
        assert faults(page) == [], place
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
    page.context.close()


# --- In a cmi5 platform ---


def left(page: Page) -> None:
    page.get_by_role("button", name="Leave").click()
    page.wait_for_url("**/left")


def test_a_cmi5_platform_is_told_what_the_specification_wants(edition: Edition, tmp_path: Path, page: Page) -> None:
    platform, port = Cmi5Platform(unpacked(edition, tmp_path, "cmi5")), free_port()
    place, _ = the_step(edition, "quiz")
    with served(platform.app, port):
        page.goto(platform.launch(port, place))
        expect(page.locator("form.question")).to_be_visible()
        answer_all(page, rightly=False)
        left(page)
        told = platform.verbs()
        assert (told[0], told[-2:]) == ("initialized", ["failed", "terminated"])
        assert set(told[1:-2]) == {"answered"}
        page.goto(platform.launch(port, place))
        expect(page.locator("form.question")).to_be_visible()
        answer_all(page)
        expect(page.locator("#work")).to_contain_text("Passed.")
        left(page)
    again = platform.statements[len(told) :]
    assert platform.verbs()[-3:] == ["passed", "completed", "terminated"]
    judged = again[-3]
    assert judged["result"]["score"] == {"scaled": 1}
    assert judged["context"]["extensions"]["https://w3id.org/xapi/cmi5/context/extensions/masteryscore"] == 0.7
    for each in again:
        assert each["context"]["registration"] == REGISTRATION
        assert each["context"]["contextActivities"]["grouping"] == [{"id": "https://p.example/course"}]
        named = [one["id"].rsplit("/", 1)[1] for one in each["context"]["contextActivities"].get("category", [])]
        verb = each["verb"]["id"].rsplit("/", 1)[1]
        expected = {"answered": [], "initialized": ["cmi5"], "terminated": ["cmi5"]}.get(verb, ["cmi5", "moveon"])
        assert named == expected, verb


def test_who_only_looks_on_leaves_no_result(edition: Edition, tmp_path: Path, page: Page) -> None:
    platform, port = Cmi5Platform(unpacked(edition, tmp_path, "cmi5"), mode="Browse"), free_port()
    with served(platform.app, port):
        page.goto(platform.launch(port, the_step(edition, "quiz")[0]))
        expect(page.locator("form.question")).to_be_visible()
        answer_all(page)
        left(page)
    assert (platform.verbs(), platform.kept) == (["initialized", "terminated"], {})


# --- In a SCORM platform ---


def test_a_scorm_platform_keeps_place_score_and_status(edition: Edition, tmp_path: Path, page: Page) -> None:
    unpacked(edition, tmp_path, "scorm")
    host = (HERE / "scorm_platform.html").read_text(encoding="utf-8")
    app, port = Flask("platform", static_folder=str(tmp_path), static_url_path="/content"), free_port()
    app.add_url_rule("/<path:place>", view_func=lambda place: host.replace("PLACE", place), endpoint="host")
    place, _ = the_step(edition, "quiz")
    with served(app, port):
        page.goto(f"http://127.0.0.1:{port}/{place}")
        frame = page.frames[1]
        frame.wait_for_selector("form.question")
        assert page.evaluate("kept['cmi.core.lesson_status']") == "incomplete"
        frame.evaluate(ANSWER, True)
        page.reload()
        page.frames[1].wait_for_selector("form.question")
        expect(page.frame_locator("iframe").locator("#work p").first).to_contain_text("Question 2 of")
        while page.frames[1].locator("form.question").count():
            page.frames[1].evaluate(ANSWER, True)
            page.frames[1].locator("form.question [role=status] button").click()
        page.evaluate("document.querySelector('iframe').src = 'about:blank'")
        page.wait_for_function("called.includes('end')")
        kept = page.evaluate("kept")
    assert (kept["cmi.core.lesson_status"], kept["cmi.core.score.raw"]) == ("passed", "100")
    assert len(kept["cmi.suspend_data"]) <= 4096

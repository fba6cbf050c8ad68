"""The language follows the launch, and can be changed: for a visit on the page, for everybody else by a cookie."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from courses.catalogue import Catalogue
from lti_tool import language
from lti_tool.run.app import CONTENT
from tests import builders, walking
from tests.languages import pseudo
from tests.signing_platform import SigningPlatform

GERMAN = "de"


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The courses with a module 1 in which the first title is German, and nothing else."""
    content = tmp_path_factory.mktemp("content") / "content"
    shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns("*.mp4", "*.m4a", "*.webm", "*.po", "m?.de.md"))
    english = (content / "oicf/m1.en.md").read_text("utf-8")
    german = english.replace("# When anyone can find anyone", "# Wenn jeder jeden finden kann", 1)
    (content / "oicf/m1.de.md").write_text(german, "utf-8")
    return Catalogue.load(content)


@pytest.fixture
def house(database_url: str, german: Catalogue) -> Iterator[Flask]:
    app = walking.a_house(database_url)
    app.extensions["catalogue"] = german
    yield app
    app.extensions["database"].close()


@pytest.fixture
def launched(house: Flask) -> Iterator[walking.Person]:
    """A learner whose platform speaks German."""
    platform = SigningPlatform()
    builders.a_platform(house.extensions["database"], platform)
    yield walking.launch(house, platform, "learner", launch_presentation={"locale": "de-AT"})
    platform.close()


def title(person: walking.Person) -> str:
    """The heading of the first step, with its language."""
    page = person.get("/learn/oicf/m1/1").text
    return page[page.index("<h1") : page.index("</h1>")]


def test_the_course_comes_in_the_language_of_the_launch(launched: walking.Person) -> None:
    assert title(launched) == '<h1 lang="de">Wenn jeder jeden finden kann'


def test_another_language_can_be_chosen_and_stays_for_the_visit(launched: walking.Person) -> None:
    answer = launched.send("/language", "/learn/oicf/m1", language="en", back="/learn/oicf/m1/1")
    assert (answer.status_code, answer.location) == (303, "/learn/oicf/m1/1")
    assert title(launched) == "<h1>When anyone can find anyone"
    assert '<option value="en" lang="en" selected>English</option>' in launched.get("/learn/oicf").text


def test_a_module_without_translation_comes_in_its_own_language_and_says_so(launched: walking.Person) -> None:
    said = "This module is not there in your language yet. You read it in this one: English"
    page = launched.get("/learn/oicf/m2/1").text
    assert said in page
    assert "<h1>What an owner asks for" in page or "<h1>Needs behind the request" in page
    assert said not in launched.get("/learn/oicf/m1/1").text


def test_a_paragraph_that_is_not_translated_is_marked_as_english(launched: walking.Person) -> None:
    page = launched.get("/learn/oicf/m1/1").text
    assert '<p lang="en">For a long time, people who advise small firms' in page


def test_a_visit_is_not_changed_by_a_form_without_its_token(launched: walking.Person) -> None:
    launched.browser.post("/language", data={"language": "en", "back": "/"})
    assert title(launched).endswith("Wenn jeder jeden finden kann")
    assert launched.browser.post("/language", data={"language": "en", "form_token": "0" * 64}).status_code == 403


def test_whoever_is_not_signed_in_keeps_the_choice_in_a_cookie(house: Flask) -> None:
    browser: FlaskClient = house.test_client()
    answer = browser.post("/language", data={"language": GERMAN, "back": "/verify"}, base_url="https://localhost")
    assert answer.location == "/verify"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{language.COOKIE}={GERMAN};")
    assert "Secure; HttpOnly" in cookie
    assert (
        '<option value="de" lang="de" selected>Deutsch</option>' in browser.get("/", base_url="https://localhost").text
    )


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", ""])
def test_the_way_back_never_leads_to_another_site(back: str, house: Flask) -> None:
    answer = house.test_client().post("/language", data={"language": "en", "back": back})
    assert answer.location == "/"


def test_a_language_that_nobody_has_is_refused(house: Flask) -> None:
    assert house.test_client().post("/language", data={"language": "tlh", "back": "/"}).status_code == 400


def test_the_browsers_language_counts_where_nobody_has_chosen(house: Flask) -> None:
    page = house.test_client().get("/", headers={"Accept-Language": "de-CH,de;q=0.9,en;q=0.5"}).text
    assert '<option value="de" lang="de" selected>' in page


def test_what_is_recorded_is_the_source_whatever_was_read(launched: walking.Person, house: Flask) -> None:
    assert launched.send("/learn/oicf/m1/1/done", "/learn/oicf/m1/1").status_code == 303
    with house.extensions["database"].engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM statement")).all()
    stored = " ".join(
        bytes(value).decode("utf-8", "replace") for row in rows for value in row if isinstance(value, bytes)
    )
    assert "When anyone can find anyone" in stored
    assert "Wenn jeder" not in stored


def test_right_answers_in_words_are_right_in_every_language_of_the_module(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns("*.mp4", "*.m4a", "*.webm"))
    english = (content / "oicf/m3.en.md").read_text("utf-8")
    (content / "oicf/m3.de.md").write_text(english.replace("= background | ", "= Hintergrundwissen | "), "utf-8")
    pool = [
        question
        for step in Catalogue.load(content).module("oicf", "m3").steps
        for question in getattr(step, "pool", ())
        if "background" in question.accepted
    ]
    assert ["Hintergrundwissen" in question.accepted for question in pool] == [True]


def test_a_language_written_from_right_to_left_turns_the_page(house: Flask, tmp_path: Path) -> None:
    house.config["INTERFACE_LANGUAGES"] = ("en", "ar")
    page = house.test_client().get("/", headers={"Accept-Language": "ar"}).text
    assert '<html lang="ar" dir="rtl">' in page
    assert pseudo.OPEN not in page

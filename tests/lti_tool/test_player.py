"""The learner's player at its doors: alone through a course, what is handed in, checks of oneself, films, media."""

import gzip
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.run.app import create_app
from lti_tool.run.settings import Settings
from tests import builders, walking
from tests.compiled import TEMPLATES
from tests.courses import every_kind
from tests.lti_tool import lone_learner
from tests.signing_platform import SigningPlatform
from tests.walking import INSTRUCTOR, Person
from xapi_store.database import Database

TASK, FILM, TEXT = "/learn/try/m1/4", "/learn/try/m1/2", "/learn/try/m1/1"
FILLED = {
    "need": "Nobody knows who drives.",
    "who": "Nuala",
    "often": "2",
    "day": "2026-05-18",
    "way": "By phone",
    "week.INF": "3",
}


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the small course lies, with its film."""
    home = tmp_path_factory.mktemp("added")
    every_kind.written(home, film=True)
    (home / "secret.txt").write_text("not to be seen")
    (home / "try" / "media" / "notes.html").write_text("<p>no kind of file that is handed out</p>")
    return home


@pytest.fixture
def house(database: Database, database_url: str, platform: SigningPlatform, added: Path) -> Iterator[Flask]:
    """The whole tool with the small course."""
    settings = Settings(
        database_url=database_url,
        public_url=builders.TOOL_ADDRESS,
        secret_key=walking.SECRET,
        allow_private_platforms=True,
    )
    app = create_app(settings, catalogue=every_kind.catalogue(added))
    app.jinja_env.bytecode_cache = TEMPLATES
    builders.a_platform(database, platform)
    yield app
    app.extensions["database"].close()


@pytest.fixture
def ada(house: Flask, platform: SigningPlatform) -> Person:
    """A learner in the small course."""
    return walking.launch(house, platform, "ada", target="/learn/try/m1", name="Ada Example")


def test_a_learner_alone_comes_through_every_kind_of_step(house: Flask, ada: Person) -> None:
    course = house.extensions["catalogue"].course("try")
    lone_learner.walk(ada, house, course)
    page = ada.get("/learn/try").text
    assert "Every step is done" in page
    assert "nothing left to do" in page


def test_a_learner_alone_comes_through_the_shipped_course(house: Flask, platform: SigningPlatform) -> None:
    course = house.extensions["catalogue"].course("oicf")
    bo = walking.launch(house, platform, "bo", target="/learn/oicf/m1")
    lone_learner.walk(bo, house, course)
    assert "Every step is done" in bo.get("/learn/oicf").text


def test_a_draft_saves_itself_and_what_is_missing_is_said_beside_its_field(ada: Person) -> None:
    token = ada.token(TASK)
    script = {"Accept": "application/json"}
    kept = ada.browser.post(f"{TASK}/draft", data={"form_token": token, "need": "Not ready"}, headers=script)
    assert kept.json is not None
    assert kept.json["saved"].startswith("Saved ")
    assert "Not ready" in ada.get(TASK).text
    refused = ada.send(f"{TASK}/submit", TASK, **{**FILLED, "often": "a few", "need": "y" * 41})
    assert refused.status_code == 422
    assert "Write a number, for example 27.5." in refused.text
    assert "y" * 41 in refused.text, "what was typed is still there"
    assert "A diary that worked" not in refused.text


def test_what_was_handed_in_shows_an_example_and_is_readable_for_its_trainer_alone(
    house: Flask, ada: Person, platform: SigningPlatform
) -> None:
    files = {"paper": (io.BytesIO(b"%PDF-1"), "diary.pdf")}
    assert ada.send(f"{TASK}/submit", TASK, **FILLED, **files).status_code == 303
    page = ada.get(TASK).text
    assert "A diary that worked" in page
    assert "Nobody knows who drives." in page
    own = ada.get(f"{TASK}/file/paper")
    assert (own.data, own.headers["Content-Disposition"]) == (b"%PDF-1", "attachment; filename=diary.pdf")
    trainer = walking.launch(house, platform, "tove", role=INSTRUCTOR, target="/learn/try/m1")
    listed = trainer.get("/teach/handed-in").text
    path = re.search(r'href="(/teach/handed-in/[0-9a-f-]{36})"', listed)
    assert path is not None
    assert "Ada Example" in listed
    assert "Nobody knows who drives." in trainer.get(path[1]).text
    assert trainer.get(f"{path[1]}/paper").data == b"%PDF-1"
    elsewhere = {"context": {"id": "9", "title": "Another course"}}
    other = walking.launch(house, platform, "tim", role=INSTRUCTOR, target="/teach", **elsewhere)
    for asked in (path[1], f"{path[1]}/paper"):
        assert other.get(asked).status_code == 404
        assert ada.get(asked).status_code == 403
        assert house.test_client().get(asked).status_code == 401
    bo = walking.launch(house, platform, "bo", target="/learn/try/m1")
    assert bo.get(f"{TASK}/file/paper").status_code == 404


def test_a_check_of_oneself_is_marked_and_nothing_of_it_is_kept(ada: Person, database: Database) -> None:
    before = len(builders.statements_of(database, 1))
    plain = ada.send(f"{TEXT}/check", TEXT, question="Q-T-1", response="a")
    assert (plain.status_code, "Then you only send a list." in plain.text) == (200, True)
    sent = {"form_token": ada.token(TEXT), "question": "Q-T-1", "response": "b"}
    script = ada.browser.post(f"{TEXT}/check", data=sent, headers={"Accept": "application/json"})
    assert script.json is not None
    assert "so you learn what is needed" in script.json["html"]
    assert ada.send(f"{TEXT}/check", TEXT, question="Q-T-1").status_code == 422
    assert ada.send(f"{TEXT}/check", TEXT, question="Q-T-2", response="b").status_code == 404
    assert len(builders.statements_of(database, 1)) == before


def test_the_question_at_a_pause_is_answered_for_good_and_once_on_record(ada: Person, database: Database) -> None:
    page = "/learn/try/m1/8"
    assert ada.send(f"{page}/check", page, question="Q-T-8").status_code == 422
    for response in ("a", "b"):
        shown = ada.send(f"{page}/check", page, question="Q-T-8", response=response)
        assert "It was long enough." in shown.text
    assert "It was long enough." in ada.get(page).text
    told = [each for each in builders.statements_of(database, 1) if each["object"]["id"].endswith("Q-T-8")]
    [answered] = told
    assert (answered["result"]["response"], answered["result"]["success"]) == ("a", False)
    assert answered["context"]["contextActivities"]["parent"][0]["id"].endswith("/m1/8")


def test_reading_goes_on_at_the_paragraph(ada: Person) -> None:
    assert ada.send(f"{TEXT}/place", TEXT, section="the-second-part", paragraph=3).status_code == 204
    page = ada.get(TEXT).text
    assert 'data-stopped="the-second-part" data-paragraph="3"' in page
    assert 'href="/learn/try/m1/1#the-second-part"' in ada.get("/learn/try").text
    for wrong in ({"section": "elsewhere"}, {"section": "the-second-part", "paragraph": -1}):
        assert ada.send(f"{TEXT}/place", TEXT, **wrong).status_code == 404


def test_what_a_player_reports_is_taken_once_and_nonsense_is_refused(ada: Person, database: Database) -> None:
    at = int(datetime.now(UTC).timestamp() * 1000) - 60_000
    session, token = str(uuid4()), ada.token(FILM)
    events = [
        {"number": 1, "kind": "played", "at": at, "time": 0},
        {"number": 2, "kind": "paused", "at": at + 12_000, "time": 12_100},
    ]

    def send(events: object, session: str = session, **headers: str) -> tuple[int, object]:
        sent = {"X-Form-Token": token, **headers}
        answer = ada.browser.post(f"{FILM}/film", json={"session": session, "events": events}, headers=sent)
        return answer.status_code, answer.json

    for _ in range(2):
        assert send(events) == (200, {"taken": 2, "share": 1.0, "completed": True})
    told = [each["verb"]["display"]["en"] for each in builders.statements_of(database, 1)]
    assert told.count("completed") == 1
    beyond = [{"number": 3, "kind": "played", "at": at, "time": 40_000}]
    assert send(beyond) == (422, {"error": "beyond_the_film"})
    broken = [[], [{}], [{"number": 3, "kind": "stolen", "at": at, "time": 0}], "x", [{**events[0], "time": -1}]]
    assert {send(each)[0] for each in broken} == {400}
    assert send(events, **{"X-Form-Token": "0" * 64})[0] == 403
    assert "done" in ada.get("/learn/try/m1").text


def fetched(browser: FlaskClient, path: str, **headers: str) -> TestResponse:
    """The whole answer, with its file closed again."""
    answer = browser.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer.get_data()
    answer.close()
    return answer


def test_media_are_open_come_in_parts_and_nothing_beside_them_does(house: Flask) -> None:
    browser, film = house.test_client(), "/courses/try/media/v1/en.webm"
    whole = fetched(browser, f"{film}?v=1")
    assert (whole.status_code, whole.mimetype) == (200, "video/webm")
    assert "immutable" in whole.headers["Cache-Control"]
    part = fetched(browser, film, Range="bytes=10-19")
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.data)}"
    assert fetched(browser, film, If_None_Match=whole.headers["ETag"]).status_code == 304
    assert fetched(browser, "/courses/try/media/v1/en.vtt").mimetype == "text/vtt"
    beyond = ("../course.yaml", "..%2f..%2fsecret.txt", "v1/../../../secret.txt")
    for name in (*beyond, "notes.html", "v1", "no.mp4", "a%00.mp4"):
        assert fetched(browser, f"/courses/try/media/{name}").status_code == 404, name


def test_a_trainer_looks_at_every_step_and_keeps_nothing(house: Flask, platform: SigningPlatform) -> None:
    tove = walking.launch(house, platform, "tove", role=INSTRUCTOR, target="/learn/try/m1")
    pages = [f"/learn/try/m1/{key}" for key in range(1, 9)]
    assert {tove.get(page).status_code for page in ("/learn/try", *pages)} == {200}
    assert tove.send("/teach/learner-view", "/learn/try/m1/1", module="try/m1").status_code == 303
    assert {tove.get(page).status_code for page in ("/learn/try", *pages)} == {200}
    assert tove.send(f"{TASK}/draft", TASK, need="x").status_code in (403, 409)


def test_styles_and_scripts_travel_compressed(ada: Person) -> None:
    packed = fetched(ada.browser, "/static/css/parts.css", Accept_Encoding="gzip, br")
    plain = fetched(ada.browser, "/static/css/parts.css")
    assert gzip.decompress(packed.data) == plain.data
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    tag = packed.headers["ETag"]
    again = fetched(ada.browser, "/static/css/parts.css", Accept_Encoding="gzip", If_None_Match=tag)
    assert (again.status_code, again.data) == (304, b"")


def test_pages_stay_small(ada: Person) -> None:
    for path in ("/learn/try", "/learn/try/m1", *(f"/learn/try/m1/{key}" for key in range(1, 9))):
        page = ada.get(path)
        linked = set(re.findall(r'(?:href|src)="(/static/at-[0-9a-f]+/(?:css|js)/[^"]+)"', page.text))
        parts = [page.data, *(fetched(ada.browser, each).data for each in sorted(linked))]
        assert sum(len(gzip.compress(part)) for part in parts) < 60_000, path


def test_the_film_page_names_what_it_plays(ada: Person) -> None:
    page = ada.get(FILM).text
    assert json.loads(re.search(r'data-length="(\d+)"', page)[1]) == 12_000  # type: ignore[index]
    assert page.count("<track ") == 3
    assert 'data-pause="6000"' in page
    light = ada.browser.get(FILM, headers={"Save-Data": "on"}).text
    assert "<audio" in light
    assert "<video" not in light

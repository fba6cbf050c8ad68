"""`animateur course`: begin a course, be told what is wrong with it, look at it while writing, make its packages."""

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from lti_tool.run import own_courses
from lti_tool.run.cli import animateur
from lti_tool.run.course_preview import create_preview
from lti_tool.run.settings import Settings
from lti_tool.run.supervisor import CannotStart
from tests.courses.writing import spoil


def order(*words: str | Path, **environment: str) -> Result:
    """What the command did; SystemExit is its exit code."""
    key = {"ANIMATEUR_SECRET_KEY": "s" * 40}
    return CliRunner(env={**key, **environment}).invoke(animateur, ["course", *map(str, words)])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A course that was just begun."""
    assert order("new", "small", "--in", tmp_path / "small", "--title", "Small talk").exit_code == 0
    return tmp_path / "small"


# --- new, check ---


def test_a_new_course_lacks_only_questions(small: Path) -> None:
    told = order("check", small)
    assert told.exit_code == 1
    [fault, summary] = told.output.splitlines()
    assert fault.endswith("M1.2: 3 questions; a pool holds at least 30")
    assert summary == "small: 1 fault"


def test_a_course_is_never_written_over_another_one(small: Path) -> None:
    before = (small / "m1.en.md").read_bytes()
    assert isinstance(order("new", "other", "--in", small).exception, CannotStart)
    assert (small / "m1.en.md").read_bytes() == before
    assert order("new", "Not A Slug").exit_code == 2


def test_check_tells_every_fault_with_file_and_line(small: Path) -> None:
    lines = {
        spoil(small / "m1.en.md", "lead: One line", "laed: One line"),
        spoil(small / "m1.en.md", "draw: U6.PC3 2", "draw: U6.PC3 9"),
    }
    told = order("check", small, "--json")
    assert told.exit_code == 1
    faults = json.loads(told.output)
    assert {fault["line"] for fault in faults} >= lines
    assert {Path(fault["file"]).name for fault in faults} == {"m1.en.md"}


def test_check_reads_modules_that_the_course_does_not_name_yet(small: Path) -> None:
    (small / "m2.en.md").write_text("# Nothing\n")
    told = order("check", small)
    assert "m2.en.md:1:" in told.output


def test_check_finds_courses_by_their_short_names(small: Path) -> None:
    own = {"ANIMATEUR_COURSES_DIR": str(small.parent)}
    assert "small: 1 fault" in order("check", "small", **own).output
    assert "oicf" in order("check", **own).output
    assert isinstance(order("check", "nowhere", **own).exception, CannotStart)


def test_an_agencys_own_courses_are_loaded_and_a_broken_one_is_told(
    small: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(courses_dir=str(small.parent), data_dir=tmp_path / "data")
    spoil(small / "m1.en.md", "code: M1", "coed: M1")
    assert set(own_courses.load(settings).courses) == {"oicf"}
    assert "a course cannot be read" in caplog.text
    assert "coed" in caplog.text
    spoil(small / "m1.en.md", "coed: M1", "code: M1")
    assert set(own_courses.load(settings).courses) == {"oicf", "small"}


def test_a_broken_course_never_replaces_a_good_one(small: Path, tmp_path: Path) -> None:
    settings = Settings(courses_dir=str(small.parent), data_dir=tmp_path / "data")
    good = own_courses.load(settings).course("small")
    spoil(small / "m1.en.md", "title: A first module", "titel: A worse module")
    again = own_courses.load(settings).course("small")
    assert [module.title for module in again.modules] == ["A first module"]
    assert (again.iri, again.directory) == (good.iri, small)
    spoil(small / "m1.en.md", "titel: A worse module", "title: A better module")
    assert own_courses.load(settings).course("small").modules[0].title == "A better module"
    spoil(small / "course.yaml", "version: 0.1.0", "version: two")
    assert own_courses.load(settings).course("small").modules[0].title == "A better module"


# --- build ---


def test_build_makes_the_packages_of_a_course(small: Path, tmp_path: Path) -> None:
    assert order("build", tmp_path / "out", "--course", small).exit_code == 0
    made = sorted((tmp_path / "out").iterdir())
    assert len(made) >= 4
    assert all(zipfile.ZipFile(path).testzip() is None for path in made)


def test_a_broken_course_is_not_packed(small: Path, tmp_path: Path) -> None:
    spoil(small / "m1.en.md", "code: M1", "coed: M1")
    assert isinstance(order("build", tmp_path / "out", "--course", small).exception, CannotStart)
    assert not (tmp_path / "out").exists()


# --- preview ---


@pytest.fixture
def browser(small: Path) -> FlaskClient:
    """The preview as a browser asks it."""
    return create_preview(small).test_client()


def version(browser: FlaskClient) -> int:
    """Which version of the files is shown."""
    return int(browser.get("/state").get_json()["version"])


def test_the_preview_shows_every_step_without_database_or_login(browser: FlaskClient) -> None:
    outline = browser.get("/")
    assert "Small talk" in outline.text
    assert "a pool holds at least 30" in outline.text
    assert "What breaks first" in browser.get("/m1/1").text
    assert "Brokerage connects two parties" in browser.get("/m1/2").text
    assert "Which hour could a machine take over" in browser.get("/m1/3").text
    assert browser.get("/m1/9").status_code == 404


def test_a_save_that_breaks_the_course_shows_the_fault_and_the_last_good_version(
    browser: FlaskClient, small: Path
) -> None:
    before = version(browser)
    assert version(browser) == before, "nothing was saved"
    line = spoil(small / "m1.en.md", "lead: One line", "laed: One line")
    assert version(browser) == before + 1
    page = browser.get("/m1/1").text
    assert f"m1.en.md:{line}" in page
    assert "laed: there is no such setting" in page
    assert "What breaks first" in page
    spoil(small / "m1.en.md", "laed: One line", "lead: Another line")
    assert "Another line" in browser.get("/m1/1").text
    assert "cannot be read" not in browser.get("/m1/1").text


def test_a_course_that_never_could_be_read_shows_its_faults(small: Path) -> None:
    spoil(small / "course.yaml", "version: 0.1.0", "version: one")
    page = create_preview(small).test_client().get("/")
    assert page.status_code == 200
    assert "course.yaml:" in page.text


def test_every_kind_of_step_can_be_looked_at_and_a_scenario_be_played() -> None:
    browser = create_preview(own_courses.CONTENT / "oicf").test_client()
    course = own_courses.read(own_courses.CONTENT / "oicf")
    for module in course.modules:
        for step in module.steps:
            assert browser.get(f"/{module.slug}/{step.key}").status_code == 200, step.id
    played = browser.get("/m1/3?way=dates.b,call.a").text
    assert "You have answered the question, and nobody has asked" in played
    assert browser.get("/m1/3?way=nonsense").status_code == 200


def test_the_preview_is_strict_and_for_this_machine_only(browser: FlaskClient, small: Path) -> None:
    answer = browser.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "style=" not in answer.text
    assert browser.get("/", headers={"Host": "evil.example"}).status_code == 400
    (small / "media" / "x.csv").write_text("a,b\n")
    with browser.get("/m1/media/x.csv") as sent:
        assert sent.data == b"a,b\n"
    assert browser.get("/m1/media/../course.yaml").status_code == 404

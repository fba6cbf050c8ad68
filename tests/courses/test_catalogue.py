"""The catalogue: what is found where, and how a fault in a content file is told."""

import shutil
from pathlib import Path

import pytest

import courses
from courses.authoring import new_course
from courses.catalogue import Catalogue
from courses.errors import ContentRefused, NoSuchCourse
from courses.syllabus import Exercise, Quiz
from tests.builders import the_catalogue
from tests.courses.writing import a_course, spoil

CONTENT = Path(courses.__file__).parent / "content"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped content, to be spoilt."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def test_steps_are_found_by_their_short_addresses_and_carry_their_permanent_ones() -> None:
    catalogue = the_catalogue()
    step = catalogue.step("oicf", "m1", "4")
    assert isinstance(step, Quiz)
    assert step.id == "oicf/m1/4"
    assert step.code == "M1.4"
    assert step.iri == "https://w3id.org/xapi/oicf/courses/oicf/m1/4"
    assert step.module_iri == catalogue.module("oicf", "m1").iri
    assert step.pool[0].iri == f"{step.iri}/Q-M1-1"
    assert isinstance(catalogue.exercise("oicf/m1/5"), Exercise)


@pytest.mark.parametrize("address", [("nope", "m1", "1"), ("oicf", "m9", "1"), ("oicf", "m1", "9")])
def test_an_address_without_a_step_is_no_such_course(address: tuple[str, str, str]) -> None:
    with pytest.raises(NoSuchCourse):
        the_catalogue().step(*address)


@pytest.mark.parametrize("exercise", ["oicf/m1/4", "oicf/m1", "", "oicf/m1/5/6"])
def test_only_team_exercises_are_exercises(exercise: str) -> None:
    with pytest.raises(NoSuchCourse):
        the_catalogue().exercise(exercise)


def test_criteria_have_addresses_below_their_version_of_the_profile() -> None:
    catalogue = the_catalogue()
    assert catalogue.criterion("U4.PC1").iri == "https://w3id.org/xapi/oicf/profile/0.1.0/U4.PC1"
    assert [line.iri for line in catalogue.exercise("oicf/m1/5").rubric.group] == [catalogue.criterion("U4.PC1").iri]
    with pytest.raises(NoSuchCourse):
        catalogue.criterion("U9.PC9")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("oicf/course.yaml", "version: 0.1.0", "version: next", "version"),
        ("oicf/course.yaml", "language: en", "langauge: en", "langauge"),
        ("oicf/course.yaml", "slug: oicf", "slug: oicf\nslug: twin", "second time"),
        ("oicf/course.yaml", "  en: Online Innovation", "  en: [Online Innovation", "not YAML"),
        ("oicf/course.yaml", "  en: Online", "  it: Online", "source language"),
        ("oicf/m1.en.md", "evidence: U4.PC1 P", "evidence: U4.PC9 P", "U4.PC9"),
        ("oicf/m1.en.md", "::: step 2 video", "::: step 2 film", "no kind of step film"),
        ("oicf/m1.en.md", "-> end}", "-> nowhere}", "nowhere"),
        ("profile.yaml", "critical: false", "critical: perhaps", "critical"),
        ("conduct.en.md", "4. ", "5. ", "four numbered lines"),
    ],
)
def test_a_fault_in_a_content_file_is_told_with_file_and_line(
    content: Path, file: str, old: str, new: str, message: str
) -> None:
    near = spoil(content / file, old, new)
    with pytest.raises(ContentRefused) as refused:
        Catalogue.load(content)
    [found] = [fault for fault in refused.value.faults if message in fault.what]
    assert found.path == content / file
    assert abs(found.line - near) <= 6, "the line told is far from the fault"
    assert str(found) in str(refused.value)


def test_an_agencys_own_course_stands_beside_those_of_the_product(content: Path, tmp_path: Path) -> None:
    a_course(tmp_path / "own" / "small")
    catalogue = Catalogue.load(content, added=tmp_path / "own")
    assert set(catalogue.courses) == {"oicf", "small"}
    assert catalogue.refused == ()
    assert catalogue.step("small", "m1", "2").id == "small/m1/2"


def test_a_broken_course_of_an_agency_is_left_out_and_told_and_the_others_work(content: Path, tmp_path: Path) -> None:
    for slug in ("small", "broken", "oicf"):
        new_course.begin(tmp_path / "own" / slug, slug=slug, title="T", authors="A")
    spoil(tmp_path / "own" / "broken" / "m1.en.md", "code: M1", "coed: M1")
    catalogue = Catalogue.load(content, added=tmp_path / "own")
    assert set(catalogue.courses) == {"oicf", "small"}
    assert catalogue.course("oicf").title == "Online Innovation Collaboration Facilitator"
    assert any("coed" in fault.what for fault in catalogue.refused)
    assert any("there is a course oicf already" in fault.what for fault in catalogue.refused)

"""The catalogue: what is found where, and how a fault in a content file is told."""

import shutil
from pathlib import Path

import pytest

import courses
from courses.catalogue import Catalogue, Exercise, Quiz, Reading
from courses.errors import ContentRefused, NoSuchCourse
from tests.builders import the_catalogue

CONTENT = Path(courses.__file__).parent / "content"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped content, to be spoilt."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def spoil(path: Path, old: str, new: str) -> int:
    """The file with one text replaced; gives the line where that was."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


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
        ("oicf/m1/module.en.yaml", "criteria: [U4.PC1]", "criteria: [U4.PC9]", "U4.PC9"),
        ("oicf/m1/module.en.yaml", "kind: case", "kind: film", "kind"),
        ("oicf/m1/3.scenario.en.yaml", "next: end", "next: nowhere", "nowhere"),
        ("oicf/m1/3.scenario.en.yaml", "{chose: roller.a", "{chose: roller.z", "roller.z"),
        ("oicf/m1/3.scenario.en.yaml", "first: dates", "first: noon", "noon"),
        ("oicf/m1/4.quiz.en.yaml", "belongs_to: d", "belongs_to: z", "belongs to no option"),
        ("oicf/m1/4.quiz.en.yaml", 'value: 1, text: "INF', 'value: 0, text: "INF', "right one"),
        ("oicf/m1/4.quiz.en.yaml", "id: Q-M1-2\n", "id: Q-M1-1\n", "second time"),
        ("oicf/m1/4.quiz.en.yaml", "U4.PC1: 1}", "U4.PC1: 9}", "holds only 3"),
        ("oicf/m1/5.exercise.en.yaml", "minutes: 10", "minutes: 20", "85 minutes"),
        ("oicf/m1/5.exercise.en.yaml", "criterion: U4.PC1", "criterion: U4.PC8", "U4.PC8"),
        ("profile.yaml", "critical: false", "critical: perhaps", "critical"),
    ],
)
def test_a_fault_in_a_content_file_is_told_with_file_and_line(
    content: Path, file: str, old: str, new: str, message: str
) -> None:
    near = spoil(content / file, old, new)
    with pytest.raises(ContentRefused) as refused:
        Catalogue.load(content)
    where, line, told = str(refused.value).split(":", 2)
    assert where == str(content / file)
    assert abs(int(line) - near) <= 30, "the line told is far from the fault"
    assert message in told


def test_the_line_told_is_the_line_of_the_value_itself(content: Path) -> None:
    near = spoil(content / "oicf/m1/module.en.yaml", "minutes: 40", "minutes: long")
    with pytest.raises(ContentRefused, match=rf"module.en.yaml:{near}: steps.2.minutes"):
        Catalogue.load(content)


def test_yaml_that_cannot_be_read_is_told_with_file_and_line(content: Path) -> None:
    spoil(content / "oicf/course.yaml", "title: Online", "title: [Online")
    with pytest.raises(ContentRefused, match=r"course.yaml:\d+:"):
        Catalogue.load(content)


def test_a_missing_or_empty_file_is_refused(content: Path) -> None:
    (content / "oicf/m1/2.case.en.yaml").write_text("")
    with pytest.raises(ContentRefused, match="empty"):
        Catalogue.load(content)
    (content / "oicf/m1/1.reading.en.md").unlink()
    with pytest.raises(ContentRefused, match="missing"):
        Catalogue.load(content)


def test_html_in_content_stays_text(content: Path) -> None:
    reading = content / "oicf/m1/1.reading.en.md"
    reading.write_text(
        "## One\n\n# Big\n\n<script>alert(1)</script> [x](javascript:alert(1))\n\n| a |\n| --- |\n| b |\n"
    )
    step = Catalogue.load(content).step("oicf", "m1", "1")
    assert isinstance(step, Reading)
    rendered = step.sections[0].html
    assert "<script" not in rendered
    assert "href" not in rendered
    assert "<h2>Big</h2>" in rendered
    assert '<th scope="col">a</th>' in rendered

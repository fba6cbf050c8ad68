"""The content itself: complete, fair to answer, and short enough to read."""

import re

import pytest

from courses.catalogue import Catalogue
from courses.syllabus import Exercise, Quiz, Reading, Video

CODES = ("INF", "BRO", "OPP", "ANI", "PRJ", "LRN", "ADM")


@pytest.fixture(scope="module")
def functions(catalogue: Catalogue) -> Quiz:
    """M1.4."""
    step = catalogue.step("oicf", "m1", "4")
    assert isinstance(step, Quiz)
    return step


def text(html: str) -> str:
    """The words of a piece of HTML."""
    return re.sub(r"<[^>]+>", " ", html)


def test_the_profile_has_six_units_and_twenty_eight_criteria_of_which_seven_are_critical(catalogue: Catalogue) -> None:
    criteria = catalogue.profile.criteria().values()
    assert [unit.code for unit in catalogue.profile.units] == ["U1", "U2", "U3", "U4", "U5", "U6"]
    assert len(criteria) == 28
    assert sum(criterion.critical for criterion in criteria) == 7


def test_every_criterion_speaks_to_outcomes_of_its_own_unit(catalogue: Catalogue) -> None:
    for unit in catalogue.profile.units:
        outcomes = {outcome.code for outcome in unit.outcomes}
        for criterion in unit.criteria:
            assert set(criterion.outcomes) <= outcomes, criterion.code
        assert {code for criterion in unit.criteria for code in criterion.outcomes} == outcomes, unit.code


def test_module_one_has_its_six_steps_in_order(catalogue: Catalogue) -> None:
    kinds = [step.kind for step in catalogue.module("oicf", "m1").steps]
    assert kinds == ["reading", "video", "scenario", "quiz", "exercise", "task"]


def test_the_reading_is_of_a_length_to_be_read_and_explains_the_seven_codes(catalogue: Catalogue) -> None:
    step = catalogue.step("oicf", "m1", "1")
    assert isinstance(step, Reading)
    body = " ".join(text(section.html) for section in step.sections)
    assert 0.8 * 120 * step.minutes <= len(re.findall(r"\w+", body)) <= 1.2 * 120 * step.minutes
    assert all(body.count(code) >= 2 for code in CODES)
    assert len({section.key for section in step.sections}) == len(step.sections)
    assert "<h1" not in "".join(section.html for section in step.sections)


def test_the_worked_day_adds_up(catalogue: Catalogue) -> None:
    step = catalogue.step("oicf", "m1", "1")
    assert isinstance(step, Reading)
    [day] = [section for section in step.sections if section.key == "one-worked-day"]
    rows = re.findall(r"<td>(\d\d):(\d\d)</td>\s*<td>.*?</td>\s*<td>(\d+)</td>\s*<td>(\w+)</td>", day.html)
    starts = [int(hour) * 60 + int(minute) for hour, minute, _, _ in rows]
    minutes = [int(spent) for _, _, spent, _ in rows]
    assert sum(minutes) == 450
    assert all(one + spent <= two for one, spent, two in zip(starts, minutes, starts[1:], strict=False))
    spent = {code: sum(int(row[2]) for row in rows if row[3] == code) for code in CODES}
    assert spent["OPP"] + spent["ANI"] + spent["PRJ"] == 200
    assert spent["INF"] + spent["BRO"] == 170
    assert spent["ANI"] == 45


def test_the_film_stops_in_the_middle_of_its_scenes_to_ask(catalogue: Catalogue) -> None:
    step = catalogue.step("oicf", "m1", "2")
    assert isinstance(step, Video)
    assert step.name == "v1"
    assert 1 < step.pause < len(step.scenes)
    assert step.prompt is not None
    assert step.prompt.text.endswith("?")
    assert all(scene.picture and scene.narration for scene in step.scenes)


def test_the_pool_holds_questions_of_six_types(functions: Quiz) -> None:
    types = {"single", "multi", "sjt", "order", "numeric", "match"}
    assert len(functions.pool) >= 32
    assert {question.type for question in functions.pool} == types
    assert {question.criterion for question in functions.pool} <= set(functions.criteria)


def test_a_second_attempt_can_be_drawn_afresh(functions: Quiz) -> None:
    for criterion, count in functions.draw.items():
        held = sum(question.criterion == criterion for question in functions.pool)
        assert held >= count * functions.attempts, criterion


def test_the_right_option_is_the_longest_about_as_often_as_chance_would_have_it(functions: Quiz) -> None:
    longest, expected, asked = 0, 0.0, 0
    for question in functions.pool:
        if question.type in ("single", "sjt"):
            keyed = [option for option in question.options if option.value == 1]
            longest += max(question.options, key=lambda option: len(option.text)) in keyed
            expected += len(keyed) / len(question.options)
            asked += 1
    assert asked >= 12
    assert abs(longest - expected) <= 2, f"{longest} of {asked}, where chance gives {expected:.1f}"


def test_right_and_wrong_options_of_multiple_choices_are_of_like_length(functions: Quiz) -> None:
    for_right, for_wrong = [], []
    for question in functions.pool:
        if question.type == "multi":
            for_right += [len(option.text) for option in question.options if option.value == 1]
            for_wrong += [len(option.text) for option in question.options if option.value == 0]
    assert 0.75 <= (sum(for_right) / len(for_right)) / (sum(for_wrong) / len(for_wrong)) <= 1.33


def test_every_answer_gets_an_explanation(functions: Quiz) -> None:
    for question in functions.pool:
        if question.type in ("numeric", "order"):
            assert question.note, question.id
        else:
            told = question.pairings or question.options
            assert all(line.feedback for line in told), question.id


def test_the_exercise_has_four_roles_four_phases_and_a_document_with_its_five_parts(catalogue: Catalogue) -> None:
    exercise = catalogue.exercise("oicf/m1/5")
    assert isinstance(exercise, Exercise)
    assert (exercise.least, exercise.most) == (2, 5)
    assert len(exercise.roles) == 4
    assert len(exercise.phases) == 4
    assert all(phase.gate for phase in exercise.phases)
    assert re.findall(r"^## \d\. (.+)$", exercise.seed, re.MULTILINE) == [
        "Purpose",
        "How we write and how fast we answer",
        "Roles",
        "What may leave the room",
        "Review date and how to leave",
    ]
    assert [line.key for line in exercise.rubric.conduct] == ["x1", "x2", "x3", "x4", "x5"]
    assert [line.code for line in exercise.rubric.group] == ["U4.PC1"]


def test_content_is_calm_and_free_of_brands(catalogue: Catalogue) -> None:
    shown = repr(catalogue.course("oicf"))
    assert "!" not in shown
    for brand in ("LinkedIn", "Slack", "Facebook", "Teams", "Moodle"):
        assert not re.search(rf"\b{brand}\b", shown)

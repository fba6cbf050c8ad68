"""The checks of a course: each finds the fault that was planted, and nothing where there is none."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from courses.catalogue import Catalogue
from courses.checks import (
    addresses,
    brands,
    coverage,
    guessing,
    lengths,
    licences,
    media,
    minutes,
    pools,
    scenarios,
    translations,
    whole,
)
from courses.errors import Fault
from courses.syllabus import Course, Evidence, Module, Quiz, Reading, Scenario
from tests.courses.test_authoring import EXERCISE, QUESTION, SCENARIO
from tests.courses.writing import HEAD, PROFILE, a_course, a_step, module_of, read, spoil


def told(found: Iterator[Fault]) -> str:
    """All that was found, on one line each."""
    return "\n".join(f"{fault.line}: {fault.what}" for fault in found)


def reading_of(count: int) -> str:
    """A reading of so many words."""
    return "## One\n\n" + "word " * (count - 1)


def film_of(count: int) -> str:
    """A film in which so many words are spoken."""
    scene = f"@ A street.\n{'word ' * count}"
    return f"::: video v1\nfirm: A firm\nsector: Baking\npause: 1\n\n{scene}\n:::\n\n::: reflect\nWhy?\n:::\n"


# --- Minutes, lengths ---


def test_the_steps_add_up_to_the_hours_and_the_phases_to_the_exercise(tmp_path: Path) -> None:
    good = module_of(tmp_path, a_step("exercise", EXERCISE, 10))
    assert told(minutes.find(replace(good, hours=None))) == ""
    assert "the steps take 10 minutes; 0.5 hours are 30" in told(minutes.find(good))
    bad = module_of(tmp_path / "bad", a_step("exercise", EXERCISE, 30))
    assert "the phases take 10 minutes, the step 30" in told(minutes.find(bad))


@pytest.mark.parametrize(("count", "good"), [(1200, True), (970, True), (950, False), (1430, True), (1450, False)])
def test_a_reading_has_about_120_words_for_each_minute(tmp_path: Path, count: int, good: bool) -> None:
    module = module_of(tmp_path, a_step("reading", reading_of(count), 10))
    assert (told(lengths.find(module)) == "") is good


@pytest.mark.parametrize(("count", "good"), [(160, True), (130, False), (190, False)])
def test_a_film_lasts_ninety_to_a_hundred_and_twenty_seconds(tmp_path: Path, count: int, good: bool) -> None:
    module = module_of(tmp_path, a_step("video", film_of(count), 10))
    assert (told(lengths.find(module)) == "") is good


# --- Quizzes ---


def a_pool(count: int, option: Callable[[int, bool], str]) -> str:
    """A quiz of so many questions with four options, of which the second is right."""
    questions = []
    for number in range(count):
        lines = [
            f"- [{'x' if place == number % 4 else ' '}] {option(place, place == number % 4)}\n  > Why."
            for place in range(4)
        ]
        questions.append(f"::: question Q{number} single U6.PC3\nWhich of these?\n\n" + "\n".join(lines) + "\n:::\n")
    return "::: quiz\ndraw: U6.PC3 10\n:::\n\n" + "\n".join(questions)


def quiz_of(directory: Path, body: str) -> tuple[Module, Quiz]:
    """The quiz of this body, and its module."""
    module = module_of(directory, a_step("quiz", body))
    [quiz] = module.steps
    assert isinstance(quiz, Quiz)
    return module, quiz


def even(place: int, _right: bool) -> str:
    """An option that gives nothing away."""
    return f"answer {place} x"


def test_a_pool_holds_thirty_questions_and_enough_for_a_second_attempt(tmp_path: Path) -> None:
    module, _ = quiz_of(tmp_path / "a", a_pool(32, even))
    assert told(pools.find(module)) == ""
    module, _ = quiz_of(tmp_path / "b", a_pool(16, even))
    assert "a pool holds at least 30" in told(pools.find(module))
    assert "a second attempt needs 20" in told(pools.find(module))


def test_an_answer_that_nobody_explains_is_found(tmp_path: Path) -> None:
    module, quiz = quiz_of(tmp_path, a_pool(32, even))
    first = quiz.pool[0]
    silent = replace(first, options=(replace(first.options[0], feedback=""), *first.options[1:]))
    spoilt = replace(quiz, pool=(silent, *quiz.pool[1:]))
    assert "Q0: no feedback for a" in told(pools.find(replace(module, steps=(spoilt,))))
    assert pools.unexplained(replace(first, type="numeric", note=""))


def test_a_fair_pool_is_passed_by_no_guessing(tmp_path: Path) -> None:
    module, _ = quiz_of(tmp_path, a_pool(32, even))
    assert told(guessing.find(module)) == ""


@pytest.mark.parametrize(
    ("option", "cue"),
    [
        (lambda place, right: f"answer {place}" + (" and a good deal more" if right else ""), "the longest option"),
        (lambda place, right: f"answer {place}" + ("" if right else " and a good deal more"), "the shortest option"),
        (lambda place, right: f"{'which these' if right else 'answer other'} {place}", "shares most words"),
        (lambda place, right: f"answer {place} {'mostly' if right else 'always'}", "no absolute word"),
    ],
)
def test_a_right_option_that_gives_itself_away_is_found(
    tmp_path: Path, option: Callable[[int, bool], str], cue: str
) -> None:
    module, _ = quiz_of(tmp_path, a_pool(32, option))
    assert cue in told(guessing.find(module))


def test_a_right_option_that_always_stands_first_is_found(tmp_path: Path) -> None:
    module, quiz = quiz_of(tmp_path, a_pool(32, even))
    sorted_pool = tuple(
        replace(each, options=tuple(sorted(each.options, key=lambda option: -option.value))) for each in quiz.pool
    )
    found = told(guessing.find(replace(module, steps=(replace(quiz, pool=sorted_pool),))))
    assert "the first option gets 100 %, where chance gives 25 %" in found


# --- Scenarios ---


def scenario_module(directory: Path, *changes: tuple[str, str]) -> Module:
    """The scenario of the other tests, with these changes."""
    a_course(directory)
    (directory / "m1.en.md").write_text(HEAD + a_step("scenario", SCENARIO), "utf-8")
    for old, new in changes:
        spoil(directory / "m1.en.md", old, new)
    return read(directory).modules[0]


def test_a_sound_scenario_has_nothing_to_be_told(tmp_path: Path) -> None:
    module = scenario_module(tmp_path)
    assert told(scenarios.find(module)) == ""


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ([("best 9", "best 8")], "the best score is 9, not 8: by door.b, cellar.a"),
        (
            [("if not door.a -> cellar, ", ""), ("{not door.a, -> cellar}", "{not door.a, -> end}")],
            "cellar: no way leads here",
        ),
        ([("when: trust >= 2, rest <= 9", "when: trust >= 4")], "good: no way ends so"),
    ],
)
def test_what_cannot_happen_in_a_scenario_is_found(tmp_path: Path, changes: list[tuple[str, str]], what: str) -> None:
    assert what in told(scenarios.find(scenario_module(tmp_path, *changes)))


def test_a_node_without_an_open_choice_is_found(tmp_path: Path) -> None:
    module = scenario_module(tmp_path)
    [scenario] = module.steps
    assert isinstance(scenario, Scenario)
    hall = scenario.nodes["hall"]
    shut = replace(hall, choices=(hall.choices[0], hall.choices[2]))
    spoilt = replace(scenario, nodes={**scenario.nodes, "hall": shut})
    assert "find no choice open" not in told(scenarios.find(module))
    never = replace(shut, choices=tuple(replace(each, needs=(hall.choices[2].needs[0],)) for each in shut.choices))
    spoilt = replace(scenario, nodes={**scenario.nodes, "hall": never})
    assert "hall: somebody can come here and find no choice open" in told(
        scenarios.find(replace(module, steps=(spoilt,)))
    )


# --- Words, files, addresses ---


def test_a_brand_in_a_step_is_found_and_an_everyday_word_is_not(tmp_path: Path) -> None:
    module = module_of(tmp_path, a_step("reading", "## One\n\nTeams of four meet. Post it on LinkedIn, or in Slack."))
    found = told(brands.find(module))
    assert "LinkedIn" in found
    assert "Slack" in found
    assert "Teams" not in found


def test_a_link_to_a_file_that_is_not_there_is_found_at_its_line(tmp_path: Path) -> None:
    step = a_step("reading", "## One\n\nSee [cases](media/cases.csv), [page](https://example.org) and [up](../x).")
    module = module_of(tmp_path, step)
    (tmp_path / "media" / "cases.csv").write_text("a,b\n")
    assert told(media.find(module)).startswith("17: there is no ../x")
    (tmp_path / "media" / "cases.csv").unlink()
    assert "there is no media/cases.csv" in told(media.find(module))


def test_a_file_without_a_licence_is_found(tmp_path: Path) -> None:
    a_course(tmp_path)
    (tmp_path / "media" / "x.csv").write_text("a\n")
    assert told(licences.find(read(tmp_path))) == ""
    (tmp_path / "notes.txt").write_text("a\n")
    [found] = licences.find(read(tmp_path))
    assert found.path.name == "notes.txt"
    spoil(tmp_path / "m1.en.md", "licence: CC-BY-4.0", "licence: all rights reserved")
    assert "all rights reserved is no open licence" in told(licences.find(read(tmp_path)))


def test_an_address_that_two_things_share_or_that_has_no_word_is_found(tmp_path: Path) -> None:
    course = read(a_course(tmp_path))
    assert told(addresses.find(course)) == ""
    module = course.modules[0]
    twin = replace(module.steps[1], iri=module.steps[0].iri)
    course = replace(course, modules=(replace(module, steps=(module.steps[0], twin)),))
    assert "is the address of something else already" in told(addresses.find(course))

    class Strange(Reading):
        activity_type = "https://example.org/odd"

    reading = module.steps[0]
    assert isinstance(reading, Reading)
    values = {name: getattr(reading, name) for name in reading.__dataclass_fields__}
    odd = replace(module, steps=(Strange(**{**values, "iri": "https://elsewhere.example/1"}),))
    found = told(addresses.find(replace(course, modules=(odd,))))
    assert "https://example.org/odd is not in the vocabulary" in found
    assert "lies outside the course" in found


# --- The whole ---


def with_evidence(course: Course, *shown: Evidence) -> Course:
    """The course, its module teaching U6 with this evidence."""
    module = course.modules[0]
    step = replace(module.steps[0], evidence=shown)
    return replace(course, modules=(replace(module, units=("U6",), steps=(step,)),))


def test_a_criterion_needs_two_kinds_of_evidence_one_of_them_strong(tmp_path: Path) -> None:
    course = read(a_course(tmp_path))
    assert told(coverage.find(course, PROFILE)) == "", "it teaches no unit"
    codes = [criterion.code for unit in PROFILE.units if unit.code == "U6" for criterion in unit.criteria]
    full = with_evidence(course, *(Evidence(code, kind) for code in codes for kind in "AR"))
    assert told(coverage.find(full, PROFILE)) == ""
    some = with_evidence(course, Evidence("U6.PC1", "A"), Evidence("U6.PC2", "A"), Evidence("U6.PC2", "T"))
    found = told(coverage.find(some, PROFILE))
    assert "U6.PC1: only one kind of evidence (A)" in found
    assert "U6.PC2: evidence A, T, but none judged" in found
    assert "U6.PC3: no step shows it" in found


def test_an_outcome_without_a_criterion_is_found(tmp_path: Path) -> None:
    course = with_evidence(read(a_course(tmp_path)))
    units = tuple(replace(unit, criteria=unit.criteria[:1]) for unit in PROFILE.units)
    assert "has no criterion in the profile" in told(coverage.find(course, replace(PROFILE, units=units)))


def test_a_translation_of_another_structure_is_found(tmp_path: Path) -> None:
    a_course(tmp_path)
    text = (tmp_path / "m1.en.md").read_text("utf-8")
    french = tmp_path / "m1.fr.md"
    french.write_text(text.replace("Look at tomorrow", "Regardez demain"), "utf-8")
    assert told(translations.find(read(tmp_path))) == ""
    for old, new in (("minutes: 18", "minutes: 20"), ("- [ ] Brokerage", "- [x] Brokerage"), ("± 0.5", "± 5")):
        french.write_text(text, "utf-8")
        spoil(french, old, new)
        if old.startswith("- [ ]"):
            spoil(french, "- [x] Information", "- [ ] Information")
        assert "M1.2: not as in the source" in told(translations.find(read(tmp_path))), old
    extra = "# Encore\n::: step 4 reflection\nminutes: 1\nlead: x\n:::\n\n::: reflect\nPourquoi ?\n:::\n\n"
    french.write_text(text.replace("# What will you do", f"{extra}# What will you do"), "utf-8")
    assert "the steps are 1, 2, 4, 3" in told(translations.find(read(tmp_path)))


def test_the_whole_report_tells_parts_and_the_whole_apart(tmp_path: Path) -> None:
    a_course(tmp_path)
    report = whole.check(read(tmp_path), PROFILE)
    assert [fault.what for fault in report.parts] == ["M1.2: 3 questions; a pool holds at least 30"]
    assert report.whole == ()
    spoil(tmp_path / "m1.en.md", "units: []", "units: [U6]")
    assert whole.check(read(tmp_path), PROFILE).whole


def test_hours_may_be_fractions(tmp_path: Path) -> None:
    assert read(a_course(tmp_path)).modules[0].hours == Decimal("0.5")


def test_the_scenario_of_module_one_is_sound_and_its_best_score_is_named(catalogue: Catalogue) -> None:
    assert told(scenarios.find(catalogue.module("oicf", "m1"))) == ""


def test_a_question_in_a_reading_counts_for_its_length(tmp_path: Path) -> None:
    module = module_of(tmp_path, a_step("reading", reading_of(100) + "\n\n" + QUESTION))
    [reading] = module.steps
    assert isinstance(reading, Reading)
    assert lengths.reading_words(reading) == 100 + 2 + 3

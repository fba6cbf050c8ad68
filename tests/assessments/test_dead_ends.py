"""No dead end: every role, team size and the way alone lead to each certificate, or the course is refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assessments import dead_ends, levels
from assessments.dead_ends import Level
from assessments.errors import RuleRefused
from courses.catalogue import Catalogue
from courses.profile import PerformanceCriterion, Profile, Unit
from courses.syllabus import (
    EVERYONE,
    Course,
    Criterion,
    Evidence,
    Exercise,
    Module,
    Prompt,
    Reflection,
    Role,
    Rubric,
    Scenario,
    Step,
    Talk,
    Task,
)

WORK, TRAINING = Level("full", "Full", ("U1",), ("m1",), True), Level("first", "First", ("U1",), ("m1",), False)
CONTENT = Path(__file__).parents[2] / "courses" / "content"
LEVELS = ("Not yet", "Developing", "Competent", "Strong")


def profile(*, critical: bool = False) -> Profile:
    criterion = PerformanceCriterion("U1.PC1", "https://p.example/U1.PC1", "U1", ("U1.S1",), critical, "It is seen.")
    unit = Unit("U1", "https://p.example/U1", "Unit", "Why", 7, (), (criterion,), ())
    return Profile(
        id="p", iri="https://p.example", version="1.0.0", title="P", level=6, workload=75, published=date(2026, 1, 1),
        level_note="", licence="CC-BY-4.0", role="",
        target_group="", entry="", occupations=(), units=(unit,),
    )  # fmt: skip


def face(code: str, *kinds: str) -> dict[str, object]:
    return {
        "id": f"c/m1/{code}", "iri": f"https://c.example/m1/{code}", "key": code, "code": code, "title": code,
        "lead": "", "minutes": 10, "evidence": tuple(Evidence("U1.PC1", kind) for kind in kinds),
        "module_iri": "https://c.example/m1", "course_iri": "https://c.example", "profile_version": "1.0.0",
    }  # fmt: skip


def rubric(*roles: str) -> Rubric:
    return Rubric("r", (Criterion("c1", "Asking", LEVELS, "U1.PC1", None, roles or EVERYONE),), ())


def exercise(code: str, *kinds: str, solo: bool = False, judged: tuple[str, ...] = ()) -> Exercise:
    roles = tuple(Role(key, key, "") for key in ("ask", "own", "see"))
    return Exercise(
        **face(code, *kinds), brief_html="", least=3, most=4, roles=roles, phases=(), document_title="", seed="",
        rubric=rubric(*judged), licence="CC-BY-4.0", solo=solo,
    )  # fmt: skip


def reflection(code: str = "9") -> Reflection:
    return Reflection(**face(code, "F"), intro_html="", prompt=Prompt("", "", 1, 100))


def task(code: str, *kinds: str, by: str | None) -> Task:
    return Task(**face(code, *kinds), intro_html="", confirmed_by=by, peers=0, fields=(), rubric=rubric(), examples=())


def course(*steps: Step) -> Course:
    module = Module("m1", "https://c.example/m1", "M1", "M", "", ("U1",), 60, steps)
    return Course("c", "https://c.example", "1.0.0", "C", "", "en", "CC-BY-4.0", "", (module,))


def found(*steps: Step, level: Level = TRAINING, critical: bool = False) -> list[str]:
    ends = dead_ends.all_of(course(*steps), profile=profile(critical=critical), levels=[level])
    return [str(end) for end in ends]


def test_a_course_that_shows_everything_to_everybody_has_no_dead_end() -> None:
    assert found(exercise("4", "R"), reflection()) == []


def test_a_criterion_judged_for_one_role_alone_is_a_dead_end_for_the_others() -> None:
    [end] = found(exercise("4", "R", judged=("ask",)), reflection())
    assert end.startswith("first: U1.PC1 cannot be met (4 as own in a team of 3)")
    assert "no judgement" in end


def test_a_second_step_that_judges_everybody_opens_the_dead_end() -> None:
    assert found(exercise("4", "R", judged=("ask",)), task("5", "R", by=None), reflection()) == []


def test_whoever_works_alone_has_nobody_to_read_or_answer() -> None:
    assert found(exercise("4", "R", "P", "T")) == []
    [end] = found(exercise("4", "R", "P", "T", solo=True))
    assert "(4 alone): evidence of one kind only (R in 4)" in end


def test_two_kinds_that_are_not_enough_points_are_told_as_points() -> None:
    steps = exercise("4", "R"), replace(reflection(), evidence=())
    assert "one kind only" in found(*steps)[0]


def test_confirmed_work_counts_only_for_a_certificate_that_asks_for_it_and_if_somebody_confirms() -> None:
    steps = task("5", "W", by="firm"), reflection()
    assert found(*steps, level=WORK) == []
    assert "no judgement by a trainer" in found(*steps)[0]
    assert "no judgement by a trainer" in found(task("5", "W", by=None), reflection(), level=WORK)[0]


def test_a_judgement_that_no_line_of_the_rubric_speaks_to_is_not_to_be_had() -> None:
    blank = replace(task("5", "R", by=None), rubric=Rubric("r", (), ()))
    assert "no judgement by a trainer" in found(blank, reflection())[0]


def test_a_critical_criterion_needs_two_people_at_work() -> None:
    judged = exercise("4", "R"), reflection()
    assert "only one person's judgement" in found(*judged, level=WORK, critical=True)[0]
    assert found(*judged, task("5", "W", by="firm"), level=WORK, critical=True) == []
    panel = Talk(**face("6", "F"), intro_html="", talk_with="panel", talk_minutes=30, rubric=rubric())
    assert found(*judged, panel, level=WORK, critical=True) == []
    trainer = replace(panel, talk_with="trainer")
    assert "only one person's judgement" in found(*judged, trainer, level=WORK, critical=True)[0]


def test_a_critical_criterion_needs_a_scenario_in_training() -> None:
    judged = exercise("4", "R"), reflection()
    assert "no scenario speaks to it" in found(*judged, critical=True)[0]
    played = Scenario(
        **face("3", "A"), intro_html="", opens=None, closes=None, overtime=None, meters=(), base=0, maximum=1,
        pass_mark=Decimal(1), first="a", nodes={}, endings=(),
    )  # fmt: skip
    assert found(*judged, played, critical=True) == []


def test_every_role_of_every_team_size_is_a_way_and_so_is_the_way_alone() -> None:
    parts = dead_ends.ways(exercise("4", solo=True))
    assert [(part.size, part.role) for part in parts] == [
        (1, "ask"), (3, "ask"), (3, "own"), (3, "see"), (4, "ask"), (4, "own"), (4, "see"),
    ]  # fmt: skip


def test_a_file_of_levels_is_held_to_the_units_and_modules_that_there_are(tmp_path: Path) -> None:
    where = replace(course(reflection()), directory=tmp_path)
    assert levels.of_course(where, profile=profile()) == ()
    text = "levels:\n- {key: full, title: {en: Full}, units: [U1], modules: [m1], at_work: true}\n"
    (tmp_path / levels.FILE).write_text(text)
    assert levels.of_course(where, profile=profile()) == (WORK,)
    for wrong in ("U1]", "U7]"), ("m1]", "m9]"), ("at_work: true", "at_work: maybe"), ("key: full", "kei: full"):
        (tmp_path / levels.FILE).write_text(text.replace(*wrong))
        with pytest.raises(RuleRefused, match=r"certificates\.yaml"):
            levels.of_course(where, profile=profile())


def test_the_check_of_a_course_tells_its_dead_ends_and_what_is_wrong_with_its_levels(tmp_path: Path) -> None:
    where = replace(course(exercise("4", "R", solo=True)), directory=tmp_path)
    text = "levels:\n- {key: full, title: {en: Full}, units: [U1], modules: [m1], at_work: true}\n"
    (tmp_path / levels.FILE).write_text(text)
    [fault] = levels.find(where, profile())
    assert (
        str(fault)
        == f"{tmp_path / levels.FILE}:1: full: U1.PC1 cannot be met (4 alone): evidence of one kind only (R in 4)"
    )
    (tmp_path / levels.FILE).write_text(text.replace("m1", "m9"))
    [fault] = levels.find(where, profile())
    assert "there is no m9" in fault.what


def test_no_learner_of_our_own_course_meets_a_dead_end() -> None:
    catalogue = Catalogue.load(CONTENT)
    ours = catalogue.course("oicf")
    held = levels.of_course(ours, profile=catalogue.profile)
    assert [level.key for level in held] == ["associate", "practitioner"]
    assert dead_ends.all_of(ours, profile=catalogue.profile, levels=held) == []
    # The check can fail: where nobody judges any more, nobody arrives.
    silent = replace(ours, modules=tuple(replace(module, steps=module.steps[:3]) for module in ours.modules))
    assert len(dead_ends.all_of(silent, profile=catalogue.profile, levels=held)) > 20

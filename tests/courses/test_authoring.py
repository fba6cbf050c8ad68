"""What authors write: every kind of step in its form, and what they are told where they missed it."""

from decimal import Decimal
from pathlib import Path

import pytest

from courses.syllabus import (
    Exercise,
    Lab,
    Passage,
    Quiz,
    Reading,
    Reflection,
    Scenario,
    Talk,
    Task,
    Video,
)
from tests.courses.writing import HEAD, a_course, a_step, faults, module_of, read, spoil, step_of

LEVELS = "1. Poor.\n2. Fair.\n3. Good,\n  and firm.\n4. Best."
QUESTION = """::: question Q1 single U6.PC3
Which *one*?

- [ ] No
  > Not this one,
    nor ever.
- [x] Yes
  > Right.
- [ ] Perhaps
  > No.

> Remember it.
:::
"""
SCENARIO = """::: scenario
clock: 08:30 to 09:00
overtime: 15 minutes, rest -1
meter trust: 1, weight 2, most 3, Trust. How far they believe you.
meter rest: 4, weight 1, Rest. What is left of the day.
score: base 0, best 9, pass 0.50
first: door
:::

::: node door At the door
at: 08:30
criterion: U6.PC3
picture: a door

Somebody knocks. It may be

- the baker
- the miller

- Open it. {10 min, trust +1, sound, -> hall}
  > They come in.
- Wait. {40 min, unsound, if not door.a -> cellar, -> hall}
  > Nothing happens.
:::

::: node hall In the hall

They look round.

- Sit down. {5 min, rest −1, needs trust 2, -> end}
  > Good.
- Stand. {-> end}
  > Well.
- Run. {not door.a, -> cellar}
  > Down.
:::

::: node cellar In the cellar

It is dark.

- Light. {trust +9, -> end}
  > Bright.
- Dark. {-> end}
  > Dark.
:::

::: ending good Friends
when: trust >= 2, rest <= 9

You are friends.
:::

::: ending other Over

It is over.
:::
"""
EXERCISE = f"""Do it *together*.

::: exercise
least: 3
most: 5
solo: yes
:::

::: role owner Owner
You own the firm.
:::

::: role asker Asker
You ask.
:::

::: material file owner, asker The file
Secret.
:::

::: material note everyone The note
Open.
:::

::: phase prepare 4 Prepare
Read.

gate: All have read.
:::

::: phase talk 6 Talk
Talk.

gate: All have talked.
:::

::: document Ours
note: this stays text

# Ours
:::

::: partner market prepare
role: Market room

Hello **you**.
:::

::: criterion c1 U6.PC3 Asking
for: asker
{LEVELS}
:::
"""
TASK = f"""Go.

::: task
with: firm
peers: 2
:::

::: field need The need
limit: 1200

Whose?
:::

::: field kind The kind
kind: choice

Choose.

- one
- two
:::

::: criterion r1 U6.PC3 Whole
{LEVELS}
:::

::: example A good one
Look.
:::
"""


# --- Every kind ---


def test_a_new_course_can_be_read_as_it_is(tmp_path: Path) -> None:
    course = read(a_course(tmp_path / "small"))
    assert course.title == 'A "small" course: one'
    assert [step.kind for step in course.modules[0].steps] == ["reading", "quiz", "reflection"]
    assert course.modules[0].minutes == 30


def test_a_reading_holds_texts_and_checks_of_oneself_in_their_order(tmp_path: Path) -> None:
    body = "## One\n\nText.\n\n" + QUESTION + "\nMore.\n\n## One\n\n```\n# no step\n::: nothing\n```\n"
    reading = step_of(tmp_path, "reading", body)
    assert isinstance(reading, Reading)
    assert [section.key for section in reading.sections] == ["one", "one-2"]
    first, question, last = reading.sections[0].parts
    assert isinstance(first, Passage)
    assert first.html == "<p>Text.</p>\n"
    assert question == reading.questions[0]
    assert isinstance(last, Passage)
    assert "# no step" in reading.sections[1].html
    assert reading.criteria == ("U6.PC3",)


def test_a_question_has_keys_in_the_order_written_and_feedback_over_several_lines(tmp_path: Path) -> None:
    reading = step_of(tmp_path, "reading", "## One\n\n" + QUESTION)
    assert isinstance(reading, Reading)
    [question] = reading.questions
    assert [(option.key, option.value) for option in question.options] == [("a", 0), ("b", 1), ("c", 0)]
    assert question.options[0].feedback == "Not this one, nor ever."
    assert (question.stem, question.note) == ("Which one?", "Remember it.")
    assert question.iri.endswith("/m1/1/Q1")


def test_every_type_of_question_is_read_in_its_own_form(tmp_path: Path) -> None:
    forms = {
        "multi": "- [x] a\n  > f\n- [ ] b\n  > f",
        "sjt": "- [1] a\n  > f\n- [0.3] b\n  > f\n- [0] c\n  > f",
        "order": "1. a\n2. b\n2. c\n\n> Note.",
        "match": "- left = right\n  > f\n- other = side\n  > f\n- third = right\n  > f\n- = nothing",
        "numeric": "= 27.5 ± 0.1 %\n\n> Note.",
        "short": "= bus driver | driver\n= *bus*\n> Note.",
    }
    blocks = [f"::: question Q-{kind} {kind} U6.PC3\nWhat?\n\n{form}\n:::" for kind, form in forms.items()]
    lab = step_of(tmp_path, "lab", "See [cases](media/x.csv).\n\n::: quiz\npass: 60 %\n:::\n\n" + "\n\n".join(blocks))
    assert isinstance(lab, Lab)
    multi, sjt, order, match, numeric, short = lab.pool
    assert len(multi.options) == 2
    assert [option.value for option in sjt.options] == [1, Decimal("0.3"), 0]
    assert [option.value for option in order.options] == [1, 2, 2]
    assert [(pair.text, pair.belongs_to) for pair in match.pairings] == [("left", "a"), ("other", "b"), ("third", "a")]
    assert [option.text for option in match.options] == ["right", "side", "nothing"]
    assert (numeric.number, numeric.tolerance, numeric.unit) == (Decimal("27.5"), Decimal("0.1"), "%")
    assert short.accepted == ("bus driver", "driver", "*bus*")
    assert all(question.note == "Note." for question in (order, numeric, short))
    assert (lab.draw, lab.pass_mark) == ({"U6.PC3": 6}, Decimal("0.6"))


def test_a_draw_without_criteria_is_shared_out_by_what_the_pool_holds(tmp_path: Path) -> None:
    single = "\nWhich?\n\n- [ ] a\n  > f\n- [x] b\n  > f\n- [ ] c\n  > f\n:::\n"
    pool = [f"::: question Q{number} single {'U6.PC3' if number < 6 else 'U6.PC2'}{single}" for number in range(9)]
    quiz = step_of(tmp_path, "quiz", "::: quiz\ndraw: 4\n:::\n\n" + "\n".join(pool))
    assert isinstance(quiz, Quiz)
    assert quiz.draw == {"U6.PC3": 3, "U6.PC2": 1}


def test_a_film_has_scenes_and_a_prompt_at_its_pause(tmp_path: Path) -> None:
    body = """::: video v9
firm: A firm
sector: Baking
pause: 2

@ A street
  before dawn.
! Five o'clock
Nuala wakes.
She reads.

@ A phone.
It rings.
:::

::: reflect
least: 3 sentences
limit: 900

What now?

Three *sentences*.
:::
"""
    film = step_of(tmp_path, "video", body)
    assert isinstance(film, Video)
    assert (film.name, film.pause) == ("v9", 2)
    assert film.scenes[0].on_screen == "Five o'clock"
    assert film.scenes[0].narration.endswith("Nuala wakes. She reads.")
    assert film.prompt is not None
    assert (film.prompt.text, film.prompt.least, film.prompt.limit) == ("What now?", 3, 900)
    assert "<em>sentences</em>" in film.prompt.hint_html


def test_a_scenario_has_meters_a_clock_conditions_and_endings(tmp_path: Path) -> None:
    scenario = step_of(tmp_path, "scenario", "Begin.\n\n" + SCENARIO)
    assert isinstance(scenario, Scenario)
    trust, rest = scenario.meters
    assert (trust.start, trust.weight, trust.most, trust.title) == (1, 2, 3, "Trust")
    assert rest.explanation == "What is left of the day."
    door = scenario.nodes["door"]
    assert "<li>the baker</li>" in door.html
    assert [choice.sound for choice in door.choices] == [True, False]
    rule = door.choices[1].next[0]
    assert rule.when is not None
    assert (rule.go, rule.when.chose, rule.when.holds) == ("cellar", "door.a", False)
    sit = scenario.nodes["hall"].choices[0]
    assert (sit.effects, sit.needs[0].meter, sit.needs[0].least) == ({"rest": -1}, "trust", 2)


def test_an_exercise_has_materials_for_roles_partners_and_criteria_for_roles(tmp_path: Path) -> None:
    exercise = step_of(tmp_path, "exercise", EXERCISE)
    assert isinstance(exercise, Exercise)
    assert [material.roles for material in exercise.materials] == [("owner", "asker"), ()]
    assert exercise.seed.startswith("note: this stays text")
    assert (exercise.partners[0].role, exercise.partners[0].text) == ("Market room", "Hello **you**.")
    [criterion] = exercise.rubric.group
    assert criterion.levels[2] == "Good, and firm."
    assert criterion.counts_for("asker")
    assert not criterion.counts_for("owner")
    assert [strand.key for strand in exercise.rubric.conduct] == ["x1", "x2", "x3", "x4", "x5"]
    assert exercise.rubric.id == "M1.1@0.1.0"
    assert [phase.minutes for phase in exercise.phases] == [4, 6]


def test_a_task_a_reflection_and_a_talk_are_read(tmp_path: Path) -> None:
    task = step_of(tmp_path / "a", "task", TASK)
    assert isinstance(task, Task)
    assert (task.confirmed_by, task.peers) == ("firm", 2)
    assert [(field.kind, field.limit, field.options) for field in task.fields][1] == ("choice", 5000, ("one", "two"))
    assert task.examples[0].title == "A good one"
    reflection = step_of(tmp_path / "b", "reflection", "Think.\n\n::: reflect\nWhy?\n:::\n")
    assert isinstance(reflection, Reflection)
    assert reflection.prompt.text == "Why?"
    talk = step_of(
        tmp_path / "c", "talk", f"Come.\n\n::: talk\nminutes: 9\n:::\n\n::: criterion c1 U6.PC3 Clear\n{LEVELS}\n:::\n"
    )
    assert isinstance(talk, Talk)
    assert (talk.talk_with, talk.talk_minutes, talk.rubric.conduct) == ("trainer", 9, ())


def test_a_talk_with_somebody_unknown_is_a_fault(tmp_path: Path) -> None:
    talk = f"Come.\n\n::: talk\nwith: pannel\nminutes: 9\n:::\n\n::: criterion c1 U6.PC3 Clear\n{LEVELS}\n:::\n"
    a_course(tmp_path)
    (tmp_path / "m1.en.md").write_text(HEAD + a_step("talk", talk), "utf-8")
    assert any("trainer, panel" in fault.what for fault in faults(tmp_path)), faults(tmp_path)
    spoil(tmp_path / "m1.en.md", "pannel", "panel")
    assert faults(tmp_path) == ()


# --- Languages ---


def test_a_module_comes_in_the_language_asked_for_and_else_in_its_own(tmp_path: Path) -> None:
    a_course(tmp_path)
    text = (tmp_path / "m1.en.md").read_text("utf-8")
    (tmp_path / "m1.fr.md").write_text(text.replace("title: A first module", "title: Un module"), "utf-8")
    spoil(tmp_path / "m1.fr.md", "## Begin with somebody", "## Commencez par quelqu'un")
    course = read(tmp_path)
    assert course.languages == ("en", "fr")
    [french], [german] = course.modules_in("fr"), course.modules_in("de")
    assert (french.title, french.language, german.language) == ("Un module", "fr", "en")
    reading = french.steps[0]
    assert isinstance(reading, Reading)
    assert reading.sections[0].title == "Commencez par quelqu'un"
    assert reading.sections[0].key == "begin-with-somebody", "a kept place fits both languages"


# --- Faults ---


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("code: M1", "coed: M1", "coed: there is no such setting"),
        ("units: []", "units: [U99]", "the profile has no unit U99"),
        ("result: You", "result: [You", "this is not YAML"),
        ("::: step 1 reading", "::: step 1 essay", "no kind of step essay"),
        ("minutes: 2\n", "minutes: soon\n", "minutes: write it as a whole number"),
        ("lead: One", "laed: One", "laed: there is no such setting"),
        ("evidence: U6.PC3 A", "evidence: U6.PC3 Z", "evidence: write it as"),
        ("evidence: U6.PC3 A", "evidence: U9.PC9 A", "the profile has no criterion U9.PC9"),
        ("## Begin", "Some text\n\n## Begin", "a reading begins with a heading"),
        ("  > Quick and friendly", "  Quick and friendly", "has no feedback"),
        ("- [x] \"What", "- [ ] \"What", "a right option (x) and a wrong one"),
        ("- [ ] \"We have", "- [x] \"We have", "exactly one right option"),
        ("::: question Q-R1 single", "::: question Q-R1 chioce", "no question type chioce"),
        ("::: question Q-M1-2", "::: question Q-M1-1", "Q-M1-1 stands here a second time"),
        ("= 25 ± 0.5 %", "= many", "number, tolerance and unit"),
        ("draw: U6.PC3 2", "draw: U6.PC3 7", "holds only 3 questions"),
        ("::: reflect\n", "::: relfect\n", "takes no ::: relfect"),
        ("limit: 3000", "limit: 3000\nlimit: 10", "limit: stands here a second time"),
        ("Look at tomorrow", "<b>Look</b> at tomorrow", "HTML is not allowed"),
        ("2. Say in", "Say in", "what is this"),
        ("# What have you kept?\n", "# What have you kept?\n\nWell.\n\n", "right under a step's title"),
        ("::: step 2 quiz", "::: step 1 quiz", "the step 1 stands here a second time"),
    ],
)  # fmt: skip
def test_a_fault_in_a_module_is_told_at_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    a_course(tmp_path)
    near = spoil(tmp_path / "m1.en.md", old, new)
    found = [fault for fault in faults(tmp_path) if told in fault.what]
    assert found, faults(tmp_path)
    assert found[0].path.name == "m1.en.md"
    assert any(abs(fault.line - near) <= 8 for fault in found), f"line {found[0].line} is far from {near}"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("trust +1, sound", "turst +1, sound", "turst +1: this is no time"),
        ("-> hall}\n  > They", "-> haal}\n  > They", "there is no node haal"),
        ("if not door.a", "if not door.z", "there is no choice door.z"),
        ("{not door.a, -> cellar}", "{not door.a, if hall.a -> cellar}", "the last way of a choice has no condition"),
        ("- Stand. {-> end}", "- Stand. {needs trust 1, -> end}", "free of `needs`"),
        ("most 3, Trust. How", "most many, Trust. How", "meter trust: write it as"),
        ("score: base 0, best 9", "score: base 0", "score: write it as"),
        ("when: trust >= 2", "when: luck >= 2", "there is no meter luck"),
        ("::: ending other Over\n", "::: ending other Over\nwhen: rest >= 1\n", "the last ending must take everything"),
        ("criterion: U6.PC3\n", "", "sound and unsound need a criterion"),
        ("first: door", "first: window", "there is no node window"),
        ("  > Dark.", "  Dark.", "has no feedback"),
        ("rest -1\nmeter", "luck -1\nmeter", "overtime needs a clock, and one of the meters"),
        ("clock: 08:30 to 09:00", "clock: 9 to 5", "clock: write it as"),
    ],
)
def test_a_fault_in_a_scenario_is_told_at_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    a_course(tmp_path)
    (tmp_path / "m1.en.md").write_text(HEAD + a_step("scenario", SCENARIO), "utf-8")
    assert faults(tmp_path) == ()
    near = spoil(tmp_path / "m1.en.md", old, new)
    found = [fault for fault in faults(tmp_path) if told in fault.what]
    assert found, faults(tmp_path)
    assert abs(found[0].line - near) <= 12


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("::: material file owner, asker", "::: material file owner, boss", "there is no role boss"),
        ("for: asker", "for: boss", "there is no role boss"),
        ("::: partner market prepare", "::: partner market party", "there is no phase party"),
        ("gate: All have read.", "All have read.", "gate"),
        ("::: phase prepare 4", "::: phase prepare soon", "minutes and a title"),
        ("4. Best.", "5. Best.", "four numbered lines"),
        ("most: 5", "most: 2", "least is more than most"),
        ("role: Market room\n", "", "say whom the partner plays"),
    ],
)
def test_a_fault_in_an_exercise_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    a_course(tmp_path)
    (tmp_path / "m1.en.md").write_text(HEAD + a_step("exercise", EXERCISE), "utf-8")
    assert faults(tmp_path) == ()
    spoil(tmp_path / "m1.en.md", old, new)
    assert any(told in fault.what for fault in faults(tmp_path)), faults(tmp_path)


def test_all_faults_of_all_files_are_told_at_once_in_their_order(tmp_path: Path) -> None:
    a_course(tmp_path)
    spoil(tmp_path / "course.yaml", "version: 0.1.0", "version: next")
    spoil(tmp_path / "m1.en.md", "code: M1", "coed: M1")
    spoil(tmp_path / "m1.en.md", "draw: U6.PC3 2", "draw: U6.PC3 7")
    spoil(tmp_path / "m1.en.md", "::: reflect\n", "::: relfect\n")
    found = faults(tmp_path)
    assert list(found) == sorted(found)
    assert {fault.path.name for fault in found} == {"course.yaml", "m1.en.md"}
    assert len(found) >= 4
    assert all(str(fault).startswith(f"{fault.path}:{fault.line}: ") for fault in found)


def test_a_file_that_is_no_text_or_has_no_head_is_told(tmp_path: Path) -> None:
    a_course(tmp_path)
    module = tmp_path / "m1.en.md"
    module.write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in faults(tmp_path)[0].what
    module.write_text("# Title\n")
    assert any("begins with a line of three hyphens" in fault.what for fault in faults(tmp_path))
    module.unlink()
    assert "missing" in faults(tmp_path)[0].what


def test_html_stays_text_even_where_it_slips_through(tmp_path: Path) -> None:
    module = module_of(
        tmp_path, a_step("reading", "## A\n\n`<script>` [x](javascript:alert(1))\n\n| a |\n| --- |\n| b |\n")
    )
    reading = module.steps[0]
    assert isinstance(reading, Reading)
    assert "<script" not in reading.sections[0].html
    assert "href" not in reading.sections[0].html
    assert '<th scope="col">a</th>' in reading.sections[0].html

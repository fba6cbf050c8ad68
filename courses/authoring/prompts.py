"""Films, reflections and talks as authors write them."""

from marshmallow import Schema, fields, validate

from courses.authoring import questions, values
from courses.authoring.around import ONE, Around
from courses.authoring.document import Block, StepText
from courses.authoring.markdown import html, plain
from courses.authoring.rubrics import read_rubric
from courses.syllabus import Prompt, Reflection, Scene, Talk, Video

OPTIONAL = (0, 1)


class VideoSchema(Schema):
    """The settings of `::: video`."""

    firm = fields.String(required=True)
    sector = fields.String(required=True)
    pause = values.Whole(least=1, required=True)


TALKS_WITH = ("trainer", "panel", "firm", "supervisor", "colleague")


class ReflectSchema(Schema):
    """The settings of `::: reflect`."""

    least = values.Whole(load_default=1)
    limit = values.Whole(least=1, load_default=5_000)


class TalkSchema(Schema):
    """The settings of `::: talk`; `with` is a word of Python's own."""

    talk_with = fields.String(load_default="trainer", data_key="with", validate=validate.OneOf(TALKS_WITH))
    talk_minutes = values.Whole(least=1, required=True, data_key="minutes")


def read_video(step: StepText, around: Around) -> Video | None:
    """A film, and what is asked at its pause."""
    if not around.expect(step, {"video": ONE, "question": OPTIONAL, "reflect": OPTIONAL}):
        return None
    block, asked, prompted = step.blocks("video")[0], step.blocks("question"), step.blocks("reflect")
    if len(asked) + len(prompted) != 1:
        around.faults.tell(step.line, "a film has one question or one prompt at its pause (::: question, ::: reflect)")
    named = around.words(block, r"[a-z][a-z0-9-]*", "the film's name, such as v1")
    loaded = around.settings(block, VideoSchema())
    scenes = _scenes(block, around)
    question = questions.read(asked[0], around) if asked else None
    prompt = read_prompt(prompted[0], around) if prompted else None
    if named is None or loaded is None:
        return None
    if loaded["pause"] > len(scenes):
        around.faults.tell(block.settings["pause"].line, f"pause: there are only {len(scenes)} scenes")
    return Video(
        **around.step_face,
        **loaded,
        intro_html=html(step.texts()),
        name=named[0],
        scenes=scenes,
        question=question,
        prompt=prompt,
    )


def _scenes(block: Block, around: Around) -> tuple[Scene, ...]:
    """The scenes: each begins with what is seen (`@`)."""
    found: list[dict[str, list[str]]] = []
    begun = {}
    for line, text in block.lines():
        if text.startswith("@"):
            found.append({"@": [], "!": [], "": []})
            begun[len(found)] = line
        mark = text[:1] if text[:1] in ("@", "!") else ""
        if found:
            found[-1][mark].append(text[len(mark) :].strip())
        elif text.strip():
            around.faults.tell(line, "a scene begins with what is seen: @ A street before dawn.")
    if not found:
        around.faults.tell(block.line, "a film has scenes; each begins with what is seen: @ A street before dawn.")
    for number, scene in enumerate(found, start=1):
        if not any(scene[""]):
            around.faults.tell(begun[number], "nothing is spoken in this scene")
    return tuple(Scene(*(plain(" ".join(scene[mark])) for mark in ("@", "!", ""))) for scene in found)


def read_prompt(block: Block, around: Around) -> Prompt | None:
    """A prompt: its first paragraph is the question, the others are a hint."""
    loaded = around.settings(block, ReflectSchema())
    first, _, hint = block.text.partition("\n\n")
    if not first:
        around.faults.tell(block.line, "the prompt itself is missing")
    if loaded is None:
        return None
    return Prompt(text=plain(first), hint_html=html(hint) if hint.strip() else "", **loaded)


def read_reflection(step: StepText, around: Around) -> Reflection | None:
    """A reflection."""
    if not around.expect(step, {"reflect": ONE}):
        return None
    prompt = read_prompt(step.blocks("reflect")[0], around)
    return Reflection(**around.step_face, intro_html=html(step.texts()), prompt=prompt) if prompt else None


def read_talk(step: StepText, around: Around) -> Talk | None:
    """A talk and how it is judged."""
    if not around.expect(step, {"talk": ONE, "criterion": (1, None)}):
        return None
    block = step.blocks("talk")[0]
    loaded = around.settings(block, TalkSchema())
    rubric = read_rubric(step.blocks("criterion"), around)
    if loaded is None:
        return None
    if loaded["talk_minutes"] > around.face["minutes"]:
        around.faults.tell(
            block.line, f"the talk takes {loaded['talk_minutes']} minutes, the step {around.face['minutes']}"
        )
    return Talk(**around.step_face, **loaded, intro_html=html(step.texts()), rubric=rubric)

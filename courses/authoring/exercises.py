"""Team exercises as authors write them: roles, phases, materials, the document, scripted partners, criteria."""

import re

from marshmallow import Schema, fields

from courses.authoring import values
from courses.authoring.around import ANY, ONE, SOME, Around
from courses.authoring.document import Block, StepText
from courses.authoring.markdown import html, plain
from courses.authoring.rubrics import read_rubric
from courses.syllabus import Exercise, Material, Partner, Phase, Role

KEY = r"[a-z][A-Za-z0-9-]*"
GATE = re.compile(r"^gate: *", re.MULTILINE)
BLOCKS = {
    "exercise": ONE,
    "role": SOME,
    "phase": SOME,
    "document": ONE,
    "criterion": SOME,
    "material": ANY,
    "partner": ANY,
}


class ExerciseSchema(Schema):
    """The settings of `::: exercise`."""

    least = values.Whole(least=2, required=True)
    most = values.Whole(least=2, required=True)
    solo = values.YesNo(load_default=False)


class PartnerSchema(Schema):
    """The settings of `::: partner`."""

    role = fields.String(load_default="")


def read(step: StepText, around: Around) -> Exercise | None:
    """A team exercise with its rubric."""
    if not around.expect(step, BLOCKS):
        return None
    block = step.blocks("exercise")[0]
    loaded = around.settings(block, ExerciseSchema())
    roles = tuple(filter(None, (_role(each, around) for each in step.blocks("role"))))
    phases = tuple(filter(None, (_phase(each, around) for each in step.blocks("phase"))))
    titles = {role.key: role.title for role in roles}
    document = around.words(step.blocks("document")[0], r".+", "the document's title")
    if loaded is None or document is None:
        return None
    if loaded["least"] > loaded["most"]:
        around.faults.tell(block.line, "least is more than most")
    made = Exercise(
        **around.step_face,
        **loaded,
        brief_html=html(step.texts()),
        roles=roles,
        phases=phases,
        document_title=document[0],
        seed=step.blocks("document")[0].text + "\n",
        rubric=read_rubric(step.blocks("criterion"), around, team=True),
        licence=around.licence,
        materials=tuple(filter(None, (_material(each, titles, around) for each in step.blocks("material")))),
        partners=tuple(filter(None, (_partner(each, titles, around) for each in step.blocks("partner")))),
    )
    _check(made, step, around)
    return made


def _role(block: Block, around: Around) -> Role | None:
    named = around.words(block, rf"({KEY}) +(.+)", "a key and a title")
    return Role(named[1], named[2], plain(block.text), html(block.text)) if named else None


def _phase(block: Block, around: Around) -> Phase | None:
    named = around.words(block, rf"({KEY}) +([1-9]\d*) +(.+)", "a key, minutes and a title: prepare 25 Prepare")
    what, *gates = GATE.split(block.text)
    if len(gates) != 1:
        around.faults.tell(block.line, "a phase says once what must be true before the team moves on: gate: …")
    if named is None or not gates:
        return None
    return Phase(named[1], named[3], int(named[2]), plain(what), plain(gates[0]), html(what))


def _material(block: Block, roles: dict[str, str], around: Around) -> Material | None:
    form = "a key, who sees it (roles with commas, or everyone) and a title"
    named = around.words(block, rf"({KEY}) +({KEY}(?:, *{KEY})*) +(.+)", form)
    if named is None:
        return None
    who = values.Keys().read(named[2])
    for stranger in set(who or ()) - roles.keys():
        around.faults.tell(block.line, f"there is no role {stranger}")
    return Material(named[1], named[3], who or (), html(block.text))


def _partner(block: Block, roles: dict[str, str], around: Around) -> Partner | None:
    named = around.words(block, rf"({KEY}) +({KEY})", "a key and the phase: market prepare")
    loaded = around.settings(block, PartnerSchema())
    if named is None or loaded is None:
        return None
    role = loaded["role"] or roles.get(named[1], "")
    if not role:
        around.faults.tell(block.line, f"{named[1]} is no role of this exercise: say whom the partner plays (role: …)")
    return Partner(key=named[1], role=role, phase=named[2], text=block.text)


def _check(exercise: Exercise, step: StepText, around: Around) -> None:
    """What does not fit together is told."""
    for name in ("role", "phase", "material"):
        around.unique([(block.words.split(" ")[0], block.line) for block in step.blocks(name)], name)
    phases = {phase.key for phase in exercise.phases}
    for block, partner in zip(step.blocks("partner"), exercise.partners, strict=False):
        if partner.phase not in phases:
            around.faults.tell(block.line, f"there is no phase {partner.phase}")
    known = {role.key for role in exercise.roles}
    for block in step.blocks("criterion"):
        who = values.Keys().read(block.settings["for"].value) if "for" in block.settings else ()
        for stranger in set(who or ()) - known:
            around.faults.tell(block.settings["for"].line, f"for: there is no role {stranger}")
    if exercise.solo and not exercise.partners:
        around.faults.tell(step.blocks("exercise")[0].line, "who works alone needs a partner (::: partner)")

"""Tasks at the own workplace as authors write them."""

import re

from marshmallow import Schema, fields, validate

from courses.authoring import values
from courses.authoring.around import ANY, ONE, SOME, Around
from courses.authoring.document import Block, StepText
from courses.authoring.markdown import html, plain
from courses.authoring.rubrics import read_rubric
from courses.syllabus import Example, Field, Task

KINDS = ("text", "line", "number", "date", "choice", "hours", "file")
CONFIRMING = ("firm", "supervisor", "colleague")
LIMITS = {"line": 200}
LIMIT = 5_000
OPTION = re.compile(r"^- +(.+)$", re.MULTILINE)


class TaskSchema(Schema):
    """The settings of `::: task`; `with` is a word of Python's own."""

    confirmed_by = fields.String(load_default=None, data_key="with", validate=validate.OneOf(CONFIRMING))
    peers = values.Whole(load_default=0)


class FieldSchema(Schema):
    """The settings of `::: field`."""

    kind = fields.String(load_default="text", validate=validate.OneOf(KINDS))
    limit = values.Whole(least=1, load_default=None)


def read(step: StepText, around: Around) -> Task | None:
    """A task, its form, and how it is judged."""
    if not around.expect(step, {"task": ONE, "field": SOME, "criterion": ANY, "example": ANY}):
        return None
    loaded = around.settings(step.blocks("task")[0], TaskSchema())
    made = tuple(found for block in step.blocks("field") if (found := _field(block, around)))
    rubric = read_rubric(step.blocks("criterion"), around)
    around.unique([(block.words.split(" ")[0], block.line) for block in step.blocks("field")], "field")
    if loaded is None:
        return None
    examples = tuple(Example(block.words, html(block.text)) for block in step.blocks("example"))
    return Task(
        **around.step_face,
        **loaded,
        intro_html=html(step.texts()),
        fields=made,
        rubric=rubric,
        examples=examples,
    )


def _field(block: Block, around: Around) -> Field | None:
    """A field of the form."""
    named = around.words(block, r"([a-z][a-z0-9-]*) +(.+)", "a key and a title")
    loaded = around.settings(block, FieldSchema())
    if named is None or loaded is None:
        return None
    chosen = loaded["kind"] == "choice"
    options = tuple(plain(option) for option in OPTION.findall(block.text)) if chosen else ()
    if chosen and len(options) < 2:
        around.faults.tell(block.line, "a choice needs a list of at least two options (- …)")
    hint = OPTION.sub("", block.text).strip() if chosen else block.text
    limit = loaded["limit"] or LIMITS.get(loaded["kind"], LIMIT)
    return Field(named[1], named[2], loaded["kind"], limit, html(hint) if hint else "", options)

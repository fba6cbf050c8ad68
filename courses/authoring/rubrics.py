"""Rubrics as authors write them: criteria, each with four levels in words."""

import re

from marshmallow import Schema

from courses.authoring import values
from courses.authoring.around import Around
from courses.authoring.document import Block
from courses.authoring.markdown import plain
from courses.syllabus import EVERYONE, Criterion, Rubric

LEVEL = re.compile(r"(\d)[.)] +(.*)")


class CriterionSchema(Schema):
    """The settings of `::: criterion`; `for` is a word of Python's own."""

    roles = values.Keys(load_default=EVERYONE, data_key="for")


def read_rubric(blocks: list[Block], around: Around, *, team: bool = False) -> Rubric:
    """The rubric of a step; a team is judged by the strands of conduct as well."""
    found = tuple(made for block in blocks if (made := _of_the_profile(block, around)))
    around.unique([(block.words.split(" ")[0], block.line) for block in blocks], "criterion")
    return Rubric(id=f"{around.face['code']}@{around.version}", group=found, conduct=around.conduct if team else ())


def _of_the_profile(block: Block, around: Around) -> Criterion | None:
    """A criterion that speaks to one of the profile's."""
    named = around.words(
        block, r"([a-z][a-z0-9-]*) +(\S+\.\S+) +(.+)", "a key, the profile's criterion and a title: c1 U1.PC1 Asking"
    )
    loaded = around.settings(block, CriterionSchema())
    levels = read_levels(block, around)
    if named is None or loaded is None or levels is None:
        return None
    iri = around.criterion_iri(named[2], block.line)
    return Criterion(key=named[1], title=named[3], levels=levels, code=named[2], iri=iri, roles=loaded["roles"])


def read_strand(block: Block, around: Around) -> Criterion | None:
    """A strand of conduct: a criterion of no profile."""
    named = around.words(block, r"([a-z][a-z0-9-]*) +(.+)", "a key and a title: x1 Participation")
    levels = read_levels(block, around)
    return Criterion(key=named[1], title=named[2], levels=levels) if named and levels else None


def read_levels(block: Block, around: Around) -> tuple[str, str, str, str] | None:
    """Four numbered lines, from the lowest level to the highest."""
    said: list[list[str]] = []
    numbers = []
    for line, text in block.lines():
        if found := LEVEL.fullmatch(text):
            numbers.append(found[1])
            said.append([found[2]])
        elif text.strip() and said:
            said[-1].append(text.strip())
        elif text.strip():
            around.faults.tell(line, "a criterion has four numbered lines, from the lowest level to the highest")
    if numbers != ["1", "2", "3", "4"]:
        around.faults.tell(
            block.line, "a criterion has four numbered lines, 1. to 4., from the lowest level to the highest"
        )
        return None
    first, second, third, fourth = (plain(" ".join(each)) for each in said)
    return first, second, third, fourth

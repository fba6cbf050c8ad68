"""What a step is read in: the module and profile around it, and where its faults are told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marshmallow import Schema, ValidationError

from courses.authoring.document import Block, StepText
from courses.authoring.faults import FileFaults
from courses.authoring.yaml_text import said
from courses.profile import PerformanceCriterion, Profile
from courses.syllabus import Criterion

ONE, ANY, SOME = (1, 1), (0, None), (1, None)


@dataclass(frozen=True)
class Around:
    """The surroundings of a step: its face (what every step has), the profile, the strands of conduct, the licence."""

    faults: FileFaults
    face: dict[str, Any]
    profile: Profile
    conduct: tuple[Criterion, ...]
    version: str
    licence: str

    @property
    def iri(self) -> str:
        """The step's permanent address."""
        return str(self.face["iri"])

    @property
    def step_face(self) -> dict[str, Any]:
        """What every step has, as its class takes it."""
        return {name: value for name, value in self.face.items() if name != "kind"}

    @cached_property
    def criteria(self) -> Mapping[str, PerformanceCriterion]:
        """The criteria of the profile, by code."""
        return self.profile.criteria()

    def criterion_iri(self, code: str | None, line: int) -> str | None:
        """The criterion's address; a code that the profile does not have is told at this line."""
        if code is None:
            return None
        if code not in self.criteria:
            self.faults.tell(line, f"the profile has no criterion {code}")
            return None
        return self.criteria[code].iri

    def settings(self, block: Block, schema: Schema) -> dict[str, Any] | None:
        """The block's settings as the schema wants them; None, and each complaint told, where they do not fit."""
        try:
            loaded: dict[str, Any] = schema.load({name: given.value for name, given in block.settings.items()})
        except ValidationError as fault:
            for name, messages in fault.messages_dict.items():
                line = block.settings[name].line if name in block.settings else block.line
                what = said(str(messages[0] if isinstance(messages, list) else messages))
                self.faults.tell(line, f"{block.name}: {name}: {what}" if name != "_schema" else what)
            return None
        return loaded

    def words(self, block: Block, pattern: str, form: str) -> re.Match[str] | None:
        """The words after the block's name; None, and told, where they are not of this form."""
        found = re.fullmatch(pattern, block.words)
        if found is None:
            self.faults.tell(block.line, f"after ::: {block.name} this is needed: {form}")
        return found

    def expect(self, step: StepText, blocks: Mapping[str, tuple[int, int | None]]) -> bool:
        """Whether the step has so many of each block (least, most) and no other; what is amiss is told."""
        kind = self.face["kind"]
        good = True
        for part in step.parts:
            if isinstance(part, Block) and part.name not in blocks:
                self.faults.tell(part.line, f"a {kind} takes no ::: {part.name}")
                good = False
        for name, (least, most) in blocks.items():
            held = step.blocks(name)
            if len(held) < least:
                many = "a" if least == 1 else f"at least {least} times"
                self.faults.tell(step.line, f"this {kind} needs {many} ::: {name}")
                good = False
            for extra in held[most:] if most is not None else []:
                self.faults.tell(extra.line, f"a {kind} takes ::: {name} once")
        return good

    def unique(self, keyed: list[tuple[str, int]], what: str) -> None:
        """Every key that comes a second time is told at its line."""
        seen: set[str] = set()
        for key, line in keyed:
            if key in seen:
                self.faults.tell(line, f"the {what} {key} stands here a second time")
            seen.add(key)

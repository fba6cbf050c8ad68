"""Minutes add up: the steps to the module's hours, the phases to their exercise."""

from collections.abc import Iterator

from courses.checks.place import in_module
from courses.errors import Fault
from courses.syllabus import Exercise, Module


def find(module: Module) -> Iterator[Fault]:
    """Where the minutes of this module do not add up."""
    if module.hours is not None and module.minutes != module.hours * 60:
        wanted = f"{module.hours:f} hours are {module.hours * 60:f} minutes"
        yield in_module(module, 1, f"the steps take {module.minutes} minutes; {wanted} (course.yaml)")
    for step in module.steps:
        if isinstance(step, Exercise):
            phases = sum(phase.minutes for phase in step.phases)
            if phases != step.minutes:
                yield in_module(module, step.line, f"the phases take {phases} minutes, the step {step.minutes}")

"""Addresses: every type of activity is in the vocabulary, and every permanent address is one thing's own."""

from collections.abc import Iterator

from courses.checks.place import in_course, in_module
from courses.errors import Fault
from courses.syllabus import Course, Module, Quiz, Reading, Scenario, Step, Video
from xapi_store import vocabulary

TYPES = frozenset(word for name, word in vars(vocabulary).items() if name.startswith("TYPE_"))


def find(course: Course) -> Iterator[Fault]:
    """Addresses that the vocabulary does not have, that lie outside the course, or that two things share."""
    seen: set[str] = set()
    if not course.iri.startswith(("https://", "http://")) or course.iri.endswith("/"):
        yield in_course(course, f"iri: {course.iri} is no permanent address (https://…, no slash at its end)")
    for module in course.modules:
        for step in module.steps:
            if step.activity_type not in TYPES:
                yield in_module(module, step.line, f"{step.code}: {step.activity_type} is not in the vocabulary")
            yield from _own(course, module, step, seen)


def _own(course: Course, module: Module, step: Step, seen: set[str]) -> Iterator[Fault]:
    """The addresses of a step and of what is in it."""
    for iri, line in [(step.iri, step.line), *_inside(step)]:
        if not iri.startswith(f"{course.iri}/"):
            yield in_module(module, line, f"{iri} lies outside the course")
        if iri in seen:
            yield in_module(module, line, f"{iri} is the address of something else already")
        seen.add(iri)


def _inside(step: Step) -> list[tuple[str, int]]:
    """The addresses in a step, with their lines."""
    if isinstance(step, Quiz):
        return [(question.iri, question.line) for question in step.pool]
    if isinstance(step, Reading):
        return [(question.iri, question.line) for question in step.questions]
    if isinstance(step, Scenario):
        return [(node.iri, node.line) for node in step.nodes.values()]
    if isinstance(step, Video) and step.question:
        return [(step.question.iri, step.question.line)]
    return []

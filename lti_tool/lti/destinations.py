"""Where a launch leads inside the tool, and which of our activities that is."""

import re
from dataclasses import dataclass

from courses.catalogue import Catalogue
from courses.errors import NoSuchCourse
from courses.syllabus import Course, Module, Step
from lti_tool.errors import LaunchRefused
from lti_tool.visitor import OBSERVER, OFFICER, TRAINER

LEARN = re.compile(r"/learn/([\w-]+)(?:/([\w-]+)(?:/([\w-]+))?)?/?(?:[?#].*)?")
FRONT_DOORS = ("", "/", "/learn", "/learn/")
OTHER_PAGES = re.compile(r"/(?:teach|agency|reports|team|verify)(?:[/?#].*)?")
DEEP_LINKING = "/lti/deep-linking"
REVIEW = "/review"
OBSERVE = "/observe"
LONGEST = 4096


@dataclass(frozen=True)
class Destination:
    """A page of ours. `module` and `activity` (an IRI) are set where the page is a module or one of its steps."""

    path: str
    course: Course
    module: Module | None = None
    activity: str | None = None


def of(path: str, *, catalogue: Catalogue, roles: frozenset[str]) -> Destination:
    """The page at this path; a front door leads each role to its own first page. LaunchRefused where there is none."""
    if roles == {OBSERVER}:
        return _observe(path, catalogue)
    match = LEARN.fullmatch(path)
    if match:
        try:
            return _learn(path, *match.groups(), catalogue=catalogue)
        except NoSuchCourse as error:
            raise LaunchRefused("unknown_target", "nothing at that address") from error
    course = _first(catalogue)
    if path in FRONT_DOORS:
        return _front(course, roles)
    if path == DEEP_LINKING or OTHER_PAGES.fullmatch(path):
        return Destination(path, course)
    raise LaunchRefused("unknown_target", "not a page to launch")


def within(target: str, address: str) -> bool:
    """True where the target is a plain address inside our own origin."""
    plain = all("!" <= each <= "~" and each != "\\" for each in target)
    return plain and len(target) <= LONGEST and (target == address or target.startswith(f"{address}/"))


def course_path(course: Course) -> str:
    """The permanent address of a whole course, as a path."""
    return f"/learn/{course.slug}"


def review_path(path: str) -> str:
    """Where a platform launches somebody who reviews what was handed in at that path of a module or step."""
    return REVIEW + path.removeprefix("/learn")


def module_path(course: Course, module: Module) -> str:
    """The permanent address of a module, as a path."""
    return f"/learn/{course.slug}/{module.slug}"


def step_path(step: Step) -> str:
    """The permanent address of a step, as a path."""
    return f"/learn/{step.id}"


def _learn(path: str, course: str, module: str | None, step: str | None, *, catalogue: Catalogue) -> Destination:
    taken = catalogue.course(course)
    if module is None:
        return _front(taken, frozenset())
    opened = catalogue.module(course, module)
    activity = catalogue.step(course, module, step).iri if step is not None else opened.iri
    return Destination(path, taken, opened, activity)


def _front(course: Course, roles: frozenset[str]) -> Destination:
    if OFFICER in roles and TRAINER not in roles:
        return Destination("/agency", course)
    if TRAINER in roles:
        return Destination("/teach", course)
    module = course.modules[0]
    return Destination(module_path(course, module), course, module, module.iri)


def reviewed(path: str, *, catalogue: Catalogue) -> Destination:
    """What lies at the path of a module, a step or its review. Any other path says nothing, and is no reason to refuse:
    platforms send a review to whatever address they know."""
    learnt = "/learn" + path.removeprefix(REVIEW) if path.startswith(f"{REVIEW}/") else path
    match = LEARN.fullmatch(learnt)
    try:
        return _learn(learnt, *match.groups(), catalogue=catalogue) if match else Destination(REVIEW, _first(catalogue))
    except NoSuchCourse:
        return Destination(REVIEW, _first(catalogue))


def _observe(path: str, catalogue: Catalogue) -> Destination:
    """Whatever link an observer opens, it leads to the one page for observers, about that link's course."""
    match = LEARN.fullmatch(path)
    course = catalogue.courses.get(match[1]) if match else None
    return Destination(OBSERVE, course or _first(catalogue))


def _first(catalogue: Catalogue) -> Course:
    for course in catalogue.courses.values():
        return course
    raise LaunchRefused("unknown_target", "no course is installed")

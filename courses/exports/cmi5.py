"""The self-study steps as a cmi5 course: one assignable unit for each step, in a block for each module.

A unit's identifier is the step's permanent address: what a platform's record store holds says the same as ours.
"""

from xml.sax.saxutils import escape, quoteattr

from courses.exports import metadata, static_pages, zips
from courses.exports.edition import Edition, pass_mark
from courses.exports.static_pages import page_of
from courses.syllabus import Module, Scenario, Step

BEGINNING = '<?xml version="1.0" encoding="utf-8"?>\n'
NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"


def package(edition: Edition) -> bytes:
    """The archive with `cmi5.xml` at its top (cmi5 1.0, section 14)."""
    files = static_pages.pages(edition, record="cmi5", linked=False)
    return zips.packed({**files, "cmi5.xml": structure(edition)})


def structure(edition: Edition) -> str:
    """The course structure document (section 13)."""
    record = metadata.lom(edition, title=edition.title, description=edition.summary, prefix="lom:")
    course = (
        f"<course id={quoteattr(edition.course.iri)}>{_named(edition, edition.title, edition.summary)}{record}</course>"
    )
    blocks = "".join(_block(edition, module, steps) for module, steps in edition.self_study())
    return f'{BEGINNING}<courseStructure xmlns="{NAMESPACE}">{course}{blocks}</courseStructure>'


def _block(edition: Edition, module: Module, steps: tuple[Step, ...]) -> str:
    units = "".join(_unit(edition, module, step) for step in steps)
    name = _named(edition, f"{module.code} {module.title}", module.result)
    return f"<block id={quoteattr(module.iri)}>{name}{units}</block>"


def _unit(edition: Edition, module: Module, step: Step) -> str:
    """One step: judged where it has a pass mark (section 13.1.4)."""
    mark = pass_mark(step)
    judged = "" if mark is None else f' masteryScore="{mark.normalize():f}"'
    name = _named(edition, f"{step.code} {step.title}", step.lead)
    told = f'moveOn="{_move_on(step)}"{judged} launchMethod="AnyWindow" activityType={quoteattr(step.activity_type)}'
    return f"<au id={quoteattr(step.iri)} {told}>{name}<url>{page_of(module, step)}</url></au>"


def _move_on(step: Step) -> str:
    """A quiz has to be passed; a scenario was worth playing however it ended; all else is done when it was done."""
    if isinstance(step, Scenario):
        return "CompletedOrPassed"
    return "Completed" if pass_mark(step) is None else "Passed"


def _named(edition: Edition, title: str, description: str) -> str:
    return f"<title>{_words(edition, title)}</title><description>{_words(edition, description)}</description>"


def _words(edition: Edition, text: str) -> str:
    return f"<langstring lang={quoteattr(edition.language)}>{escape(text)}</langstring>"

"""The shelf that a trainer chooses from: every course with its modules, narrowed by words."""

from collections.abc import Collection
from dataclasses import dataclass

from courses.catalogue import Catalogue
from courses.syllabus import Course, Module, Step
from lti_tool.lti import destinations


@dataclass(frozen=True)
class Book:
    """A module on the shelf, with the titles of its competences. `found`: a word was found inside, not in its name."""

    module: Module
    path: str
    competences: tuple[str, ...]
    steps: tuple[tuple[str, Step], ...]
    found: bool


@dataclass(frozen=True)
class Shelf:
    """A course, its path, and those of its modules that the words were found in."""

    course: Course
    path: str
    books: tuple[Book, ...]


def shelves(catalogue: Catalogue, *, words: str, ticked: Collection[str]) -> list[Shelf]:
    """Every course that holds a module in which all the words occur; what is ticked stays, whatever the words."""
    titles = {unit.code: unit.title for unit in catalogue.profile.units}
    wanted = words.casefold().split()
    found = []
    for course in catalogue.courses.values():
        books = [_book(course, module, titles, wanted, ticked) for module in course.modules]
        shown = tuple(book for book in books if _holds(book, wanted) or _is_ticked(book, ticked))
        path = destinations.course_path(course)
        if shown or path in ticked:
            found.append(Shelf(course, path, shown))
    return found


def _book(course: Course, module: Module, titles: dict[str, str], wanted: list[str], ticked: Collection[str]) -> Book:
    steps = tuple((destinations.step_path(step), step) for step in module.steps)
    name = f"{module.code} {module.title}".casefold()
    inside = bool(wanted) and not all(word in name for word in wanted)
    found = inside or any(path in ticked for path, _ in steps)
    competences = tuple(titles[code] for code in module.units if code in titles)
    return Book(module, destinations.module_path(course, module), competences, steps, found)


def _holds(book: Book, wanted: list[str]) -> bool:
    module = book.module
    texts = [module.code, module.title, module.result, *module.units, *book.competences]
    texts += [text for _, step in book.steps for text in (step.code, step.title, step.kind, step.lead)]
    everything = " ".join(texts).casefold()
    return all(word in everything for word in wanted)


def _is_ticked(book: Book, ticked: Collection[str]) -> bool:
    return book.path in ticked or any(path in ticked for path, _ in book.steps)

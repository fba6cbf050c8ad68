"""What a platform's course can link to, and each such thing as a content item (LTI Deep Linking 2.0, 3)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from courses.catalogue import Catalogue
from courses.syllabus import Course, Module, Step
from lti_tool.lti import destinations
from lti_tool.lti.link_wishes import IFRAME, WINDOW, Wishes

RESOURCE_LINK, LINK, HTML = "ltiResourceLink", "link", "html"
SCORED = ("quiz", "exercise", "scenario")
MAXIMUM = 100
REVIEWABLE = ("InProgress", "Submitted", "Completed")
SIZES = {IFRAME: {"width": 1100, "height": 800}, WINDOW: {"targetName": "animateur", "width": 1100, "height": 800}}
ICON = "/static/img/icon.svg"


@dataclass(frozen=True)
class Offer:
    """One thing that can be linked to, by its path. `parts` are the paths of a course's modules, in order."""

    path: str
    iri: str
    title: str
    text: str
    kind: str
    scored: bool
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terms:
    """What the platform takes (Deep Linking 2.0, 4.4.1): types, how pages may open, whether it makes line items."""

    types: Collection[str]
    targets: Collection[str]
    several: bool
    line_items: bool

    def kind(self) -> str | None:
        """The best type of ours that the platform takes; None where it takes none."""
        return next((each for each in (RESOURCE_LINK, LINK, HTML) if each in self.types), None)

    def openings(self) -> tuple[str, ...]:
        """How the platform lets us open: those it named, or both where it named none."""
        return tuple(each for each in (IFRAME, WINDOW) if not self.targets or each in self.targets)


def offers(catalogue: Catalogue) -> dict[str, Offer]:
    """Every course, module and step, by path, in the order of the catalogue."""
    found = [offer for course in catalogue.courses.values() for offer in _of_course(course)]
    return {offer.path: offer for offer in found}


def chosen(found: Mapping[str, Offer], paths: Collection[str], *, several: bool) -> list[Offer]:
    """The things at these paths, each once and in order; a whole course as links to all its modules.

    Where the platform takes one link only, the first one stands, and a whole course is one link to itself.
    """
    picked = [offer for path, offer in found.items() if path in paths]
    if not several:
        return picked[:1]
    wanted = {path for offer in picked for path in (offer.parts or (offer.path,))}
    return [offer for path, offer in found.items() if path in wanted]


def written(offered: Iterable[Offer], *, address: str, terms: Terms, wishes: Wishes) -> list[dict[str, Any]]:
    """These things as content items of the best type that the platform takes; `address` is our own."""
    found = list(offered)
    own_words = wishes if len(found) == 1 else Wishes()
    items = []
    for offer in found:
        base = {
            "title": own_words.title or offer.title,
            "text": own_words.text or offer.text,
            "url": address + offer.path,
        }
        items.append(_WRITERS[terms.kind() or RESOURCE_LINK](offer, base, address, terms, wishes))
    return items


def reviewable(offer: Offer, *, address: str) -> dict[str, Any]:
    """The `submissionReview` of a line item: where its scores can be opened for review (Submission Review 1.0)."""
    return {
        "reviewableStatus": list(REVIEWABLE),
        "url": address + destinations.review_path(offer.path),
        "custom": {"activity": offer.iri},
    }


def _resource_link(offer: Offer, base: dict[str, Any], address: str, terms: Terms, wishes: Wishes) -> dict[str, Any]:
    """LTI Resource Link (3.6). `custom` names the activity too: it survives when a platform copies its course."""
    item = {"type": RESOURCE_LINK, **base, "custom": {"activity": offer.iri}, **_pictures(address)}
    if offer.scored and terms.line_items:
        item["lineItem"] = _line_item(offer, address)
    opening = [each for each in terms.openings() if wishes.opens in ("", each)]
    return item | {each: SIZES[each] for each in opening} | wishes.windows()


def _link(_offer: Offer, base: dict[str, Any], address: str, _terms: Terms, _wishes: Wishes) -> dict[str, Any]:
    """Link (3.1): an address to open in a window."""
    return {"type": LINK, **base, **_pictures(address), WINDOW: SIZES[WINDOW]}


def _html(_offer: Offer, base: dict[str, Any], _address: str, _terms: Terms, _wishes: Wishes) -> dict[str, Any]:
    """HTML fragment (3.3): the same link, written out."""
    anchor = Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(base["url"], base["title"])
    return {"type": HTML, "title": base["title"], "text": base["text"], "html": str(anchor)}


_WRITERS = {RESOURCE_LINK: _resource_link, LINK: _link, HTML: _html}


def _line_item(offer: Offer, address: str) -> dict[str, Any]:
    """The column that the platform makes for the link (3.6)."""
    return {
        "label": offer.title,
        "scoreMaximum": MAXIMUM,
        "resourceId": offer.iri,
        "tag": offer.kind,
        "submissionReview": reviewable(offer, address=address),
    }


def _pictures(address: str) -> dict[str, Any]:
    return {
        "icon": {"url": address + ICON, "width": 32, "height": 32},
        "thumbnail": {"url": address + ICON, "width": 90, "height": 90},
    }


def _of_course(course: Course) -> Iterable[Offer]:
    modules = [(destinations.module_path(course, module), module) for module in course.modules]
    parts = tuple(path for path, _ in modules)
    yield Offer(destinations.course_path(course), course.iri, course.title, course.summary, "course", False, parts)
    for path, module in modules:
        yield _of(module, path=path, text=module.result, kind="module", scored=True)
        for step in module.steps:
            path_of_step = destinations.step_path(step)
            yield _of(step, path=path_of_step, text=step.lead, kind=step.kind, scored=step.kind in SCORED)


def _of(thing: Module | Step, *, path: str, text: str, kind: str, scored: bool) -> Offer:
    return Offer(path, thing.iri, f"{thing.code} {thing.title}", text, kind, scored)

"""Which rooms (files of the product) a journey passes, traced while it runs and compared with ARCHITECTURE.md.

A *stop* is a room that is entered from another floor or wing; a *side room* serves only rooms of its own wing.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("lti_tool", "assessments", "courses", "xapi_store")

# The ground every journey walks on, named once in ARCHITECTURE.md and not counted again for each.
GROUND = {
    # the way in: the application, who is here, what stands around every page
    "lti_tool/run/app.py",
    "lti_tool/run/compression.py",
    "lti_tool/run/static_files.py",
    "lti_tool/run/settings.py",
    "lti_tool/visitor.py",
    "lti_tool/browser_kind.py",
    "courses/joining.py",
    "lti_tool/pages/frame.py",
    "lti_tool/pages/words.py",
    "lti_tool/lti/platforms/platform.py",
    "xapi_store/api/door.py",
    # what the house holds
    "lti_tool/house.py",
    "courses/catalogue.py",
    "courses/syllabus/step.py",
    "assessments/rulebook.py",
    "assessments/addresses.py",
    # the way down
    "xapi_store/database.py",
    "xapi_store/prepared.py",
    "xapi_store/transaction.py",
    "xapi_store/staging.py",
    "xapi_store/vocabulary.py",
    "xapi_store/actors.py",
    # how a statement is written: which of these are needed depends on what was seen before
    "xapi_store/recurring.py",
    "xapi_store/form/received.py",
    "xapi_store/form/validation.py",
    "xapi_store/form/rules.py",
    "xapi_store/form/interactions.py",
    "xapi_store/form/syntax.py",
    "xapi_store/form/digits.py",
    "xapi_store/postings.py",
    "xapi_store/arrays.py",
    "xapi_store/stores.py",
    "xapi_store/order/plain_placing.py",
    "xapi_store/order/placing.py",
    "xapi_store/order/references.py",
    "xapi_store/definitions/activities.py",
    "xapi_store/definitions/definition_merging.py",
    "xapi_store/definitions/known_definitions.py",
}


@dataclass
class Way:
    """A journey as it was traced: stops in the order of their first visit, and every side room."""

    stops: list[str] = field(default_factory=list)
    side: set[str] = field(default_factory=set)

    def enter(self, room: str, coming_from: str | None) -> None:
        """The room was called from that one, or from outside the product (None)."""
        if room in GROUND or room in self.stops:
            return
        if coming_from is not None and wing(coming_from) == wing(room):
            self.side.add(room)
        else:
            self.stops.append(room)
            self.side.discard(room)


def wing(room: str) -> str:
    """The part of the house in which a room lies: a floor, or a wing of the top floor, or a floor's own door."""
    parts = room.split("/")
    if parts[0] == "lti_tool" or parts[1] in ("api", "api.py"):
        return "/".join(parts[:2])
    return parts[0]


@contextmanager
def passed() -> Iterator[Way]:
    """The way taken meanwhile by this thread."""
    way = Way()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        room = _room(frame) if event == "call" else None
        if room is not None:
            way.enter(room, _caller(frame))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield way
    finally:
        sys.setprofile(before)


def promised(journey: str) -> Way:
    """The way that ARCHITECTURE.md describes: numbered stops, each with its side rooms behind it."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = re.search(rf"^### {re.escape(journey)}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    if section is None:
        raise LookupError(f"ARCHITECTURE.md has no journey {journey!r}")
    way = Way()
    for line in re.findall(r"^\d+\. (.*(?:\n   .*)*)", section.group(1), re.MULTILINE):
        stop, *side = re.findall(r"`([\w/]+\.py)`", line)
        way.stops.append(stop)
        way.side |= set(side)
    return way


def _room(frame: FrameType | None) -> str | None:
    if frame is None:
        return None
    path = Path(frame.f_code.co_filename)
    if not path.is_relative_to(ROOT):
        return None
    room = path.relative_to(ROOT).as_posix()
    return room if room.split("/")[0] in FLOORS else None


def _caller(frame: FrameType) -> str | None:
    """The room that called, however many frames of libraries lie between."""
    back = frame.f_back
    while back is not None and _room(back) is None:
        back = back.f_back
    return _room(back)

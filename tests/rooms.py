"""Which rooms (files of the product) a journey passes, traced while it runs and compared with ARCHITECTURE.md."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("lti_tool", "assessments", "courses", "xapi_store")

# The ground every journey walks on, named once in ARCHITECTURE.md and not counted again for each.
GROUND = {
    "lti_tool/house.py",
    "lti_tool/run/app.py",
    "xapi_store/database.py",
    "xapi_store/transaction.py",
    "xapi_store/vocabulary.py",
}


@contextmanager
def passed() -> Iterator[list[str]]:
    """The rooms entered meanwhile by this thread, in order of the first visit."""
    rooms: list[str] = []

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        if event != "call":
            return
        path = Path(frame.f_code.co_filename)
        if not path.is_relative_to(ROOT):
            return
        room = path.relative_to(ROOT).as_posix()
        if room.split("/")[0] in FLOORS and room not in rooms and room not in GROUND:
            rooms.append(room)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield rooms
    finally:
        sys.setprofile(before)


def promised(journey: str) -> list[str]:
    """The rooms that ARCHITECTURE.md lists for this journey, in its order."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = re.search(rf"^### {re.escape(journey)}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    if section is None:
        raise LookupError(f"ARCHITECTURE.md has no journey {journey!r}")
    return re.findall(r"^\d+\. `([^`]+)`", section.group(1), re.MULTILINE)

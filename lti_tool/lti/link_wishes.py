"""What a trainer may add to the links they choose: own words, how they open, from when until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lti_tool.errors import WishesRefused

IFRAME, WINDOW = "iframe", "window"
LONGEST = {"title": 255, "text": 2000}
WINDOWS = ("available", "submission")
ENDS = ("startDateTime", "endDateTime")
FIELDS = tuple(f"{window}.{end}" for window in WINDOWS for end in ENDS)


@dataclass(frozen=True)
class Wishes:
    """`title` and `text` replace ours where one link is chosen; `opens` is `iframe`, `window` or empty.

    `times` holds what was given of FIELDS: when the link can be opened, and when work can be handed in.
    """

    title: str = ""
    text: str = ""
    opens: str = ""
    times: Mapping[str, datetime] | None = None

    def windows(self) -> dict[str, dict[str, str]]:
        """`available` and `submission` as content items have them (Deep Linking 2.0, 3.6); empty ones are left out."""
        times = self.times or {}
        found = {
            window: {end: _written(times[f"{window}.{end}"]) for end in ENDS if f"{window}.{end}" in times}
            for window in WINDOWS
        }
        return {window: ends for window, ends in found.items() if ends}


def read(form: Mapping[str, Any]) -> Wishes:
    """The form's wishes; WishesRefused names each field that cannot be understood, with a code."""
    errors: dict[str, str] = {}
    words = {name: str(form.get(name, "")).strip() for name in LONGEST}
    errors |= {name: "too_long" for name, most in LONGEST.items() if len(words[name]) > most}
    times = _times(form, errors)
    for window in WINDOWS:
        start, end = (times.get(f"{window}.{each}") for each in ENDS)
        if start and end and end <= start:
            errors[f"{window}.{ENDS[1]}"] = "ends_before_it_starts"
    if errors:
        raise WishesRefused(errors)
    opens = form.get("opens", "")
    return Wishes(**words, opens=opens if opens in (IFRAME, WINDOW) else "", times=times)


def _times(form: Mapping[str, Any], errors: dict[str, str]) -> dict[str, datetime]:
    """A time without a zone is meant in UTC: so the page says where no script turned it from the reader's own."""
    found: dict[str, datetime] = {}
    for name in FIELDS:
        typed = str(form.get(name, "")).strip()
        try:
            moment = datetime.fromisoformat(typed) if typed else None
            if moment is not None:
                found[name] = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            errors[name] = "no_such_time"
    return found


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")

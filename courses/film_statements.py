"""What is on record of a film that is watched, in the words of the xAPI video profile 1.0.3.

The film is the step itself. Every statement also belongs to our own profile, as all of ours do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from courses import evidence, segments
from courses.evidence import Author
from courses.segments import Segment
from courses.syllabus import Step
from xapi_store import vocabulary as words

THRESHOLD = Decimal("0.9")


@dataclass(frozen=True)
class Showing:
    """How a film is being shown: `speed` 1 is as filmed, `volume` 0 to 1, sizes as `WIDTHxHEIGHT`.

    `captions` is None while they are off; `described` while pictures are told in words too, `audio` without a picture.
    """

    speed: float = 1
    volume: float = 1
    captions: str | None = None
    language: str = "en"
    full_screen: bool = False
    screen: str = ""
    shown: str = ""
    track: str = "film"


@dataclass(frozen=True)
class Seen:
    """Who watches what: the author, the step, the session of watching, and the film's length in milliseconds."""

    author: Author
    step: Step
    session_id: UUID
    length: int


def initialized(session: Session, seen: Seen, *, showing: Showing, at: datetime) -> None:
    """It is on record that the film was opened, and how it is shown."""
    _record(session, seen, words.INITIALIZED, at, extensions=_shown(showing))


def played(session: Session, seen: Seen, *, time: int, showing: Showing, at: datetime) -> None:
    """It is on record that it plays from here."""
    speed = {words.VIDEO_SPEED: f"{showing.speed:g}x", words.VIDEO_VOLUME: showing.volume}
    _record(session, seen, words.PLAYED, at, result=_time(time), extensions=speed)


def paused(session: Session, seen: Seen, *, time: int, told: Sequence[Segment], at: datetime) -> None:
    """It is on record that it stopped here, and what was played until then."""
    _record(session, seen, words.PAUSED, at, result=_time(time) | _progress(seen, told))


def seeked(session: Session, seen: Seen, *, came: int, went: int, told: Sequence[Segment], at: datetime) -> None:
    """It is on record that the person went from one time to another."""
    times = {words.VIDEO_TIME_FROM: segments.seconds(came), words.VIDEO_TIME_TO: segments.seconds(went)}
    _record(session, seen, words.SEEKED, at, result=times | _progress(seen, told))


def interacted(session: Session, seen: Seen, *, time: int, showing: Showing, at: datetime) -> None:
    """It is on record that speed, volume, captions or size were changed: how it is shown from now on."""
    _record(session, seen, words.INTERACTED, at, result=_time(time), extensions=_shown(showing))


def completed(session: Session, seen: Seen, *, time: int, told: Sequence[Segment], at: datetime) -> None:
    """It is on record that enough of the film was seen; `duration` is the time of film that was played."""
    extensions = _time(time) | _progress(seen, told)
    spent = f"PT{segments.spent(told) / 1000:.2f}S"
    _record(session, seen, words.COMPLETED, at, result=extensions, more={"completion": True, "duration": spent})


def terminated(session: Session, seen: Seen, *, time: int, told: Sequence[Segment], at: datetime) -> None:
    """It is on record that the film was left here."""
    _record(session, seen, words.TERMINATED, at, result=_time(time) | _progress(seen, told))


def _record(
    session: Session,
    seen: Seen,
    verb: str,
    at: datetime,
    *,
    result: dict[str, Any] | None = None,
    extensions: dict[str, Any] | None = None,
    more: dict[str, Any] | None = None,
) -> None:
    around = {
        words.VIDEO_LENGTH: segments.seconds(seen.length),
        words.VIDEO_SESSION: str(seen.session_id),
        words.VIDEO_THRESHOLD: float(THRESHOLD),
        **(extensions or {}),
    }
    said = {**(more or {}), **({"extensions": result} if result else {})}
    about = evidence.step_activity(seen.step)
    spoken = evidence.statement(seen.author, verb=verb, about=about, within=seen.step, extensions=around, result=said)
    spoken["context"]["contextActivities"]["category"].append({"id": words.VIDEO_CATEGORY})
    evidence.record(session, seen.author, spoken, at)


def _time(time: int) -> dict[str, Any]:
    return {words.VIDEO_TIME: segments.seconds(time)}


def _progress(seen: Seen, told: Sequence[Segment]) -> dict[str, Any]:
    return {
        words.VIDEO_PROGRESS: float(segments.progress(told, length=seen.length)),
        words.VIDEO_SEGMENTS: segments.written(told),
    }


def _shown(showing: Showing) -> dict[str, Any]:
    """All of it each time: the profile's three templates for `interacted` are told apart by nothing else."""
    return {
        words.VIDEO_SPEED: f"{showing.speed:g}x",
        words.VIDEO_VOLUME: showing.volume,
        **dict.fromkeys(words.VIDEO_CAPTIONS, showing.captions is not None),
        words.VIDEO_CAPTION_LANGUAGE: showing.captions or showing.language,
        words.VIDEO_FULL_SCREEN: showing.full_screen,
        words.VIDEO_SCREEN: showing.screen,
        words.VIDEO_SHOWN: showing.shown,
        words.VIDEO_TRACK: showing.track,
    }

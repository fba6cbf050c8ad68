"""Statements as a learning platform sends them: about 1.3 KB, of skewed frequency, the same for the same seed.

A few people, activities and verbs make most of the statements, as in real use: so there are terms that fill a page
in a small store, too. `FORUM` and `ANSWERED` are both frequent, and never stand in one statement.
"""

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

SITE = "https://lms.example.org"
PEOPLE = 2_000
ACTIVITIES = 500
COURSES = 6
TRAINERS = 20

ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
FORUM = f"{SITE}/courses/facilitation-1/activities/forum"
_FORUM_SHARE = 0.2

# IRI, its names, how many of a hundred statements have it.
_VERBS = (
    (ANSWERED, "answered", "beantwortete", 38),
    ("http://adlnet.gov/expapi/verbs/experienced", "experienced", "erlebte", 16),
    ("http://adlnet.gov/expapi/verbs/completed", "completed", "beendete", 11),
    ("http://adlnet.gov/expapi/verbs/interacted", "interacted", "bearbeitete", 8),
    ("http://adlnet.gov/expapi/verbs/progressed", "progressed", "kam voran", 6),
    ("http://adlnet.gov/expapi/verbs/attempted", "attempted", "versuchte", 5),
    ("http://adlnet.gov/expapi/verbs/commented", "commented", "kommentierte", 4),
    ("http://adlnet.gov/expapi/verbs/passed", "passed", "bestand", 4),
    ("http://adlnet.gov/expapi/verbs/launched", "launched", "startete", 3),
    ("http://adlnet.gov/expapi/verbs/shared", "shared", "teilte", 2),
    ("http://adlnet.gov/expapi/verbs/failed", "failed", "bestand nicht", 2),
    ("http://adlnet.gov/expapi/verbs/suspended", "suspended", "unterbrach", 1),
)
VERBS = tuple(iri for iri, *_ in _VERBS)
_BEGAN = datetime(2026, 1, 12, 8, tzinfo=UTC)


def statements(count: int, *, seed: int) -> Iterator[dict[str, Any]]:
    """So many valid statements, each with an id of its own."""
    draw = random.Random(seed)
    people = draw.choices(range(PEOPLE), cum_weights=_skewed(PEOPLE), k=count)
    activities = draw.choices(range(ACTIVITIES), cum_weights=_skewed(ACTIVITIES), k=count)
    verbs = draw.choices(range(len(_VERBS)), cum_weights=_verb_weights(), k=count)
    for number, person, activity, verb in zip(range(count), people, activities, verbs, strict=True):
        forum = draw.random() < _FORUM_SHARE
        yield _statement(draw, number, person, None if forum else activity, (verb or 1) if forum else verb)


def person(rank: int) -> dict[str, Any]:
    """The learner of that rank, 0 being the busiest."""
    return {"objectType": "Agent", "account": {"homePage": SITE, "name": f"learner-{rank:06d}"}}


def trainer(number: int) -> dict[str, Any]:
    """One of the trainers, who stand in statements as instructors only."""
    return {"objectType": "Agent", "account": {"homePage": SITE, "name": f"trainer-{number:03d}"}}


def activity_iri(rank: int) -> str:
    """The IRI of the activity of that rank, 0 being the most used (the forum left out)."""
    return f"{course_iri(course_of(rank))}/activities/{rank:04d}"


def course_of(rank: int) -> int:
    """The course to which the activity of that rank belongs."""
    return rank % COURSES


def course_iri(course: int) -> str:
    """The IRI of that course: the grouping of all its statements."""
    return f"{SITE}/courses/facilitation-{course}"


def module_iri(course: int, module: int) -> str:
    """The IRI of that module: the parent of its activities."""
    return f"{course_iri(course)}/modules/{module}"


@cache
def registration(person_rank: int, course: int) -> UUID:
    """The run of that learner through that course."""
    return uuid5(NAMESPACE_URL, f"{course_iri(course)}#{person_rank}")


@cache
def _skewed(size: int) -> list[float]:
    return list(itertools.accumulate(rank**-0.9 for rank in range(1, size + 1)))


@cache
def _verb_weights() -> list[float]:
    return list(itertools.accumulate(float(share) for *_, share in _VERBS))


def _statement(draw: random.Random, number: int, who: int, activity: int | None, verb: int) -> dict[str, Any]:
    course = 1 if activity is None else course_of(activity)
    iri, english, german, _ = _VERBS[verb]
    return {
        "id": str(UUID(int=draw.getrandbits(128), version=4)),
        "actor": person(who),
        "verb": {"id": iri, "display": {"en": english, "de": german}},
        "object": _forum() if activity is None else _activity(activity),
        "result": _result(draw),
        "context": _context(draw, who, course, 0 if activity is None else activity % 7),
        "timestamp": (_BEGAN + timedelta(milliseconds=137 * number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


@cache
def _activity(rank: int) -> dict[str, Any]:
    return {
        "objectType": "Activity",
        "id": activity_iri(rank),
        "definition": {
            "type": "http://adlnet.gov/expapi/activities/assessment",
            "name": {"en": f"Opening a difficult meeting, part {rank}", "de": f"Ein Treffen eröffnen, Teil {rank}"},
            "description": {"en": "Choose how to begin, and say why.", "de": "Wähle einen Anfang und begründe ihn."},
        },
    }


@cache
def _forum() -> dict[str, Any]:
    return {
        "objectType": "Activity",
        "id": FORUM,
        "definition": {
            "type": "http://id.tincanapi.com/activitytype/discussion",
            "name": {"en": "The forum of the whole course", "de": "Das Forum des ganzen Kurses"},
        },
    }


def _result(draw: random.Random) -> dict[str, Any]:
    points = draw.randrange(101)
    return {
        "score": {"scaled": points / 100, "raw": points, "min": 0, "max": 100},
        "success": points >= 60,
        "completion": True,
        "duration": f"PT{draw.randrange(40)}M{draw.randrange(60)}S",
    }


def _context(draw: random.Random, who: int, course: int, module: int) -> dict[str, Any]:
    return {
        "registration": str(registration(who, course)),
        "instructor": trainer((who + course) % TRAINERS),
        "contextActivities": _surroundings(course, module),
        "platform": "Example LMS",
        "language": "en",
        "extensions": {f"{SITE}/x/session": draw.getrandbits(40), f"{SITE}/x/attempt": draw.randrange(1, 5)},
    }


@cache
def _surroundings(course: int, module: int) -> dict[str, Any]:
    return {
        "parent": [{"objectType": "Activity", "id": module_iri(course, module)}],
        "grouping": [{"objectType": "Activity", "id": course_iri(course)}],
        "category": [{"objectType": "Activity", "id": "https://w3id.org/xapi/oicf/v/1"}],
    }

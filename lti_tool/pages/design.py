"""Every part of the design in every state, on one page of the demo."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from courses.sandbox.builtin import Reflected
from courses.sandbox.merging import Line
from courses.sandbox.thread import Message
from courses.syllabus import Exercise
from courses.teams import Member
from courses.whereabouts import Judged, Tally
from lti_tool import house

bp = Blueprint("design", __name__)

# Invented people.
NAMES = ("Marit Oolbekkink", "Tadhg Ó Flaithearta", "Ελένη Καραγιάννη", "Wenceslas Przybyłowski", "Siiri Lehto", None)
INITIALS = ("MO", "TÓ", "ΕΚ", "WP", "SL", "7F")
HOST, CONNECTOR = "host", "connector"


@dataclass(frozen=True)
class StepShown:
    """A step of the outline as the samples need it."""

    step: Any
    status: str


@bp.get("/design")
def parts() -> ResponseReturnValue:
    """Every part, as the reader's setting has it, or in the theme asked for (`?theme=dark`)."""
    theme = request.args.get("theme")
    exercise = house.catalogue().exercise("oicf/m1/5")
    return render_template(
        "design.html", **samples(exercise, datetime.now(UTC)), theme=theme if theme in ("light", "dark") else None
    )


def samples(exercise: Exercise, at: datetime) -> dict[str, Any]:
    """What the parts are shown with."""
    people = _people(at)
    steps = house.catalogue().module(*exercise.id.split("/")[:2]).steps
    statuses = ("done", "done", "started", "open", "open")
    outline = [StepShown(step, status) for step, status in zip(steps, statuses, strict=False)]
    return {
        "exercise": exercise,
        "people": {member.enrolment_id: member for member in people},
        "outline": outline,
        "ahead": outline[2],
        "posts": _posts(people, at),
        "mirror": _mirror(people),
        "lines": _lines(people),
        "tallies": [Tally(step.key, step.title, 9 - 2 * place, 1, 2 * place) for place, step in enumerate(steps)],
        "levels": [Judged(level >= 3, level, at) for level in range(1, 5)] + [None],
        "form": {"values": {"wrong": "37,5 hours"}, "errors": {"wrong": ["Write a number, for example 27.5."]}},
        "fine": {"values": {}, "errors": {}},
        "at": at,
    }


def _people(at: datetime) -> list[Member]:
    return [
        Member(
            seat=place,
            enrolment_id=UUID(int=place),
            person_id=UUID(int=place),
            store_id=1,
            name=name,
            account_home="https://agency.example",
            account=f"u-{place}",
            agency="Norðri Innovation Agency",
            role=HOST if place % 2 else CONNECTOR,
            initials=initials,
            joined_at=at,
        )
        for place, (name, initials) in enumerate(zip(NAMES, INITIALS, strict=True), start=1)
    ]


def _posts(people: list[Member], at: datetime) -> list[Message]:
    first = "What made a group work for me: somebody said on day one when they would not answer."
    second = "Which was it that broke the others: the silence, or not knowing how long it would last?"
    return [
        Message(UUID(int=1), 1, people[0].enrolment_id, None, first, 0, False, at - timedelta(hours=3)),
        Message(UUID(int=2), 2, people[1].enrolment_id, 1, second, 0, True, at - timedelta(minutes=4)),
    ]


def _mirror(people: list[Member]) -> list[Reflected]:
    return [
        Reflected(member, posts=3, replies=1, edits=2, lines=lines, share=Decimal(lines) / 20, late=0, phases=(0,))
        for member, lines in zip(people, (6, 5, 4, 3, 2, 0), strict=True)
    ]


def _lines(people: list[Member]) -> list[Line]:
    authors = [str(member.enrolment_id) for member in people]
    return [
        Line("## 2. How we write", None),
        Line("In this room, in English that a tired person can read.", authors[0]),
        Line("We answer within two working days.", authors[1]),
        Line("Who is late says so before the time is over.", authors[1]),
        Line("", None),
        Line("Methods may be told to anyone, firms never.", authors[2]),
    ]

"""Door: people come and go, groups change, and the course is copied."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.demo import answers, attendance, course, groups, people, visitors
from lti_tool.demo.course import COURSE_ID, Course
from lti_tool.demo.errors import Refused
from lti_tool.demo.groups import Group
from lti_tool.demo.lms import lms
from lti_tool.demo.people import ACTIVE, ADMINISTRATOR, DELETED, INACTIVE, TRAINER, Person

STATUS = {"join": ACTIVE, "suspend": INACTIVE, "leave": DELETED}

bp = Blueprint("happening", __name__)
answers.say_no_as_page(bp)
bp.before_request(visitors.refuse_foreign_forms)


@bp.get("/people")
def show() -> str:
    """Who is in the course and in which group."""
    with lms().sessions.begin() as session:
        person = visitors.somebody(session, TRAINER, ADMINISTRATOR)
        return render_template(
            "demo/people.html",
            person=person,
            members=people.members(session),
            statuses=attendance.statuses(session),
            groups=groups.everything(session),
            sets={each.id: each.name for each in groups.sets(session)},
            by_person=groups.by_person(session),
        )


@bp.post("/people/<person_id>/<any(join, suspend, leave):what>")
def come_or_go(person_id: str, what: str) -> ResponseReturnValue:
    """The person is in the course again, is suspended, or has left."""
    with lms().sessions.begin() as session:
        member = _member(session, person_id)
        attendance.change(session, member.id, STATUS[what], at=datetime.now(UTC))
    return redirect("/people", 303)


@bp.post("/groups/<group_id>/<person_id>/<any(into, out):what>")
def move(group_id: str, person_id: str, what: str) -> ResponseReturnValue:
    """The person is in the group, or is not."""
    with lms().sessions.begin() as session:
        member = _member(session, person_id)
        group = session.get(Group, group_id)
        if group is None:
            raise Refused("not_found", "There is no such group.")
        groups.move(session, group, member.id, into=what == "into", at=datetime.now(UTC))
    return redirect("/people", 303)


@bp.post("/course/copy")
def copy() -> ResponseReturnValue:
    """A copy of the course is there, and is looked at."""
    with lms().sessions.begin() as session:
        visitors.somebody(session, TRAINER, ADMINISTRATOR)
        source = session.get(Course, request.form.get("course", COURSE_ID))
        if source is None:
            raise Refused("not_found", "There is no such course.")
        made = course.copy(session, source, at=datetime.now(UTC))
        number = made.id
    return redirect(f"/course?course={number}", 303)


def _member(session: Session, person_id: str) -> Person:
    visitors.somebody(session, TRAINER, ADMINISTRATOR)
    member = session.get(Person, person_id)
    if member is None or member.part == ADMINISTRATOR:
        raise Refused("not_found", "There is no such person in the course.")
    return member

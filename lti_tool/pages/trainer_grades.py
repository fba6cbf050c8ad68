"""The grades of a trainer's own cohorts that have not reached the learning platform."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.people import CohortMember, Enrolment, Person
from lti_tool import house, visitor
from lti_tool.lti.waiting_grades import Outstanding
from lti_tool.pages import asked_grades, grade_words
from lti_tool.visitor import TRAINER
from xapi_store.transaction import transaction

bp = Blueprint("trainer_grades", __name__, url_prefix="/teach/grades")


@bp.get("")
@visitor.trainer_only
def show() -> ResponseReturnValue:
    """What waits or was refused, with the names of the trainer's own learners."""
    with house.database().session() as session:
        shown = asked_grades.shown(session, cohort_ids=_cohorts(session))
        names = _names(session, shown.rows)
    return render_template(
        "teach_grades.html",
        shown=shown,
        names=names,
        words=grade_words,
        title=partial(asked_grades.title, house.catalogue()),
        done=request.args.get("done", type=int),
    )


@bp.post("/<any('now','again'):what>")
@visitor.trainer_only
def move(what: str) -> ResponseReturnValue:
    """Scores of the trainer's own cohorts are tried now or sent again; of others nothing is touched."""
    with transaction(house.database()) as session:
        done = asked_grades.carry_out(session, what=what, cohort_ids=_cohorts(session))
    return redirect(url_for(".show", done=done), 303)


def _cohorts(session: Session) -> list[int]:
    query = select(CohortMember.cohort_id).where(
        CohortMember.person_id == visitor.current().person_id, CohortMember.role == TRAINER
    )
    return list(session.scalars(query))


def _names(session: Session, rows: Sequence[Outstanding]) -> dict[UUID, str | None]:
    query = (
        select(Enrolment.id, Person.name)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.id.in_([row.enrolment_id for row in rows]))
    )
    return dict(session.execute(query).all())

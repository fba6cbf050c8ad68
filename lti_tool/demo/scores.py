"""Door: marks come in, and can be read again (AGS 2.0, 3.3 and 3.4)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from lti_tool.demo import answers, attendance, gradebook, paging, people, scopes
from lti_tool.demo.bearer import caller
from lti_tool.demo.bodies import SCORE, read
from lti_tool.demo.errors import Refused
from lti_tool.demo.faults import Fault
from lti_tool.demo.gradebook import Score
from lti_tool.demo.line_items import address
from lti_tool.demo.lms import lms
from lti_tool.demo.people import Person
from lti_tool.demo.tempers import Manner

ONE = "application/vnd.ims.lis.v1.score+json"
MANY = "application/vnd.ims.lis.v2.resultcontainer+json"

bp = Blueprint("scores", __name__, url_prefix="/courses/<course_id>/line-items/<int:item_id>")
answers.say_no_as_json(bp)


@bp.before_request
def misbehave_when_told() -> Response | None:
    """Refused while the LMS is told to have no gradebook, or to have newer scores than any."""
    if Fault.AGS_DOWN in lms().faults:
        raise Refused("unavailable", "the gradebook is told to be down")
    if Fault.SCORES_CONFLICT in lms().faults and request.method == "POST":
        answer = jsonify([])
        answer.status_code = 409
        return answer
    return None


@bp.post("/scores")
def receive(course_id: str, item_id: int) -> Response:
    """The mark stands in the gradebook."""
    at, manner = datetime.now(UTC), lms().manner
    with lms().sessions.begin() as session:
        tool = caller(session, course_id, scopes=(scopes.SCORE,), at=at)
        item = gradebook.column(session, item_id, tool_id=tool.id, course_id=course_id)
        score = read(SCORE, _sent(manner))
        person = _learner(session, score["userId"])
        gradebook.receive(
            session,
            item,
            Score(
                person_id=person.id,
                given=_given(score, manner),
                maximum=score.get("scoreMaximum"),
                comment=score.get("comment") or "",
                activity_progress=score["activityProgress"],
                grading_progress=score["gradingProgress"],
                timestamp=score["timestamp"],
            ),
            at=at,
            whole_seconds=manner.whole_seconds,
        )
        if manner.bare_errors:
            return Response("", 200)
        return jsonify({"resultUrl": f"{address(item, 'results')}&user_id={person.id}"})


@bp.get("/results")
def results(course_id: str, item_id: int) -> Response:
    """The marks of one column, of everybody or of `user_id`, as an array in pages."""
    paging.accepts(MANY, exactly=lms().manner.exact_accept)
    with lms().sessions.begin() as session:
        tool = caller(session, course_id, scopes=(scopes.RESULT_READ,), at=datetime.now(UTC))
        item = gradebook.column(session, item_id, tool_id=tool.id, course_id=course_id)
        rows = gradebook.marked(session, item, person_id=request.args.get("user_id"))
        page, headers = paging.cut(rows, paging.place())
        shown = [
            {
                "id": f"{address(item, 'results')}&user_id={row.person_id}",
                "scoreOf": address(item),
                "userId": row.person_id,
                "resultScore": float(gradebook.rescaled(row, item)),
                "resultMaximum": float(item.score_maximum),
                **({"comment": row.comment} if row.comment else {}),
            }
            for row in page
        ]
        return answers.json_of(shown, MANY, headers=headers)


def _sent(manner: Manner) -> Any:
    """The score as it came; some families take a number for a person."""
    body = paging.body_of(ONE)
    if manner.bare_errors and isinstance(body.get("userId"), int):
        body["userId"] = str(body["userId"])
    return body


def _given(score: dict[str, Any], manner: Manner) -> Decimal | None:
    """The points; no more than there are where a family cuts them off."""
    given: Decimal | None = score.get("scoreGiven")
    return min(given, score["scoreMaximum"]) if given is not None and manner.clips else given


def _learner(session: Session, person_id: str) -> Person:
    person = session.get(Person, person_id)
    gone = attendance.statuses(session).get(person_id) == people.DELETED
    if person is None or person.part != people.LEARNER or gone:
        raise Refused("unknown_user", "userId is not a learner of this course")
    return person

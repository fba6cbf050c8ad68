"""Questions that are answered on the spot: checks of oneself in a reading, and the question at a film's pause."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from courses import pause_answers, self_checks
from courses.errors import AnswerRefused
from courses.quiz import Marked
from courses.syllabus import Question, Reading, Step, Video
from lti_tool import house, language, visitor
from lti_tool.pages import step_page, step_views, words
from xapi_store.transaction import transaction

bp = Blueprint("answering", __name__, url_prefix="/learn/<course>/<module>/<key>")


@bp.post("/check")
@visitor.learner_only
def check(course: str, module: str, key: str) -> ResponseReturnValue:
    """A check of oneself is marked and nothing of it kept; the question at a film's pause is answered for good."""
    found = house.catalogue().step(course, module, key)
    question = _asked(found)
    response = given(request.form)
    try:
        marked = _marked(found, question, response)
    except AnswerRefused as refused:
        told = words.REFUSED[refused.code]
        if step_page.for_script():
            return {"error": str(told)}, 422
        form = {"values": {"response": response}, "errors": {"response": [told]}, "question": question.id}
        return _page(found, form=form), 422
    if step_page.for_script():
        return {"html": render_template("question_answered.html", question=_asked(language.step(found)), marked=marked)}
    return _page(found, checked={question.id: marked})


def given(form: Any) -> list[str]:
    """The answer's parts: `response` fields, or one `place.KEY`/`pair.KEY` field for each thing to order or match."""
    places = sorted((value, name[6:]) for name, value in form.items() if name.startswith("place."))
    pairs = [f"{name[5:]}[.]{value}" for name, value in form.items() if name.startswith("pair.") and value]
    if places:
        return [key for _, key in places] if len({value for value, _ in places}) == len(places) else []
    return pairs or list(form.getlist("response"))


def _asked(found: Step) -> Question:
    """The question that the form names, where the step asks it."""
    questions: tuple[Question, ...] = ()
    if isinstance(found, Reading):
        questions = found.questions
    elif isinstance(found, Video) and found.question is not None:
        questions = (found.question,)
    for question in questions:
        if question.id == request.form.get("question"):
            return question
    raise NotFound


def _marked(found: Step, question: Question, response: list[str]) -> Marked:
    if not isinstance(found, Video):
        return self_checks.check(question, response)
    with transaction(house.database()) as session:
        enrolment, at = step_page.learner(session), step_page.now()
        return pause_answers.answer(session, enrolment=enrolment, video=found, given=response, at=at)


def _page(found: Step, **more: Any) -> str:
    with house.database().session() as session:
        own = step_views.shown(session, found, step_page.own(session))
        return step_page.page(session, found, **{**own, **more})

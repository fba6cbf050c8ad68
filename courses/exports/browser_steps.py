"""What a step needs in order to work in a browser alone: questions with their keys, scenarios with their rules.

Whoever opens the page's source finds the answers there. That is so in every package that works without a server;
evidence for a certificate therefore comes from the tool itself, never from a package.
"""

from decimal import Decimal
from typing import Any

from courses.syllabus import Choice, Condition, Question, Quiz, Reading, Reflection, Scenario, Step, Video

Json = dict[str, Any]


def data(step: Step) -> Json:
    """The step's working parts; only its kind and addresses where a page of text is all there is."""
    face: Json = {"kind": step.kind, "id": step.iri, "title": step.title}
    match step:
        case Quiz():
            return {**face, **_quiz(step)}
        case Scenario():
            return {**face, **_scenario(step)}
        case Reading():
            return {**face, "questions": [_question(each) for each in step.questions]}
        case Video():
            return {**face, "questions": [_question(step.question)] if step.question is not None else []}
        case Reflection():
            return {**face, "least": step.prompt.least, "limit": step.prompt.limit}
    return face


def _quiz(quiz: Quiz) -> Json:
    return {
        "draw": quiz.draw,
        "all": quiz.kind == "lab",
        "pass": float(quiz.pass_mark),
        "pool": [_question(each) for each in quiz.pool],
    }


def _question(question: Question) -> Json:
    """A question with its key."""
    options = [
        {"key": each.key, "text": each.text, "value": float(each.value), "feedback": each.feedback}
        for each in question.options
    ]
    pairings = [
        {"key": each.key, "text": each.text, "to": each.belongs_to, "feedback": each.feedback}
        for each in question.pairings
    ]
    return {
        "id": question.id,
        "iri": question.iri,
        "type": question.type,
        "criterion": question.criterion,
        "stem": question.stem_html,
        "text": question.stem.strip(),
        "options": options,
        "pairings": pairings,
        "number": _number(question.number),
        "tolerance": _number(question.tolerance),
        "unit": question.unit,
        "accepted": list(question.accepted),
        "note": question.note,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _scenario(scenario: Scenario) -> Json:
    overtime = scenario.overtime
    return {
        "opens": scenario.opens,
        "closes": scenario.closes,
        "overtime": None if overtime is None else [overtime.minutes, overtime.meter, overtime.change],
        "meters": [
            {"key": each.key, "title": each.title, "start": each.start, "weight": each.weight, "most": each.most}
            for each in scenario.meters
        ],
        "base": scenario.base,
        "best": scenario.maximum,
        "pass": float(scenario.pass_mark),
        "first": scenario.first,
        "nodes": {
            key: {
                "title": node.title,
                "at": node.arrives,
                "picture": node.picture,
                "html": node.html,
                "choices": [_choice(each) for each in node.choices],
            }
            for key, node in scenario.nodes.items()
        },
        "endings": [
            {
                "title": each.title,
                "html": each.html,
                "when": [[bound.meter, bound.least, bound.most] for bound in each.when],
            }
            for each in scenario.endings
        ],
    }


def _choice(choice: Choice) -> Json:
    return {
        "key": choice.key,
        "text": choice.text,
        "minutes": choice.minutes,
        "effects": choice.effects,
        "feedback": choice.feedback,
        "next": [{"go": rule.go, "when": _condition(rule.when)} for rule in choice.next],
        "needs": [_condition(each) for each in choice.needs],
    }


def _condition(condition: Condition | None) -> Json | None:
    if condition is None:
        return None
    return {"chose": condition.chose, "meter": condition.meter, "least": condition.least, "holds": condition.holds}

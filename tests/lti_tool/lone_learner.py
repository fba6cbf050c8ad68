"""Somebody who does a whole course alone in the browser, step by step, with the buttons and forms of its pages."""

import re
from collections.abc import Callable

from flask import Flask

from courses.syllabus import Course, Exercise, Lab, Quiz, Reading, Reflection, Scenario, Step, Talk, Task, Video
from tests.walking import Person, the_right

SENTENCES = "This is what I saw. I asked why. They told me more than expected. I wrote it down. It helped. That is all."
ANSWERS = {"text": SENTENCES, "line": "Nuala", "number": "3", "date": "2026-05-18"}


def walk(person: Person, house: Flask, course: Course) -> None:
    """Every step of the course is done."""
    for module in course.modules:
        for step in module.steps:
            way = next(way for kind, way in WAYS.items() if isinstance(step, kind))
            way(person, house, step)


def _press(person: Person, step: Step, what: str, **fields: object) -> str:
    """The form of that step's page is sent; gives where it leads."""
    answer = person.send(f"/learn/{step.id}/{what}", f"/learn/{step.id}", **fields)
    assert answer.status_code == 303, (step.id, what, answer.status_code, answer.text[:3000])
    return answer.location


def _read(person: Person, _house: Flask, step: Step) -> None:
    assert isinstance(step, Reading | Video)
    assert person.get(f"/learn/{step.id}").status_code == 200
    if isinstance(step, Video) and step.prompt is not None:
        _press(person, step, "prompt", body=SENTENCES)
    _press(person, step, "done")


def _write(person: Person, _house: Flask, step: Step) -> None:
    _press(person, step, "prompt", body=SENTENCES)


def _pass(person: Person, _house: Flask, step: Step) -> None:
    assert isinstance(step, Quiz)
    page = f"/learn/{step.id}"
    _press(person, step, "begin")
    while (found := re.search(r'name="question" value="([^"]+)"', person.get(page).text)) is not None:
        question = step.question(found.group(1))
        assert question is not None
        _press(person, step, "answer", question=question.id, **the_right(question))
    _press(person, step, "hand-in")


def _play(person: Person, _house: Flask, step: Step) -> None:
    _press(person, step, "begin")
    for _ in range(200):
        page = person.get(f"/learn/{step.id}").text
        node = re.search(r'name="node" value="([^"]+)"', page)
        if node is None:
            return
        choice = re.search(r'name="choice" value="([^"]+)"', page)
        assert choice is not None
        _press(person, step, "choose", node=node.group(1), choice=choice.group(1))
    raise AssertionError(f"{step.id} has no end")


def _hand_in(person: Person, _house: Flask, step: Step) -> None:
    fields = {"notes": "My diary.", "times": "Tuesday, 9 to 11"}
    if isinstance(step, Task):
        written = [field for field in step.fields if field.kind in ANSWERS]
        fields = {field.key: ANSWERS[field.kind][: field.limit or None] for field in written}
        fields |= {field.key: field.options[0] for field in step.fields if field.kind == "choice"}
        fields |= {f"{field.key}.INF": "2" for field in step.fields if field.kind == "hours"}
    _press(person, step, "submit", **fields)


def _work(person: Person, _house: Flask, step: Step) -> None:
    assert isinstance(step, Exercise)
    room = _press(person, step, "alone")
    for leaving in range(len(step.phases) - 1):
        assert person.send(f"{room}/posts", room, body="Here is what I think.").status_code == 303
        assert person.send(f"{room}/advance", room, leaving=leaving).status_code == 303
    page = person.get(room).text
    assert "scripted partner" in page or not step.partners
    based_on = re.search(r'name="based_on" value="(\d+)"', page)
    assert based_on is not None
    assert person.send(f"{room}/document", room, based_on=based_on.group(1), body="We agree.").status_code == 303
    assert person.send(f"{room}/freeze", room).status_code == 303
    assert person.send(f"{room}/agree", room).status_code == 303


WAYS: dict[type[Step], Callable[[Person, Flask, Step], None]] = {
    Reading: _read,
    Video: _read,
    Reflection: _write,
    Lab: _pass,
    Quiz: _pass,
    Scenario: _play,
    Task: _hand_in,
    Talk: _hand_in,
    Exercise: _work,
}

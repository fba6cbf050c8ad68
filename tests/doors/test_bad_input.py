"""Forms with errors: what was typed comes back with the error beside its field, and nothing half stands."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests import walking
from tests.doors.answers import beside, calm
from tests.doors.world import World, fingerprint
from tests.walking import Person
from xapi_store.database import Database

TOO_LONG = "x" * 5_001


@pytest.mark.parametrize(
    ("body", "said"),
    [("", "Write a sentence"), (" \n ", "Write a sentence"), ("\x00\x07", "Write a sentence"), (TOO_LONG, "longer")],
    ids=["empty", "blank", "controls", "too long"],
)
@pytest.mark.parametrize("form", ["prompt", "post"])
def test_a_text_that_cannot_be_kept_comes_back(form: str, body: str, said: str, world: World) -> None:
    path = "/learn/oicf/m1/2/prompt" if form == "prompt" else f"/team/{world.teams['ada']}/posts"
    before = world.fingerprint()
    sent = {"form_token": world.token("ada"), "body": body}
    answer = world.people["ada"].browser.post(path, data=sent)
    assert answer.status_code == 422
    assert said in beside(answer.text, "body")
    assert body.strip("\x00\x07 \n") in answer.text
    assert world.fingerprint() == before


def test_a_quiz_question_without_an_answer_is_asked_again(world: World) -> None:
    page, token = "/learn/oicf/m1/4", world.token("cy")
    cy = world.people["cy"]
    assert cy.browser.post(f"{page}/begin", data={"form_token": token}).status_code == 303
    before = world.fingerprint()
    shown = cy.get(page).text
    for question in set(re.findall(r"\?question=([^\"&]+)", shown)) or {"missing"}:
        answer = cy.browser.post(f"{page}/answer", data={"form_token": token, "question": question})
        assert answer.status_code == 422
        assert re.search(r'class="fault" id="[^"]+-response-fault">\s*\w+', answer.text), question
        assert f'value="{question}"' in answer.text
    assert world.fingerprint() == before


def test_a_wrong_number_comes_back_as_typed(world: World) -> None:
    quiz = world.house.extensions["catalogue"].step("oicf", "m1", "4")
    numeric = [each.id for each in quiz.pool if each.type == "numeric"]
    page, token, cy = "/learn/oicf/m1/4", world.token("cy"), world.people["cy"]
    cy.browser.post(f"{page}/begin", data={"form_token": token})
    for question in numeric:
        for typed in ("about ten", "NaN", "1e9", "9" * 400):
            sent = {"form_token": token, "question": question, "response": typed}
            answer = cy.browser.post(f"{page}/answer", data=sent)
            assert answer.status_code == 422
            if f'value="{question}"' in answer.text:  # it was drawn in this attempt
                assert f'value="{typed}"' in answer.text
                assert "number" in beside(answer.text, "response")


def test_a_name_that_must_not_be_signed_comes_back(launched: Any, house: Flask, database: Database) -> None:
    officer = _an_officer_with_a_candidate(launched, house)
    form = walking.a_certificate_form(officer)
    before = fingerprint(database)
    for name in ("", "   ", "Ada\x00Example", "Ada\tExample", "Ada\u202eelpmaxE", "x" * 201):
        answer = officer.browser.post("/agency/issue", data={**form, "name": name})
        assert answer.status_code == 422, name
        assert "Write the name" in beside(answer.text, "name")
        if name.isprintable() and name.strip():
            assert f'value="{name}"' in answer.text
    assert fingerprint(database) == before


def _an_officer_with_a_candidate(launched: Any, house: Flask) -> Person:
    ada, bo = launched("5", name="Ada Example"), launched("6", name="Bo Example")
    path = walking.a_team(ada, bo)
    walking.freeze(ada, bo, path)
    trainer = launched("9", role=walking.INSTRUCTOR, target="/teach")
    screen, sent = walking.a_grade(trainer, path)
    assert trainer.browser.post(screen, data={**sent, "release": "1"}).status_code == 303
    walking.pass_quiz(ada, house)
    officer: Person = launched("10", role=walking.MANAGER, target="/agency")
    return officer


@pytest.mark.parametrize(
    ("reason", "note", "wrong"),
    [
        ("", "He called us.", "reason"),
        ("no such reason", "He called us.", "reason"),
        ("fraud", "a\x00b", "note"),
        ("fraud", "x" * 2_001, "note"),
    ],
    ids=["no reason", "unknown reason", "NUL", "too long"],
)
def test_a_revocation_that_cannot_be_comes_back(reason: str, note: str, wrong: str, world: World) -> None:
    officer, before = world.people["officer"], world.fingerprint()
    sent = {"form_token": world.token("officer"), "reason": reason, "note": note}
    answer = officer.browser.post(f"/agency/certificates/{world.certificate}/revoke", data=sent)
    assert answer.status_code == 422
    assert beside(answer.text, wrong)
    assert "It was not revoked" in answer.text
    assert note in answer.text
    assert reason != "fraud" or '<option value="fraud" selected>' in answer.text
    assert world.fingerprint() == before


def test_a_document_that_is_too_long_comes_back(world: World) -> None:
    path, before = f"/team/{world.teams['cy']}", world.fingerprint()
    cy, token = world.people["cy"], world.token("cy")
    for body in ("\n".join(["line"] * 501), "x" * 40_001):
        sent = {"form_token": token, "based_on": "0", "body": body}
        answer = cy.browser.post(f"{path}/document", data=sent)
        assert answer.status_code == 422
        assert body[:2_000] in answer.text
        assert "longer than we can keep" in answer.text
    assert world.fingerprint() == before


@pytest.mark.parametrize("based_on", ["", "x", "-1", "7", str(2**31), str(2**70), "\x00", "1.5"])
def test_a_save_based_on_no_state_changes_nothing(based_on: str, world: World) -> None:
    path, before = f"/team/{world.teams['cy']}/document", world.fingerprint()
    sent = {"form_token": world.token("cy"), "based_on": based_on, "body": "Ours"}
    assert calm(world.people["cy"].browser.post(path, data=sent)).status_code in (400, 422)
    assert world.fingerprint() == before


@pytest.mark.parametrize("leaving", ["", "x", "-1", str(2**70), "\x00"])
def test_a_phase_that_is_not_there_is_not_left(leaving: str, world: World) -> None:
    path, before = f"/team/{world.teams['cy']}/advance", world.fingerprint()
    sent = {"form_token": world.token("cy"), "leaving": leaving}
    calm(world.people["cy"].browser.post(path, data=sent))
    assert world.fingerprint() == before


def test_nobody_agrees_before_the_freeze(world: World) -> None:
    before = world.fingerprint()
    path, sent = f"/team/{world.teams['cy']}/agree", {"form_token": world.token("cy")}
    assert calm(world.people["cy"].browser.post(path, data=sent)).status_code == 409
    assert world.fingerprint() == before


DRAFTS: list[dict[str, str]] = [
    {"group.c5": "5"},
    {"group.c5": "0"},
    {"group.c5": "-1"},
    {"group.c5": "9" * 5_000},
    {"group.c5": "three"},
    {f"{uuid4()}.x1": "3"},
    {"comment": "a\x00b"},
    {"comment": "x" * 10_001},
    {"seen": "9" * 5_000},
    {"seen": "x"},
]


def test_a_draft_that_cannot_be_comes_back(frozen: tuple[Person, str], database: Database) -> None:
    trainer, screen = frozen
    token, before = trainer.token(screen), fingerprint(database)
    for fields in DRAFTS:
        sent = {"form_token": token, "seen": "1", "comment": "Well begun.", **fields}
        answer = trainer.browser.post(screen, data=sent)
        assert answer.status_code == 409, fields
        assert sent["comment"] in answer.text
        assert 'role="alert"' in answer.text
    assert fingerprint(database) == before
    # A field that names no member is no field of this form.
    unknown = {"form_token": token, "seen": "1", f"{'x' * 36}.x1": "3"}
    assert trainer.browser.post(screen, data=unknown).status_code == 303


@pytest.fixture
def frozen(launched: Any) -> tuple[Person, str]:
    """A trainer, and the screen on which they grade what a team froze."""
    ada, bo = launched("5", name="Ada Example"), launched("6", name="Bo Example")
    path = walking.a_team(ada, bo)
    walking.freeze(ada, bo, path)
    trainer = launched("9", role=walking.INSTRUCTOR, target="/teach")
    screen, _ = walking.a_grade(trainer, path)
    return trainer, screen

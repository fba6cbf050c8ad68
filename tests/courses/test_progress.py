"""Progress: begun, done once, and where reading goes on."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from courses import participation, progress
from courses.catalogue import Catalogue
from courses.errors import AnswerRefused, StepClosed
from courses.syllabus import Reading, Video
from tests.builders import an_enrolment, statements_of
from xapi_store import vocabulary as words
from xapi_store.database import Database
from xapi_store.transaction import transaction


@pytest.fixture
def reading(catalogue: Catalogue) -> Reading:
    """M1.1."""
    step = catalogue.step("oicf", "m1", "1")
    assert isinstance(step, Reading)
    return step


@pytest.fixture
def film(catalogue: Catalogue) -> Video:
    """M1.2."""
    step = catalogue.step("oicf", "m1", "2")
    assert isinstance(step, Video)
    return step


def test_an_outline_shows_what_is_open_started_and_done(
    session: Session, catalogue: Catalogue, reading: Reading, film: Video, now: datetime
) -> None:
    enrolment = an_enrolment(session, catalogue.course("oicf"))
    progress.start(session, enrolment=enrolment, step=film, at=now)
    progress.complete(session, enrolment=enrolment, step=reading, at=now)
    states = progress.outline(session, enrolment=enrolment, module=catalogue.module("oicf", "m1"))
    assert [state.status for state in states] == ["done", "started", "open", "open", "open", "open"]
    assert states[0].done_at == now


def test_a_reading_goes_on_where_it_stopped(
    database: Database, catalogue: Catalogue, reading: Reading, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment = an_enrolment(session, catalogue.course("oicf"))
        assert progress.place(session, enrolment=enrolment, step=reading) == {}
        progress.keep_place(session, enrolment=enrolment, step=reading, place={"section": "one-worked-day"}, at=now)
    with transaction(database) as session:
        assert progress.place(session, enrolment=enrolment, step=reading) == {"section": "one-worked-day"}


def test_a_text_is_experienced_once(database: Database, catalogue: Catalogue, reading: Reading, now: datetime) -> None:
    with transaction(database) as session:
        enrolment = an_enrolment(session, catalogue.course("oicf"))
        assert progress.complete(session, enrolment=enrolment, step=reading, at=now)
    with transaction(database) as session:
        later = now + timedelta(days=1)
        assert not progress.complete(session, enrolment=enrolment, step=reading, at=later)
    [experienced] = statements_of(database, enrolment.store_id)
    assert experienced["verb"]["id"] == words.EXPERIENCED
    assert experienced["object"]["id"] == reading.iri
    assert experienced["object"]["definition"]["type"] == words.TYPE_PAGE
    assert experienced["context"]["contextActivities"]["parent"][0]["id"] == reading.module_iri
    assert experienced["context"]["contextActivities"]["grouping"][0]["id"] == reading.course_iri


def test_an_answer_to_a_prompt_stays_out_of_the_evidence_and_can_be_rewritten(
    database: Database, catalogue: Catalogue, film: Video, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment = an_enrolment(session, catalogue.course("oicf"))
        progress.reflect(session, enrolment=enrolment, step=film, body="When he asked.", at=now)
    with transaction(database) as session:
        kept = progress.reflect(session, enrolment=enrolment, step=film, body=" When he wrote no letters. ", at=now)
        assert kept.body == "When he wrote no letters."
        found = progress.reflections(session, enrolment_ids=[enrolment.id], step=film)
        assert found[enrolment.id].body == "When he wrote no letters."
    [experienced] = statements_of(database, enrolment.store_id)
    assert experienced["object"]["id"] == film.iri
    assert "letters" not in str(experienced)


@pytest.mark.parametrize(("body", "code"), [("  ", "empty"), ("x" * 5_001, "too_long")])
def test_an_empty_or_endless_answer_is_refused_and_nothing_is_done(
    session: Session, catalogue: Catalogue, film: Video, now: datetime, body: str, code: str
) -> None:
    enrolment = an_enrolment(session, catalogue.course("oicf"))
    with pytest.raises(AnswerRefused) as refused:
        progress.reflect(session, enrolment=enrolment, step=film, body=body, at=now)
    assert refused.value.code == code
    assert progress.reflection(session, enrolment=enrolment, step=film) is None


def test_a_run_that_is_over_takes_no_more_progress(
    session: Session, catalogue: Catalogue, reading: Reading, now: datetime
) -> None:
    course = catalogue.course("oicf")
    enrolment = an_enrolment(session, course)
    participation.retake(session, enrolment=enrolment, course=course, at=now)
    with pytest.raises(StepClosed):
        progress.start(session, enrolment=enrolment, step=reading, at=now)

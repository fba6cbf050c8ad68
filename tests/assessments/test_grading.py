"""Drafts and releases of a trainer's judgement."""

import json
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from assessments import desk, grading
from assessments.drafts import Draft
from assessments.errors import (
    AlreadyReleased,
    LevelsMissing,
    LevelsRefused,
    NoSuchGrading,
    NotYourTask,
    StaleGrading,
)
from assessments.grading import Grading
from courses.people import CohortMember, Enrolment, Person
from tests.assessments import scenes
from tests.assessments.scenes import Scene, a_draft
from xapi_store import query
from xapi_store import vocabulary as words
from xapi_store.database import Database
from xapi_store.filters import Filters
from xapi_store.transaction import transaction


def begun(session: Session, scene: Scene) -> Grading:
    return grading.begin(session, team_id=scene.team.id, assessor=scene.trainer, at=scene.at)


def saved(session: Session, scene: Scene, draft: Draft) -> Grading:
    opened = begun(session, scene)
    return grading.save_draft(
        session, grading_id=opened.id, assessor=scene.trainer, exercise=scene.exercise, seen=opened.version,
        draft=draft, at=scene.at,
    )  # fmt: skip


def released(session: Session, scene: Scene, draft: Draft | None = None) -> Grading:
    ready = saved(session, scene, draft or a_draft(scene))
    done = grading.release(
        session, grading_id=ready.id, assessor=scene.trainer, exercise=scene.exercise, seen=ready.version, at=scene.at
    )
    scenes.settle(session)
    return done


def stored(session: Session, store_id: int, **filters: Any) -> list[dict[str, Any]]:
    page = query.find(session, store_id=store_id, filters=Filters(**filters))
    return [json.loads(raw) for raw in page.statements]


def jobs(session: Session) -> list[dict[str, Any]]:
    rows = session.execute(text("SELECT task_name, lock, args FROM procrastinate_jobs ORDER BY id")).all()
    return [{"task": row.task_name, "lock": row.lock, **row.args} for row in rows]


def test_opening_twice_finds_the_same_draft(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    first, second = begun(session, scene), begun(session, scene)
    assert first.id == second.id
    assert set(grading.members_of(session, first.id)) == {each.id for each in scene.enrolments}


def test_a_trainer_with_a_seat_in_the_team_cannot_grade_it(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    member = scene.people[scene.enrolments[0].person_id]
    session.add(CohortMember(cohort_id=scene.cohort.id, person_id=member.id, role="trainer", joined_at=now))
    with pytest.raises(NotYourTask, match="own_team"):
        grading.begin(session, team_id=scene.team.id, assessor=member, at=now)


def test_who_does_not_train_the_cohort_cannot_grade_its_teams(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    with pytest.raises(NotYourTask, match="not_trainer"):
        grading.begin(session, team_id=scene.team.id, assessor=scene.officer, at=now)
    opened = begun(session, scene)
    with pytest.raises(NotYourTask, match="not_trainer"):
        grading.save_draft(
            session, grading_id=opened.id, assessor=scene.officer, exercise=scene.exercise, seen=1,
            draft=a_draft(scene), at=now,
        )  # fmt: skip


def test_nothing_is_graded_before_the_freeze(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    session.delete(scene.artefact)
    session.flush()
    with pytest.raises(NoSuchGrading):
        begun(session, scene)


def test_a_half_filled_draft_is_saved_as_it_is(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    draft = saved(session, scene, Draft(group={"c5": None}, comment="  to be read again "))
    assert (draft.status, draft.version, draft.group_levels) == (grading.DRAFT, 2, {})
    assert draft.comment == "to be read again"


def test_a_level_out_of_range_is_refused_with_its_field(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    enrolment = scene.enrolments[0].id
    wrong = a_draft(scene, group=5)
    member = replace(wrong.members[enrolment], conduct={"x1": 0, "x9": 3})
    with pytest.raises(LevelsRefused) as refused:
        saved(session, scene, replace(wrong, members={enrolment: member}))
    assert refused.value.fields == {
        "c5": "not_a_level",
        f"{enrolment}.x1": "not_a_level",
        f"{enrolment}.x9": "not_in_rubric",
    }


def test_a_level_for_a_stranger_is_refused(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    stranger = scenes.an_enrolment(session, scene.officer, now)
    noted = a_draft(scene).members[scene.enrolments[0].id]
    with pytest.raises(LevelsRefused, match="not_a_member"):
        saved(session, scene, Draft(members={stranger.id: noted}))


def test_a_stale_save_changes_nothing_and_says_what_the_other_changed(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    ready = saved(session, scene, a_draft(scene, group=2))
    with pytest.raises(StaleGrading) as stale:
        grading.save_draft(
            session, grading_id=ready.id, assessor=scene.trainer, exercise=scene.exercise, seen=1,
            draft=a_draft(scene, group=4), at=now,
        )  # fmt: skip
    assert stale.value.version == 2
    assert stale.value.changes == {"c5": (4, 2)}
    assert ready.group_levels == {"c5": 2}


def test_a_release_names_the_levels_that_are_missing(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    ready = saved(session, scene, a_draft(scene, group=None))
    with pytest.raises(LevelsMissing) as missing:
        grading.release(session, grading_id=ready.id, assessor=scene.trainer, exercise=scene.exercise, seen=2, at=now)
    assert missing.value.fields == ("c5",)
    assert jobs(session) == []


def test_nothing_is_released_that_somebody_else_has_changed_meanwhile(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    ready = saved(session, scene, a_draft(scene))
    with pytest.raises(StaleGrading):
        grading.release(session, grading_id=ready.id, assessor=scene.trainer, exercise=scene.exercise, seen=1, at=now)
    assert ready.status == grading.DRAFT


def test_accepting_contributions_needs_a_reason(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    ready = saved(session, scene, a_draft(scene, accepted=True, accepted_reason="  "))
    with pytest.raises(LevelsMissing, match="accepted_reason"):
        grading.release(session, grading_id=ready.id, assessor=scene.trainer, exercise=scene.exercise, seen=2, at=now)


def test_a_release_is_final(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    done = released(session, scene)
    assert (done.status, done.released_at) == (grading.RELEASED, now)
    with pytest.raises(AlreadyReleased):
        grading.release(
            session, grading_id=done.id, assessor=scene.trainer, exercise=scene.exercise, seen=done.version, at=now
        )
    with pytest.raises(AlreadyReleased):
        grading.save_draft(
            session, grading_id=done.id, assessor=scene.trainer, exercise=scene.exercise, seen=done.version,
            draft=a_draft(scene, group=4), at=now,
        )  # fmt: skip


def test_a_release_queues_one_score_for_each_member(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    released(session, scene, a_draft(scene, group=4))
    iri = scene.exercise.iri
    expected = [
        {"task": "publish_score", "lock": f"score:{each.id}:{iri}", "enrolment_id": str(each.id), "activity": iri,
         "given": "87.50", "maximum": "100", "comment": "graded_by_trainer", "at": now.isoformat()}
        for each in scene.enrolments
    ]  # fmt: skip
    queued = sorted(jobs(session), key=lambda job: str(job["lock"]))
    assert queued == sorted(expected, key=lambda job: str(job["lock"]))


def test_a_rolled_back_release_leaves_no_job_and_no_statement(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    ready = saved(session, scene, a_draft(scene))
    with session.begin_nested() as savepoint:
        grading.release(session, grading_id=ready.id, assessor=scene.trainer, exercise=scene.exercise, seen=2, at=now)
        savepoint.rollback()
    scenes.settle(session)
    assert jobs(session) == []
    assert stored(session, scene.north.store_id) == []


def test_a_judgement_leaves_one_evaluated_and_for_each_member_achieved_and_scored(
    session: Session, now: datetime
) -> None:
    scene = scenes.a_scene(session, now)
    released(session, scene)
    evaluated = stored(session, scene.north.store_id, verb=words.EVALUATED)
    assert len(evaluated) == 1
    assert evaluated[0]["object"]["id"] == scene.artefact.iri
    assert evaluated[0]["result"]["extensions"][words.RUBRICS] == {"rubric": "charter@0.1.0", "c5": 3}
    for enrolment in scene.enrolments:
        achieved = stored(session, scene.north.store_id, registration=enrolment.id, verb=words.ACHIEVED)
        scored = stored(session, scene.north.store_id, registration=enrolment.id, verb=words.SCORED)
        assert [each["object"]["id"] for each in achieved] == [scenes.CRITERION]
        assert achieved[0]["context"]["statement"]["id"] == evaluated[0]["id"]
        assert achieved[0]["context"]["instructor"] == evaluated[0]["actor"]
        grouping = achieved[0]["context"]["contextActivities"]["grouping"]
        assert {"id": "https://w3id.org/xapi/oicf/profile/0.1.0/U4"}.items() <= grouping[-1].items()
        assert scored[0]["result"]["score"] == {"scaled": 0.75, "raw": 75.0, "min": 0, "max": 100}


def test_no_statement_of_a_judgement_carries_a_name_or_a_comment(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    released(session, scene, replace(a_draft(scene, comment="Bravo Borys"), comment="Bravo team"))
    everything = json.dumps(stored(session, scene.north.store_id), ensure_ascii=False)
    for private in ("Bravo", "Borys", "Їжак", "Zoë", "Tove"):
        assert private not in everything


def test_a_guests_evidence_is_in_the_store_of_the_guests_agency_and_its_reference_resolves(
    session: Session, now: datetime
) -> None:
    scene = scenes.a_scene(session, now, mixed=True)
    released(session, scene)
    assert scene.south is not None
    guest = scene.enrolments[2]
    assert stored(session, scene.north.store_id, registration=guest.id) == []
    achieved = stored(session, scene.south.store_id, registration=guest.id, verb=words.ACHIEVED)
    cited = achieved[0]["context"]["statement"]["id"]
    copies = [
        json.loads(query.by_id(session, store_id=agency.store_id, statement_id=cited))
        for agency in (scene.north, scene.south)
    ]
    assert copies[0]["authority"]["account"]["homePage"] == scene.north.account_home
    assert copies[1]["authority"]["account"]["homePage"] == scene.south.account_home
    for copy in copies:
        del copy["authority"], copy["stored"]
    assert copies[0] == copies[1]


def test_the_teams_level_is_shown_but_does_not_count_for_who_is_not_on_the_artefact(
    session: Session, now: datetime
) -> None:
    scene = scenes.a_scene(session, now, unlisted=True)
    done = released(session, scene, a_draft(scene, group=4))
    absent: Enrolment = scene.enrolments[1]
    failed = stored(session, scene.north.store_id, registration=absent.id, verb=words.FAILED)
    assert failed[0]["result"]["success"] is False
    assert failed[0]["result"]["extensions"][words.RUBRICS]["c5"] == 4
    assert failed[0]["result"]["extensions"][words.RUBRICS]["counts"] is False
    grades = grading.members_of(session, done.id)
    assert grades[absent.id].score_given == Decimal("75.00")
    assert grades[scene.enrolments[0].id].score_given == Decimal("87.50")


def test_the_desk_shows_what_waits_longest_first_and_what_is_ones_own(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    look = desk.queue_for(session, person=scene.trainer, cohort_ids=[scene.cohort.id], at=now)
    assert [(each.state, each.waited, each.members, each.own_team) for each in look] == [
        ("waiting", timedelta(hours=1), 2, False)
    ]
    released(session, scene)
    member = scene.people[scene.enrolments[0].person_id]
    later = desk.queue_for(session, person=member, cohort_ids=[scene.cohort.id], at=now + timedelta(days=3))
    assert [(each.state, each.waited, each.own_team) for each in later] == [("released", timedelta(hours=1), True)]
    assert desk.queue_for(session, person=scene.trainer, cohort_ids=[], at=now) == []


def test_the_view_shows_each_member_with_what_counts(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now, unlisted=True)
    done = saved(session, scene, a_draft(scene, group=4))
    view = desk.view(session, grading_id=done.id)
    seen = {each.member.enrolment_id: (each.listed, each.counts, each.score) for each in view.members}
    assert seen == {
        scene.enrolments[0].id: (True, True, Decimal("87.50")),
        scene.enrolments[1].id: (False, False, Decimal("75.00")),
    }


def test_a_learner_sees_a_grade_only_once_it_is_released(session: Session, now: datetime) -> None:
    scene = scenes.a_scene(session, now)
    enrolment = scene.enrolments[0].id
    saved(session, scene, a_draft(scene))
    assert desk.released_to(session, enrolment_id=enrolment, exercise_id="oicf/m1/5") is None
    opened = begun(session, scene)
    grading.release(session, grading_id=opened.id, assessor=scene.trainer, exercise=scene.exercise, seen=2, at=now)
    seen = desk.released_to(session, enrolment_id=enrolment, exercise_id="oicf/m1/5")
    assert seen is not None
    assert (seen.grade.score_given, seen.counts) == (Decimal("75.00"), True)


def test_two_releases_at_the_same_moment_are_one(database: Database, now: datetime) -> None:
    with transaction(database) as session:
        scene = scenes.a_scene(session, now)
        ready = saved(session, scene, a_draft(scene))
    together = threading.Barrier(2)
    ends: list[str] = []

    def click() -> None:
        try:
            with transaction(database) as session:
                together.wait()
                grading.release(
                    session, grading_id=ready.id, assessor=session.get_one(Person, scene.trainer.id),
                    exercise=scene.exercise, seen=2, at=now,
                )  # fmt: skip
            ends.append("released")
        except AlreadyReleased:
            ends.append("already released")

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert sorted(ends) == ["already released", "released"]
    with database.session() as session:
        assert len(jobs(session)) == len(scene.enrolments)
        assert len(stored(session, scene.north.store_id, verb=words.EVALUATED)) == 1

"""Small worlds for these tests: agencies, a cohort with its trainer, a team that has frozen its charter."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from assessments.addresses import Addresses
from assessments.drafts import Draft, MemberDraft
from assessments.rulebook import Rulebook
from assessments.rules import Fact, Rule
from courses import agencies, evidence
from courses.agencies import Agency
from courses.exercises import Artefact
from courses.people import Cohort, CohortMember, Enrolment, Person
from courses.syllabus import Criterion, Evidence, Exercise, Rubric
from courses.teams import Team, TeamMember
from xapi_store import ledger
from xapi_store import vocabulary as words
from xapi_store.keys import Seal
from xapi_store.transaction import sequence

COURSE = "https://w3id.org/xapi/oicf/courses/oicf"
QUIZ = f"{COURSE}/m1/4"
CRITERION = "https://w3id.org/xapi/oicf/profile/0.1.0/U4.PC1"
ADDRESSES = Addresses("https://tool.example")
SEAL = Seal("a secret for tests only")
STRANDS = ("x1", "x2", "x3", "x4", "x5")


def the_rule() -> Rule:
    """The rule that the product ships."""
    content = Path(__file__).parents[2] / "courses" / "content"
    return Rulebook.load(content).find("oicf-m1", "0.1.0")


def an_exercise(**different: Any) -> Exercise:
    """The charter exercise, cut down to what grading looks at."""
    levels = ("one", "two", "three", "four")
    made = Exercise(
        id="oicf/m1/5", iri=f"{COURSE}/m1/5", key="5", code="M1.5", title="Home-group charter", lead="", minutes=75,
        evidence=(Evidence("U4.PC1", "R"),),
        module_iri=f"{COURSE}/m1", course_iri=COURSE, brief_html="", least=2, most=4,
        roles=(), phases=(), document_title="Charter", seed="", licence="CC-BY-4.0", profile_version="0.1.0",
        rubric=Rubric(
            id="charter@0.1.0",
            group=(Criterion("c5", "Charter", levels, "U4.PC1", CRITERION),),
            conduct=tuple(Criterion(strand, strand, levels) for strand in STRANDS),
        ),
    )  # fmt: skip
    return replace(made, **different)


@dataclass
class Scene:
    """Agency north with a trainer, an officer and two learners; the team may have a guest of agency south."""

    at: datetime
    north: Agency
    cohort: Cohort
    trainer: Person
    officer: Person
    team: Team
    artefact: Artefact
    enrolments: list[Enrolment]
    people: dict[UUID, Person]
    south: Agency | None = None
    exercise: Exercise = field(default_factory=an_exercise)


def a_person(session: Session, agency: Agency, name: str, at: datetime) -> Person:
    """Somebody whom the agency knows."""
    account = f"u-{uuid4().hex[:12]}"
    made = Person(agency_id=agency.id, store_id=agency.store_id, account=account, name=name, locale="en", created_at=at)
    session.add(made)
    session.flush()
    return made


def an_enrolment(session: Session, person: Person, at: datetime) -> Enrolment:
    """That person's first run of the course."""
    made = Enrolment(
        store_id=person.store_id, person_id=person.id, course="oicf", course_version="0.1.0", run=1, started_at=at
    )
    session.add(made)
    session.flush()
    return made


def an_agency(session: Session, slug: str, at: datetime) -> Agency:
    """An agency with a store of its own."""
    return agencies.create(
        session, slug=slug, name=f"Agency {slug.title()}", account_home=f"https://{slug}.example/people", at=at
    )


def a_scene(session: Session, at: datetime, *, mixed: bool = False, unlisted: bool = False) -> Scene:
    """A team of two learners of north (and one of south when `mixed`) whose charter was frozen an hour ago.

    `unlisted` leaves the second learner off the artefact.
    """
    north = an_agency(session, "north", at)
    south = an_agency(session, "south", at) if mixed else None
    cohort = Cohort(agency_id=north.id, course="oicf", title="Spring", created_at=at)
    trainer, officer = a_person(session, north, "Tove Trainer", at), a_person(session, north, "Olu Officer", at)
    learners = [a_person(session, north, "Ana Zoë", at), a_person(session, north, "Borys Їжак", at)]
    if south:
        learners.append(a_person(session, south, "Chloé", at))
    session.add(cohort)
    session.flush()
    session.add(CohortMember(cohort_id=cohort.id, person_id=trainer.id, role="trainer", joined_at=at))
    enrolments = [an_enrolment(session, person, at) for person in learners]
    frozen = at - timedelta(hours=1)
    team = Team(
        cohort_id=cohort.id, exercise="oicf/m1/5", name="Elm", phase=4, phase_started_at=frozen, opened_at=frozen,
        closed_at=frozen,
    )  # fmt: skip
    session.add(team)
    session.flush()
    for enrolment in enrolments:
        seat = TeamMember(
            team_id=team.id, enrolment_id=enrolment.id, store_id=enrolment.store_id, role="host", joined_at=frozen
        )
        session.add(seat)
    listed = enrolments[:1] + enrolments[2:] if unlisted else enrolments
    artefact = Artefact(
        team_id=team.id, iri=f"urn:sha256:{uuid4().hex}", revision=3, body="We agree.", sha256="0" * 64,
        contributors=[{"registration": str(each.id)} for each in listed], licence="CC-BY-4.0", frozen_at=frozen,
    )  # fmt: skip
    session.add(artefact)
    session.flush()
    return Scene(
        at=at, north=north, cohort=cohort, trainer=trainer, officer=officer, team=team, artefact=artefact,
        enrolments=enrolments, people={person.id: person for person in learners}, south=south,
    )  # fmt: skip


def a_draft(scene: Scene, *, group: int | None = 3, conduct: int | None = 3, **different: Any) -> Draft:
    """Every level given, the same for all."""
    noted = MemberDraft(conduct=dict.fromkeys(STRANDS, conduct), **different)
    return Draft(group={"c5": group}, members=dict.fromkeys([each.id for each in scene.enrolments], noted))


def settle(session: Session) -> None:
    """What was staged is in the store and the ledger, as at the end of a door's transaction."""
    session.flush()
    ledger.chain(session)
    sequence(session)


def a_quiz_passed(session: Session, enrolment: Enrolment, at: datetime, *, scaled: float = 0.8) -> None:
    """The learner's statement on the assessment of the module."""
    author = evidence.author(session, enrolment.id)
    statement = evidence.statement(
        author,
        verb=words.PASSED,
        about=evidence.activity(QUIZ, kind=words.TYPE_ASSESSMENT),
        result={"success": True, "score": {"scaled": scaled}},
    )
    evidence.record(session, author, statement, at)


def a_judgement(
    session: Session, enrolment: Enrolment, assessor: Person, at: datetime, *, level: int = 3, achieved: bool = True
) -> None:
    """A trainer's judgement of the learner on the criterion."""
    author = evidence.author(session, enrolment.id)
    instructor = {"account": {"homePage": author.account_home, "name": assessor.account}}
    statement = evidence.statement(
        author,
        verb=words.ACHIEVED if achieved else words.FAILED,
        about=evidence.activity(CRITERION, kind=words.TYPE_CRITERION),
        result={"success": achieved, "extensions": {words.RUBRICS: {"criterion": "c5", "c5": level}}},
        context={"instructor": instructor},
    )
    evidence.record(session, author, statement, at)


def a_fact(**different: Any) -> Fact:
    """A trainer's judgement at level 3, recorded by us."""
    made = Fact(
        statement_id=uuid4(), verb=words.ACHIEVED, object=CRITERION,
        timestamp=datetime.fromisoformat("2026-11-20T10:00:00Z"), learner="account https://north.example/people u-1",
        assessor="account https://north.example/people t-1", scaled=None, level=3, ours=True, digest="0" * 64,
    )  # fmt: skip
    return replace(made, **different)


def a_pass(**different: Any) -> Fact:
    """A passed quiz at 80 per cent, recorded by us."""
    return a_fact(**{"verb": words.PASSED, "object": QUIZ, "assessor": None, "scaled": Decimal("0.8"), **different})

"""Builders: a complete, valid thing of each kind, with only the part changed that a test is about."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import orjson
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

import courses
from courses import agencies, participation, teams
from courses.catalogue import Catalogue
from courses.errors import NoSuchAgency
from courses.people import Cohort, Enrolment, Person
from courses.profile import Profile
from courses.syllabus import Course, Exercise, Module, Reading
from courses.teams import Seat
from lti_tool import visitor
from lti_tool.lti import doors
from lti_tool.lti.id_token import LTI
from lti_tool.lti.platforms import Deployment, Platform
from lti_tool.run.settings import Settings
from tests.compiled import TEMPLATES
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database
from xapi_store.keys import Seal
from xapi_store.statements import Statement
from xapi_store.transaction import transaction

T = TypeVar("T")
TOOL_ADDRESS = "http://localhost"
COURSE_IRI = "https://w3id.org/xapi/oicf/courses/oicf"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"


# --- Launches (floor 4) ---


def a_catalogue() -> Catalogue:
    """A course `oicf` with one module `m1` and one step `m1/1`; what launches do not look at is left empty."""
    module_iri = f"{COURSE_IRI}/m1"
    step = _with_the_rest_empty(Reading, id="oicf/m1/1", iri=f"{module_iri}/1", key="1", code="M1.1", title="A reading")
    module = _with_the_rest_empty(Module, slug="m1", iri=module_iri, code="M1", title="A module", steps=(step,))
    course = _with_the_rest_empty(
        Course, slug="oicf", iri=COURSE_IRI, version="0.1.0", title="A course", modules=(module,)
    )
    return Catalogue(profile=_with_the_rest_empty(Profile), courses={"oicf": course})


def _with_the_rest_empty(kind: type[T], **given: Any) -> T:
    names = [each.name for each in fields(kind)]  # type: ignore[arg-type]  # only dataclasses are handed in
    return kind(**(dict.fromkeys(names, "") | given))


def a_tool(database: Database, *, allow_private: bool = True) -> Flask:
    """The LTI doors of the tool on this database, at TOOL_ADDRESS, with no other page than what a test adds."""
    app = Flask("lti_tool")
    app.config["TESTING"] = True
    secret = "s" * 40
    settings = Settings(secret_key=secret, public_url=TOOL_ADDRESS, allow_private_platforms=allow_private)
    app.extensions |= {"database": database, "settings": settings, "seal": Seal(secret), "catalogue": a_catalogue()}
    Babel(app)
    # The frame around our pages is the design's, and tested with it.
    plain_frame = DictLoader({"base.html": "{% block title %}{% endblock %}{% block content %}{% endblock %}"})
    app.jinja_env.bytecode_cache = TEMPLATES
    app.jinja_loader = ChoiceLoader([plain_frame, app.jinja_loader])  # type: ignore[list-item]  # it has one
    app.context_processor(visitor.in_templates)
    for door in doors.ALL:
        app.register_blueprint(door.bp)
    return app


def a_platform(database: Database, signing: SigningPlatform, *, agency: str = "north", **changes: Any) -> Platform:
    """That platform, connected to an agency of that short name with deployment 1."""
    at = datetime.now(UTC)
    with transaction(database) as session:
        home = f"https://{agency}.example/people"
        owner = agencies.create(session, slug=agency, name=agency.title(), account_home=home, at=at)
        described: dict[str, Any] = {
            "agency_id": owner.id,
            "issuer": signing.address,
            "client_id": signing.client_id,
            "authorization_endpoint": f"{signing.address}/auth",
            "token_endpoint": f"{signing.address}/token",
            "jwks_uri": f"{signing.address}/jwks",
            "name": "A platform",
            "status": "active",
            "created_at": at,
        }
        platform = Platform(**(described | changes))
        session.add(platform)
        session.flush()
        session.add(Deployment(platform_id=platform.id, deployment_id="1", created_at=at))
    return platform


@dataclass
class LaunchUnderWay:
    """A launch after its login: what the platform was asked, and the claims it is about to sign."""

    browser: FlaskClient
    platform: SigningPlatform
    question: dict[str, str]
    claims: dict[str, Any]

    def send(self, token: str | None = None, *, browser: FlaskClient | None = None, **form: str) -> TestResponse:
        """The browser brings the token (the claims, duly signed, unless another is given) to the tool."""
        sent = {"state": self.question["state"], "id_token": token or self.platform.sign(self.claims), **form}
        return (browser or self.browser).post("/lti/launch", data=sent)


def a_launch(
    browser: FlaskClient,
    platform: SigningPlatform,
    *,
    login: dict[str, str] | None = None,
    without: tuple[str, ...] = (),
    **changes: Any,
) -> LaunchUnderWay:
    """A learner's launch of module m1. `changes` and `without` alter the claims, `login` the login's parameters.

    LTI claims go by their short names (`deployment_id`, `roles`), others by their own (`aud`, `exp`).
    """
    target = f"{TOOL_ADDRESS}/learn/oicf/m1"
    asked = {
        "iss": platform.address,
        "login_hint": "user-5",
        "target_link_uri": target,
        "client_id": platform.client_id,
        **(login or {}),
    }
    answer = browser.post("/lti/login", data=asked)
    question = {name: value for name, [value] in parse_qs(urlsplit(answer.location or "").query).items()}
    now = int(datetime.now(UTC).timestamp())
    claims: dict[str, Any] = {
        "iss": platform.address,
        "aud": platform.client_id,
        "sub": "5",
        "iat": now,
        "exp": now + 60,
        "nonce": question.get("nonce"),
        "name": "Ada Example",
        f"{LTI}deployment_id": "1",
        f"{LTI}version": "1.3.0",
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}target_link_uri": asked["target_link_uri"],
        f"{LTI}roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
        f"{LTI}context": {"id": "2", "title": "A course of the platform"},
        f"{LTI}resource_link": {"id": "1", "title": "A link"},
        f"{LTI}launch_presentation": {"locale": "en", "return_url": f"{platform.address}/return?sesskey=secret"},
    }
    for name, value in changes.items():
        claims[name if f"{LTI}{name}" not in claims else f"{LTI}{name}"] = value
    for name in without:
        claims.pop(name, None)
        claims.pop(f"{LTI}{name}", None)
    return LaunchUnderWay(browser, platform, question, claims)


def an_agent(name: str = "learner-1") -> dict[str, Any]:
    """An Agent known by an account."""
    return {"objectType": "Agent", "account": {"homePage": "https://people.example.org", "name": name}}


def a_statement(**changed: Any) -> dict[str, Any]:
    """A valid statement without an id; a member given as None is left out."""
    statement = {
        "actor": an_agent(),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"en": "answered"}},
        "object": {
            "objectType": "Activity",
            "id": "https://courses.example.org/m1/4",
            "definition": {"type": "http://adlnet.gov/expapi/activities/assessment", "name": {"en": "Quiz"}},
        },
        "result": {"success": True, "score": {"scaled": 0.8, "raw": 8, "min": 0, "max": 10}, "duration": "PT2M30S"},
        "context": {
            "registration": "6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11",
            "contextActivities": {"grouping": [{"id": "https://courses.example.org/m1"}]},
            "extensions": {"https://courses.example.org/ext/phase": "seek"},
        },
        "timestamp": "2026-05-18T05:32:34.804Z",
    }
    return {name: value for name, value in {**statement, **changed}.items() if value is not None}


# --- Learners on the real course (floor 2) ---


@cache
def the_catalogue() -> Catalogue:
    """The courses as they are shipped."""
    return Catalogue.load(Path(courses.__file__).parent / "content")


def an_enrolment(session: Session, course: Course, *, agency: str = "north", at: datetime | None = None) -> Enrolment:
    """A new person of that agency (made where it is missing), entered in the course."""
    moment = at or datetime.now(UTC)
    try:
        found = agencies.by_slug(session, agency)
    except NoSuchAgency:
        home = f"https://{agency}.example/people"
        found = agencies.create(session, slug=agency, name=agency.title(), account_home=home, at=moment)
    person = participation.know(session, agency=found, name="Ada Example", locale="en", at=moment)
    return participation.enter(session, person=person, course=course, at=moment)


def statements_of(database: Database, store_id: int) -> list[dict[str, Any]]:
    """Everything in this store, oldest first."""
    with transaction(database) as session:
        asked = select(Statement.raw).where(Statement.store_id == store_id).order_by(Statement.seq)
        return [orjson.loads(raw) for raw in session.scalars(asked)]


# --- Teams at work (floor 2) ---


def a_cohort(session: Session, *, agency: str = "north", at: datetime) -> Cohort:
    """A cohort of that agency (made where it is missing) for the shipped course."""
    try:
        found = agencies.by_slug(session, agency)
    except NoSuchAgency:
        home = f"https://{agency}.example/people"
        found = agencies.create(session, slug=agency, name=agency.title(), account_home=home, at=at)
    cohort = Cohort(agency_id=found.id, course="oicf", title="Spring", created_at=at)
    session.add(cohort)
    session.flush()
    return cohort


def a_team(
    session: Session, course: Course, exercise: Exercise, *, of: tuple[str, ...] = ("north", "north"), at: datetime
) -> list[Seat]:
    """The seats of a new team; `of` names the agency of each member."""
    cohort = a_cohort(session, agency=of[0], at=at)
    enrolments = [an_enrolment(session, course, agency=agency, at=at) for agency in of]
    team = teams.form(session, cohort_id=cohort.id, exercise=exercise, enrolments=enrolments, at=at)
    return [teams.seat(session, team=team, enrolment_id=each.id, exercise=exercise) for each in enrolments]


def a_trainer(session: Session, cohort_id: int, *, agency: str = "north", at: datetime) -> Person:
    """A person who trains that cohort."""
    person = participation.know(session, agency=agencies.by_slug(session, agency), name="Tove", locale="en", at=at)
    participation.join(session, cohort_id=cohort_id, person_id=person.id, role="trainer", at=at)
    return person

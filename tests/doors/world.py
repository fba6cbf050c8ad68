"""Two agencies with a platform each, and somebody of every kind in them, after a team's whole way to a certificate."""

import base64
import json
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import text

from courses import agencies
from courses.pilot import pilots
from lti_tool import visitor
from lti_tool.lti.id_token import DEEP_LINKING_SETTINGS, ROLE_SCOPE_MENTOR
from lti_tool.run.app import METADATA
from tests import builders, walking
from tests.signing_platform import SigningPlatform
from tests.walking import INSTRUCTOR, MANAGER, MENTOR, Person
from xapi_store import api_keys, statements
from xapi_store.attachments import Kept
from xapi_store.database import Database
from xapi_store.statements import Sender
from xapi_store.transaction import transaction

ROWS = text(
    " UNION ALL ".join(
        f"SELECT '{name}', count(*), coalesce(sum(hashtext((to_jsonb(each) - 'last_used_at')::text)::bigint), 0)"
        f' FROM "{name}" AS each'
        for name in sorted(METADATA.tables.keys() - {"launch_attempt"})
    )
)
# The fingerprint of each database that was taken last, and how far the server's log had come before it was.
TAKEN: dict[str, tuple[str, dict[str, str]]] = {}
OTHER_COURSE = {"id": "3", "title": "Another course of the platform"}


@dataclass
class World:
    """Everybody by name, and the ids that addresses are made of.

    `ada` and `bo` are a team of north that was graded; Ada holds a certificate. `cy` is in another team of the same
    cohort. `teller` trains another cohort of north. `dee` and `eve` are a team of south. `mentor` may look on Ada (and
    on somebody of south, as far as the platform of north says so); `onlooker` is a trainer in the learner view.
    `pilot` is north's, open. `statement` came from a program of north, with an attachment of that sum.
    """

    house: Flask
    database: Database
    people: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    certificate: str = ""
    enrolment: str = ""
    statement: str = ""
    sha2: str = ""
    pilot: str = ""

    def token(self, name: str) -> str:
        """The form token of this person's pages."""
        if name == "operator":
            return self.people[name].token("/operator")
        return walking.visit_token(self.house, self.people[name])

    def key(self, *scopes: str, agency: str = "north") -> dict[str, str]:
        """The headers of a program with a key of these scopes to that agency's store."""
        with transaction(self.database) as session:
            store_id = agencies.by_slug(session, agency).store_id
            at = datetime.now(UTC)
            row, secret = api_keys.create(session, store_id=store_id, label="test", scopes=scopes, at=at)
        credentials = base64.b64encode(f"{row.key}:{secret}".encode()).decode()
        return {"Authorization": f"Basic {credentials}", "X-Experience-API-Version": "1.0.3"}

    def operator_link(self) -> str:
        """A one-time link for the operator."""
        with transaction(self.database) as session:
            return visitor.operator_link(session, at=datetime.now(UTC))

    def fingerprint(self) -> dict[str, str]:
        """Of every table that pages write to, how many rows it has and a hash of them all."""
        return fingerprint(self.database)


def fingerprint(database: Database) -> dict[str, str]:
    """Of every table of the product, how many rows it has and a hash of them all; but for when keys were last used.

    The launch log is left out: it is where a launch that changes nothing else is noted.
    """
    name = str(database.engine.url.database)
    with database.engine.connect() as connection:
        # Every change of a row moves the server's log on: where it stands still, nothing has to be read again.
        reached = connection.execute(text("SELECT pg_current_wal_insert_lsn()::text")).scalar_one()
        if name not in TAKEN or TAKEN[name][0] != reached:
            TAKEN[name] = reached, {each: f"{count} rows, {total}" for each, count, total in connection.execute(ROWS)}
    return TAKEN[name][1]


def build(house: Flask, database: Database, north: SigningPlatform, south: SigningPlatform) -> World:
    """The world, with both platforms connected."""
    builders.a_platform(database, north)
    builders.a_platform(database, south, agency="south")
    world = World(house, database)
    _learners(world, north, south)
    _staff(world, north, south)
    _operator(world)
    _program(world)
    _pilot(world)
    return world


def _learners(world: World, north: SigningPlatform, south: SigningPlatform) -> None:
    for name, platform in {"ada": north, "bo": north, "cy": north, "dee": south, "eve": south}.items():
        full = f"{name.title()} Example"
        world.people[name] = walking.launch(world.house, platform, name, name=full)
    people = world.people
    for first, second in (("ada", "bo"), ("dee", "eve")):
        path = walking.a_team(people[first], people[second])
        walking.freeze(people[first], people[second], path)
        world.teams[first] = path.rsplit("/", 1)[1]
    path = people["cy"].send("/learn/oicf/m1/5/team", "/learn/oicf/m1/5").location
    world.teams["cy"] = path.rsplit("/", 1)[1]
    walking.pass_quiz(people["ada"], world.house)


def _staff(world: World, north: SigningPlatform, south: SigningPlatform) -> None:
    people, house = world.people, world.house
    people["trainer"] = walking.launch(house, north, "trainer", role=INSTRUCTOR, target="/teach", name="Tove Staff")
    for name in ("chooser", "picker"):  # an answer is given once: one is for those who give it
        people[name] = _chooser(house, north)
    people["mentor"] = walking.launch(
        house, north, "mentor", role=MENTOR, name="Mo Staff", **{ROLE_SCOPE_MENTOR: ["ada", "dee"]}
    )
    for name in ("viewer", "onlooker"):
        people[name] = walking.launch(house, north, name, role=INSTRUCTOR, target="/teach", name="Vic Staff")
    people["onlooker"].send("/teach/learner-view", "/teach", module="oicf/m1")
    people["teller"] = walking.launch(
        house, north, "teller", role=INSTRUCTOR, target="/teach", name="Tell Staff", context=OTHER_COURSE
    )
    people["south trainer"] = walking.launch(
        house, south, "trainer", role=INSTRUCTOR, target="/teach", name="Tove Staff"
    )
    people["officer"] = walking.launch(house, north, "officer", role=MANAGER, target="/agency", name="Olga Staff")
    people["south officer"] = walking.launch(house, south, "officer", role=MANAGER, target="/agency", name="Olga Staff")
    for name, team in {"trainer": "ada", "south trainer": "dee"}.items():
        path = f"/team/{world.teams[team]}"
        screen, sent = walking.a_grade(people[name], path)
        assert people[name].browser.post(screen, data={**sent, "release": "1"}).status_code == 303
    officer = people["officer"]
    form = walking.a_certificate_form(officer)
    world.enrolment = form["enrolment"]
    assert officer.browser.post("/agency/issue", data={**form, "name": "Ada Example"}).status_code == 303
    found = re.search(r"/agency/certificates/([0-9a-f-]{36})/revoke", officer.get("/agency").text)
    assert found is not None
    world.certificate = found.group(1)


def _chooser(house: Flask, platform: SigningPlatform) -> Person:
    """A trainer whom the platform has sent to choose links."""
    settings: dict[str, Any] = {
        "deep_link_return_url": f"{platform.address}/return",
        "accept_types": ["ltiResourceLink"],
        "accept_multiple": True,
    }
    claims = {"message_type": "LtiDeepLinkingRequest", DEEP_LINKING_SETTINGS: settings}
    return walking.launch(house, platform, "chooser", role=INSTRUCTOR, name="Chi Staff", **claims)


def _program(world: World) -> None:
    content, statement_id = b"a plan", uuid4()
    world.statement, world.sha2 = str(statement_id), sha256(content).hexdigest()
    described = {"usageType": "https://example.org/plan", "display": {"en": "Plan"}, "contentType": "text/plain"}
    attached = {**described, "length": len(content), "sha2": world.sha2}
    statement = builders.a_statement(id=world.statement, attachments=[attached])
    with transaction(world.database) as session:
        sender = Sender(builders.an_agent("program"))
        prepared = statements.prepare(json.dumps(statement).encode(), sender=sender, at=datetime.now(UTC))
        brought = replace(prepared, attachments={world.sha2: Kept(content, "text/plain")})
        store_id = agencies.by_slug(session, "north").store_id
        statements.receive(session, store_id=store_id, statements=[brought])


def _pilot(world: World) -> None:
    catalogue, at = world.house.extensions["catalogue"], datetime.now(UTC)
    with transaction(world.database) as session:
        opened = pilots.open_pilot(
            session,
            course=catalogue.course("oicf"),
            profile=catalogue.profile,
            agency_id=agencies.by_slug(session, "north").id,
            purpose="Are we right?",
            at=at,
        )
    world.pilot = str(opened.id)


def _operator(world: World) -> None:
    link = world.operator_link()
    operator = Person(world.house.test_client())
    assert operator.browser.post(f"/operator/sign-in/{link}", base_url="https://localhost").status_code == 303
    # The cookie is for https alone; the other requests of these tests are plain.
    shown = operator.browser.get_cookie(visitor.OPERATOR_COOKIE)
    assert shown is not None
    operator.browser.set_cookie(visitor.OPERATOR_COOKIE, shown.value)
    world.people["operator"] = operator
    world.people["nobody"] = Person(world.house.test_client())

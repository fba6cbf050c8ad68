"""Every door of the application, who may enter by it, and that all others are turned away with nothing changed."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lti_tool import visitor
from tests import builders, walking
from tests.doors.world import World, fingerprint
from tests.signing_platform import SigningPlatform
from tests.walking import Person
from xapi_store import api as xapi
from xapi_store.database import Database

# Who may enter. PLATFORM: whoever brings a platform's signed word, a known issuer, or an invite link.
ANYONE, KEY, PLATFORM = {"anyone"}, {"key"}, {"platform"}
LEARNER, TRAINER, OFFICER, OPERATOR = {"learner"}, {"trainer"}, {"officer"}, {"operator"}
OBSERVER = {"observer"}

# The desk of pilots: of an officer below /agency, of the operator below /operator.
PILOT_DESK = (
    ("GET", ""),
    ("POST", ""),
    ("GET", "/<uuid:pilot_id>"),
    ("POST", "/<uuid:pilot_id>/close"),
    ("POST", "/<uuid:pilot_id>/people"),
    ("POST", "/<uuid:pilot_id>/people/<uuid:participant_id>/renew"),
    ("POST", "/<uuid:pilot_id>/people/<uuid:participant_id>/withdraw"),
    ("GET", "/<uuid:pilot_id>/report"),
    ("GET", "/<uuid:pilot_id>/report.csv"),
    ("GET", "/<uuid:pilot_id>/report.json"),
)

DOORS: dict[str, set[str]] = {
    "GET /": ANYONE,
    "GET /static/<path:filename>": ANYONE,
    "GET /static/at-<mark>/<path:filename>": ANYONE,
    "GET /accessibility": ANYONE,
    "GET /openapi.json": ANYONE,
    "POST /language": ANYONE,  # a visit is changed by a form of its own alone; tried in tests/languages
    "GET /healthz": ANYONE,
    "GET /readyz": ANYONE,
    "GET /design": ANYONE,
    "GET /courses/<course>/media/<path:name>": ANYONE,
    "GET /learn/<course>": LEARNER | TRAINER,
    "POST /learn/<course>/<module>/<key>/film": LEARNER,
    "POST /learn/<course>/<module>/<key>/film/way": LEARNER,
    "POST /learn/<course>/<module>/<key>/check": LEARNER,
    "POST /learn/<course>/<module>/<key>/draft": LEARNER,
    "POST /learn/<course>/<module>/<key>/submit": LEARNER,
    "POST /learn/<course>/<module>/<key>/alone": LEARNER,
    "GET /learn/<course>/<module>/<key>/file/<field>": {"who wrote it"},  # tried with the player, as the next ones
    "GET /teach/handed-in": TRAINER,
    "GET /teach/handed-in/<uuid:submission_id>": {"a trainer of who wrote it"},
    "GET /teach/handed-in/<uuid:submission_id>/<field>": {"a trainer of who wrote it"},
    "GET /learn/<course>/<module>": LEARNER | TRAINER,
    "GET /learn/<course>/<module>/<key>": LEARNER | TRAINER,
    "POST /learn/<course>/<module>/<key>/done": LEARNER,
    "POST /learn/<course>/<module>/<key>/place": LEARNER,
    "POST /learn/<course>/<module>/<key>/prompt": LEARNER,
    "POST /learn/<course>/<module>/<key>/begin": LEARNER,
    "POST /learn/<course>/<module>/<key>/choose": LEARNER,
    "POST /learn/<course>/<module>/<key>/answer": LEARNER,
    "POST /learn/<course>/<module>/<key>/hand-in": LEARNER,
    "POST /learn/<course>/<module>/<key>/team": LEARNER,
    "GET /team/<uuid:team_id>": LEARNER | TRAINER,
    "GET /team/<uuid:team_id>/changes": LEARNER | TRAINER,
    "GET /team/<uuid:team_id>/history/<int:number>": LEARNER | TRAINER,
    "POST /team/<uuid:team_id>/posts": LEARNER,
    "POST /team/<uuid:team_id>/document": LEARNER,
    "POST /team/<uuid:team_id>/agree": LEARNER,
    "POST /team/<uuid:team_id>/advance": LEARNER | TRAINER,
    "POST /team/<uuid:team_id>/freeze": LEARNER | TRAINER,
    "GET /teach": TRAINER,
    "GET /teach/<uuid:team_id>": TRAINER,
    "POST /teach/<uuid:team_id>": TRAINER,
    "POST /teach/<uuid:team_id>/open": TRAINER,
    "GET /teach/grades": TRAINER,
    "POST /teach/grades/<any('now','again'):what>": TRAINER,
    "GET /teach/people": TRAINER,
    "POST /teach/people/<int:cohort_id>/refresh": TRAINER,
    "GET /teach/people/<int:cohort_id>/groups": TRAINER,
    "POST /teach/people/<int:cohort_id>/groups": TRAINER,
    "POST /teach/learner-view": TRAINER,
    "POST /teach/learner-view/end": TRAINER,
    "GET /review/<course>/<module>/<uuid:enrolment_id>": LEARNER | TRAINER,
    "GET /review/<course>/<module>/<key>/<uuid:enrolment_id>": LEARNER | TRAINER,
    "GET /observe": OBSERVER,
    "GET /agency": OFFICER,
    "POST /agency/issue": OFFICER,
    "POST /agency/certificates/<uuid:certificate_id>/revoke": OFFICER,
    "GET /reports": TRAINER | OFFICER,
    "GET /reports.csv": TRAINER | OFFICER,
    "GET /reports.json": TRAINER | OFFICER,
    "GET /certificates": LEARNER,
    "GET /certificates/<uuid:certificate_id>.<any('pdf','jwt','evidence.json'):kind>": LEARNER | OFFICER,
    "GET /verify": ANYONE,
    "POST /verify": ANYONE,
    "GET /verify/<uuid:certificate_id>": ANYONE,
    "GET /courses": ANYONE,
    "GET /courses/<slug>": ANYONE,
    "GET /courses/<slug>/packages/<name>": ANYONE,
    "GET /courses/<slug>/read/": ANYONE,
    "GET /courses/<slug>/read/<language>/<path:name>": ANYONE,
    "GET /profile": ANYONE,
    "GET /profile/<profile_id>": ANYONE,
    "GET /profile/<profile_id>/<version>": ANYONE,
    "GET /profile/<profile_id>/<version>/case.json": ANYONE,
    "GET /profile/<profile_id>/<version>/<code>": ANYONE,
    "GET /ims/case/v1p1/CFDocuments": ANYONE,
    "GET /ims/case/v1p1/<any(CFPackages, CFDocuments, CFItems, CFAssociations, CFItemTypes, CFLicenses):place>"
    "/<uuid:identifier>": ANYONE,
    "GET /vocabulary": ANYONE,
    "GET /vocabulary/v0.1": ANYONE,
    "GET /vocabulary/xapi-profile.jsonld": ANYONE,
    "GET /vocabulary/<any('verbs','activity-types','ext','templates'):kind>/<name>": ANYONE,
    "GET /agencies/<slug>": ANYONE,
    "GET /agencies/<slug>/did.json": ANYONE,
    "GET /agencies/<slug>/keys/<kid>": ANYONE,
    "GET /achievements/<rule_id>/<version>": ANYONE,
    "GET /status/<int:number>": ANYONE,
    "GET /lti/jwks": ANYONE,
    "GET /lti/login": PLATFORM,
    "POST /lti/login": PLATFORM,
    "POST /lti/launch": PLATFORM,
    "POST /lti/window": {"one-time code"},
    "GET /lti/register/<token>": PLATFORM,
    "POST /lti/register/<token>": PLATFORM,
    "GET /lti/deep-linking": TRAINER,
    "POST /lti/deep-linking": TRAINER,
    "GET /operator/sign-in/<link>": ANYONE,  # it shows a button; the link itself is tried by the next
    "POST /operator/sign-in/<link>": {"one-time link"},
    "GET /sign-in": ANYONE,
    "POST /sign-in": {"password"},
    "POST /sign-in/passkey/options": ANYONE,  # who was shown the page; so too below an invitation
    "POST /sign-in/passkey": {"passkey"},
    "GET /sign-in/organisation": {"organisation"},
    "GET /sign-in/organisation/back": {"organisation"},
    "GET /invitation/<token>": {"invitation"},
    "POST /invitation/<token>": {"invitation"},
    "POST /invitation/<token>/passkey/options": {"invitation"},
    "POST /invitation/<token>/passkey": {"invitation"},
    "GET /keep": LEARNER,
    "POST /keep": LEARNER,
    "GET /stays": LEARNER | TRAINER | OFFICER | OBSERVER,
    "POST /stays/end": LEARNER | TRAINER | OFFICER,
    "POST /stays/end-others": LEARNER | TRAINER | OFFICER,
    "POST /sign-out": {"any visitor"},  # tried elsewhere: afterwards nobody is there for the other doors
    "POST /operator/sign-out": {"the operator's stay"},
    "GET /account": {"account"},  # a visit that was opened by signing in; tried with the sign-in
    "POST /account/password": {"account"},
    "POST /account/passkey/options": {"account"},
    "POST /account/passkey": {"account"},
    "POST /account/passkey/remove": {"account"},
    "POST /account/run": {"account"},
    "GET /joining": LEARNER,
    "POST /joining/code": LEARNER,
    "POST /joining/enter": LEARNER,
    "POST /joining/<uuid:link_id>/separate": LEARNER,
    "GET /agency/people": OFFICER,
    "POST /agency/people/invite": OFFICER,
    "POST /agency/people/<uuid:account_id>/renew": OFFICER,
    "POST /agency/people/<uuid:account_id>/close": OFFICER,
    "GET /operator/people": OPERATOR,
    "POST /operator/people/invite": OPERATOR,
    "POST /operator/people/find": OPERATOR,
    "POST /operator/people/<uuid:account_id>/renew": OPERATOR,
    "POST /operator/people/<uuid:account_id>/close": OPERATOR,
    **{f"{method} /agency/pilots{path}": OFFICER for method, path in PILOT_DESK},
    **{f"{method} /operator/pilots{path}": OPERATOR for method, path in PILOT_DESK},
    "GET /pilot": LEARNER | TRAINER,
    "POST /pilot/<uuid:pilot_id>/join": LEARNER | TRAINER,
    "GET /pilot/with/<code>": {"personal link"},  # tried with the pilots' pages
    "GET /pilot/with/<code>/<part>/<int:number>": {"personal link"},
    "POST /pilot/with/<code>/<part>/<int:number>": {"personal link"},
    "POST /pilot/with/<code>/<part>/hand-in": {"personal link"},
    "GET /operator": OPERATOR,
    "POST /operator/invite": OPERATOR,
    "GET /operator/agencies/new": OPERATOR,
    "POST /operator/agencies": OPERATOR,
    "GET /operator/agencies/<slug>": OPERATOR,
    "POST /operator/agencies/<slug>/name": OPERATOR,
    "GET /operator/launches": OPERATOR,
    "GET /operator/grades": OPERATOR,
    "POST /operator/grades/<any('now','again'):what>": OPERATOR,
    "GET /operator/keys": OPERATOR,
    "GET /operator/search": OPERATOR,
    "GET /operator/platforms/<int:platform_id>/roles": OPERATOR,
    "POST /operator/platforms/<int:platform_id>/roles": OPERATOR,
    "POST /operator/platforms/<int:platform_id>/roles/forget": OPERATOR,
    "GET /operator/platforms/new": OPERATOR,
    "POST /operator/platforms/new": OPERATOR,
    "GET /operator/platforms/<int:platform_id>": OPERATOR,
    "POST /operator/platforms/<int:platform_id>/name": OPERATOR,
    "POST /operator/platforms/<int:platform_id>/<any('block','unblock'):what>": OPERATOR,
    "POST /operator/platforms/<int:platform_id>/deployments": OPERATOR,
    "POST /operator/platforms/<int:platform_id>/invite": OPERATOR,
    "POST /operator/platforms/<int:platform_id>/check": OPERATOR,
    "GET /operator/platforms": OPERATOR,
    "GET /operator/platforms/<int:platform_id>/addresses": OPERATOR,
    "POST /operator/platforms/<int:platform_id>/addresses": OPERATOR,
    "GET /operator/stores": OPERATOR,
    "GET /operator/stores/<slug>": OPERATOR,
    "POST /operator/stores/<slug>/keys": OPERATOR,
    "POST /operator/stores/<slug>/keys/<key>/rotate": OPERATOR,
    "POST /operator/stores/<slug>/keys/<key>/revoke": OPERATOR,
    "POST /operator/stores/<slug>/self-test": OPERATOR,
    "GET /operator/stores/<slug>/statements": OPERATOR,
    "GET /operator/stores/<slug>/statements/<uuid:statement_id>": OPERATOR,
    "GET /operator/stores/<slug>/statements/<uuid:statement_id>/attachments/<sha2>": OPERATOR,
    "POST /operator/stores/<slug>/statements/<uuid:statement_id>/void": OPERATOR,
    "GET /operator/stores/<slug>/forwarding": OPERATOR,
    "POST /operator/stores/<slug>/forwarding": OPERATOR,
    "POST /operator/stores/<slug>/forwarding/<int:number>/"
    "<any('pause','resume','retry','pass-over','remove'):what>": OPERATOR,
    "GET /operator/stores/<slug>/profiles": OPERATOR,
    "POST /operator/stores/<slug>/profiles": OPERATOR,
    "POST /operator/stores/<slug>/profiles/mode": OPERATOR,
    "POST /operator/stores/<slug>/profiles/unload": OPERATOR,
    "GET /operator/stores/<slug>/erasure": OPERATOR,
    "POST /operator/stores/<slug>/erasure": OPERATOR,
    "POST /operator/stores/<slug>/erasure/look": OPERATOR,
    "POST /operator/stores/<slug>/erasure/<int:number>/go-on": OPERATOR,
    "GET /xapi/about": ANYONE,
    **{f"{method} /xapi/statements": KEY for method in ("GET", "POST", "PUT")},
    **{f"{method} /xapi/activities/state": KEY for method in ("GET", "POST", "PUT", "DELETE")},
    **{f"{method} /xapi/activities/profile": KEY for method in ("GET", "POST", "PUT", "DELETE")},
    **{f"{method} /xapi/agents/profile": KEY for method in ("GET", "POST", "PUT", "DELETE")},
    "GET /xapi/activities": KEY,
    "GET /xapi/agents": KEY,
    "POST /store/import": KEY,
}
VISITORS = {
    "learner": "ada",
    "trainer": "trainer",
    "officer": "officer",
    "operator": "operator",
    "observer": "mentor",
}
GUARDED = sorted(door for door, who in DOORS.items() if who & VISITORS.keys())
FORMS = [door for door in GUARDED if door.startswith("POST")]
# Which step a form of the learner's belongs to.
STEPS = {"done": 1, "place": 1, "prompt": 2, "choose": 3, "begin": 4, "answer": 4, "hand-in": 4, "team": 5}


def address(world: World, door: str, *, team: str = "ada") -> str:
    """The door with Ada's team and certificate (or another team) in its address."""
    path = door.split(" ", 1)[1]
    filled = {
        "<course>": "oicf",
        "<module>": "m1",
        "<key>": str(STEPS.get(path.rsplit("/", 1)[-1], 1)),
        "<uuid:team_id>": world.teams[team],
        "<int:number>": "1",
        "<int:cohort_id>": "1",
        "<uuid:enrolment_id>": world.enrolment,
        "<uuid:certificate_id>": world.certificate,
        "<any('pdf','jwt','evidence.json'):kind>": "jwt",
        "<slug>": "north",
        "<int:platform_id>": "1",
        "<any('block','unblock'):what>": "unblock",
        "<uuid:statement_id>": world.statement,
        "<uuid:account_id>": str(UUID(int=1)),
        "<uuid:link_id>": str(UUID(int=1)),
        "<uuid:participant_id>": str(UUID(int=1)),
        "<uuid:pilot_id>": world.pilot,
        "<sha2>": world.sha2,
        "<any('now','again'):what>": "now",
        "<any('pause','resume','retry','pass-over','remove'):what>": "pause",
    }
    for name, value in filled.items():
        path = path.replace(name, value)
    return path


def knock(person: Person, door: str, path: str, filled: dict[str, str] | None = None, **headers: str) -> TestResponse:
    """The answer at that door. An empty form is refused for what it lacks only after it was let in."""
    method = door.split(" ", 1)[0]
    return person.browser.open(path, method=method, headers=headers, data=filled if method == "POST" else None)


def who_enters(world: World, door: str, role: str) -> str:
    """The person of this role who has business at that door."""
    if role == "trainer" and "deep-linking" in door:
        return "chooser"
    return "viewer" if "learner-view" in door else VISITORS[role]


def test_every_door_is_in_the_table(house: Flask) -> None:
    there = {
        f"{method} {rule.rule}"
        for rule in house.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    there |= {f"{method} {path}" for path, methods in xapi.RESOURCES.items() for method in methods}
    assert there == DOORS.keys()


@pytest.mark.parametrize("door", sorted(door for door, who in DOORS.items() if who is KEY))
def test_no_program_enters_without_a_key(door: str, world: World) -> None:
    method, path = door.split(" ", 1)
    before = world.fingerprint()
    for headers in ({}, {"Authorization": "Basic Og=="}, {"Authorization": "Bearer x"}):
        answer = world.house.test_client().open(
            path, method=method, headers={"X-Experience-API-Version": "1.0.3", **headers}, json={}
        )
        assert (answer.status_code, "WWW-Authenticate" in answer.headers) == (401, True)
    assert world.fingerprint() == before


@pytest.mark.parametrize("door", GUARDED)
def test_nobody_and_no_other_role_may_enter(door: str, world: World) -> None:
    path, before = address(world, door), world.fingerprint()
    for name in ("nobody", *(person for role, person in VISITORS.items() if role not in DOORS[door])):
        token = world.token(name) if name != "nobody" else ""
        answer = knock(world.people[name], door, path, **{"X-Form-Token": token})
        expected = 401 if name in ("nobody", "operator") or "/operator" in door else 403
        assert answer.status_code == expected, name
        assert not [secret for secret in ("Bo Example", "We answer within a day.") if secret in answer.text]
    assert world.fingerprint() == before


@pytest.mark.parametrize("door", FORMS)
def test_a_form_without_its_own_token_changes_nothing(door: str, world: World) -> None:
    path, before = address(world, door), world.fingerprint()
    for role in DOORS[door]:
        name = who_enters(world, door, role)
        foreign = [world.token(other) for other in ("ada", "bo", "trainer", "officer", "operator") if other != name]
        for token in ("", "0" * 64, *foreign):
            answer = knock(world.people[name], door, path, **{"X-Form-Token": token})
            assert (answer.status_code, "someone else" in answer.text) == (403, True), name
    assert world.fingerprint() == before


@pytest.mark.parametrize("door", GUARDED)
def test_whom_a_door_is_for_is_let_in(door: str, world: World) -> None:
    for role in DOORS[door]:
        name = who_enters(world, door, role)
        # Their own token opens; what an empty form then lacks is said with another status.
        answer = knock(world.people[name], door, address(world, door), **{"X-Form-Token": world.token(name)})
        assert answer.status_code in ((200,) if door.startswith("GET") else (200, 303, 400, 404, 409, 422)), name


@pytest.mark.parametrize("door", [door for door in GUARDED if "team_id" in door])
@pytest.mark.parametrize("name", ["cy", "dee", "teller", "south trainer"])
def test_a_team_is_closed_to_other_teams_cohorts_and_agencies(door: str, name: str, world: World) -> None:
    token, before = world.token(name), world.fingerprint()
    filled = {"body": "Mine", "based_on": "0", "leaving": "0"}
    answer = knock(world.people[name], door, address(world, door), filled, **{"X-Form-Token": token})
    assert answer.status_code == 403
    for secret in ("Ada Example", "Bo Example", "We answer within a day.", "Here is what I think."):
        assert secret not in answer.text
    assert world.fingerprint() == before


@pytest.mark.parametrize("door", [door for door in GUARDED if "enrolment_id" in door])
@pytest.mark.parametrize("name", ["bo", "cy", "dee", "teller", "south trainer", "mentor", "officer"])
def test_nobody_reviews_the_work_of_others(door: str, name: str, world: World) -> None:
    path = address(world, door).replace("/m1/1/", "/m1/4/")
    assert "Ada Example" in world.people["trainer"].get(path).text
    answer = world.people[name].get(path)
    assert (answer.status_code, "Ada Example" in answer.text) == (403, False)


@pytest.mark.parametrize("door", FORMS)
def test_an_observer_sends_no_form(door: str, world: World) -> None:
    before = world.fingerprint()
    answer = knock(world.people["mentor"], door, address(world, door), **{"X-Form-Token": world.token("mentor")})
    assert answer.status_code in (401, 403)
    assert world.fingerprint() == before


def test_an_observer_sees_the_progress_of_whom_the_platform_named_and_nothing_else(world: World) -> None:
    page = world.people["mentor"].get("/observe").text
    assert ("Ada Example" in page, "1 more learner" in page) == (True, True)
    for secret in ("Bo Example", "Cy Example", "We answer within a day.", "Dee Example"):
        assert secret not in page


@pytest.mark.parametrize("door", [door for door in FORMS if "learner-view" not in door])
def test_in_the_learner_view_no_form_is_kept(door: str, world: World) -> None:
    before = world.fingerprint()
    filled = {"body": "Mine", "based_on": "0", "leaving": "0", "response": "a", "item": "/learn/oicf/m1"}
    onlooker, token = world.people["onlooker"], world.token("onlooker")
    answer = knock(onlooker, door, address(world, door), filled, **{"X-Form-Token": token})
    # The operator's stay is another one.
    assert answer.status_code == (401 if "/operator" in door else 403)
    assert ("nothing is saved" in answer.text) != ("/operator" in door)
    assert world.fingerprint() == before


@pytest.mark.parametrize("kind", ["pdf", "jwt", "evidence.json"])
@pytest.mark.parametrize("name", ["bo", "cy", "dee", "south officer"])
def test_a_certificate_is_for_its_holder_and_their_agency(kind: str, name: str, world: World) -> None:
    path = f"/certificates/{world.certificate}.{kind}"
    assert world.people["officer"].get(path).status_code == 200
    answer = world.people[name].get(path)
    assert answer.status_code == 404
    assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize("name", ["bo", "cy", "dee"])
def test_learners_see_no_certificates_but_their_own(name: str, world: World) -> None:
    assert world.certificate in world.people["ada"].get("/certificates").text
    assert world.certificate not in world.people[name].get("/certificates").text


def test_an_officer_of_another_agency_decides_nothing(world: World) -> None:
    officer, token, before = world.people["south officer"], world.token("south officer"), world.fingerprint()
    asked = {"enrolment": world.enrolment, "rule": "oicf-m1", "version": "0.1.0", "name": "Ada Example"}
    issued = officer.browser.post("/agency/issue", data={"form_token": token, **asked})
    revoking = {"form_token": token, "reason": "fraud", "note": ""}
    revoked = officer.browser.post(f"/agency/certificates/{world.certificate}/revoke", data=revoking)
    assert (issued.status_code, revoked.status_code) == (404, 404)
    assert world.fingerprint() == before


@pytest.mark.parametrize("path", ["/agency", "/reports", "/reports.json", "/reports.csv", "/teach"])
def test_no_desk_shows_people_of_another_agency(path: str, world: World) -> None:
    there = "south trainer" if path == "/teach" else "south officer"
    answer = world.people[there].get(path).text
    for foreign in ("Ada Example", world.enrolment, world.certificate, world.teams["ada"]):
        assert foreign not in answer


def test_a_trainer_of_another_cohort_finds_an_empty_desk(world: World) -> None:
    assert world.teams["ada"] in world.people["trainer"].get("/teach").text
    answer = world.people["teller"].get("/teach").text
    assert not [team for team in world.teams.values() if team in answer]


@pytest.mark.parametrize("door", sorted(door for door in GUARDED if "/agency/pilots/<uuid:pilot_id>" in door))
def test_an_officer_of_another_agency_runs_none_of_its_pilots(door: str, world: World) -> None:
    before = world.fingerprint()
    headers = {"X-Form-Token": world.token("south officer")}
    answer = knock(world.people["south officer"], door, address(world, door), {"role": "learner"}, **headers)
    assert (answer.status_code, "Are we right?" in answer.text) == (404, False)
    assert world.fingerprint() == before


@pytest.mark.parametrize("name", ["dee", "south trainer"])
def test_nobody_takes_part_in_a_pilot_of_another_agency(name: str, world: World) -> None:
    before = world.fingerprint()
    assert "Are we right?" not in world.people[name].get("/pilot").text
    headers = {"X-Form-Token": world.token(name)}
    answer = world.people[name].browser.post(f"/pilot/{world.pilot}/join", headers=headers)
    assert answer.status_code == 404
    assert world.fingerprint() == before


@pytest.mark.parametrize("name", ["nobody", "ada", "trainer", "officer", "operator"])
def test_no_visit_opens_the_sheets_of_a_pilot(name: str, world: World) -> None:
    before, browser = world.fingerprint(), world.people[name].browser
    headers = {"X-Form-Token": world.token(name)} if name != "nobody" else {}
    for code in ("x", "0" * 32, world.pilot):
        path = f"/pilot/with/{code}"
        assert {browser.get(f"{path}{more}").status_code for more in ("", "/criteria/1", "/before/1")} == {404}
        sent = {"clear.U1.PC1": "3"}
        answers = [browser.post(f"{path}/criteria/{more}", data=sent, headers=headers) for more in ("1", "hand-in")]
        assert {each.status_code for each in answers} == {404}
    assert world.fingerprint() == before


def test_a_post_of_another_team_is_not_answered(world: World) -> None:
    theirs = world.people["dee"].get(f"/team/{world.teams['dee']}").text
    post_id = theirs.split('id="post-')[1].split('"')[0] if 'id="post-' in theirs else str(uuid4())
    before = world.fingerprint()
    sent = {"form_token": world.token("ada"), "body": "An answer", "in_reply_to": post_id}
    answer = world.people["ada"].browser.post(f"/team/{world.teams['ada']}/posts", data=sent)
    assert answer.status_code in (400, 422)
    assert world.fingerprint() == before


EVERY_LMS_ROLE = [
    f"{walking.LIS}{name}"
    for name in (
        "system/person#SysAdmin",
        "system/person#Administrator",
        "system/person#Creator",
        "system/person#AccountAdmin",
        "institution/person#Administrator",
        "institution/person#Operator",
        "membership#Administrator",
        "membership#Manager",
        "membership#Officer",
        "membership#Instructor",
    )
] + ["operator", "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"]


def test_no_role_of_a_platform_makes_an_operator(house: Flask, platform: SigningPlatform, database: Database) -> None:
    person = walking.launch(house, platform, "1", roles=EVERY_LMS_ROLE)
    shown = person.browser.get_cookie(visitor.COOKIE)
    assert shown is not None
    person.browser.set_cookie(visitor.OPERATOR_COOKIE, shown.value)
    before = fingerprint(database)
    headers = {"X-Form-Token": walking.visit_token(house, person)}
    assert person.get("/operator").status_code == 401
    assert person.browser.post("/operator/invite", data={"agency": "north"}, headers=headers).status_code == 401
    assert fingerprint(database) == before


def test_a_forged_cookie_is_nobody(world: World) -> None:
    for value in ("x", "", "é", "\x01", "0" * 5000):
        browser = world.house.test_client(use_cookies=False)
        answer = browser.get("/learn/oicf/m1", headers={"Cookie": f"{visitor.COOKIE}={value}"})
        assert answer.status_code == 401
        assert browser.get("/operator", headers={"Cookie": f"{visitor.OPERATOR_COOKIE}={value}"}).status_code == 401


# --- Programs ---


def call(world: World, method: str, headers: dict[str, str], **more: Any) -> TestResponse:
    """The answer of the statement resource to a program."""
    return world.house.test_client().open("/xapi/statements", method=method, headers=headers, **more)


READING, WRITING = ("all/read", "statements/read", "statements/read/mine"), ("statements/write",)


@pytest.mark.parametrize("scope", [*READING, "define"])
def test_a_key_that_may_not_write_stores_nothing(scope: str, world: World) -> None:
    headers = world.key(scope)
    before = world.fingerprint()
    statement_id = str(uuid4())
    assert call(world, "POST", headers, json=builders.a_statement()).status_code == 403
    put = {"query_string": {"statementId": statement_id}, "json": builders.a_statement(id=statement_id)}
    assert call(world, "PUT", headers, **put).status_code == 403
    assert world.fingerprint() == before


@pytest.mark.parametrize("scope", [*WRITING, "define"])
def test_a_key_that_may_not_read_is_shown_nothing(scope: str, world: World) -> None:
    headers = world.key(scope)
    for asked in ({}, {"statementId": str(uuid4())}, {"limit": "1"}):
        answer = call(world, "GET", headers, query_string=asked)
        assert (answer.status_code, "statements" in answer.json) == (403, False)
    assert call(world, "HEAD", headers).status_code == 403


def test_each_scope_opens_its_own_side(world: World) -> None:
    assert {call(world, "GET", world.key(scope)).status_code for scope in READING} == {200}
    kept = [call(world, "POST", world.key(scope), json=builders.a_statement()) for scope in WRITING]
    assert {each.status_code for each in kept} == {200}


def test_a_key_opens_the_store_of_one_agency(world: World) -> None:
    ours = call(world, "GET", world.key("all")).json
    assert ours["statements"]
    south = world.key("all", agency="south")
    theirs = call(world, "GET", south).json["statements"]
    assert not {each["id"] for each in ours["statements"]} & {each["id"] for each in theirs}
    people = {each["actor"]["account"]["homePage"] for each in theirs if each["actor"]["objectType"] == "Agent"}
    assert people == {"https://south.example/people"}
    one = call(world, "GET", south, query_string={"statementId": ours["statements"][0]["id"]})
    assert one.status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("name", ["nobody", "ada", "trainer", "officer", "operator"])
def test_no_visit_stands_for_a_key(method: str, name: str, world: World) -> None:
    before = world.fingerprint()
    headers = {"X-Experience-API-Version": "1.0.3"}
    answer = world.people[name].browser.open(
        "/xapi/statements", method=method, headers=headers, json=builders.a_statement() if method != "GET" else None
    )
    assert answer.status_code == 401
    assert world.fingerprint() == before


@pytest.mark.parametrize("authorization", ["Basic", "Basic !!!", "Basic OjpA", "Bearer x", "Basic AAAA", "Digest a=b"])
def test_what_is_no_key_is_401(authorization: str, world: World) -> None:
    headers = {"Authorization": authorization, "X-Experience-API-Version": "1.0.3"}
    answer = call(world, "GET", headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


# --- Platforms ---


@pytest.mark.parametrize("door", sorted(door for door, who in DOORS.items() if who == PLATFORM))
@pytest.mark.parametrize("name", ["nobody", "ada", "officer", "operator"])
def test_without_a_platforms_word_nothing_begins(door: str, name: str, world: World) -> None:
    path = door.split(" ", 1)[1].replace("<token>", "no-such-invite")
    before = world.fingerprint()
    asked = {"iss": "https://unknown.example", "login_hint": "5", "target_link_uri": f"{builders.TOOL_ADDRESS}/learn"}
    sent = {**asked, "state": "x", "id_token": "a.b.c", "openid_configuration": "https://unknown.example/openid"}
    for given in ({}, sent):
        method = door.split(" ", 1)[0]
        more = {"query_string": given} if method == "GET" else {"data": given}
        answer = world.people[name].browser.open(path, method=method, **more)
        assert answer.status_code == 400
        assert "Set-Cookie" not in answer.headers
    assert world.fingerprint() == before


@pytest.mark.parametrize("name", ["nobody", "ada", "officer", "operator"])
def test_an_operators_link_cannot_be_guessed(name: str, world: World) -> None:
    before = world.fingerprint()
    for link in ("x", "0" * 43, "%00", "é"):
        answer = world.people[name].browser.post(f"/operator/sign-in/{link}")
        assert answer.status_code == 401
        assert "Set-Cookie" not in answer.headers
    assert world.fingerprint() == before

"""The second half of a launch: the browser brings the platform's word; who it is for is let in, or told why not."""

import hmac
import re
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, current_app, request
from sqlalchemy.orm import Session

from courses import participation
from courses.catalogue import Catalogue
from courses.people import Person
from lti_tool import visitor
from lti_tool.errors import LaunchRefused
from lti_tool.lti import counterparts, deep_linking, destinations, id_token, login, platform_keys, platforms, roles
from lti_tool.lti.destinations import Destination
from lti_tool.lti.id_token import Expected, Message
from lti_tool.lti.login import Login
from lti_tool.lti.platform_client import Client
from lti_tool.lti.platforms import Platform
from lti_tool.visitor import LEARNER, TRAINER, Visit
from xapi_store.database import Database
from xapi_store.transaction import transaction

bp = Blueprint("lti_launch", __name__, url_prefix="/lti")


@bp.post("/launch")
def launch() -> Response:
    """The person is here, known and enrolled, and on the way to the page asked for (LTI 1.3 Core, 5.1.1.5 and 5.2)."""
    at = datetime.now(UTC)
    settings, database = current_app.extensions["settings"], current_app.extensions["database"]
    state = request.form.get("state", "")
    spent, platform = _spend(database, state=state, browser=request.cookies.get(login.cookie_name(state)), at=at)
    _hear_refusal(request.form.get("error"))
    token = request.form.get("id_token", "")
    client = Client(allow_private=settings.allow_private_platforms)
    key = platform_keys.key(database, client, platform=platform, kid=id_token.key_id(token), at=at)
    expected = Expected(platform.issuer, platform.client_id, spent.nonce, spent.target, spent.deployment_id)
    message = id_token.verify(token, key=key, expected=expected, at=at)
    destination = _destination(message, current_app.extensions["catalogue"], settings.address)
    with transaction(database) as session:
        session.add(platform)  # as it was read a moment ago
        visit = admit(session, platform_id=platform.id, message=message, destination=destination, at=at)
        earlier = request.cookies.get(visitor.COOKIE)
        ticket = visitor.open_visit(session, visit=visit, earlier=earlier, at=at)
        if message.deep_linking is not None:
            deep_linking.note(session, visit=visit, message=message, asked=message.deep_linking)
    answer = Response(status=303, headers={"Location": settings.address + destination.path})
    answer.headers["Cache-Control"] = "no-store"
    answer.delete_cookie(
        login.cookie_name(state), path="/", secure=True, httponly=True, samesite="None", partitioned=True
    )
    visitor.hand_over(answer, ticket)
    return answer


def admit(session: Session, *, platform_id: int, message: Message, destination: Destination, at: datetime) -> Visit:
    """Person, cohort and link stand as the message has them; a learner is enrolled. Returns the visit to open."""
    platform = session.get_one(Platform, platform_id)
    if not platforms.accepts(session, platform=platform, deployment_id=message.deployment_id, at=at):
        raise LaunchRefused("unknown_deployment", f"platform {platform.id}")
    platform.family = message.family or platform.family
    held = roles.understood(message.roles)
    if message.message_type == id_token.DEEP_LINKING_REQUEST and TRAINER not in held:
        raise LaunchRefused("not_a_trainer", message.message_type)
    person = counterparts.person(session, platform=platform, message=message, at=at)
    course = destination.course
    context = counterparts.lms_context(session, platform=platform, message=message, course=course.slug, at=at)
    counterparts.note_link(
        session, context=context, message=message, target=destination.path, activity=destination.activity, at=at
    )
    for role in (TRAINER, LEARNER):
        if role in held:
            participation.join(session, cohort_id=context.cohort_id, person_id=person.id, role=role, at=at)
            break
    return Visit(
        store_id=person.store_id,
        person_id=person.id,
        roles=sorted(held),
        agency_id=platform.agency_id,
        platform_id=platform.id,
        cohort_id=context.cohort_id,
        enrolment_id=_enrol(session, person, destination, at) if LEARNER in held else None,
        link_id=message.link_id,
        locale=message.locale,
    )


def _enrol(session: Session, person: Person, destination: Destination, at: datetime) -> UUID:
    enrolment = participation.enter(session, person=person, course=destination.course, at=at)
    if destination.module is not None:
        participation.launch(session, enrolment=enrolment, course=destination.course, module=destination.module, at=at)
    return enrolment.id


def _spend(database: Database, *, state: str, browser: str | None, at: datetime) -> tuple[Login, Platform]:
    """The login and its platform. It is spent whatever comes next: this step is committed by itself."""
    with transaction(database) as session:
        spent = login.spend(session, state=state)
        platform = session.get_one(Platform, spent.platform_id) if spent is not None else None
    if spent is None or platform is None:
        raise LaunchRefused("unknown_state")
    if browser is None:
        raise LaunchRefused("no_cookie")
    if not hmac.compare_digest(login.hashed(browser), spent.browser_hash):
        raise LaunchRefused("other_browser")
    if spent.expires_at <= at:
        raise LaunchRefused("login_expired")
    if platform.status != "active":
        raise LaunchRefused("unknown_platform", "blocked")
    return spent, platform


def _hear_refusal(error: str | None) -> None:
    """The platform may answer with an error (OpenID Connect Core, 3.1.2.6); its free text is not logged."""
    if error is None:
        return
    said = error if re.fullmatch(r"[a-z_]{1,64}", error) else "unreadable"
    raise LaunchRefused("signed_out" if said in ("login_required", "interaction_required") else "platform_error", said)


def _destination(message: Message, catalogue: Catalogue, address: str) -> Destination:
    path = message.target.removeprefix(address)
    if message.message_type == id_token.DEEP_LINKING_REQUEST:
        path = destinations.DEEP_LINKING
    return destinations.of(path, catalogue=catalogue, roles=roles.understood(message.roles))

"""The second half of a launch: the browser brings the platform's word; who it is for is let in, or told why not."""

import hmac
import re
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, g, request

from lti_tool import browser_kind, visitor
from lti_tool.errors import LaunchRefused
from lti_tool.lti import (
    admission,
    browser_proof,
    id_token,
    launch_log,
    login,
    new_window,
    platform_keys,
    platforms,
    under_way,
)
from lti_tool.lti.browser_proof import Proof
from lti_tool.lti.id_token import Expected, Message
from lti_tool.lti.login import Spent
from lti_tool.lti.platform_client import Client
from lti_tool.lti.platforms import deployments, families
from xapi_store.database import Database
from xapi_store.transaction import transaction

bp = Blueprint("lti_launch", __name__, url_prefix="/lti")


@bp.post("/launch")
def launch() -> Response:
    """The person is here, known and enrolled, and on the way to the page asked for (LTI 1.3 Core, 5.1.1.5 and 5.2)."""
    at = datetime.now(UTC)
    database: Database = current_app.extensions["database"]
    state = request.form.get("state", "")
    proof = browser_proof.shown(login.cookie_name(state))
    if proof is None:
        return _ask_for_proof(database, state=state, at=at)
    spent = _spend(database, state=state, browser=proof.secret, at=at)
    _hear_refusal(request.form.get("error"))
    message = _believe(request.form.get("id_token", ""), spent=spent, at=at)
    under_way.note(deployment_id=message.deployment_id, message_type=message.message_type, family=message.family)
    return _let_in(database, spent=spent, message=message, proof=proof, state=state, at=at)


def _let_in(database: Database, *, spent: Spent, message: Message, proof: Proof, state: str, at: datetime) -> Response:
    platform = spent.platform
    settings, catalogue = current_app.extensions["settings"], current_app.extensions["catalogue"]
    noticing = deployments.noticing(database, platform_id=platform.id, deployment_id=message.deployment_id, at=at)
    with noticing, transaction(database) as session:
        came = admission.arrival(session, spent=spent, message=message, catalogue=catalogue, address=settings.address)
        visit = admission.admit(session, platform=platform, came=came, at=at)
        launch_log.admitted(session, launch=under_way.launch(), person_id=visit.person_id, at=at)
        visit.browser = browser_kind.of(request.user_agent.string)
        # Where no cookie came, none would come with the next page: the visit waits for a window of its own.
        code = new_window.secret() if proof.stored else ""
        token = new_window.ticket(code, secret_key=settings.secret_key) if code else None
        ticket = visitor.open_visit(
            session, visit=visit, earlier=request.cookies.get(visitor.COOKIE), at=at, token=token
        )
        destination = admission.settle(session, visit=visit, came=came)
        if code:
            new_window.keep(session, code=code, path=destination.path, at=at)
            g.frame_ancestors = platforms.allowed_ancestors(session, agency_id=visit.agency_id)
    return new_window.offer(code) if code else _send_on(destination.path, state=state, ticket=ticket)


def _send_on(path: str, *, state: str, ticket: str) -> Response:
    answer = Response(status=303, headers={"Location": current_app.extensions["settings"].address + path})
    answer.headers["Cache-Control"] = "no-store"
    answer.delete_cookie(
        login.cookie_name(state), path="/", secure=True, httponly=True, samesite="None", partitioned=True
    )
    visitor.hand_over(answer, ticket)
    return answer


def _ask_for_proof(database: Database, *, state: str, at: datetime) -> Response:
    """No cookie came. The login is not spent yet: a page of ours looks for what the browser kept elsewhere."""
    _hear_refusal(request.form.get("error"))
    brought = {name: request.form.get(name, "") for name in ("state", "id_token", "lti_storage_target")}
    if len(brought["id_token"]) > id_token.LONGEST:
        raise LaunchRefused("malformed_token", "too long to be kept")
    with database.session() as session:
        platform = login.platform_of(session, state=state, at=at)
        if platform is None:
            raise LaunchRefused("unknown_state")
        g.frame_ancestors = platforms.allowed_ancestors(session, agency_id=platform.agency_id)
    return browser_proof.asking_page(name=login.cookie_name(state), platform=platform, brought=brought)


def _spend(database: Database, *, state: str, browser: str, at: datetime) -> Spent:
    """The login. It is spent whatever comes next: this step is committed by itself."""
    with database.alone() as connection:
        spent = login.spend(connection, state=state)
    if spent is None:
        raise LaunchRefused("unknown_state")
    platform = spent.platform
    under_way.note(platform_id=platform.id, deployment_id=spent.deployment_id, family=platform.family)
    if not hmac.compare_digest(login.hashed(browser), spent.browser_hash):
        raise LaunchRefused("other_browser")
    if spent.expires_at <= at:
        raise LaunchRefused("login_expired")
    if platform.status != "active":
        raise LaunchRefused("unknown_platform", "blocked")
    return spent


def _hear_refusal(error: str | None) -> None:
    """The platform may answer with an error (OpenID Connect Core, 3.1.2.6); its free text is not logged."""
    if error is None:
        return
    said = error if re.fullmatch(r"[a-z_]{1,64}", error) else "unreadable"
    raise LaunchRefused("signed_out" if said in ("login_required", "interaction_required") else "platform_error", said)


def _believe(token: str, *, spent: Spent, at: datetime) -> Message:
    """What the platform says, by its signature and for this login alone."""
    client = Client(allow_private=current_app.extensions["settings"].allow_private_platforms)
    database: Database = current_app.extensions["database"]
    platform = spent.platform
    key = platform_keys.key(database, client, platform=platform, kid=id_token.key_id(token), at=at)
    # What the token says is signed, and the login's target is not: going by the token alone opens no way to elsewhere.
    home = current_app.extensions["settings"].address if families.of(platform.family).target_in_token else None
    expected = Expected(platform.issuer, platform.client_id, spent.nonce, spent.target, spent.deployment_id, home)
    return id_token.verify(token, key=key, expected=expected, at=at)

"""The first half of a launch: the platform says that somebody is coming, we send the browser back to prove it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, request
from psycopg import Connection
from sqlalchemy import ForeignKey, Select, bindparam, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.errors import LaunchRefused
from lti_tool.lti import browser_proof, destinations, platforms, roles, under_way
from lti_tool.lti.platforms import Platform
from xapi_store.database import Base, Database
from xapi_store.prepared import Prepared, entity

LIFETIME = timedelta(minutes=10)
LONGEST = 4096

bp = Blueprint("lti_login", __name__, url_prefix="/lti")


class Login(Base):
    """A login under way. It is good for one launch, from the browser that began it, until `expires_at`.

    State and browser binding are kept as SHA-256 only: whoever reads the table cannot launch with it.
    """

    __tablename__ = "login"

    state_hash: Mapped[str] = mapped_column(primary_key=True)
    browser_hash: Mapped[str]
    nonce: Mapped[str]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    deployment_id: Mapped[str | None]
    target: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


def _beginning() -> Select[Any]:
    row = [column for column in Login.__table__.c if column.name != "platform_id"]
    named = select(platforms.named().scalar_subquery().label("id")).subquery()
    given = select(named.c.id, *(bindparam(each.name, type_=each.type) for each in row)).where(named.c.id.is_not(None))
    begun = insert(Login).from_select(["platform_id", *row], given).returning(Login.platform_id).cte("begun")
    return select(*Platform.__table__.c).join(begun, begun.c.platform_id == Platform.id)


def _spending() -> Select[Any]:
    used = delete(Login).where(Login.state_hash == bindparam("state_hash")).returning(*Login.__table__.c).cte("used")
    told = (used.c[name] for name in ("browser_hash", "nonce", "deployment_id", "target", "expires_at"))
    asked = select(*Platform.__table__.c, *told, roles.overrides_beside(Platform.id))
    return asked.join(used, used.c.platform_id == Platform.id)


# A class comes all at once. So each half of a launch touches its login with one statement, made beforehand: this one
# writes the row and reads the platform, that one takes the row away and reads what the launch needs of the platform.
BEGINNING, SPENDING = Prepared(_beginning()), Prepared(_spending())


@bp.route("/login", methods=["GET", "POST"])
def login() -> Response:
    """The browser is on its way back to the platform, and has kept a proof that it was here (LTI 1.3 Core, 5.1.1)."""
    sent = request.form if request.method == "POST" else request.args
    issuer, hint, target = (_required(sent, name) for name in ("iss", "login_hint", "target_link_uri"))
    client_id, deployment_id = (_optional(sent, name) for name in ("client_id", "lti_deployment_id"))
    address: str = current_app.extensions["settings"].address
    by_cookie = browser_proof.cookie_will_do()
    if not destinations.within(target, address):
        raise LaunchRefused("foreign_target", "login")
    at, asked = datetime.now(UTC), {"client_id": client_id, "deployment_id": deployment_id}
    database: Database = current_app.extensions["database"]
    with database.alone() as connection:
        begun = begin(connection, issuer=issuer, target=target, at=at, **asked)
    if begun is None:
        under_way.note(origin=platforms.plain_origin(issuer))
        raise LaunchRefused("unknown_platform", "login")
    platform = begun.platform
    under_way.note(platform_id=platform.id, deployment_id=deployment_id, family=platform.family)
    if not by_cookie:
        with database.session() as session:
            g.frame_ancestors = platforms.allowed_ancestors(session, agency_id=platform.agency_id)
    question = begun.question | {
        "client_id": platform.client_id,
        "redirect_uri": f"{address}/lti/launch",
        "login_hint": hint,
    }
    if "lti_message_hint" in sent:
        question["lti_message_hint"] = sent["lti_message_hint"]
    onward, name = with_query(platform.authorization_endpoint, question), cookie_name(begun.state)
    if by_cookie:
        answer = Response(status=302, headers={"Location": onward, "Cache-Control": "no-store"})
    else:
        answer = browser_proof.keeping_page(
            name=name, secret=begun.browser, onward=onward, platform=platform, sent=sent
        )  # fmt: skip
    answer.set_cookie(
        name, begun.browser, max_age=LIFETIME, path="/",
        secure=True, httponly=True, samesite="None", partitioned=True,
    )  # fmt: skip
    return answer


@dataclass(frozen=True)
class Begun:
    """A login just begun: by which platform, its secrets, which go to the browser alone, and the fixed part of our
    question."""

    platform: Platform
    state: str
    browser: str
    question: dict[str, str]


def begin(
    connection: Connection[Any],
    *,
    issuer: str,
    client_id: str | None,
    deployment_id: str | None,
    target: str,
    at: datetime,
) -> Begun | None:
    """A login of that platform to that target is under way (LTI Security Framework 1.0, 5.1.1.2); None where there is
    no such platform."""
    state, browser, nonce = (secrets.token_urlsafe(32) for _ in range(3))
    row = {
        "state_hash": hashed(state),
        "browser_hash": hashed(browser),
        "nonce": nonce,
        "deployment_id": deployment_id,
        "target": target,
        "expires_at": at + LIFETIME,
    }
    found = iter(BEGINNING.row(connection, {"issuer": issuer, "client_id": client_id, **row}))
    platform = entity(Platform, found)
    return None if platform is None else Begun(platform, state, browser, _question(state, nonce))


def _question(state: str, nonce: str) -> dict[str, str]:
    return {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "state": state,
        "nonce": nonce,
    }


@dataclass(frozen=True)
class Spent:
    """A login that was used up, with its platform, and what the platform's roles mean where they have their own meaning
    there."""

    platform: Platform
    browser_hash: str
    nonce: str
    deployment_id: str | None
    target: str
    expires_at: datetime
    role_overrides: dict[str, str]


def spend(connection: Connection[Any], *, state: str) -> Spent | None:
    """No launch can use this state any more; the login that it belonged to, if there was one."""
    row = iter(SPENDING.row(connection, {"state_hash": hashed(state)}))
    platform = entity(Platform, row)
    return None if platform is None else Spent(platform, *row)


def platform_of(session: Session, *, state: str, at: datetime) -> Platform | None:
    """The platform that is asked for this state; None where the state was used, has expired, or never was."""
    waiting = Login.state_hash == hashed(state), Login.expires_at > at
    return session.scalars(select(Platform).join(Login, Login.platform_id == Platform.id).where(*waiting)).one_or_none()


def cookie_name(state: str) -> str:
    """The cookie that ties this state to the browser; one each, so that parallel launches leave each other alone."""
    return f"{browser_proof.LOGIN_COOKIE}{hashed(state)[:12]}"


def forget_expired(session: Session, *, at: datetime) -> None:
    """Logins that were never finished are gone."""
    session.execute(delete(Login).where(Login.expires_at < at))


def hashed(secret: str) -> str:
    """How states and browser bindings are kept."""
    return sha256(secret.encode()).hexdigest()


def with_query(url: str, values: dict[str, str]) -> str:
    """The address with these values added to its query."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(values)}"


def _required(sent: Mapping[str, str], name: str) -> str:
    value = _optional(sent, name)
    if value is None:
        raise LaunchRefused("incomplete_login", name)
    return value


def _optional(sent: Mapping[str, str], name: str) -> str | None:
    value = sent.get(name)
    if value and (len(value) > LONGEST or "\x00" in value):
        raise LaunchRefused("incomplete_login", name)
    return value or None

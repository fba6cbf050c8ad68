"""A visit whose cookie would not come back inside a frame is taken into a window of its own, by one click."""

import hmac
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from flask import Blueprint, Response, current_app, request
from sqlalchemy import delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool import visitor
from lti_tool.errors import LaunchRefused
from lti_tool.lti import browser_proof
from xapi_store.database import Base
from xapi_store.transaction import transaction

LIFETIME = timedelta(minutes=2)

bp = Blueprint("lti_new_window", __name__, url_prefix="/lti")


class WindowCode(Base):
    """A visit may be taken into a window once, until `expires_at`; it begins there at `path`.

    The code is kept as SHA-256 only, and the visit's token not at all: it is made from the code with our secret key.
    """

    __tablename__ = "window_code"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


def secret() -> str:
    """A code that nobody knows yet."""
    return secrets.token_urlsafe(32)


def keep(session: Session, *, code: str, path: str, at: datetime) -> None:
    """The code is good once for going to that path; it is not kept itself."""
    session.add(WindowCode(code_hash=_hashed(code), path=path, expires_at=at + LIFETIME))


def ticket(code: str, *, secret_key: str) -> str:
    """The token of the visit that this code is for. Who has the code alone cannot make it, and a code is spent."""
    return hmac.new(secret_key.encode(), f"window:{code}".encode(), sha256).hexdigest()


def offer(code: str) -> Response:
    """The page in the frame from which one click leads to the window."""
    return browser_proof.page("lti/new_window.html", code=code, seconds=int(LIFETIME.total_seconds()))


@bp.post("/window")
def enter() -> Response:
    """The visit stands in this window and its browser shows it from now on. The code is spent in a step of its own."""
    settings, database = current_app.extensions["settings"], current_app.extensions["database"]
    if not browser_proof.from_our_page():
        raise LaunchRefused("foreign_proof", "a window's code from elsewhere")
    at, code = datetime.now(UTC), request.form.get("code", "")
    with transaction(database) as session:
        spent = spend(session, code=code)
    if spent is None or spent.expires_at <= at:
        raise LaunchRefused("window_code", "unknown" if spent is None else "expired")
    token = ticket(code, secret_key=settings.secret_key)
    with transaction(database) as session:
        visitor.take_over(session, token=token, earlier=request.cookies.get(visitor.COOKIE), at=at)
    answer = Response(status=303, headers={"Location": settings.address + spent.path, "Cache-Control": "no-store"})
    visitor.hand_over(answer, token)
    return answer


def spend(session: Session, *, code: str) -> WindowCode | None:
    """The code is good for nothing any more; what it was good for, if it was good at all."""
    gone = delete(WindowCode).where(WindowCode.code_hash == _hashed(code)).returning(WindowCode)
    return session.scalars(gone).one_or_none()


def forget_expired(session: Session, *, at: datetime) -> None:
    """Codes that nobody used are gone."""
    session.execute(delete(WindowCode).where(WindowCode.expires_at < at))


def _hashed(code: str) -> str:
    return sha256(code.encode()).hexdigest()

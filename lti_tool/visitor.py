"""Who is here: the visit that a launch opened, its roles, and the token that every form carries."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID

from flask import Response, current_app, g, request
from sqlalchemy import ForeignKey, ForeignKeyConstraint, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.errors import FormRefused, NobodyHere, NotForThisRole
from xapi_store.database import UNREACHABLE, Base, Database

LEARNER, TRAINER, OFFICER = "learner", "trainer", "officer"
COOKIE, OPERATOR_COOKIE = "__Host-visit", "__Host-operator"
LIFETIME, LINK_LIFETIME = timedelta(hours=8), timedelta(minutes=15)
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

P = ParamSpec("P")
R = TypeVar("R")


class Visit(Base):
    """One person's stay in one browser, from a launch until `expires_at`. The cookie's token is kept hashed.

    `form_key` outlives a second launch by the same person, so that a page left open can still be sent.
    """

    __tablename__ = "visit"
    __table_args__ = (
        ForeignKeyConstraint(["store_id", "person_id"], ["person.store_id", "person.id"]),
        ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),
    )

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    form_key: Mapped[str]
    store_id: Mapped[int]
    person_id: Mapped[UUID]
    roles: Mapped[list[str]]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platform.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    enrolment_id: Mapped[UUID | None]
    link_id: Mapped[str | None]
    locale: Mapped[str | None]
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class OperatorVisit(Base):
    """The operator's one-time link (until `entered`), then the operator's stay. No launch ever makes one."""

    __tablename__ = "operator_visit"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    form_key: Mapped[str]
    entered: Mapped[bool]
    expires_at: Mapped[datetime]


@dataclass(frozen=True)
class Visitor:
    """Who is here and in what roles, as the pages see it."""

    person_id: UUID
    store_id: int
    agency_id: int
    roles: frozenset[str]
    platform_id: int | None
    cohort_id: int | None
    enrolment_id: UUID | None
    link_id: str | None
    locale: str | None
    visit: str
    form_key: str


def open_visit(session: Session, *, visit: Visit, earlier: str | None, at: datetime) -> str:
    """The visit stands and takes over from the browser's earlier one; the token returned goes into the cookie."""
    token = secrets.token_urlsafe(32)
    before = session.get(Visit, _hash(earlier)) if earlier else None
    same_person = before is not None and before.person_id == visit.person_id and before.expires_at > at
    visit.form_key = before.form_key if before is not None and same_person else secrets.token_urlsafe(32)
    visit.token_hash = _hash(token)
    visit.started_at, visit.expires_at = at, at + LIFETIME
    session.add(visit)
    session.flush()
    return token


def hand_over(response: Response, token: str) -> None:
    """The browser will show the visit from now on, also where third-party cookies are blocked."""
    response.set_cookie(
        COOKIE, token, max_age=LIFETIME, path="/", secure=True, httponly=True, samesite="None", partitioned=True
    )


def operator_link(session: Session, *, at: datetime) -> str:
    """There is one more one-time link that lets the operator in; its token is returned and not kept."""
    token = secrets.token_urlsafe(32)
    row = OperatorVisit(
        token_hash=_hash(token), form_key=secrets.token_urlsafe(32), entered=False, expires_at=at + LINK_LIFETIME
    )
    session.add(row)
    session.flush()
    return token


def operator_enters(session: Session, *, link: str, at: datetime) -> str:
    """The link is spent and the operator's stay begins; returns its cookie's token. NobodyHere for a used link."""
    row = session.get(OperatorVisit, _hash(link), with_for_update=True)
    if row is None or row.entered or row.expires_at <= at:
        raise NobodyHere
    session.delete(row)
    token = operator_link(session, at=at)
    stay = session.get_one(OperatorVisit, _hash(token))
    stay.entered, stay.expires_at = True, at + LIFETIME
    session.flush()
    return token


def hand_over_operator(response: Response, token: str) -> None:
    """The browser will show the operator's stay from now on; never inside another site's frame."""
    response.set_cookie(
        OPERATOR_COOKIE, token, max_age=LIFETIME, path="/", secure=True, httponly=True, samesite="Strict"
    )


def present() -> Visitor | None:
    """The visitor of this request, or None."""
    if "visitor" not in g:
        g.visitor = _look_up(request.cookies.get(COOKIE), at=datetime.now(UTC))
    return cast(Visitor | None, g.visitor)


def shown() -> Visitor | None:
    """The visitor as far as what stands around a page needs one: the page that says that the database is down must not
    need it, so then there is none."""
    try:
        return present()
    except UNREACHABLE:
        g.visitor = None  # asked once: each further try would make the person wait again
        return None


def current() -> Visitor:
    """The visitor of this request; NobodyHere where there is no living visit."""
    visitor = present()
    if visitor is None:
        raise NobodyHere
    return visitor


def form_token() -> str:
    """What a form of this page carries in its hidden field `form_token`; empty where nobody is here."""
    key = _form_key()
    if not key:
        return ""
    secret: str = current_app.extensions["settings"].secret_key
    return hmac.new(secret.encode(), f"form:{key}".encode(), sha256).hexdigest()


def check_form() -> None:
    """The request carries this visit's form token (field `form_token` or header X-Form-Token), or FormRefused."""
    given = request.headers.get("X-Form-Token") or request.form.get("form_token", "")
    expected = form_token()
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise FormRefused


def in_templates() -> dict[str, object]:
    """What every template may use: `visitor` (or None) and `form_token()`."""
    return {"visitor": shown(), "form_token": form_token}


def only(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The view answers visitors with one of these roles (none named: any visitor), and forms with their token."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            visitor = current()
            if roles and visitor.roles.isdisjoint(roles):
                raise NotForThisRole
            if request.method not in SAFE_METHODS:
                check_form()
            return view(*args, **kwargs)

        return guarded

    return decorate


visitor_only = only()
learner_only = only(LEARNER)
trainer_only = only(TRAINER)
officer_only = only(OFFICER)


def operator_only(view: Callable[P, R]) -> Callable[P, R]:
    """The view answers the operator alone, and forms with the token of the operator's stay."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        stay = _operator_stay(request.cookies.get(OPERATOR_COOKIE), at=datetime.now(UTC))
        if stay is None:
            raise NobodyHere
        g.form_key = stay.form_key
        g.frame_ancestors = []  # no platform shows these pages in a frame
        if request.method not in SAFE_METHODS:
            check_form()
        return view(*args, **kwargs)

    return guarded


def forget_ended(session: Session, *, at: datetime) -> None:
    """Visits that ended are gone, the operator's too."""
    session.execute(delete(Visit).where(Visit.expires_at < at))
    session.execute(delete(OperatorVisit).where(OperatorVisit.expires_at < at))


def _form_key() -> str:
    if "form_key" in g:
        return str(g.form_key)
    visitor = present()
    return visitor.form_key if visitor is not None else ""


def _operator_stay(token: str | None, *, at: datetime) -> OperatorVisit | None:
    if not token:
        return None
    database: Database = current_app.extensions["database"]
    with database.session() as session:
        stay = session.get(OperatorVisit, _hash(token))
    return stay if stay is not None and stay.entered and stay.expires_at > at else None


def _look_up(token: str | None, *, at: datetime) -> Visitor | None:
    if not token:
        return None
    database: Database = current_app.extensions["database"]
    with database.session() as session:
        visit = session.get(Visit, _hash(token))
    if visit is None or visit.expires_at <= at:
        return None
    fields: dict[str, Any] = {
        name: getattr(visit, name)
        for name in (
            "person_id", "store_id", "agency_id", "platform_id", "cohort_id", "enrolment_id", "link_id", "locale",
            "form_key",
        )
    }  # fmt: skip
    return Visitor(roles=frozenset(visit.roles), visit=visit.token_hash, **fields)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()

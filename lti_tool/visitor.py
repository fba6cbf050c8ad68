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
from psycopg.types.json import Jsonb
from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, bindparam, delete, insert, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.errors import FormRefused, NobodyHere, NotForThisRole, NothingIsKept
from xapi_store.database import UNREACHABLE, Base, Database, driver
from xapi_store.prepared import Prepared

LEARNER, TRAINER, OFFICER = "learner", "trainer", "officer"
# Somebody whom the platform lets look on how certain learners get along; sends no form.
OBSERVER = "observer"
COOKIE, SIGNED_IN_COOKIE, OPERATOR_COOKIE = "__Host-visit", "__Host-signed-in", "__Host-operator"
LIFETIME, LINK_LIFETIME = timedelta(hours=8), timedelta(minutes=15)
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
TOUCH_AFTER = timedelta(minutes=1)

P = ParamSpec("P")
R = TypeVar("R")


class Visit(Base):
    """One person's stay in one browser, from a launch until `expires_at`. The cookie's token is kept hashed.

    A visit without a platform was opened by signing in to `account_id`. `browser` is a coarse word for the kind
    (`Firefox on Windows`), `last_used_at` is true to the minute.
    `form_key` outlives a second launch by the same person, so that a page left open can still be sent.
    """

    __tablename__ = "visit"
    __table_args__ = (
        ForeignKeyConstraint(["store_id", "person_id"], ["person.store_id", "person.id"]),
        ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),
        Index("ix_visit_account_id", "account_id"),
        Index("ix_visit_person_id", "person_id"),
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
    # A trainer looks at the pages as a learner sees them, and saves nothing.
    learner_view: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    browser: Mapped[str | None]
    last_used_at: Mapped[datetime | None]


_VISIT = tuple(column.name for column in Visit.__table__.c)
_OPENING = Prepared(insert(Visit).values({name: bindparam(name) for name in _VISIT}))


class OperatorVisit(Base):
    """The operator's one-time link (until `entered`), then the operator's stay. No launch ever makes one."""

    __tablename__ = "operator_visit"
    __table_args__ = (Index("ix_operator_visit_account_id", "account_id"),)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    form_key: Mapped[str]
    entered: Mapped[bool]
    expires_at: Mapped[datetime]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


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
    account_id: UUID | None
    learner_view: bool = False


def open_visit(session: Session, *, visit: Visit, earlier: str | None, at: datetime, token: str | None = None) -> str:
    """The visit stands and takes over from the browser's earlier one; the token returned goes into the cookie.

    A token is given where the visit does not begin in this browser window but in one that is yet to be opened.
    """
    token = token or secrets.token_urlsafe(32)
    visit.form_key = _kept_form_key(session, visit, earlier, at) or secrets.token_urlsafe(32)
    visit.token_hash = _hash(token)
    visit.started_at, visit.last_used_at, visit.expires_at = at, at, at + LIFETIME
    columns = {name: getattr(visit, name) for name in _VISIT}
    _OPENING.run(driver(session), {**columns, "roles": Jsonb(visit.roles), "learner_view": bool(visit.learner_view)})
    return token


def take_over(session: Session, *, token: str, earlier: str | None, at: datetime) -> None:
    """The visit of this token, opened elsewhere, takes over from the earlier one of the browser that shows it now."""
    visit = session.get(Visit, _hash(token))
    if visit is None or visit.expires_at <= at:
        raise NobodyHere
    visit.form_key = _kept_form_key(session, visit, earlier, at) or visit.form_key


def hand_over(response: Response, token: str) -> None:
    """The browser will show the visit from now on, also where third-party cookies are blocked."""
    response.set_cookie(
        COOKIE, token, max_age=LIFETIME, path="/", secure=True, httponly=True, samesite="None", partitioned=True
    )


def hand_over_signed_in(response: Response, token: str) -> None:
    """The browser will show the visit from now on, and no launch's visit beside it.

    SameSite=Lax: a link in a mail or on another site opens the page signed in, but no form of another site is sent
    with it, and in a frame of another site there is no visit. A launch has a cookie of its own: that one must work in
    frames, and two cookies of one name, one partitioned and one not, would come in an order of the browser's choice.
    """
    response.set_cookie(SIGNED_IN_COOKIE, token, max_age=LIFETIME, path="/", secure=True, httponly=True, samesite="Lax")
    _take_back_launch(response)


def take_back(response: Response) -> None:
    """The browser shows no visit any more."""
    response.delete_cookie(SIGNED_IN_COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    _take_back_launch(response)


def _take_back_launch(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="None", partitioned=True)


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


def operator_stays(session: Session, *, account_id: UUID, at: datetime) -> str:
    """An operator's stay begins, opened by signing in to that account; returns its cookie's token."""
    token = secrets.token_urlsafe(32)
    stay = OperatorVisit(
        token_hash=_hash(token), form_key=secrets.token_urlsafe(32), entered=True, expires_at=at + LIFETIME
    )
    stay.account_id = account_id
    session.add(stay)
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
        at = datetime.now(UTC)
        g.visitor = _look_up(request.cookies.get(COOKIE), at=at) or _look_up(
            request.cookies.get(SIGNED_IN_COOKIE), at=at
        )
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
    """What every template may use: `visitor` (or None), `form_token()`, and whose page it is.

    `operator_here`: the operator's. `at_threshold`: anybody's, whose forms carry a token of their own.
    """
    here = {"operator_here": "operator_stay" in g, "at_threshold": "at_threshold" in g}
    return {"visitor": shown(), "form_token": form_token, **here}


def only(*roles: str, in_learner_view: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The view answers visitors with one of these roles (none named: any visitor), and forms with their token.

    Whoever only observes sends no form; in the learner view no form is kept, but for those that say so.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            visitor = current()
            sends = request.method not in SAFE_METHODS
            if sends and visitor.learner_view and not in_learner_view:
                raise NothingIsKept
            if (roles and visitor.roles.isdisjoint(roles)) or (sends and visitor.roles == {OBSERVER}):
                raise NotForThisRole
            if sends:
                check_form()
            return view(*args, **kwargs)

        return guarded

    return decorate


visitor_only = only()
learner_only = only(LEARNER)
trainer_only = only(TRAINER)
officer_only = only(OFFICER)
observer_only = only(OBSERVER)


def operator_only(view: Callable[P, R]) -> Callable[P, R]:
    """The view answers the operator alone, and forms with the token of the operator's stay."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        stay = _operator_stay(request.cookies.get(OPERATOR_COOKIE), at=datetime.now(UTC))
        if stay is None:
            raise NobodyHere
        g.form_key, g.operator_stay = stay.form_key, stay
        g.frame_ancestors = []  # no platform shows these pages in a frame
        if request.method not in SAFE_METHODS:
            check_form()
        return view(*args, **kwargs)

    return guarded


def operator_here() -> str:
    """The token's hash of the operator's stay that this request shows; within `operator_only` alone."""
    return cast(OperatorVisit, g.operator_stay).token_hash


def forget_ended(session: Session, *, at: datetime) -> None:
    """Visits that ended are gone, the operator's too."""
    session.execute(delete(Visit).where(Visit.expires_at < at))
    session.execute(delete(OperatorVisit).where(OperatorVisit.expires_at < at))


def _kept_form_key(session: Session, visit: Visit, earlier: str | None, at: datetime) -> str | None:
    """The form key of the browser's earlier visit, where the same person is still in it."""
    before = session.get(Visit, _hash(earlier)) if earlier else None
    same_person = before is not None and before.person_id == visit.person_id and before.expires_at > at
    return before.form_key if before is not None and same_person else None


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
        _touch(session, visit, at)
    fields: dict[str, Any] = {
        name: getattr(visit, name)
        for name in (
            "person_id", "store_id", "agency_id", "platform_id", "cohort_id", "enrolment_id", "link_id", "locale",
            "form_key", "learner_view",
            "form_key", "account_id",
        )
    }  # fmt: skip
    if visit.learner_view:
        fields["enrolment_id"] = None
    return Visitor(roles=frozenset(visit.roles), visit=visit.token_hash, **fields)


def _touch(session: Session, visit: Visit, at: datetime) -> None:
    """It is noted that the visit was used, at most once a minute; nobody waits for another who notes the same."""
    if visit.last_used_at is not None and at - visit.last_used_at < TOUCH_AFTER:
        return
    this_one = select(Visit.token_hash).where(Visit.token_hash == visit.token_hash).with_for_update(skip_locked=True)
    session.execute(update(Visit).where(Visit.token_hash.in_(this_one)).values(last_used_at=at))
    session.commit()


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()

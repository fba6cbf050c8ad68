"""Deployments: the installations of the tool inside one platform; each is let in, waits to be, or is kept out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.errors import LaunchRefused
from lti_tool.lti.platforms.platform import Platform
from xapi_store.database import Base, Database
from xapi_store.transaction import transaction

ACTIVE, PENDING, DISABLED = "active", "pending", "disabled"
STATUSES = (ACTIVE, PENDING, DISABLED)
# A platform that makes up deployments does not fill the operator's page.
MOST_PENDING = 50


class Deployment(Base):
    """One installation of the tool inside a platform (LTI 1.3 Core, 3.1.3).

    `status` is `active`, `pending` (it launched, and waits for the operator) or `disabled`; `name` is the operator's.
    """

    __tablename__ = "deployment"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    deployment_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    status: Mapped[str] = mapped_column(default=ACTIVE, server_default=ACTIVE)
    created_at: Mapped[datetime]


def accepts(session: Session, *, platform: Platform, deployment_id: str, at: datetime) -> bool:
    """True where the platform may launch from that deployment; the first one of a platform without any is let in."""
    known = _statuses(session, platform.id)
    if not known:
        # Some platforms name no deployment while they register (Moodle may not): then the first launch does.
        session.get_one(Platform, platform.id, with_for_update=True)  # of two first ones, one comes first
        known = _statuses(session, platform.id)
        if not known:
            note(session, platform_id=platform.id, deployment_id=deployment_id, status=ACTIVE, at=at)
            return True
    return known.get(deployment_id) == ACTIVE


@contextmanager
def noticing(database: Database, *, platform_id: int, deployment_id: str, at: datetime) -> Iterator[None]:
    """A launch from an unknown deployment is refused, and the deployment waits for the operator afterwards.

    To be opened around the launch's transaction: what is noted outlives its rollback. LaunchRefused as before, with
    the code `disabled_deployment` where the operator has closed it.
    """
    try:
        yield
    except LaunchRefused as refused:
        if refused.code == "unknown_deployment":
            _notice(database, platform_id, deployment_id, at)
        raise


def _notice(database: Database, platform_id: int, deployment_id: str, at: datetime) -> None:
    with transaction(database) as session:
        row = session.get(Deployment, (platform_id, deployment_id))
        if row is None and _waiting(session, platform_id) < MOST_PENDING:
            note(session, platform_id=platform_id, deployment_id=deployment_id, status=PENDING, at=at)
        disabled = row is not None and row.status == DISABLED
    if disabled:
        raise LaunchRefused("disabled_deployment", f"platform {platform_id}")


def note(session: Session, *, platform_id: int, deployment_id: str, status: str, at: datetime) -> None:
    """The deployment is known with that status; one that was known before stays as it is."""
    row = {"platform_id": platform_id, "deployment_id": deployment_id, "status": status, "created_at": at}
    session.execute(insert(Deployment).values(row).on_conflict_do_nothing())


def of_platform(session: Session, *, platform_id: int) -> list[Deployment]:
    """The platform's deployments, those that wait for the operator first."""
    found = session.scalars(select(Deployment).where(Deployment.platform_id == platform_id))
    return sorted(found, key=lambda each: (each.status != PENDING, each.created_at, each.deployment_id))


def change(session: Session, *, deployment: Deployment, name: str | None, status: str) -> None:
    """The deployment has that name (None: no name) and that status from now on."""
    deployment.name = name or None
    deployment.status = status
    session.flush()


def _statuses(session: Session, platform_id: int) -> dict[str, str]:
    query = select(Deployment.deployment_id, Deployment.status).where(Deployment.platform_id == platform_id)
    return dict(session.execute(query).all())


def _waiting(session: Session, platform_id: int) -> int:
    query = select(func.count()).where(Deployment.platform_id == platform_id, Deployment.status == PENDING)
    return session.scalar(query) or 0

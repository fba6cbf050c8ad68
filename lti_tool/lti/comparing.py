"""Comparing: whether the platforms' gradebooks still show what we delivered.

A difference is noted and shown, and nothing of ours writes over it by itself; only a new release does.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lti_tool.errors import PlatformTrouble
from lti_tool.lti import courtesy, results
from lti_tool.lti.counterparts import ResourceLink
from lti_tool.lti.gradebook import DELIVERED, ScoreDelivery
from lti_tool.lti.line_items import LineItem
from lti_tool.lti.platform_client import Client
from lti_tool.lti.platforms import Platform
from lti_tool.lti.results import Result
from lti_tool.lti.scopes import RESULT
from lti_tool.lti.services import Services
from xapi_store.database import Database
from xapi_store.keys import Seal
from xapi_store.transaction import transaction

LOOKED_AT_AGAIN = timedelta(days=1)
LOOKED_AT_FOR = timedelta(days=60)
COLUMNS_AT_A_TIME = 200

log = logging.getLogger(__name__)


def compare(database: Database, client: Client, seal: Seal, *, at: datetime) -> int:
    """The columns with fresh deliveries, and once a day the others, have been read; gives how many could be.

    One question for each column, not for each learner.
    """
    with transaction(database) as session:
        due = _due(session, at)
    return sum(
        _compare(Services(database, client, seal, platform, (RESULT,), at), lineitem, at) for platform, lineitem in due
    )


def _due(session: Session, at: datetime) -> list[tuple[Platform, str]]:
    """Where to look: columns of active platforms that let us read, the longest unread first."""
    readable = (
        select(LineItem.url)
        .join(ResourceLink, ResourceLink.lms_context_id == LineItem.lms_context_id)
        .where(ResourceLink.scopes.contains([RESULT]))
    )
    asked = (
        select(ScoreDelivery.platform_id, ScoreDelivery.lineitem)
        .where(
            ScoreDelivery.status == DELIVERED,
            ScoreDelivery.delivered_at > at - LOOKED_AT_FOR,
            or_(ScoreDelivery.read_at.is_(None), ScoreDelivery.read_at < at - LOOKED_AT_AGAIN),
            ScoreDelivery.lineitem.in_(readable),
        )
        .group_by(ScoreDelivery.platform_id, ScoreDelivery.lineitem)
        .order_by(func.min(ScoreDelivery.delivered_at))
        .limit(COLUMNS_AT_A_TIME)
    )
    found = []
    for platform_id, lineitem in session.execute(asked).all():
        platform = session.get(Platform, platform_id)
        if lineitem is not None and platform is not None and platform.status == "active":
            found.append((platform, lineitem))
    return found


def _compare(services: Services, lineitem: str, at: datetime) -> bool:
    platform_id = services.platform.id
    with transaction(services.database) as session:
        if courtesy.resting(session, platform_id=platform_id, at=at) is not None:
            return False
    try:
        with courtesy.in_flight(platform_id):
            shown = results.of_column(services, lineitem=lineitem)
    except PlatformTrouble as trouble:
        log.info("a column of platform %s was not read: %s", platform_id, type(trouble).__name__)
        return False
    with transaction(services.database) as session:
        delivered = select(ScoreDelivery).where(
            ScoreDelivery.platform_id == platform_id,
            ScoreDelivery.lineitem == lineitem,
            ScoreDelivery.status == DELIVERED,
            # What was delivered while we read is not in what we read.
            ScoreDelivery.delivered_at <= at,
        )
        for row in session.scalars(delivered.with_for_update()):
            _note(row, shown, at)
    return shown is not None


def _note(row: ScoreDelivery, shown: dict[str, Result] | None, at: datetime) -> None:
    """What the cell shows stands beside what we sent. Where nothing could be read, only that we looked."""
    row.read_at = at
    if shown is None or row.sub is None:
        return
    there = shown.get(row.sub)
    row.platform_result = there.given if there is not None else None
    row.platform_maximum = there.maximum if there is not None else None
    row.differs = there is None or not there.equals(row.given / row.maximum)

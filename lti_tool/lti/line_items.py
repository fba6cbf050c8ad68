"""Line items: the columns of a platform's gradebook (LTI Assignment and Grade Services 2.0, 3.2).

A link's own line item is the column of the activity that the link opens: a module's link carries the module's
completion, so that the platform's own completion ticks. A step without a link has a column of its own, made by us.
Only where we may make none does the module's column serve the first of its steps that has a score.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.errors import DeliveryRefused
from lti_tool.lti.counterparts import ResourceLink
from lti_tool.lti.platforms import moodle
from lti_tool.lti.scopes import LINEITEM
from lti_tool.lti.services import Services, asking
from xapi_store.database import Base
from xapi_store.transaction import transaction

ITEM = "application/vnd.ims.lis.v2.lineitem+json"
CONTAINER = "application/vnd.ims.lis.v2.lineitemcontainer+json"
MOST_PAGES = 20


class LineItem(Base):
    """The column of a platform's gradebook in which one activity's scores stand, for one of its courses.

    `label` and `maximum` are what we last told the platform of a column that we made; None for other columns.
    """

    __tablename__ = "line_item"

    lms_context_id: Mapped[int] = mapped_column(ForeignKey("lms_context.id"), primary_key=True)
    activity: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    made_by_us: Mapped[bool]
    created_at: Mapped[datetime]
    label: Mapped[str | None]
    maximum: Mapped[Decimal | None]


@dataclass(frozen=True)
class Column:
    """A line item as it shall be if it has to be made; `link_id` ties it to the link that opens its activity."""

    activity: str
    label: str
    maximum: Decimal
    link_id: str | None = None


def known(session: Session, *, lms_context_id: int, activity: str, may_make: bool, at: datetime) -> LineItem | None:
    """The activity's line item, if one is kept or came with a launch; None where it must be asked for.

    Where we may make columns, the line item of a link is that of the link's own activity and of no other. Where we
    may not, the module's serves the first of its steps that asks; two activities never write into one column.
    """
    kept = session.get(LineItem, (lms_context_id, activity))
    if kept is not None:
        return kept
    links = session.scalars(
        select(ResourceLink).where(ResourceLink.lms_context_id == lms_context_id, ResourceLink.lineitem.is_not(None))
    )
    for link in sorted(links, key=lambda each: (-len(each.activity or ""), each.link_id)):
        if link.activity == activity or (not may_make and link.activity and activity.startswith(f"{link.activity}/")):
            found = keep(session, lms_context_id, activity, url=str(link.lineitem), made_by_us=False, at=at)
            if found is not None:
                return found
    return None


def keep(
    session: Session,
    lms_context_id: int,
    activity: str,
    *,
    url: str,
    made_by_us: bool,
    at: datetime,
    column: Column | None = None,
) -> LineItem | None:
    """The address is the activity's from now on; None where it is another activity's already.

    `column` is how it was made, where we made it.
    """
    row = {"lms_context_id": lms_context_id, "activity": activity, "url": url, "made_by_us": made_by_us}
    told = {"label": column.label, "maximum": column.maximum} if column and made_by_us else {}
    session.execute(insert(LineItem).values(**row, **told, created_at=at).on_conflict_do_nothing())
    mine = select(LineItem).where(LineItem.lms_context_id == lms_context_id, LineItem.activity == activity)
    return session.scalar(mine)


def mine_to_make(session: Session, lms_context_id: int, activity: str) -> bool:
    """Until this transaction ends nobody else makes the activity's column; False where somebody does already."""
    what = f"column {lms_context_id} {activity}"
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(what, 0)))))


def forget(session: Session, *, lms_context_id: int, activity: str) -> None:
    """The address is not used again: the platform no longer has it. A link that carried it carries it no longer."""
    url = session.scalar(
        delete(LineItem)
        .where(LineItem.lms_context_id == lms_context_id, LineItem.activity == activity)
        .returning(LineItem.url)
    )
    for link in session.scalars(select(ResourceLink).where(ResourceLink.lineitem == url)) if url else ():
        link.lineitem = None


def ask(services: Services, *, lineitems: str, column: Column) -> tuple[str, bool]:
    """The address of the column that carries the activity as its resourceId, and True where we had to make it.

    A copied course has such a column already, or none: it is found again rather than made twice.
    """
    found = _find(services, lineitems=lineitems, activity=column.activity)
    if found is not None:
        return found, False
    if LINEITEM not in services.scopes:
        raise DeliveryRefused("no_line_item")
    document: dict[str, Any] = {
        "label": column.label,
        "scoreMaximum": float(column.maximum),
        "resourceId": column.activity,
    }
    if column.link_id is not None:
        document["resourceLinkId"] = column.link_id
    answer = services.post(lineitems, document, media_type=ITEM)
    made = answer.json() if answer.status in (200, 201) else None
    if not isinstance(made, dict) or not isinstance(made.get("id"), str):
        raise DeliveryRefused(f"line_item_status_{answer.status}")
    return made["id"], True


def is_outdated(item: LineItem, column: Column) -> bool:
    """True where we made the column and would name or measure it otherwise today."""
    return item.made_by_us and (item.label, item.maximum) != (column.label, column.maximum)


def update(services: Services, *, item: LineItem, column: Column) -> None:
    """The platform's column has today's label and maximum; a label that a teacher gave it stays (AGS 2.0, 3.2.6).

    The whole document is sent back, since some platforms erase what a PUT leaves out (Moodle does).
    """
    if LINEITEM not in services.scopes:
        return
    answer = services.get(item.url, accept=ITEM)
    there = answer.json() if answer.status == 200 else None
    if not isinstance(there, dict):
        return
    label = column.label if item.label in (None, there.get("label")) else there.get("label", column.label)
    wanted = {**there, "label": label, "scoreMaximum": float(column.maximum)}
    if wanted != there and services.put(item.url, wanted, media_type=ITEM).status not in (200, 201, 204):
        return
    with transaction(services.database) as session:
        kept = session.get(LineItem, (item.lms_context_id, item.activity))
        if kept is not None:
            kept.label, kept.maximum = column.label, column.maximum


def _find(services: Services, *, lineitems: str, activity: str) -> str | None:
    page: str | None = asking(lineitems, resource_id=activity)
    for _ in range(MOST_PAGES):
        answer = services.get(page, accept=CONTAINER) if page else None
        if answer is None or answer.status != 200:
            return None
        for item in _items(answer.json()):
            if item.get("resourceId") == activity and isinstance(item.get("id"), str):
                return str(item["id"])
        page = moodle.next_page(answer.headers.get("Link", ""))
    return None


def _items(document: Any) -> list[dict[str, Any]]:
    return [each for each in document if isinstance(each, dict)] if isinstance(document, list) else []

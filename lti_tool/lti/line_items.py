"""Line items: the columns of a platform's gradebook (LTI Assignment and Grade Services 2.0, 3.2)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.errors import DeliveryRefused
from lti_tool.lti.counterparts import ResourceLink
from lti_tool.lti.platforms import moodle
from lti_tool.lti.scopes import LINEITEM
from lti_tool.lti.services import Services, asking
from xapi_store.database import Base

ITEM = "application/vnd.ims.lis.v2.lineitem+json"
CONTAINER = "application/vnd.ims.lis.v2.lineitemcontainer+json"
MOST_PAGES = 20


class LineItem(Base):
    """The column of a platform's gradebook in which one activity's scores stand, for one of its courses."""

    __tablename__ = "line_item"

    lms_context_id: Mapped[int] = mapped_column(ForeignKey("lms_context.id"), primary_key=True)
    activity: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    made_by_us: Mapped[bool]
    created_at: Mapped[datetime]


@dataclass(frozen=True)
class Column:
    """A line item as it shall be if it has to be made."""

    activity: str
    label: str
    maximum: Decimal


def known(session: Session, *, lms_context_id: int, activity: str, at: datetime) -> str | None:
    """The address of the activity's line item, if one is kept or came with a launch; None where it must be asked for.

    A link's own line item goes to its activity; that of a module's link to the first of its steps that needs it,
    so that two steps never write into one column.
    """
    kept = session.get(LineItem, (lms_context_id, activity))
    if kept is not None:
        return kept.url
    links = session.scalars(
        select(ResourceLink).where(ResourceLink.lms_context_id == lms_context_id, ResourceLink.lineitem.is_not(None))
    )
    fitting = [each for each in links if each.activity and f"{activity}/".startswith(f"{each.activity}/")]
    for link in sorted(fitting, key=lambda each: (-len(each.activity or ""), each.link_id)):
        kept_url = keep(session, lms_context_id, activity, url=str(link.lineitem), made_by_us=False, at=at)
        if kept_url is not None:
            return kept_url
    return None


def keep(
    session: Session, lms_context_id: int, activity: str, *, url: str, made_by_us: bool, at: datetime
) -> str | None:
    """The address is the activity's from now on; None where it is another activity's already."""
    row = {"lms_context_id": lms_context_id, "activity": activity, "url": url, "made_by_us": made_by_us}
    session.execute(insert(LineItem).values(**row, created_at=at).on_conflict_do_nothing())
    mine = select(LineItem.url).where(LineItem.lms_context_id == lms_context_id, LineItem.activity == activity)
    return session.scalar(mine)


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
    """The address of the column that carries the activity as its resourceId, and True where we had to make it."""
    found = _find(services, lineitems=lineitems, activity=column.activity)
    if found is not None:
        return found, False
    if LINEITEM not in services.scopes:
        raise DeliveryRefused("no_line_item")
    document = {
        "label": column.label,
        "scoreMaximum": float(column.maximum),
        "resourceId": column.activity,
    }
    answer = services.post(lineitems, document, media_type=ITEM)
    made = answer.json() if answer.status in (200, 201) else None
    if not isinstance(made, dict) or not isinstance(made.get("id"), str):
        raise DeliveryRefused(f"line_item_status_{answer.status}")
    return made["id"], True


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

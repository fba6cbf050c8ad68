"""The launch log read back: the newest launches, how many there were each day, and what they ended with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lti_tool.lti.launch_log import KEPT, OK, LaunchAttempt

REFUSED = "refused"


@dataclass(frozen=True)
class Choice:
    """Which launches are meant. `outcome` is `ok`, `refused` (whatever was not ok) or the code of a refusal."""

    platform_id: int | None = None
    outcome: str | None = None
    person_id: UUID | None = None
    support_id: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as SQL."""
        exact = {
            LaunchAttempt.platform_id: self.platform_id,
            LaunchAttempt.person_id: self.person_id,
            LaunchAttempt.support_id: self.support_id,
        }
        found: list[ColumnElement[bool]] = [column == value for column, value in exact.items() if value is not None]
        if self.outcome == REFUSED:
            found.append(LaunchAttempt.outcome != OK)
        elif self.outcome is not None:
            found.append(LaunchAttempt.outcome == self.outcome)
        return found


@dataclass(frozen=True)
class Day:
    """How many launches of one day (UTC) came in, and how many did not."""

    day: date
    ok: int
    refused: int


@dataclass(frozen=True)
class Page:
    """Launches, newest first; `before` is where the next page begins, None at the end."""

    attempts: Sequence[LaunchAttempt]
    before: int | None


def recent(session: Session, *, choice: Choice, before: int | None = None, most: int = 50) -> Page:
    """A page of the launches that were chosen, from the one before that number on."""
    query = select(LaunchAttempt).where(*choice.conditions())
    if before is not None:
        query = query.where(LaunchAttempt.id < before)
    found = session.scalars(query.order_by(LaunchAttempt.id.desc()).limit(most + 1)).all()
    return Page(found[:most], found[most - 1].id if len(found) > most else None)


def by_day(session: Session, *, choice: Choice, at: datetime) -> list[Day]:
    """Every day that is kept, the oldest first, also those without launches."""
    day = func.date(func.timezone("UTC", LaunchAttempt.at))
    came_in = func.count().filter(LaunchAttempt.outcome == OK)
    query = select(day, came_in, func.count()).where(*choice.conditions(), LaunchAttempt.at >= at - KEPT)
    counted = {found: (ok, every) for found, ok, every in session.execute(query.group_by(day))}
    today = at.astimezone(UTC).date()
    days = [today - timedelta(days=back) for back in range(KEPT.days - 1, -1, -1)]
    return [Day(each, *_split(counted.get(each, (0, 0)))) for each in days]


def by_outcome(session: Session, *, choice: Choice) -> list[tuple[str, int]]:
    """How many launches ended with each refusal, the most frequent first; those that came in are left out."""
    how_many = func.count()
    query = select(LaunchAttempt.outcome, how_many).where(*choice.conditions(), LaunchAttempt.outcome != OK)
    ordered = query.group_by(LaunchAttempt.outcome).order_by(how_many.desc(), LaunchAttempt.outcome)
    return list(session.execute(ordered))


def _split(counted: tuple[int, int]) -> tuple[int, int]:
    ok, every = counted
    return ok, every - ok

"""Results: what a platform's gradebook shows, read back and compared with what we delivered (AGS 2.0, 3.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lti_tool.lti.platform_client import Answer
from lti_tool.lti.platforms import moodle
from lti_tool.lti.services import Services, below

CONTAINER = "application/vnd.ims.lis.v2.resultcontainer+json"
MOST_PAGES = 50
PAGE = "200"
CLOSE_ENOUGH = 1e-4


@dataclass(frozen=True)
class Result:
    """What one user's cell shows; `given` is None where the cell is empty."""

    sub: str
    given: Decimal | None
    maximum: Decimal

    @property
    def share(self) -> float | None:
        """The result as a share of its maximum, 0 to 1; None for an empty cell."""
        return float(self.given / self.maximum) if self.given is not None else None

    def equals(self, share: Decimal) -> bool:
        """True where the cell shows this share, apart from rounding."""
        return self.share is not None and abs(self.share - float(share)) < CLOSE_ENOUGH


def of_user(services: Services, *, lineitem: str, sub: str) -> Result | None:
    """What this user's cell shows; None where the platform shows none or does not say."""
    answer = services.get(below(lineitem, "results", user_id=sub), accept=CONTAINER)
    return next((each for each in _read(answer) if each.sub == sub), None)


def of_column(services: Services, *, lineitem: str) -> dict[str, Result] | None:
    """What all cells of the column show, by user; None where the platform does not say, or not to the end."""
    page: str | None = below(lineitem, "results", limit=PAGE)
    found: dict[str, Result] = {}
    for _ in range(MOST_PAGES):
        if page is None:
            return found
        answer = services.get(page, accept=CONTAINER)
        if answer.status != 200:
            return None
        found |= {each.sub: each for each in _read(answer)}
        page = moodle.next_page(answer.headers.get("Link", ""))
    return None


def _read(answer: Answer) -> Iterable[Result]:
    document = answer.json() if answer.status == 200 else None
    shown = [_result(each) for each in document if isinstance(each, dict)] if isinstance(document, list) else []
    return [each for each in shown if each is not None]


def _result(shown: dict[str, Any]) -> Result | None:
    sub, given, maximum = shown.get("userId"), shown.get("resultScore"), shown.get("resultMaximum", 1)
    if not isinstance(sub, str | int) or not _is_number(maximum) or maximum <= 0:
        return None
    return Result(str(sub), Decimal(str(given)) if _is_number(given) else None, Decimal(str(maximum)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value and abs(value) < 1e12

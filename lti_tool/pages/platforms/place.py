"""Which platform a page is about, and whose it is."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from courses.agencies import Agency
from lti_tool.errors import NoSuchPlatform
from lti_tool.lti.platforms import Platform, families
from lti_tool.lti.platforms.ways import Ways

EMPTY_FORM: dict[str, Any] = {"values": {}, "errors": {}}
# PostgreSQL's bigint; a larger number is no id.
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Place:
    """A platform with its agency and the ways of its kind."""

    platform: Platform
    agency: Agency

    @property
    def ways(self) -> Ways:
        """The ways of platforms of this kind."""
        return families.of(self.platform.family)


def of(session: Session, platform_id: int) -> Place:
    """The platform of that id; NoSuchPlatform where there is none."""
    platform = session.get(Platform, platform_id) if platform_id <= LARGEST_ID else None
    if platform is None:
        raise NoSuchPlatform(str(platform_id))
    return Place(platform, session.get_one(Agency, platform.agency_id))

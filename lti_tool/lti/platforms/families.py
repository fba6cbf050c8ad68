"""The kinds of platforms we have words for, and which of them a platform is."""

from lti_tool.lti.platforms import blackboard, brightspace, canvas, ilias, moodle, openedx, openolat, other, sakai
from lti_tool.lti.platforms.ways import Ways

OTHER = other.WAYS
ALL: tuple[Ways, ...] = tuple(
    each.WAYS for each in (moodle, canvas, brightspace, blackboard, sakai, openedx, ilias, openolat, other)
)
CODES = {each.family: each for each in ALL}
# What some platforms say of themselves instead.
ALSO = {"desire2learn": "brightspace", "d2l": "brightspace", "blackboardlearn": "blackboard", "edx": "openedx"}


def of(code: str | None) -> Ways:
    """The ways of platforms with that product family code; those of any other platform where it is not known."""
    plain = (code or "").strip().casefold().replace(" ", "")
    return CODES.get(ALSO.get(plain, plain), OTHER)


def sites_around(host: str) -> tuple[str, ...]:
    """The domains in which a platform at that host may have its other addresses: its maker's, or none."""
    return next((each.sites for each in ALL if each.holds(host)), ())

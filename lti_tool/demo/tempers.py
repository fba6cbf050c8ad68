"""Whose manners the LMS has: its own, or those of a family of platforms.

Only what was measured or read is imitated: Moodle 4.5 widely, of the others their name and what is known for sure.
"""

from dataclasses import dataclass
from enum import StrEnum


class Temper(StrEnum):
    """A family of platforms that the LMS can behave like."""

    PLAIN = "plain"
    MOODLE = "moodle"
    CANVAS = "canvas"
    BRIGHTSPACE = "brightspace"


@dataclass(frozen=True)
class Manner:
    """What a family does in its own way; the defaults are those of the specifications."""

    family: str = "animateur-demo"
    version: str = "1"
    id_token_seconds: int = 60
    # Claims and messages.
    says_azp: bool = True
    short_context_type: bool = False
    says_user_name: bool = False
    custom_twice: bool = False
    says_data: bool = True
    variables: str = "all"
    reviews_always: bool = False
    keeps_dates: bool = True
    keeps_column_label: bool = True
    # Where a tool may keep things in the browser; empty for nowhere.
    storage: str = "_parent"
    resizes: bool = True
    # Services.
    exact_accept: bool = False
    bare_errors: bool = False
    curly_links: bool = False
    always_pages: bool = True
    token_as_html: bool = False
    whole_seconds: bool = False
    clips: bool = False
    keeps_review_on_post: bool = True
    short_roles: bool = False
    loses_role_filter: bool = False
    tells_leavers: bool = True
    has_groups: bool = True
    sends_registration_token: bool = True


MANNERS = {
    Temper.PLAIN: Manner(),
    Temper.MOODLE: Manner(
        family="moodle",
        version="2024100706",
        says_azp=False,
        short_context_type=True,
        says_user_name=True,
        custom_twice=True,
        says_data=False,
        variables="moodle",
        reviews_always=True,
        keeps_dates=False,
        keeps_column_label=False,
        storage="",
        resizes=False,
        exact_accept=True,
        bare_errors=True,
        curly_links=True,
        always_pages=False,
        token_as_html=True,
        whole_seconds=True,
        clips=True,
        keeps_review_on_post=False,
        short_roles=True,
        loses_role_filter=True,
        tells_leavers=False,
        has_groups=False,
    ),
    Temper.CANVAS: Manner(
        family="canvas", version="cloud", id_token_seconds=3600, storage="post_message_forwarding", has_groups=True
    ),
    Temper.BRIGHTSPACE: Manner(family="desire2learn", version="20.25", sends_registration_token=False, storage=""),
}

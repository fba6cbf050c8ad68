"""Memberships: what a platform answers when it is asked who is in a course (Names and Role Provisioning 2.0)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lti_tool.errors import PlatformRefused, PlatformUnreachable
from lti_tool.lti.platform_client import Answer
from lti_tool.lti.platforms import moodle
from lti_tool.lti.services import Services, asking

CONTAINER = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
GROUPS_CONTAINER = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"
ACTIVE, INACTIVE, DELETED = "active", "inactive", "deleted"
PAGE = "100"
MOST_PAGES = 200
LONGEST = 255


@dataclass(frozen=True)
class Membership:
    """A member as the platform tells of them; `status` is `active`, `inactive` or `deleted`; `groups` are ids."""

    sub: str
    roles: tuple[str, ...]
    name: str | None
    status: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """All that was told, and where changes from now on can be asked for, if the platform offers it (NRPS 2.0, 2.5)."""

    members: tuple[Membership, ...]
    differences: str | None


def members(
    services: Services,
    url: str,
    *,
    role: str | None = None,
    link_id: str | None = None,
    with_groups: bool = False,
    limit: str = PAGE,
) -> Listing:
    """Everybody in the course, page by page: all, those of a role, or those who may open a link (NRPS 2.0, 2.4).

    PlatformRefused or PlatformUnreachable where not every page could be had: half a roster would look like leavers.
    """
    more = {"limit": limit} if limit else {}
    more |= {"role": role} if role else {}
    more |= {"rlid": link_id} if link_id else {}
    more |= {"groups": "true"} if with_groups else {}
    found: dict[str, Membership] = {}
    differences = None
    for answer in pages(services, asking(url, **more), accept=CONTAINER, keeping=("role", role)):
        document = answer.json()
        for each in document.get("members") or [] if isinstance(document, dict) else []:
            read = _membership(each)
            if read is not None and (role is None or _has(read, role)):
                found[read.sub] = read
        differences = moodle.related(answer.headers.get("Link", ""), "differences") or differences
    return Listing(tuple(found.values()), differences)


def group_names(services: Services, url: str) -> dict[str, str]:
    """The names of the course's groups, by id (Course Groups Service 1.0, 3.3)."""
    names = {}
    for answer in pages(services, asking(url, limit=PAGE), accept=GROUPS_CONTAINER):
        document = answer.json()
        for each in document.get("groups") or [] if isinstance(document, dict) else []:
            if isinstance(each, dict) and isinstance(each.get("id"), str | int):
                names[str(each["id"])[:LONGEST]] = clean(each.get("name")) or str(each["id"])[:LONGEST]
    return names


def pages(
    services: Services, first: str, *, accept: str, keeping: tuple[str, str | None] = ("", None)
) -> Iterable[Answer]:
    """The answers of all pages. What some platforms lose on the way (Moodle its role filter) is put back."""
    name, value = keeping
    page: str | None = first
    seen: set[str] = set()
    while page is not None:
        if page in seen or len(seen) >= MOST_PAGES:
            raise PlatformUnreachable("pages without end")
        seen.add(page)
        answer = services.get(page, accept=accept)
        if answer.status != 200:
            raise PlatformRefused(f"status_{answer.status}", status=answer.status)
        yield answer
        page = moodle.next_page(answer.headers.get("Link", ""))
        if page is not None and value and name not in parse_qs(urlsplit(page).query):
            page = asking(page, **{name: value})


def clean(text: Any) -> str | None:
    """A name that can be kept and shown: one line, not too long; None where nothing is left."""
    if not isinstance(text, str):
        return None
    shown = " ".join("".join(letter for letter in text if letter.isprintable() or letter.isspace()).split())
    return shown[:LONGEST] or None


def _membership(told: Any) -> Membership | None:
    if not isinstance(told, dict) or not isinstance(told.get("user_id"), str | int):
        return None
    sub = str(told["user_id"])
    if not 0 < len(sub) <= LONGEST or not sub.isprintable():
        return None
    status = str(told.get("status") or ACTIVE).lower()
    roles, enrolled = told.get("roles"), told.get("group_enrollments")
    return Membership(
        sub=sub,
        roles=tuple(each for each in roles if isinstance(each, str)) if isinstance(roles, list) else (),
        name=clean(told.get("name")) or clean(f"{told.get('given_name') or ''} {told.get('family_name') or ''}"),
        status=status if status in (ACTIVE, INACTIVE, DELETED) else ACTIVE,
        groups=tuple(_groups(enrolled)) if isinstance(enrolled, list) else (),
    )


def _groups(enrolled: list[Any]) -> Iterable[str]:
    for each in enrolled:
        if isinstance(each, dict) and isinstance(each.get("group_id"), str | int):
            yield str(each["group_id"])[:LONGEST]


def _has(member: Membership, role: str) -> bool:
    """Whether the member has the role, under its long or its short name."""
    return role.rpartition("#")[2] in {each.rpartition("#")[2] for each in member.roles}

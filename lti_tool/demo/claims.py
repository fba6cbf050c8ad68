"""Parts of a message that stand on their own (LTI 1.3 Core, 5; Course Groups 1.0; Submission Review 1.0)."""

from typing import Any

from lti_tool.demo import scopes
from lti_tool.demo.kit import CLAIM
from lti_tool.demo.people import MENTOR, Person
from lti_tool.demo.tempers import Manner
from lti_tool.demo.tools import Tool

GROUPS_CLAIM = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice"
SECTION = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"
# What `names` of a launch lets through; without it, what the tool asked for when it was registered.
TOLD = {
    "none": [],
    "name": ["name", "given_name", "family_name"],
    "all": ["name", "given_name", "family_name", "email"],
}


def section(manner: Manner) -> str:
    """What kind of context a course is."""
    return SECTION.rpartition("#")[2] if manner.short_context_type else SECTION


def of_person(person: Person, tool: Tool, options: dict[str, Any]) -> dict[str, Any]:
    """Name and address as far as they are told, and whom a mentor looks after."""
    if options.get("anonymous"):
        return {}
    looked_after = {CLAIM + "role_scope_mentor": person.looked_after} if person.part == MENTOR else {}
    return {**person.shown(TOLD.get(options.get("names", ""), tool.claims)), **looked_after}


def groups(base: str, query: str) -> dict[str, Any]:
    """Where the tool finds the groups of the course."""
    service = {
        "scope": [scopes.GROUPS],
        "context_groups_url": f"{base}/groups{query}",
        "context_group_sets_url": f"{base}/group-sets{query}",
        "service_versions": ["1.0"],
    }
    return {GROUPS_CLAIM: service}


def review(person_id: str) -> dict[str, Any]:
    """The message is about what this person handed in."""
    return {CLAIM + "message_type": "LtiSubmissionReviewRequest", CLAIM + "for_user": {"user_id": person_id}}

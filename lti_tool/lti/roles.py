"""What a platform's roles mean here (LTI 1.3 Core, A.2): at most an officer of the platform's own agency."""

from collections.abc import Iterable

from lti_tool.visitor import LEARNER, OFFICER, TRAINER

VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"
MEMBERSHIP = VOCABULARY + "membership#"
INSTRUCTOR = MEMBERSHIP + "Instructor"
ROLES = {
    INSTRUCTOR: TRAINER,
    MEMBERSHIP + "Learner": LEARNER,
    MEMBERSHIP + "Student": LEARNER,
    MEMBERSHIP + "Manager": OFFICER,
    VOCABULARY + "institution/person#Administrator": OFFICER,
    VOCABULARY + "system/person#Administrator": OFFICER,
}
# Short names are allowed for context roles alone, and Moodle's roster uses them.
ROLES |= {name.removeprefix(MEMBERSHIP): role for name, role in ROLES.items() if name.startswith(MEMBERSHIP)}
# Sub-roles such as membership/Instructor#TeachingAssistant; the two vocabularies of both spellings in use.
INSTRUCTOR_FAMILY = (VOCABULARY + "membership/Instructor#", VOCABULARY + "membership/instructor#")


def understood(names: Iterable[str]) -> frozenset[str]:
    """The roles here for roles there. Whoever is nothing else is a learner; nobody is ever made operator."""
    found = {ROLES.get(name) or (TRAINER if name.startswith(INSTRUCTOR_FAMILY) else None) for name in names}
    return frozenset(role for role in found if role) or frozenset({LEARNER})

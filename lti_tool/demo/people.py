"""Who is in the demo LMS: invented people, one for each part to play."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.demo.database import Base

LEARNER, TRAINER, OFFICER, ADMINISTRATOR = "learner", "trainer", "officer", "administrator"
MENTOR, OBSERVER, ASSISTANT = "mentor", "observer", "assistant"
ACTIVE, INACTIVE, DELETED = "Active", "Inactive", "Deleted"

VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"
# LTI 1.3 Core, A.2: what each part is called in an id_token and in the roster.
ROLES = {
    LEARNER: [VOCABULARY + "membership#Learner"],
    TRAINER: [VOCABULARY + "membership#Instructor"],
    OFFICER: [VOCABULARY + "membership#Manager", VOCABULARY + "institution/person#Staff"],
    ADMINISTRATOR: [
        VOCABULARY + "institution/person#Administrator",
        VOCABULARY + "system/person#Administrator",
    ],
    MENTOR: [VOCABULARY + "membership#Mentor"],
    OBSERVER: [VOCABULARY + "institution/person#Observer"],
    # Several at once, as platforms send them; the sub-role's name is the one of the specification (LTI Core, A.2.3).
    ASSISTANT: [
        VOCABULARY + "institution/person#Student",
        VOCABULARY + "membership#Learner",
        VOCABULARY + "membership#Instructor",
        VOCABULARY + "membership/Instructor#TeachingAssistant",
    ],
}
# Whom a mentor looks after (LTI Core, 5.4.5: role_scope_mentor).
LOOKED_AFTER = {"501": ["101"]}
CAST = (
    ("101", "Aino", "Kallioranta", LEARNER),
    ("102", "Bram", "Veldkant", LEARNER),
    ("103", "Chiara", "Monteluna", LEARNER),
    ("201", "Dana", "Hrastnik", TRAINER),
    ("301", "Emil", "Sandbrekke", OFFICER),
    ("401", "Freya", "Holmvang", ADMINISTRATOR),
    ("501", "Gita", "Rautavuori", MENTOR),
    ("502", "Henk", "Oosterdijk", OBSERVER),
    ("601", "Iva", "Brezovac", ASSISTANT),
)


class Person(Base):
    """Somebody with an account in the LMS; `part` is what they do in its one course."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(primary_key=True)
    given_name: Mapped[str]
    family_name: Mapped[str]
    part: Mapped[str]

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"

    @property
    def email(self) -> str:
        """An address that reaches nobody."""
        return f"{self.given_name.lower()}@demo-lms.example"

    @property
    def roles(self) -> list[str]:
        """Their LTI roles."""
        return ROLES[self.part]

    @property
    def looked_after(self) -> list[str]:
        """Whom they are the mentor of."""
        return LOOKED_AFTER.get(self.id, [])

    def shown(self, claims: Sequence[str]) -> dict[str, str]:
        """Name and address as far as the tool asked for them when it was registered."""
        known = {
            "name": self.name,
            "given_name": self.given_name,
            "family_name": self.family_name,
            "email": self.email,
        }
        return {name: value for name, value in known.items() if name in claims}


def cast(session: Session) -> None:
    """Everybody of the cast has an account."""
    for number, given, family, part in CAST:
        session.merge(Person(id=number, given_name=given, family_name=family, part=part))


def everybody(session: Session) -> list[Person]:
    """All people, learners first."""
    return list(session.scalars(select(Person).order_by(Person.id)))


def members(session: Session) -> list[Person]:
    """Who ever belonged to the course: everybody but the administrator of the LMS."""
    return [person for person in everybody(session) if person.part != ADMINISTRATOR]


def learners(session: Session) -> list[Person]:
    """Who is marked in the gradebook."""
    return [person for person in everybody(session) if person.part == LEARNER]

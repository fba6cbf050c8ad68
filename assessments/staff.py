"""Trainers and officers, as the statements about their acts name them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from courses.agencies import Agency
from courses.people import Person
from xapi_store import actors


@dataclass(frozen=True)
class Staff:
    """Somebody who judges or confers: an account of an agency, acting in no run of a course."""

    store_id: int
    account_home: str
    account: str

    def actor(self) -> dict[str, Any]:
        """The person as an xAPI Agent."""
        return actors.account(self.account_home, self.account)

    def identity(self) -> str:
        """The text by which the store knows this actor."""
        return actors.identity(self.actor())


def of(session: Session, person: Person) -> Staff:
    """The person as statements name them."""
    agency = session.get_one(Agency, person.agency_id)
    return Staff(person.store_id, agency.account_home, person.account)

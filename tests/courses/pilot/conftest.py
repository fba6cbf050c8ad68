"""A pilot that is open, and people in it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from courses import agencies, participation
from courses.catalogue import Catalogue
from courses.pilot import participants, pilots
from courses.pilot.participants import PilotParticipant
from courses.pilot.pilots import Pilot

Admit = Callable[..., PilotParticipant]


@pytest.fixture
def pilot(session: Session, catalogue: Catalogue, now: datetime) -> Pilot:
    """An open pilot of the shipped course, for all agencies."""
    return pilots.open_pilot(
        session,
        course=catalogue.course("oicf"),
        profile=catalogue.profile,
        agency_id=None,
        purpose="Are the criteria right?",
        at=now,
    )


@pytest.fixture
def admit(session: Session, pilot: Pilot, now: datetime) -> Admit:
    """Admits one person more: `admit("practitioner")`."""

    def one_more(role: str) -> PilotParticipant:
        return participants.admit(session, pilot=pilot, role=role, at=now)[0]

    return one_more


@pytest.fixture
def person_id(session: Session, now: datetime) -> UUID:
    """Somebody whom an agency knows."""
    north = agencies.create(session, slug="north", name="North", account_home="https://north.example", at=now)
    return participation.know(session, agency=north, name="Ada Example", locale=None, at=now).id

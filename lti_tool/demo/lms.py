"""What every door of the demo LMS needs at hand."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from lti_tool.demo import keys
from lti_tool.demo.faults import Fault, Place
from lti_tool.demo.kit import Parties, Platform, ToolRegistration
from lti_tool.demo.tempers import MANNERS, Manner, Temper
from lti_tool.demo.tool_keys import ToolKeys
from lti_tool.demo.tools import Tool

SLOW_SECONDS, SKEW_SECONDS = 8.0, 20.0


@dataclass
class Lms:
    """One demo LMS: its public address (also its issuer), its database, and how it behaves.

    Without `places` the faults of services strike all of them. The seconds: how long SLOW takes, how wrong the clock
    is under CLOCK_AHEAD and CLOCK_BEHIND, and how far in the future a tool's assertion may have been issued.
    """

    address: str
    engine: Engine
    sessions: sessionmaker[Session]
    tool_keys: ToolKeys
    faults: set[Fault]
    sent_before: dict[str, str] = field(default_factory=dict)
    places: set[Place] = field(default_factory=set)
    temper: Temper = Temper.PLAIN
    slow_seconds: float = SLOW_SECONDS
    skew_seconds: float = SKEW_SECONDS
    token_leeway: float = 0.0

    @property
    def manner(self) -> Manner:
        """How the family behaves that the LMS is like at the moment."""
        return MANNERS[self.temper]

    @property
    def storage(self) -> str:
        """The frame that tools may keep things in (`lti_storage_target`); empty where there is none."""
        return "" if Fault.NO_STORAGE in self.faults else self.manner.storage

    def skew(self) -> timedelta:
        """How far the LMS's clock is ahead."""
        ahead = (Fault.CLOCK_AHEAD in self.faults) - (Fault.CLOCK_BEHIND in self.faults)
        return timedelta(seconds=ahead * self.skew_seconds)

    def back_to_normal(self) -> None:
        """The LMS behaves as the specifications say, and remembers no earlier launch."""
        self.faults.clear()
        self.places.clear()
        self.sent_before.clear()
        self.temper = Temper.PLAIN
        self.slow_seconds, self.skew_seconds, self.token_leeway = SLOW_SECONDS, SKEW_SECONDS, 0.0

    def close(self) -> None:
        """Every pooled connection is given back to the server."""
        self.engine.dispose()


def lms() -> Lms:
    """The LMS that answers this request."""
    found: Lms = current_app.extensions["lms"]
    return found


def platform_for(session: Session, tool: Tool, *, at: datetime, deployment_id: str = "") -> Platform:
    """The LMS as this one tool deals with it, in its first deployment or in the one named."""
    own = lms()
    registration = ToolRegistration(
        tool, issuer=own.address, signer=keys.signer(session), faults=own.faults, at=at + own.skew()
    )
    registration.set_deployment_id(deployment_id or tool.deployment_id)
    parties = Parties(tool, registration, own.tool_keys, own.address, session, at, own.token_leeway)
    return Platform(parties=parties)

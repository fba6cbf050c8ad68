"""What every door of the demo LMS needs at hand."""

from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from lti_tool.demo import keys
from lti_tool.demo.faults import Fault
from lti_tool.demo.kit import Parties, Platform, ToolRegistration
from lti_tool.demo.tool_keys import ToolKeys
from lti_tool.demo.tools import Tool


@dataclass(frozen=True)
class Lms:
    """One demo LMS: its public address (also its issuer), its database, and how it misbehaves."""

    address: str
    engine: Engine
    sessions: sessionmaker[Session]
    tool_keys: ToolKeys
    faults: set[Fault]
    sent_before: dict[str, str] = field(default_factory=dict)
    slow_seconds: float = 8.0

    def close(self) -> None:
        """Every pooled connection is given back to the server."""
        self.engine.dispose()


def lms() -> Lms:
    """The LMS that answers this request."""
    found: Lms = current_app.extensions["lms"]
    return found


def platform_for(session: Session, tool: Tool, *, at: datetime) -> Platform:
    """The LMS as this one tool deals with it."""
    own = lms()
    registration = ToolRegistration(tool, issuer=own.address, signer=keys.signer(session), faults=own.faults, at=at)
    parties = Parties(tool, registration, own.tool_keys, own.address, session, at)
    return Platform(parties=parties)

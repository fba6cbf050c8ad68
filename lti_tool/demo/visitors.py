"""Who sits in front of the LMS: whoever the browser said to be, for this is a demo and has no passwords."""

from flask import request
from flask import session as cookie
from sqlalchemy.orm import Session

from lti_tool.demo.errors import Refused
from lti_tool.demo.people import ADMINISTRATOR, Person


def become(person: Person) -> None:
    """The browser is this person from now on."""
    cookie.clear()
    cookie["person"] = person.id


def leave() -> None:
    """The browser is nobody again."""
    cookie.clear()


def anybody(session: Session) -> Person | None:
    """The person who is signed in, if any."""
    known = cookie.get("person")
    return session.get(Person, known) if isinstance(known, str) else None


def somebody(session: Session, *parts: str) -> Person:
    """The person who is signed in, with one of these parts where any are named; Refused otherwise."""
    person = anybody(session)
    if person is None:
        raise Refused("nobody", "Choose on the front page who you are.")
    if parts and person.part not in parts:
        raise Refused("not_for_you", "This page is for somebody else. Choose on the front page who you are.")
    return person


def administrator(session: Session) -> Person:
    """The administrator of the LMS, signed in."""
    return somebody(session, ADMINISTRATOR)


def refuse_foreign_forms() -> None:
    """Refused where another site's page posted to a page of ours (the session cookie is Lax besides)."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise Refused("not_for_you", "This form was sent from another site.")

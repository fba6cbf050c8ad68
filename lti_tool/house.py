"""What the application holds for every door: set once by `create_app`, found here by name."""

from pathlib import Path
from typing import cast

from flask import current_app

from assessments.addresses import Addresses
from assessments.rulebook import Rulebook
from courses.catalogue import Catalogue
from courses.syllabus import Course
from xapi_store.database import Database
from xapi_store.keys import Seal


def database() -> Database:
    """The database of this installation."""
    return cast(Database, current_app.extensions["database"])


def catalogue() -> Catalogue:
    """The courses of this installation."""
    return cast(Catalogue, current_app.extensions["catalogue"])


def media(course: Course) -> Path:
    """Where the films and files of that course lie; beside its text."""
    return (course.directory or Path("/nowhere")) / "media"


def rulebook() -> Rulebook:
    """The certification rules of this installation."""
    return cast(Rulebook, current_app.extensions["rules"])


def seal() -> Seal:
    """What seals keys at rest."""
    return cast(Seal, current_app.extensions["seal"])


def address() -> str:
    """The public address of this installation, without a slash at its end."""
    return str(current_app.extensions["settings"].public_url)


def packages() -> Path:
    """Where packages of courses are kept once they were made."""
    return Path(current_app.extensions["settings"].data_dir) / "packages"


def addresses() -> Addresses:
    """The permanent addresses below the public one."""
    return Addresses(address())

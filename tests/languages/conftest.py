"""A world in which everybody reads the pseudo-locale, and module 1 is translated into it."""

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text, update

from courses.catalogue import Catalogue
from lti_tool import language
from lti_tool.run.app import CONTENT
from lti_tool.run.postgres import EmbeddedPostgres
from lti_tool.visitor import Visit
from tests import walking
from tests.doors.world import World, build
from tests.languages import pseudo
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database
from xapi_store.transaction import transaction


@pytest.fixture(scope="package")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The courses as they are shipped, with module 1 in the pseudo-locale."""
    copied = tmp_path_factory.mktemp("content") / "content"
    shutil.copytree(CONTENT, copied, ignore=shutil.ignore_patterns("*.mp4", "*.m4a", "*.webm"))
    pseudo.translate(copied, course="oicf", module="m1")
    return copied


@pytest.fixture(scope="package")
def world(
    postgres: EmbeddedPostgres, template: str, admin: Engine, content: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Two agencies with somebody of every kind, all of whom read the pseudo-locale."""
    name = f"languages_{secrets.token_hex(4)}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    database = Database(postgres.url(name))
    app = walking.a_house(postgres.url(name))
    app.extensions["catalogue"] = Catalogue.load(content)
    north, south = SigningPlatform(), SigningPlatform(client_id="client-2")
    made = build(app, database, north, south)
    translations = tmp_path_factory.mktemp("translations")
    pseudo.install(translations)
    app.config["INTERFACE_LANGUAGES"] = ("en", pseudo.TAG)
    app.extensions["babel"].translation_directories = [str(translations)]
    with transaction(database) as session:
        session.execute(update(Visit).values(locale=pseudo.TAG))
    for person in made.people.values():
        person.browser.set_cookie(language.COOKIE, pseudo.TAG)
    yield made
    for each in (north, south, database, app.extensions["database"]):
        each.close()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))

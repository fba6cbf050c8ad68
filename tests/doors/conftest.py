"""Fixtures of the doors: a fresh house for what writes, and one furnished world for everything that must not."""

import secrets
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from lti_tool.run.postgres import EmbeddedPostgres
from tests import walking
from tests.doors.world import World, build
from tests.journeys.conftest import house, launched, platform
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database

__all__ = ["house", "launched", "platform"]


@pytest.fixture(scope="package")
def world(postgres: EmbeddedPostgres, template: str, admin: Engine) -> Iterator[World]:
    """The furnished world that all these tests share: what they try must leave it as it was."""
    name = f"doors_{secrets.token_hex(4)}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    database = Database(postgres.url(name))
    app: Flask = walking.a_house(postgres.url(name))
    north, south = SigningPlatform(), SigningPlatform(client_id="client-2")
    yield build(app, database, north, south)
    north.close()
    south.close()
    database.close()
    app.extensions["database"].close()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))

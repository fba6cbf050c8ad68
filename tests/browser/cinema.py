"""The whole tool with a small course that has a step of every kind, and a learner in it, for a real browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from lti_tool import visitor
from lti_tool.run.app import create_app
from lti_tool.run.settings import Settings
from tests import builders, walking
from tests.courses import every_kind
from tests.demo.serving import free_port, served
from tests.signing_platform import SigningPlatform
from tests.walking import Person
from xapi_store.database import Database


@dataclass(frozen=True)
class Cinema:
    """The whole tool with the small course and its film, and a learner in it."""

    address: str
    learner: Person
    trainer: Person
    house: Flask
    database: Database

    def open(self, browser: Browser, path: str, *, as_trainer: bool = False, **options: Any) -> Page:
        """That page, in a browser of the learner's, or of their trainer's."""
        context = browser.new_context(**options)
        shown = (self.trainer if as_trainer else self.learner).browser.get_cookie(visitor.COOKIE)
        assert shown is not None
        context.add_cookies(
            [{"name": visitor.COOKIE, "value": shown.value, "url": "https://localhost", "secure": True}]
        )
        page = context.new_page()
        page.goto(f"{self.address}{path}")
        return page

    def told(self) -> list[dict[str, Any]]:
        """What is on record, without how the learner came."""
        every = builders.statements_of(self.database, 1)
        return [each for each in every if each["object"]["id"].endswith("/try/m1/2")]

    def verbs(self) -> list[str]:
        """The verbs of it."""
        return [each["verb"]["display"]["en"] for each in self.told()]


@pytest.fixture
def cinema(database: Database, database_url: str, tmp_path: Path, platform: SigningPlatform) -> Iterator[Cinema]:
    """The cinema, open."""
    every_kind.written(tmp_path / "added", film=True)
    settings = Settings(
        database_url=database_url,
        public_url=builders.TOOL_ADDRESS,
        secret_key=walking.SECRET,
        allow_private_platforms=True,
    )
    app: Flask = create_app(settings, catalogue=every_kind.catalogue(tmp_path / "added"))
    builders.a_platform(database, platform)
    ada = walking.launch(app, platform, "ada", target="/learn/try/m1")
    tove = walking.launch(app, platform, "tove", target="/learn/try/m1", role=walking.INSTRUCTOR, name="Tove Staff")
    port = free_port()
    with served(app, port):
        yield Cinema(f"http://localhost:{port}", ada, tove, app, database)
    app.extensions["database"].close()


@pytest.fixture
def platform() -> Iterator[SigningPlatform]:
    """A platform that signs."""
    signing = SigningPlatform()
    yield signing
    signing.close()

"""One running demo LMS for all of its tests; each test brings tools of its own."""

from collections.abc import Callable, Iterator

import pytest
import requests
from flask import Flask

from lti_tool.demo import scopes
from lti_tool.demo.app import create_lms, lms_of
from lti_tool.run.postgres import EmbeddedPostgres
from tests.demo.serving import free_port, served
from tests.demo.small_tool import AGS, AINO, DANA, LINE_ITEM, Browser, SmallTool


@pytest.fixture(scope="session")
def lms_app(postgres: EmbeddedPostgres) -> Iterator[Flask]:
    """The LMS, answering at its own address."""
    port = free_port()
    app = create_lms(postgres.url("demo_lms"), f"http://localhost:{port}")
    with served(app, port):
        yield app
    lms_of(app).close()


@pytest.fixture
def lms(lms_app: Flask) -> str:
    """The address of the LMS."""
    return lms_of(lms_app).address


@pytest.fixture(autouse=True)
def behaving(lms_app: Flask) -> Iterator[None]:
    """Whatever a test told the LMS to do wrong, it behaves again afterwards."""
    yield
    lms_of(lms_app).back_to_normal()


@pytest.fixture(scope="module")
def new_tool(lms_app: Flask) -> Iterator[Callable[[], SmallTool]]:
    """Makes tools that nobody has registered yet."""
    made: list[SmallTool] = []

    def make() -> SmallTool:
        made.append(SmallTool(lms_of(lms_app).address))
        return made[-1]

    yield make
    for tool in made:
        tool.close()


@pytest.fixture(scope="module")
def tool(new_tool: Callable[[], SmallTool]) -> SmallTool:
    """A tool that is registered, active and placed; the tests of a module share it and leave it as it is."""
    return new_tool().connect()


@pytest.fixture
def aino(lms: str) -> Browser:
    """A learner's browser."""
    return Browser(lms, AINO)


@pytest.fixture
def dana(lms: str) -> Browser:
    """The trainer's browser."""
    return Browser(lms, DANA)


@pytest.fixture
def column(tool: SmallTool, aino: Browser) -> str:
    """The address of a fresh column of 10 points."""
    headers = tool.bearer(scopes.LINE_ITEM) | {"Content-Type": LINE_ITEM}
    columns = tool.claims(aino)[AGS]["lineitems"]
    made = requests.post(columns, json={"label": "A column", "scoreMaximum": 10}, headers=headers)
    made.raise_for_status()
    address: str = made.json()["id"]
    return address

"""A module that is done ticks the platform's own completion: its column gets the full score, once."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from courses import progress
from courses.people import Enrolment
from lti_tool.lti.gradebook import ScoreDelivery
from lti_tool.lti.id_token import AGS_ENDPOINT
from lti_tool.lti.scopes import LINEITEM, SCORE
from lti_tool.run import worker
from tests import builders, walking
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database
from xapi_store.transaction import transaction


@pytest.fixture
def house(database: Database, database_url: str) -> Iterator[Flask]:
    """The whole tool in one process."""
    app = walking.a_house(database_url)
    yield app
    app.extensions["database"].close()


def work(house: Flask) -> None:
    """The worker has done what is due."""

    async def once() -> None:
        app = worker.runner(house.extensions["settings"], house.extensions["database"])
        async with app.open_async():
            for _ in range(2):  # what is queued on the way is done too
                await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    asyncio.run(once())


def opened(house: Flask, platform: SigningPlatform, *, target: str, link: str, item: str | None) -> walking.Person:
    """A learner who has just opened that link, with or without a column of its own."""
    claim = {"scope": [LINEITEM, SCORE], "lineitems": f"{platform.address}/lineitems", "lineitem": item}
    return walking.launch(
        house, platform, "5", target=target, **{AGS_ENDPOINT: claim, "resource_link": {"id": link, "title": link}}
    )


def finish(house: Flask, *, all_but: str | None = None) -> UUID:
    """The learner has done every step of module m1 (but that one)."""
    module = house.extensions["catalogue"].module("oicf", "m1")
    with transaction(house.extensions["database"]) as session:
        enrolment = session.scalars(select(Enrolment)).one()
        for step in module.steps:
            if step.key != all_but:
                progress.finish(session, enrolment=enrolment, step=step, at=builders.datetime.now(builders.UTC))
        return enrolment.id


def test_a_module_that_is_done_sends_its_full_score_to_its_own_column_once(
    house: Flask, platform: SigningPlatform, database: Database
) -> None:
    builders.a_platform(database, platform)
    opened(house, platform, target="/learn/oicf/m1", link="1", item=f"{platform.address}/items/1")
    finish(house, all_but="3")
    work(house)
    assert platform.scores == []
    finish(house)
    work(house)
    finish(house)
    work(house)
    [score] = platform.scores
    assert (score["scoreGiven"], score["scoreMaximum"], score["gradingProgress"]) == (100.0, 100.0, "FullyGraded")
    assert len(platform.asked("/items/1/scores")) == 1
    assert platform.line_items == [], "no column is made for what the course does not link"


def test_a_module_without_a_link_of_its_own_sends_nothing_and_leaves_no_row(
    house: Flask, platform: SigningPlatform, database: Database
) -> None:
    builders.a_platform(database, platform)
    opened(house, platform, target="/learn/oicf/m1/1", link="2", item=f"{platform.address}/items/2")
    finish(house)
    work(house)
    assert platform.asked("/token") == []
    with database.session() as session:
        assert session.scalars(select(ScoreDelivery)).all() == []


def test_a_quiz_with_a_link_of_its_own_sends_what_was_reached(
    house: Flask, platform: SigningPlatform, database: Database
) -> None:
    builders.a_platform(database, platform)
    ada = opened(house, platform, target="/learn/oicf/m1/4", link="4", item=f"{platform.address}/items/4")
    walking.pass_quiz(ada, house)
    work(house)
    assert [(each["scoreGiven"], each["scoreMaximum"]) for each in platform.scores] == [(100.0, 100.0)]
    assert len(platform.asked("/items/4/scores")) == 1

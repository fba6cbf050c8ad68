"""A platform that is down delays a score and never loses it; so does a worker that is killed at its work."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from lti_tool.lti.gradebook import ScoreDelivery
from lti_tool.lti.id_token import AGS_ENDPOINT
from lti_tool.lti.scopes import LINEITEM, SCORE
from lti_tool.run import worker
from tests import waiting
from tests.signing_platform import Heard, SigningPlatform
from tests.walking import INSTRUCTOR, a_grade, a_team, freeze
from xapi_store import queue
from xapi_store.database import Database
from xapi_store.transaction import transaction

ROOT = Path(__file__).resolve().parents[2]
DOWN = (503, b"")


@pytest.fixture
def released(launched: Any, platform: SigningPlatform) -> None:
    """A trainer has released the grades of a team of two; nothing has been sent yet."""
    claim = {AGS_ENDPOINT: {"scope": [LINEITEM, SCORE], "lineitems": f"{platform.address}/lineitems"}}
    ada, bo = launched("5", **claim), launched("6", **claim)
    path = a_team(ada, bo)
    freeze(ada, bo, path)
    trainer = launched("9", role=INSTRUCTOR, target="/teach", **claim)
    screen, sent = a_grade(trainer, path)
    assert trainer.browser.post(screen, data={**sent, "release": "1"}).status_code == 303


def work(house: Flask, *, swept: bool = False) -> int:
    """The worker has done what is due; gives how many jobs of dead workers were freed before."""

    async def once() -> int:
        app = worker.runner(house.extensions["settings"], house.extensions["database"])
        async with app.open_async():
            freed = await queue.sweep(app) if swept else 0
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)
            return freed

    return asyncio.run(once())


def fares(database: Database) -> set[tuple[str, str | None]]:
    """How the scores fare: status and reason of each delivery."""
    with database.session() as session:
        return {(row.status, row.reason) for row in session.scalars(select(ScoreDelivery))}


def waiting_jobs(database: Database) -> int:
    with database.session() as session:
        return queue.waiting(session, task="publish_score")


def time_passes(database: Database) -> None:
    """What was put off is due, and a worker that sent no heartbeat has been silent for long."""
    with transaction(database) as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"))
        session.execute(text("UPDATE platform_outage SET rests_until = now()"))
        session.execute(text("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'"))


@pytest.mark.usefixtures("released")
def test_scores_wait_while_the_platform_is_down_and_arrive_when_it_is_back(
    house: Flask, platform: SigningPlatform, database: Database
) -> None:
    platform.instead["/token"] = DOWN
    work(house)
    assert fares(database) == {("waiting", "token endpoint: status 503")}
    assert waiting_jobs(database) == 2
    work(house)
    assert len(platform.asked("/token")) == 2, "nothing is tried again before its time"

    platform.instead = {"/items/1/scores": DOWN}
    time_passes(database)
    work(house)
    [(status, reason)] = fares(database)
    assert (status, reason is not None and "503" in reason) == ("waiting", True)
    assert platform.scores == []

    platform.instead = {}
    time_passes(database)
    work(house)
    assert fares(database) == {("delivered", None)}
    assert waiting_jobs(database) == 0
    assert sorted(score["userId"] for score in platform.scores) == ["5", "6"]
    assert {score["gradingProgress"] for score in platform.scores} == {"FullyGraded"}
    assert len(platform.line_items) == 1, "one column for the exercise, however often it was tried"


@pytest.mark.usefixtures("released")
def test_a_platform_that_does_not_even_listen_is_tried_again(
    house: Flask, platform: SigningPlatform, database: Database
) -> None:
    platform.close()
    work(house)
    [(status, reason)] = fares(database)
    assert (status, bool(reason)) == ("waiting", True)
    assert waiting_jobs(database) == 2


def held(platform: SigningPlatform, path: str) -> tuple[threading.Event, threading.Event]:
    """The platform keeps whoever asks for that path waiting: set when somebody does, and to be set to go on."""
    reached, go = threading.Event(), threading.Event()
    usual = platform.answer

    def answer(heard: Heard) -> tuple[int, bytes]:
        if heard.path == path and not go.is_set():
            reached.set()
            go.wait(60)
            return DOWN
        return usual(heard)

    platform.answer = answer  # type: ignore[method-assign]  # this one platform behaves otherwise
    return reached, go


@pytest.mark.usefixtures("released")
def test_a_job_whose_worker_was_killed_is_freed_and_delivered_once(
    house: Flask, platform: SigningPlatform, database: Database
) -> None:
    reached, go = held(platform, "/token")
    command = [sys.executable, "-m", "lti_tool.run.worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=house.extensions["settings"].environment())
    try:
        assert reached.wait(30), "the worker never came to the platform"
        put_off = ("waiting", "column_in_making")
        waiting.until(lambda: put_off in fares(database), seconds=10, what="the other score's turn")
    finally:
        process.kill()
        process.wait()
    go.set()
    assert platform.scores == []
    assert work(house, swept=True) == 0, "a worker that was heard a moment ago may still live"
    assert doing(database) == 1
    time_passes(database)
    # The first makes the column; the second finds it, at once or when it comes again.
    work(house, swept=True)
    time_passes(database)
    work(house, swept=True)
    assert fares(database) == {("delivered", None)}
    assert sorted(score["userId"] for score in platform.scores) == ["5", "6"]
    time_passes(database)
    assert work(house, swept=True) == 0
    assert len(platform.scores) == 2


def doing(database: Database) -> int:
    """How many scores a worker is at."""
    with database.session() as session:
        asked = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'publish_score'"
        return int(session.execute(text(asked)).scalar_one())

"""The queue stands and falls with the facts, keeps the order of each lock, and frees the jobs of dead workers."""

import asyncio
from typing import Any

import pytest
from procrastinate import App
from sqlalchemy import text
from sqlalchemy.exc import DataError

from tests.xapi_store.conftest import StoreAtHand
from xapi_store import queue
from xapi_store.transaction import transaction


def waiting(store: StoreAtHand) -> int:
    with store.database.session() as session:
        return queue.waiting(session, task="publish_score")


def test_a_job_commits_with_the_fact(store: StoreAtHand) -> None:
    with transaction(store.database) as session:
        queue.defer(session, task="publish_score", arguments={"enrolment": "e", "given": "4.5"}, lock="e")
        assert waiting(store) == 0, "nobody sees it before the commit"
    assert waiting(store) == 1


def test_a_job_falls_with_the_fact(store: StoreAtHand) -> None:
    def work() -> None:
        with transaction(store.database) as session:
            queue.defer(session, task="publish_score", arguments={"enrolment": "e"})
            session.execute(text("SELECT 1 / 0"))

    with pytest.raises(DataError):
        work()
    assert waiting(store) == 0


def test_a_worker_runs_the_jobs_of_one_lock_in_order_and_tries_again(store: StoreAtHand, database_url: str) -> None:
    done: list[Any] = []
    app = queue.queue_app(database_url)

    @app.task(name="publish_score", retry=queue.Patience(attempts=2))
    def publish_score(number: int) -> None:
        done.append(number)
        if number < 0:
            raise ConnectionError

    with transaction(store.database) as session:
        for number in (1, 2, 3, -1):
            queue.defer(session, task="publish_score", arguments={"number": number}, lock="same")

    asyncio.run(_work(app))
    assert done == [1, 2, 3, -1]
    with store.database.session() as session:
        later = session.execute(text("SELECT scheduled_at > now() FROM procrastinate_jobs WHERE status = 'todo'"))
        assert later.scalar_one() is True, "the one that failed waits for its second try"


async def _work(app: App) -> None:
    async with app.open_async():
        await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)


def test_a_job_whose_worker_was_killed_is_free_again(store: StoreAtHand, database_url: str) -> None:
    app = queue.queue_app(database_url)
    with transaction(store.database) as session:
        job = queue.defer(session, task="publish_score", arguments={}, lock="same")
        # What a worker that died a minute ago leaves behind.
        session.execute(text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '60 s')"))
        session.execute(
            text(
                "UPDATE procrastinate_jobs SET status = 'doing',"
                " worker_id = (SELECT max(id) FROM procrastinate_workers)"
            )
        )
    assert asyncio.run(_sweep(app)) == 1
    with store.database.session() as session:
        status = session.execute(text("SELECT status FROM procrastinate_jobs WHERE id = :id"), {"id": job})
        assert status.scalar_one() == "todo"


async def _sweep(app: App) -> int:
    async with app.open_async():
        return await queue.sweep(app)


def test_patience_ends_where_it_is_told_to() -> None:
    class Job:
        attempts = 4

    decide = queue.Patience(attempts=5, only=(ConnectionError,)).get_retry_decision
    job: Any = Job()
    assert decide(exception=ConnectionError(), job=job) is None
    Job.attempts = 3
    assert decide(exception=ConnectionError(), job=job) is not None
    assert decide(exception=ValueError(), job=job) is None
    Job.attempts = 500
    assert queue.Patience().get_retry_decision(exception=ValueError(), job=job) is not None

"""A class whose grades wait, and a gradebook that is down, loses answers, and counts who calls at once."""

import asyncio
import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from courses import agencies
from courses.people import Cohort, CohortMember, Enrolment, Person
from lti_tool.lti.counterparts import LmsContext, LtiUser, ResourceLink
from lti_tool.lti.scopes import RESULT, SCORE
from lti_tool.run import worker
from tests import builders
from tests.signing_platform import Heard, SigningPlatform
from xapi_store import queue
from xapi_store.database import Database
from xapi_store.transaction import transaction

STEPS = (f"{builders.COURSE_IRI}/m1/1", f"{builders.COURSE_IRI}/m1/2")
EVERY_SO_MANY = 40


@dataclass
class Gradebook(SigningPlatform):
    """A platform that refuses what is older than what it has, and of every 40th score loses the answer."""

    down: bool = False
    cells: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    sent: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    at_once: int = 0
    most_at_once: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, heard: Heard) -> tuple[int, bytes]:
        with self._counted():
            self.heard.clear()
            if self.down:
                return 503, b"<html>We are down for maintenance.</html>"
            item = heard.path.split("/")[2] if heard.path.startswith("/items/") else ""
            if heard.path.endswith("/scores"):
                return self._score(item, json.loads(heard.body))
            if heard.path.endswith("/results"):
                cell = self.cells.get((item, heard.query["user_id"][0]))
                shown = {"resultScore": cell["scoreGiven"], "resultMaximum": 100} if cell else {}
                return 200, json.dumps([{"userId": heard.query["user_id"][0], **shown}]).encode()
            return super().answer(heard)

    def _score(self, item: str, score: dict[str, Any]) -> tuple[int, bytes]:
        key = (item, score["userId"])
        with self.guard:
            if key in self.cells and score["timestamp"] <= self.cells[key]["timestamp"]:
                return 409, b"[]"
            self.cells[key] = score
            self.sent[key].append(score["scoreGiven"])
            number = sum(map(len, self.sent.values())) if len(self.sent) < EVERY_SO_MANY else hash(key)
        return (502, b"") if number % EVERY_SO_MANY == 0 and len(self.sent[key]) == 1 else (200, b"")

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self.guard:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            yield
        finally:
            with self.guard:
                self.at_once -= 1


def a_class(database: Database, platform: SigningPlatform, *, size: int) -> list[UUID]:
    """The registrations of a new class of this size, in a course with a column for each of two steps."""
    at = datetime.now(UTC)
    connected = builders.a_platform(database, platform)
    with transaction(database) as session:
        agency = agencies.by_slug(session, "north")
        cohort = Cohort(agency_id=agency.id, course="oicf", title="A large class", created_at=at)
        session.add(cohort)
        session.flush()
        context = LmsContext(
            platform_id=connected.id,
            deployment_id="1",
            context_id="2",
            course="oicf",
            cohort_id=cohort.id,
            created_at=at,
        )
        session.add(context)
        session.flush()
        session.add_all(
            ResourceLink(
                lms_context_id=context.id,
                link_id=str(number),
                target="/",
                activity=step,
                lineitem=f"{platform.address}/items/{number}",
                lineitems=None,
                scopes=[RESULT, SCORE],
                changed_at=at,
            )
            for number, step in enumerate(STEPS, start=1)
        )
        people = [
            Person(agency_id=agency.id, store_id=agency.store_id, account=f"u-{number}", created_at=at)
            for number in range(size)
        ]
        session.add_all(people)
        session.flush()
        enrolments = [
            Enrolment(store_id=each.store_id, person_id=each.id, course="oicf", course_version="0.1.0", started_at=at)
            for each in people
        ]
        session.add_all(enrolments)
        for number, each in enumerate(people):
            member = CohortMember(cohort_id=cohort.id, person_id=each.id, role="learner", joined_at=at)
            user = LtiUser(
                platform_id=connected.id, sub=f"s{number}", store_id=each.store_id, person_id=each.id, first_seen_at=at
            )
            session.add_all([member, user])
        session.flush()
        return [each.id for each in enrolments]


def release(database: Database, enrolments: list[UUID]) -> None:
    """Each learner was graded twice for each step: first 40, an hour later 80. Everything waits in the queue."""
    begun = datetime.now(UTC) - timedelta(hours=2)
    for hours, given in enumerate((40, 80)):
        with transaction(database) as session:
            for enrolment_id in enrolments:
                for step in STEPS:
                    told = {"enrolment_id": str(enrolment_id), "activity": step, "given": str(given), "maximum": "100"}
                    told["at"] = (begun + timedelta(hours=hours)).isoformat()
                    lock = f"score:{enrolment_id}:{step}"
                    queue.defer(session, task="publish_score", arguments=told, lock=lock)


def work(house: Flask, *, concurrency: int) -> None:
    """The worker has done what is due."""

    async def once() -> None:
        app = worker.runner(house.extensions["settings"], house.extensions["database"])
        async with app.open_async():
            await app.run_worker_async(
                wait=False, install_signal_handlers=False, listen_notify=False, concurrency=concurrency
            )

    asyncio.run(once())


def time_passes(database: Database) -> None:
    """What was put off is due, and no platform rests any longer."""
    with transaction(database) as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"))
        session.execute(text("UPDATE platform_outage SET rests_until = now()"))


def waiting(database: Database) -> int:
    with database.session() as session:
        return queue.waiting(session, task="publish_score")


def outlive_an_hour(house: Flask, database: Database, platform: Gradebook, *, size: int, concurrency: int) -> None:
    """The platform is down for an hour (of compressed time) while grades wait; then all arrive once and in order."""
    release(database, a_class(database, platform, size=size))
    platform.down = True
    for _ in range(3):
        work(house, concurrency=concurrency)
        time_passes(database)
    assert waiting(database) == size * 4, "nothing is given up"
    assert platform.sent == {}
    platform.down = False
    for _ in range(4):
        if waiting(database):
            time_passes(database)
            work(house, concurrency=concurrency)
    assert waiting(database) == 0
    assert len(platform.sent) == size * 2
    assert set(map(tuple, platform.sent.values())) == {(40.0, 80.0)}, "each once, the earlier before the later"
    assert platform.most_at_once <= 8

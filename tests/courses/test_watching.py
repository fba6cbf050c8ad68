"""Watching a film: checked against the film, kept as one union, told once in the words of the video profile."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from courses import progress, watching
from courses.catalogue import Catalogue
from courses.errors import FilmRefused
from courses.film_statements import Showing
from courses.people import Enrolment
from courses.syllabus import Course, Video
from courses.watching import Event, FilmProgress, Watched
from tests.builders import an_enrolment, statements_of
from tests.courses import video_profile
from xapi_store import vocabulary as words
from xapi_store.database import Database
from xapi_store.profiles.profile_documents import Profile
from xapi_store.transaction import transaction

LENGTH = 112_000
SESSION = UUID("6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11")


@pytest.fixture(scope="module")
def profile() -> Profile:
    """The video profile's rules."""
    return video_profile.profile()


@pytest.fixture
def video(catalogue: Catalogue) -> Video:
    """The first film of the course."""
    steps = (step for module in catalogue.course("oicf").modules for step in module.steps)
    return next(step for step in steps if isinstance(step, Video))


class Player:
    """A player on a learner's page: it numbers what happens, and its clock runs with the film."""

    def __init__(self, began: datetime) -> None:
        self.at = began - timedelta(hours=1)
        self.events: list[Event] = []

    def say(self, kind: str, time: int, *, after: int = 0, came_from: int | None = None, **shown: Any) -> "Player":
        """One more event, so many milliseconds after the last."""
        self.at += timedelta(milliseconds=after)
        number = len(self.events) + 1
        self.events.append(Event(number, kind, self.at, time, came_from, Showing(**shown)))
        return self

    def watch(self, start: int, end: int) -> "Player":
        """The film plays from here to there, at its own speed."""
        return self.say("played", start).say("paused", end, after=end - start)


def send(
    session: Session, enrolment: Enrolment, video: Video, events: list[Event], at: datetime, of: UUID = SESSION
) -> Watched:
    """What the server makes of these events."""
    return watching.report(session, enrolment=enrolment, step=video, length=LENGTH, session_id=of, events=events, at=at)


def verbs(told: list[dict[str, Any]]) -> list[str]:
    """Their verbs in short."""
    return [each["verb"]["display"]["en"] for each in told]


def test_a_film_seen_in_two_parts_is_told_and_completed_once(
    database: Database, course: Course, video: Video, profile: Profile, now: datetime
) -> None:
    player = Player(now).say("initialized", 0, captions="en", screen="1280x720", shown="640x360")
    player.watch(0, 60_000).say("seeked", 50_000, came_from=60_000).watch(50_000, LENGTH)
    player.say("interacted", LENGTH, speed=1.5).say("terminated", LENGTH)
    with transaction(database) as session:
        enrolment = an_enrolment(session, course)
        seen = send(session, enrolment, video, player.events, now)
    assert (seen.share, seen.completed, seen.taken) == (Decimal("1.000"), True, len(player.events))
    told = statements_of(database, enrolment.store_id)
    assert verbs(told) == [
        "initialized", "played", "paused", "seeked", "played", "paused", "completed", "interacted", "terminated",
    ]  # fmt: skip
    for each in told:
        assert [found for found in profile.findings(each, lambda _id: None) if found.binding] == [], each
        assert len(profile.templates.matching(each)) == 1
        assert {"id": words.VIDEO_CATEGORY} in each["context"]["contextActivities"]["category"]
        assert each["object"]["id"] == video.iri
        assert each["context"]["extensions"][words.VIDEO_SESSION] == str(SESSION)
    completed = next(each for each in told if each["verb"]["id"] == words.COMPLETED)
    result = completed["result"]
    assert result["extensions"][words.VIDEO_SEGMENTS] == "0.000[.]60.000[,]50.000[.]112.000"
    assert (result["extensions"][words.VIDEO_PROGRESS], result["duration"]) == (1.0, "PT122.00S")
    assert datetime.fromisoformat(completed["timestamp"]) == player.events[-3].at


def test_enough_of_the_film_makes_the_step_done(
    session: Session, course: Course, video: Video, catalogue: Catalogue, now: datetime
) -> None:
    enrolment = an_enrolment(session, course)
    player = Player(now).watch(0, 90_000)
    assert not send(session, enrolment, video, player.events, now).completed
    player.watch(95_000, 108_000)
    assert send(session, enrolment, video, player.events, now).completed
    module = catalogue.module(*video.id.split("/")[:2])
    states = progress.outline(session, enrolment=enrolment, module=module)
    assert next(each for each in states if each.step.id == video.id).status == progress.DONE


def test_a_batch_that_comes_twice_is_told_once(database: Database, course: Course, video: Video, now: datetime) -> None:
    player = Player(now).watch(0, 40_000)
    with transaction(database) as session:
        enrolment = an_enrolment(session, course)
        send(session, enrolment, video, player.events, now)
    player.watch(40_000, 50_000)
    with transaction(database) as session:
        seen = send(session, enrolment, video, player.events, now)
    assert (seen.share, seen.position) == (Decimal("0.446"), 50_000)
    told = statements_of(database, enrolment.store_id)
    assert verbs(told) == ["played", "paused", "played", "paused"]
    assert told[-1]["result"]["extensions"][words.VIDEO_SEGMENTS] == "0.000[.]50.000"


def test_what_still_plays_is_kept_though_it_is_not_told(
    database: Database, course: Course, video: Video, now: datetime
) -> None:
    player = Player(now).say("played", 0).say("held", 10_000, after=10_000).say("held", 20_000, after=10_000)
    with transaction(database) as session:
        enrolment = an_enrolment(session, course)
        send(session, enrolment, video, player.events, now)
    with transaction(database) as session:
        seen = watching.watched(session, enrolment=enrolment, step=video)
    assert seen is not None
    assert (seen.share, seen.position) == (Decimal("0.178"), 20_000)
    assert verbs(statements_of(database, enrolment.store_id)) == ["played"]


def test_two_windows_are_joined_and_neither_spoils_the_other(
    session: Session, course: Course, video: Video, now: datetime
) -> None:
    enrolment = an_enrolment(session, course)
    send(session, enrolment, video, Player(now).watch(0, 30_000).events, now)
    seen = send(session, enrolment, video, Player(now).watch(20_000, 56_000).events, now, of=uuid4())
    assert seen.share == Decimal("0.500")


@pytest.mark.parametrize(
    ("events", "code"),
    [
        (Player(datetime.now().astimezone()).say("played", LENGTH + 1), "beyond_the_film"),
        (Player(datetime.now().astimezone()).say("played", 20_000).say("paused", 10_000, after=5_000), "backwards"),
        (Player(datetime.now().astimezone()).say("played", 0).say("paused", 100_000, after=20_000), "too_fast"),
    ],
)
def test_what_cannot_have_been_so_is_refused_as_a_whole(
    database: Database, course: Course, video: Video, events: Player, code: str, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment = an_enrolment(session, course)
    with pytest.raises(FilmRefused) as refused, transaction(database) as session:
        send(session, enrolment, video, events.events, now)
    assert refused.value.code == code
    assert statements_of(database, enrolment.store_id) == []
    with database.session() as session:
        assert session.get(FilmProgress, (enrolment.id, video.iri)) is None


def test_nobody_adds_to_a_session_of_somebody_else(
    session: Session, course: Course, video: Video, now: datetime
) -> None:
    one, other = an_enrolment(session, course), an_enrolment(session, course)
    send(session, one, video, Player(now).watch(0, 1_000).events, now)
    with pytest.raises(FilmRefused):
        send(session, other, video, Player(now).watch(0, 1_000).events, now)


def test_a_clock_that_runs_ahead_tells_no_time_that_has_not_come(
    database: Database, course: Course, video: Video, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment = an_enrolment(session, course)
        ahead = Event(1, "played", now + timedelta(days=400), 0)
        send(session, enrolment, video, [ahead], now)
    [told] = statements_of(database, enrolment.store_id)
    assert datetime.fromisoformat(told["timestamp"]) == now


def test_a_film_that_became_shorter_keeps_what_was_seen_of_it(
    session: Session, course: Course, video: Video, now: datetime
) -> None:
    enrolment = an_enrolment(session, course)
    send(session, enrolment, video, Player(now).watch(0, 100_000).events, now)
    seen = watching.report(
        session, enrolment=enrolment, step=video, length=50_000, session_id=uuid4(),
        events=Player(now).say("initialized", 0).events, at=now,
    )  # fmt: skip
    assert seen.share == Decimal("1.000")

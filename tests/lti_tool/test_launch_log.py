"""The launch log: every launch leaves how it ended, without personal data, and without ever being in the way."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text

from courses.people import Person
from lti_tool.lti import launch_history, launch_log
from lti_tool.lti.launch_history import Choice, Day
from lti_tool.lti.launch_log import LaunchAttempt
from lti_tool.lti.login import Login
from lti_tool.lti.under_way import UnderWay
from tests.builders import a_launch
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database
from xapi_store.transaction import transaction

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def kept(database: Database) -> list[LaunchAttempt]:
    with database.session() as session:
        return list(session.scalars(select(LaunchAttempt).order_by(LaunchAttempt.id)))


def noted(database: Database, *codes: str, platform_id: int | None = 1, at: datetime = AT) -> None:
    """Launches that ended so stand in the log, in this order."""
    with transaction(database) as session:
        for code in codes:
            launch = UnderWay(platform_id=platform_id)
            launch_log.refused(session, launch=launch, code=code, detail="", support_id="00", at=at)
            session.flush()


def test_a_launch_that_came_in_stands_in_the_log_with_our_own_ids_alone(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    a_launch(browser, platform, sub="secret-sub", name="Ada Example").send()
    [row] = kept(database)
    with database.session() as session:
        person_id = session.scalars(select(Person.id)).one()
        written = session.scalar(text("SELECT to_jsonb(each)::text FROM launch_attempt AS each")) or ""
    assert (row.outcome, row.person_id, row.deployment_id) == ("ok", person_id, "1")
    assert (row.message_type, row.detail) == ("LtiResourceLinkRequest", None)
    assert row.platform_id is not None
    assert not [told for told in ("secret-sub", "Ada", "user-5") if told in written]


def test_a_refused_launch_stands_in_the_log_with_its_code_and_the_number_on_the_page(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    answer = a_launch(browser, platform, sub="secret-sub", deployment_id="other").send()
    [row] = kept(database)
    assert (row.outcome, row.deployment_id, row.person_id) == ("unknown_deployment", "other", None)
    assert row.support_id is not None
    assert row.support_id in answer.text


@pytest.mark.parametrize(
    ("login", "outcome", "origin"),
    [
        ({"iss": "https://moodle.example/lms"}, "unknown_platform", "https://moodle.example"),
        ({"iss": "javascript:alert(1)"}, "unknown_platform", None),
        ({"iss": "https://[::1"}, "unknown_platform", None),
        ({"target_link_uri": "https://elsewhere.example/"}, "foreign_target", None),
    ],
)
def test_a_login_that_goes_no_further_is_noted(
    login: dict[str, str],
    outcome: str,
    origin: str | None,
    browser: FlaskClient,
    platform: SigningPlatform,
    database: Database,
) -> None:
    a_launch(browser, platform, login=login)
    [row] = kept(database)
    assert (row.outcome, row.platform_id, row.origin) == (outcome, None, origin)


def test_the_page_is_shown_also_where_nothing_can_be_noted(
    browser: FlaskClient, platform: SigningPlatform, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE launch_attempt"))
    answer = a_launch(browser, platform, deployment_id="other").send()
    assert (answer.status_code, 'data-code="unknown_deployment"' in answer.text) == (400, True)
    assert "is not in the launch log" in caplog.text


def test_strangers_leave_ten_rows_a_second_at_most(
    browser: FlaskClient, tool: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch_log, "STRANGERS", launch_log.Measure(10))
    begun = datetime.now(UTC)
    for _ in range(40):
        browser.get("/lti/login?iss=https://unknown.example&login_hint=5&target_link_uri=http://localhost/learn")
    seconds = int(datetime.now(UTC).timestamp()) - int(begun.timestamp()) + 1
    assert 10 <= len(kept(database)) <= min(10 * seconds, 39)


def test_a_login_that_ran_out_is_noted_once(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    a_launch(browser, platform)
    with transaction(database) as session:
        launch_log.note_unfinished(session, at=datetime.now(UTC))
        launch_log.note_unfinished(session, at=datetime.now(UTC) + timedelta(minutes=11))
        session.execute(delete(Login))
        launch_log.note_unfinished(session, at=datetime.now(UTC) + timedelta(minutes=12))
    assert [(row.outcome, row.platform_id is None) for row in kept(database)] == [("never_came_back", False)]


def test_what_is_old_goes_and_of_each_platform_the_newest_stay(database: Database) -> None:
    noted(database, "expired", at=AT - timedelta(days=14, seconds=1))
    noted(database, "no_cookie", "too_old", "unknown_key")
    noted(database, "unknown_platform", "foreign_target", "incomplete_login", platform_id=None)
    noted(database, "other_browser", platform_id=2)
    with transaction(database) as session:
        launch_log.forget_old(session, at=AT, most=2)
    assert [row.outcome for row in kept(database)] == [
        "too_old",
        "unknown_key",
        "foreign_target",
        "incomplete_login",
        "other_browser",
    ]


def test_the_history_counts_by_day_and_pages_from_the_newest(database: Database) -> None:
    noted(database, "expired", "too_old", at=AT - timedelta(days=13))
    noted(database, "no_cookie", "no_cookie", "expired")
    noted(database, "ok", "expired", platform_id=2)
    with database.session() as session:
        first = launch_history.recent(session, choice=Choice(platform_id=1), most=3)
        second = launch_history.recent(session, choice=Choice(platform_id=1), most=3, before=first.before)
        days = launch_history.by_day(session, choice=Choice(), at=AT)
        often = launch_history.by_outcome(session, choice=Choice(platform_id=1))
        refused = launch_history.recent(session, choice=Choice(platform_id=2, outcome="refused"))
    assert [each.outcome for each in first.attempts] == ["expired", "no_cookie", "no_cookie"]
    assert ([each.outcome for each in second.attempts], second.before) == (["too_old", "expired"], None)
    assert (len(days), days[0].refused, days[-1]) == (14, 2, Day(AT.date(), ok=1, refused=4))
    assert often == [("expired", 2), ("no_cookie", 2), ("too_old", 1)]
    assert [each.outcome for each in refused.attempts] == ["expired"]

"""What ended or was never finished at the sign-in's doors is forgotten, once an hour."""

from datetime import UTC, datetime

from procrastinate import App
from sqlalchemy import delete

from courses.people import JoinCode
from lti_tool.sign_in import invitations, organisation, passkeys, throttle
from xapi_store.database import Database
from xapi_store.transaction import transaction

HOURLY = "23 * * * *"


def register(app: App, *, database: Database) -> None:
    """The queue's runner forgets, hourly."""

    @app.periodic(cron=HOURLY)
    @app.task(name="forget_sign_ins", queueing_lock="forget_sign_ins")
    def forget_sign_ins(timestamp: int) -> None:
        forget(database, at=datetime.fromtimestamp(timestamp, UTC))


def forget(database: Database, *, at: datetime) -> None:
    """Old invitations, questions to devices, codes and failures are gone."""
    with transaction(database) as session:
        for room in (invitations, organisation, passkeys, throttle):
            room.forget_old(session, at=at)
        session.execute(delete(JoinCode).where(JoinCode.expires_at < at))

"""What must leave the house later (a score, a mail) is queued in the transaction of the fact it follows from.

The runner is procrastinate on the same PostgreSQL: jobs commit and roll back with the rows beside them.
"""

import contextlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import psycopg
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.schema import SchemaManager
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Engine,
    Integer,
    Select,
    Text,
    any_,
    column,
    literal,
    literal_column,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

# A worker that was killed sends no more heartbeats (one in 10 s otherwise); its jobs are free again within a minute.
SILENT_AFTER = 30.0
SWEEP_CRON = "* * * * * */20"
UPKEEP = "upkeep"

_PATIENCE = (10, 30, 60, 300, 900, 3600)
_LONGEST = 6 * 3600

# The runner's own table, as far as we read it; it is made by `install` and is no table of ours.
JOBS = table(
    "procrastinate_jobs",
    column("id", BigInteger),
    column("task_name", Text),
    column("status", Text),
    column("args", JSONB),
    column("scheduled_at", DateTime(timezone=True)),
    column("attempts", Integer),
)
_TODO: ColumnElement[str] = literal_column(f"'{Status.TODO.value}'")
_DOING: ColumnElement[str] = literal_column(f"'{Status.DOING.value}'")

# Only builds the statements: the connection is always the session's own.
_deferring = App(connector=SyncPsycopgConnector())


class Patience(BaseRetryStrategy):
    """Tries again after 10 s, 30 s, 1, 5, 15 and 60 minutes, then every 6 hours; `attempts` is the limit, if any."""

    def __init__(self, *, attempts: int | None = None, only: tuple[type[BaseException], ...] = (Exception,)) -> None:
        self._attempts = attempts
        self._only = only

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When the job runs next; None where it has failed for good."""
        if not isinstance(exception, self._only) or (self._attempts and job.attempts + 1 >= self._attempts):
            return None
        wait = _PATIENCE[job.attempts] if job.attempts < len(_PATIENCE) else _LONGEST
        return RetryDecision(retry_in={"seconds": wait})


def defer(session: Session, *, task: str, arguments: dict[str, Any], lock: str | None = None) -> int:
    """The job is queued if, and only if, the session's transaction is committed; jobs of one lock run in order.

    `arguments` is plain JSON and holds no names, addresses or tokens: it is logged. Gives the job's number.
    """
    session.flush()
    connection = session.connection().connection.driver_connection
    deferrer = _deferring.configure_task(task, lock=lock, connection=connection)
    return deferrer.defer(**arguments)


def install(engine: Engine) -> None:
    """The queue's tables and functions exist in this database."""
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        if not isinstance(driver, psycopg.Connection):
            raise TypeError("the queue needs psycopg")
        driver.execute(SchemaManager.get_schema())


def queue_app(database_url: str) -> App:
    """The runner for a worker: register tasks on it, open it, run it. Jobs of dead workers are freed by itself."""
    app = App(connector=PsycopgConnector(conninfo=_conninfo(database_url), min_size=1, max_size=6))

    @app.periodic(cron=SWEEP_CRON)
    @app.task(name="free_stalled_jobs", queue=UPKEEP)
    async def free_stalled_jobs(timestamp: int) -> None:
        await sweep(app)
        await app.job_manager.delete_old_jobs(nb_hours=1, queue=UPKEEP)

    return app


async def sweep(app: App, *, silent_after: float = SILENT_AFTER) -> int:
    """Jobs whose worker was killed wait for another one; gives their number."""
    freed = 0
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent_after):
        # Another worker may free the same job at the same moment: then it is free, which is all we want.
        with contextlib.suppress(ConnectorException):
            await app.job_manager.retry_job(job)
            freed += 1
    return freed


def waiting(session: Session, *, task: str) -> int:
    """How many jobs of this task are not done yet."""
    row = session.connection().exec_driver_sql(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status = ANY(%s::procrastinate_job_status[])",
        (task, [Status.TODO.value, Status.DOING.value]),
    )
    return int(row.scalar_one())


def undone(*, task: str) -> Select[Any]:
    """The jobs of this task that are not done yet: id, args, attempts, when due (None: now), and `doing` or not."""
    doing = JOBS.c.status == _DOING
    return select(JOBS.c.id, JOBS.c.args, JOBS.c.attempts, JOBS.c.scheduled_at, doing.label("doing")).where(
        JOBS.c.task_name == task, JOBS.c.status.in_([_TODO, _DOING])
    )


def hasten(session: Session, *, jobs: Iterable[int], at: datetime) -> int:
    """These jobs are due now, where they wait; a worker takes them within seconds. Gives their number."""
    waiting = (
        JOBS.c.id == any_(literal(list(jobs), ARRAY(BigInteger))),
        JOBS.c.status == _TODO,
        JOBS.c.scheduled_at > at,
    )
    return len(session.execute(update(JOBS).where(*waiting).values(scheduled_at=at).returning(JOBS.c.id)).all())


def arguments(session: Session, *, task: str, name: str, values: Iterable[str]) -> list[dict[str, Any]]:
    """What the jobs of this task were given, done or not, where the argument of that name is one of these; in order."""
    query = select(JOBS.c.args).where(
        JOBS.c.task_name == task, JOBS.c.args[name].astext == any_(literal(list(values), ARRAY(Text)))
    )
    return list(session.scalars(query.order_by(JOBS.c.id)))


def hasten_all(session: Session, *, task: str, argument: str, values: Sequence[str]) -> int:
    """Jobs of this task that were put off, and whose argument has one of these values, are due now; their number."""
    connection = session.connection()
    done = connection.exec_driver_sql(
        "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = %s AND status = %s "
        "AND scheduled_at > now() AND args ->> %s = ANY(%s)",
        (task, Status.TODO.value, argument, list(values)),
    )
    return int(done.rowcount)


def _conninfo(database_url: str) -> str:
    return make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)

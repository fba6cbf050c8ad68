"""Reading: the same questions to a small store and to a large one, in turns."""

import json
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import orjson

from lti_tool.run.postgres import EmbeddedPostgres
from tests.bench import large
from tests.bench import store_statements as made
from tests.bench.large import Filled
from tests.bench.load import Connection, Target
from tests.bench.served import Size, must_be_durable, serving
from tests.bench.store import disk
from tests.bench.tenant import Tenant, a_tenant
from xapi_store.form.syntax import write_time

SMALL = 10_000
PAGE = 50
TIMES = 60
FASTEST_ENOUGH = 5.0
NEVER_MEETING_ENOUGH = 100.0
GROWTH_ENOUGH = 1.5

Asked = dict[str, str]


@dataclass(frozen=True)
class Question:
    """One kind of question, asked with several values in turn; `enough` is the wanted median in milliseconds."""

    name: str
    variants: tuple[Asked, ...]
    enough: float = FASTEST_ENOUGH
    fills: bool = True


@dataclass
class Reader:
    """A connection to a served store, and what is in that store."""

    target: Target
    filled: Filled
    connection: Connection

    def ask(self, asked: Asked) -> float:
        """The milliseconds that the answer took."""
        message = self.target.get(urlencode({"limit": str(PAGE), **asked}))
        began = time.perf_counter()
        status = self.connection.ask(message)
        took = (time.perf_counter() - began) * 1000
        if status != 200:
            raise RuntimeError(f"{status} for {asked}: {self.connection.body[:300]!r}")
        return took

    def found(self, asked: Asked) -> int:
        """How many statements the page has."""
        self.ask(asked)
        return len(orjson.loads(self.connection.body)["statements"])


def questions(filled: Filled) -> list[Question]:
    """What is asked of a store with these statements. Every value is frequent enough to fill a page in a small one."""
    agents = [{"agent": json.dumps(made.person(rank))} for rank in range(4)]
    verbs = [{"verb": iri} for iri in made.VERBS[:6]]
    activities = [{"activity": made.activity_iri(rank)} for rank in range(4)]
    runs = [{"registration": str(made.registration(rank, 0))} for rank in range(2)]
    trainers = [{"agent": json.dumps(made.trainer(number)), "related_agents": "true"} for number in range(6)]
    courses = [{"activity": made.course_iri(each), "related_activities": "true"} for each in range(made.COURSES)]
    since = [{"since": write_time(filled.place(each / 10))} for each in range(3, 10)]
    answered, rising = [{"verb": made.ANSWERED}], [{"ascending": "true"}]
    forum = [{"activity": made.FORUM}]
    return [
        Question("newest", ({},)),
        Question("agent", tuple(agents)),
        Question("verb", tuple(verbs)),
        Question("activity", tuple(activities)),
        Question("registration", tuple(runs)),
        Question("related_agents", tuple(trainers)),
        Question("related_activities", tuple(courses)),
        Question("since, ascending", _each(since, rising)),
        Question("agent, verb", _each(agents[:3], answered)),
        Question("activity, verb", _each(activities[:2], verbs[:2])),
        Question("agent, activity", _each(agents[:1], activities[:1])),
        Question("registration, verb", _each(runs[:1], answered)),
        Question("registration, activity", _each(runs[:1], activities[:1])),
        Question("related_activities, verb", _each(courses, verbs[:3])),
        Question("related_activities, agent", _each(courses[:2], agents[:3])),
        Question("related_agents, verb", _each(trainers, answered)),
        Question("agent, since", _each(agents[:3], since[3:])),
        Question("verb, since, ascending", _each(_each(verbs[:3], since[3:]), rising)),
        Question("verb, activity, never together", _each(answered, forum), NEVER_MEETING_ENOUGH, fills=False),
        Question(
            "related, never together",
            _each(answered, [{**each, "related_activities": "true"} for each in forum]),
            NEVER_MEETING_ENOUGH,
            fills=False,
        ),
    ]


def _each(first: Sequence[Asked], second: Sequence[Asked]) -> tuple[Asked, ...]:
    return tuple({**one, **other} for one in first for other in second)


def report(server: EmbeddedPostgres, home: Path, size: Size, *, count: int) -> None:
    """Every question has been asked of both stores, and the table was printed."""
    print(f"reading: pages of {PAGE}, one connection, a store of {SMALL:,} and one of {count:,} in turns")
    with ExitStack() as stack:
        stores = [_filled(server, each) for each in (SMALL, count)]
        # Asked only when both are filled: the server hangs up on who says nothing for long.
        small, big = (stack.enter_context(_reader(home, size, *each)) for each in stores)
        print(f"  {'':<34} {'small':>9} {'large':>9} {'ratio':>7} {'9 of 10':>9} {'found':>9}")
        for one, other in zip(questions(small.filled), questions(big.filled), strict=True):
            print(_line(one, other, small, big), flush=True)


def _filled(server: EmbeddedPostgres, count: int) -> tuple[Tenant, Filled]:
    url = server.url(f"bench_read_{count}")
    must_be_durable(url)
    tenant = a_tenant(url)
    filled = large.filled(tenant, count)
    print(f"  {disk(url, 'statement')}")
    return tenant, filled


@contextmanager
def _reader(home: Path, size: Size, tenant: Tenant, filled: Filled) -> Iterator[Reader]:
    settings = size.settings(tenant.database_url, home)
    with serving(settings):
        connection = Connection(settings.port)
        yield Reader(Target(settings.port, tenant.authorization), filled, connection)
        connection.close()


def _line(one: Question, other: Question, small: Reader, big: Reader) -> str:
    """Both stores asked in turns, as a line of the table."""
    found = [min(map(reader.found, asked.variants)) for reader, asked in ((small, one), (big, other))]
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(TIMES):
        times[0].append(small.ask(one.variants[number % len(one.variants)]))
        times[1].append(big.ask(other.variants[number % len(other.variants)]))
    before, after = (statistics.median(each) for each in times)
    tenth = statistics.quantiles(times[1], n=10)[-1]
    slow = after > one.enough or (one.fills and after / before > GROWTH_ENOUGH)
    return (
        f"  {one.name:<34} {before:>6.2f} ms {after:>6.2f} ms {after / before:>6.2f}x {tenth:>6.2f} ms"
        f" {found[0]:>4}/{found[1]:<4}{' too slow' if slow else ''}"
    )

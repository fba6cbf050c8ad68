"""Writing: the record store and the naive floor, each behind the same server, in turns, in one run."""

import statistics
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from lti_tool.run.postgres import EmbeddedPostgres
from tests.bench import floor, served
from tests.bench.load import Outcome, Posts, Run, Target
from tests.bench.served import Size, Spent, Watch, serving
from tests.bench.tenant import a_tenant, basic

_SIZES = """
SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_total_relation_size(oid) > 1048576
ORDER BY pg_total_relation_size(oid) DESC
"""


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: its server, and where its statements lie."""

    name: str
    target: Target
    process: psutil.Process
    database_url: str
    table: str


@dataclass(frozen=True)
class Way:
    """A way of sending: so many connections, so many statements in a request, so often in turns."""

    connections: int
    statements: int
    rounds: int
    wanted: float | None

    @property
    def name(self) -> str:
        """The way in words."""
        what = "single" if self.statements == 1 else f"batches of {self.statements}"
        return f"{what}, {self.connections} connections"


# A round in which other programs kept more than this many cores busy is tried again.
FOREIGN = 0.3
MORE = 2
WAYS = (Way(32, 1, 5, 1.6), Way(4, 50, 3, 0.45), Way(32, 50, 2, None))


@dataclass
class Taken:
    """What one side did in all rounds of one way."""

    side: Side
    way: Way
    rounds: list[tuple[Outcome, Spent]] = field(default_factory=list)

    @property
    def undisturbed(self) -> list[tuple[Outcome, Spent]]:
        """The rounds in which nothing foreign kept the cores busy."""
        return [each for each in self.rounds if each[1].foreign <= FOREIGN]

    @property
    def counted(self) -> list[tuple[Outcome, Spent]]:
        """The undisturbed rounds; all rounds where none was undisturbed."""
        return self.undisturbed or self.rounds

    @property
    def rate(self) -> float:
        """The middle of its rates, in statements a second."""
        return statistics.median(outcome.rate for outcome, _ in self.counted)

    @property
    def failures(self) -> int:
        """Requests of all rounds that were not answered by 200."""
        return sum(outcome.failures for outcome, _ in self.rounds)

    @property
    def refusals(self) -> str:
        """What was answered how often, and the beginning of the first answer that was not 200."""
        statuses = sum((outcome.statuses for outcome, _ in self.rounds), start=Counter[int]())
        first = next((outcome.first_refusal for outcome, _ in self.rounds if outcome.first_refusal), "")
        return f"{dict(statuses)} {first}"

    @property
    def cores(self) -> tuple[float, float]:
        """Milliseconds of a core for each statement: the server's, and PostgreSQL's."""
        thousands = sum(outcome.statements for outcome, _ in self.counted) / 1000
        server, postgres = (
            sum(spent) for spent in zip(*((s.server, s.postgres) for _, s in self.counted), strict=True)
        )
        return server / thousands, postgres / thousands

    def line(self, beside: "Taken | None") -> str:
        """Its line of the table, with its ratios to the floor."""
        server, postgres = self.cores
        p50 = statistics.median(outcome.median for outcome, _ in self.counted)
        p99 = statistics.median(outcome.within(0.99) for outcome, _ in self.counted)
        foreign = max(spent.foreign for _, spent in self.counted)
        rates = f"{self.rate / beside.rate:.2f}x" if beside else ""
        cores = f"{sum(self.cores) / sum(beside.cores):.2f}x" if beside else ""
        return (
            f"  {self.side.name:<12} {self.rate:>9,.0f}/s {rates:>7} {p50:>8.1f} {p99:>8.1f}"
            f" {server:>9.3f} {postgres:>9.3f} {cores:>7} {self.failures:>8} {foreign:>8.2f}"
        )


def report(server: EmbeddedPostgres, home: Path, size: Size, *, seconds: float) -> None:
    """Both sides have been measured in turns, and the table, disk and memory were printed."""
    with both(server, home, size) as sides:
        print(f"writing: {size.workers} processes of {size.threads} threads, durable commits, {seconds:g} s a round")
        before = {side.name: served.memory(side.process) for side in sides}
        print(
            f"  {'':<12} {'statements':>11} {'ratio':>7} {'p50 ms':>8} {'p99 ms':>8}"
            f" {'ms server':>9} {'ms PG':>9} {'ratio':>7} {'not 200':>8} {'foreign':>8}"
        )
        for way in WAYS:
            _print_way(way, in_turns(sides, way, size, seconds))
        for side in sides:
            _print_rest(side, before[side.name])


def _print_way(way: Way, taken: list[Taken]) -> None:
    wanted = f" (wanted: {way.wanted}x)" if way.wanted else ""
    print(f"{way.name}{wanted}")
    base = taken[0]
    for each in taken:
        print(each.line(None if each is base else base))
        if each.failures:
            print(f"    {each.refusals}")


def in_turns(sides: list[Side], way: Way, size: Size, seconds: float) -> list[Taken]:
    """Each side in its turn until each had as many undisturbed rounds as the way wants, or `MORE` rounds above that."""
    taken = [Taken(side, way) for side in sides]
    posts = [Posts(side.target, statements=way.statements, different=10_000) for side in sides]
    for number in range(way.rounds + MORE):
        if number >= way.rounds and all(len(each.undisturbed) >= way.rounds for each in taken):
            break
        for each, requests in zip(taken, posts, strict=True):
            each.rounds.append(_round(each, requests, size, seconds))
    return taken


def _round(taken: Taken, requests: Posts, size: Size, seconds: float) -> tuple[Outcome, Spent]:
    """One round of this side; PostgreSQL is at rest before it."""
    side = taken.side
    served.settle(side.database_url)
    watch = Watch(side.process, served.postmaster(side.database_url))
    connections = served.evenly(side.target.port, side.process, taken.way.connections, size.workers)
    outcome = Run(requests, connections, seconds=seconds)(watch)
    return outcome, watch.spent()


@contextmanager
def both(server: EmbeddedPostgres, home: Path, size: Size) -> Iterator[list[Side]]:
    """The floor and the product, both served, each on a database of its own in one PostgreSQL."""
    with the_floor(server, home, size) as naive, the_product(server, home, size) as ours:
        yield [naive, ours]


@contextmanager
def the_floor(server: EmbeddedPostgres, home: Path, size: Size) -> Iterator[Side]:
    """The naive floor is served."""
    url = server.url("bench_floor")
    served.must_be_durable(url)
    floor.create_table(url)
    settings = size.settings(url, home)
    with serving(settings, "tests.bench.floor:application") as process:
        target = Target(settings.port, basic(floor.KEY, settings.secret_key), floor.PATH)
        yield Side("naive floor", target, process, url, "st")


@contextmanager
def the_product(server: EmbeddedPostgres, home: Path, size: Size) -> Iterator[Side]:
    """The product is served, with an empty store."""
    tenant = a_tenant(server.url("bench_store"))
    settings = size.settings(tenant.database_url, home)
    with serving(settings) as process:
        yield Side("animateur", Target(settings.port, tenant.authorization), process, tenant.database_url, "statement")


def _print_rest(side: Side, before: list[int]) -> None:
    served.settle(side.database_url)
    print(f"{side.name}: {disk(side.database_url, side.table)}")
    after = served.memory(side.process)
    print(f"{side.name}: memory of the processes before and after: {megabytes(before)} and {megabytes(after)} MB")


def disk(database_url: str, table: str) -> str:
    """How many bytes on disk each statement takes, in words, table by table."""
    with psycopg.connect(floor.plain(database_url)) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        stored = max(1, row[0] if row else 0)
        sizes = connection.execute(_SIZES).fetchall()
    total = sum(rows + indexes for _, rows, indexes in sizes) / stored
    parts = ", ".join(
        f"{name} {rows / stored:.0f} + {indexes / stored:.0f} in indexes" for name, rows, indexes in sizes
    )
    return f"{total:.0f} bytes on disk for each of {stored:,} statements ({parts})"


def megabytes(sizes: list[int]) -> str:
    """These sizes in words."""
    return ", ".join(f"{each / 2**20:.0f}" for each in sizes if each > 2**20)

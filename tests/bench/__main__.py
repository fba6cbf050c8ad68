"""`make bench`: measures on this machine, on a PostgreSQL that writes to disk as in real use, and prints tables.

`python -m tests.bench --help` says what can be chosen. Without a choice all of it runs, in about three minutes.
"""

import argparse
import logging
import platform as machine
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from lti_tool.run.postgres import EmbeddedPostgres
from tests import builders, schema, walking
from tests.bench import acts, launches, pages, questions, soak, store, timing
from tests.bench.served import Size
from tests.signing_platform import SigningPlatform

PARTS = ("acts", "launches", "writing", "reading", "pages")


def main() -> None:
    """The tables have been printed; nothing is left, but for what was to be kept."""
    chosen = _choice()
    logging.disable(logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are stopped then, too
    began = time.monotonic()
    home = chosen.keep or Path(tempfile.mkdtemp(prefix="animateur-bench-"))
    server = EmbeddedPostgres(home / "postgres")
    try:
        server.start()
        print(f"{timing.cores()} cores, Python {machine.python_version()}, {machine.machine()}", flush=True)
        measure(server, home, chosen)
    finally:
        server.stop()
        if not chosen.keep:
            shutil.rmtree(home, ignore_errors=True)
    print(f"All of it took {time.monotonic() - began:.0f} s.")


def _choice() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    parser.add_argument("--large", action="store_true", help="reading: the large store has 1,000,000 statements")
    parser.add_argument(
        "--keep", type=Path, metavar="DIRECTORY", help="reading: the stores stay there for the next run"
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="writing: how long each round is (%(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="processes of each server (%(default)s)")
    parser.add_argument("--threads", type=int, default=16, help="threads of each process (%(default)s)")
    parser.add_argument("--soak", type=int, metavar="MINUTES", help="nothing but even load, for so long")
    parser.add_argument("--pace", type=float, default=300.0, help="soak: requests a second (%(default)s)")
    return parser.parse_args()


def measure(server: EmbeddedPostgres, home: Path, chosen: argparse.Namespace) -> None:
    """The chosen parts have been measured and printed."""
    size = Size(chosen.workers, chosen.threads)
    if chosen.soak:
        soak.soak(server, home, size, minutes=chosen.soak, pace=chosen.pace)
        return
    parts = (chosen.only,) if chosen.only else PARTS
    if "acts" in parts:
        print_acts(server)
    if "launches" in parts:
        launches.report(server, home, size)
    if "writing" in parts:
        store.report(server, home, size, seconds=chosen.seconds)
    if "reading" in parts:
        questions.report(server, home, size, count=1_000_000 if chosen.large else 100_000)
    if "pages" in parts:
        pages.report(server, home, size)


def print_acts(server: EmbeddedPostgres) -> None:
    """The main acts of the product have been measured in this process, each beside a bare thing."""
    platform = SigningPlatform()
    try:
        rows = measured(server.url("bench"), platform)
    finally:
        platform.close()
    print("acts: one client, one at a time; the ratio is to the bare thing above, of this same run")
    print(timing.table(rows), flush=True)


def measured(database_url: str, platform: SigningPlatform) -> list[timing.Measured]:
    """Every act, measured in the whole house on this database."""
    schema.install(database_url)
    house = walking.a_house(database_url)
    database = house.extensions["database"]
    builders.a_platform(database, platform)
    try:
        return [
            *acts.statements(house, database),
            *acts.launches(house, platform),
            *acts.documents(house, database),
        ]
    finally:
        database.close()


if __name__ == "__main__":
    main()

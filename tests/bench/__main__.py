"""`make bench`: measures on this machine, on a PostgreSQL that writes to disk as in real use, and prints one table."""

import logging
import platform as machine
import shutil
import tempfile
import time
from pathlib import Path

from lti_tool.run import migrate
from lti_tool.run.postgres import EmbeddedPostgres
from tests import builders, walking
from tests.bench import acts, timing
from tests.signing_platform import SigningPlatform


def main() -> None:
    """The table has been printed; nothing is left."""
    logging.disable(logging.WARNING)
    began = time.monotonic()
    home = Path(tempfile.mkdtemp(prefix="animateur-bench-"))
    server, platform = EmbeddedPostgres(home / "postgres"), SigningPlatform()
    try:
        server.start()
        rows = measured(server.url("bench"), platform)
    finally:
        platform.close()
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
    print(f"{timing.cores()} cores, Python {machine.python_version()}, {machine.machine()}; one client, one at a time")
    print(timing.table(rows))
    print(
        f"The ratio is to the bare thing above it, of this same run. All of it took {time.monotonic() - began:.0f} s."
    )


def measured(database_url: str, platform: SigningPlatform) -> list[timing.Measured]:
    """Every act, measured in the whole house on this database."""
    migrate.upgrade(database_url)
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

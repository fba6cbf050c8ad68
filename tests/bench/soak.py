"""An even load for a long time: the memory of the web processes must not grow."""

from pathlib import Path
from urllib.parse import urlencode

from lti_tool.run.postgres import EmbeddedPostgres
from tests.bench import served, store_statements
from tests.bench.load import Posts, Run, Target
from tests.bench.served import Size
from tests.bench.store import disk, megabytes, the_product


class Mixture:
    """Work as of every day: of 20 requests 13 single statements, one batch of ten, six questions."""

    def __init__(self, target: Target) -> None:
        self.statements = 0
        self._one, self._ten = Posts(target, statements=1), Posts(target, statements=10)
        asked = {"limit": "20", "related_activities": "true", "activity": store_statements.course_iri(2)}
        self._question = target.get(urlencode(asked))
        self._number = 0

    def following(self) -> bytes | bytearray:
        """The next request of the mixture."""
        self._number = (self._number + 1) % 20
        if self._number % 3 == 0:
            self.statements = 0
            return self._question
        chosen = self._ten if self._number == 1 else self._one
        self.statements = chosen.statements
        return chosen.following()


def soak(server: EmbeddedPostgres, home: Path, size: Size, *, minutes: int, pace: float) -> None:
    """The product has been under even load for so long; each minute its processes' memory was printed."""
    with the_product(server, home, size) as side:
        mixture = Mixture(side.target)
        print(f"under load for {minutes} minutes, at most {pace:.0f} requests a second")
        print(f"{'minute':>6} {'statements':>11} {'p99 ms':>8} {'not 200':>8}  memory of each process, MB")
        print(f"{0:>6} {'':>11} {'':>8} {'':>8}  {megabytes(served.memory(side.process))}")
        for minute in range(1, minutes + 1):
            connections = served.evenly(side.target.port, side.process, 8, size.workers)
            outcome = Run(mixture, connections, warm=0.0, seconds=60.0, pace=pace)()
            figures = f"{outcome.rate:>9.0f}/s {outcome.within(0.99):>8.1f} {outcome.failures:>8}"
            print(f"{minute:>6} {figures}  {megabytes(served.memory(side.process))}", flush=True)
        print(disk(side.database_url, side.table))

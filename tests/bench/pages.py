"""Learners' pages: server time with 200 learners at work, bytes on the line, and all packages of the course."""

import gzip
import io
import re
import statistics
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path

from flask import Flask
from psycopg_pool import ConnectionPool

from courses.exports import packages
from courses.exports.edition import Edition
from lti_tool import visitor
from lti_tool.pages import package_words
from lti_tool.run.postgres import EmbeddedPostgres
from lti_tool.run.settings import Settings
from tests import builders, schema, walking
from tests.bench.floor import plain
from tests.bench.served import Size, must_be_durable, serving
from tests.signing_platform import SigningPlatform

LEARNERS = 200
THINKING = 4.0  # seconds between a learner's pages, as somebody clicks who only looks for a place
ROUNDS = 6
ENOUGH_MS, ENOUGH_BYTES, ENOUGH_SECONDS = 100.0, 60_000, 10.0
LINKED = re.compile(r'(?:href|src)="(/static/[^"]+\.(css|js))"')


def bare() -> Flask:
    """A Flask application whose only page makes one SELECT: what any page costs on this machine at least."""
    settings = Settings.from_environment()
    pool = ConnectionPool(plain(settings.database_url), min_size=1, max_size=settings.web_threads, open=True)
    app = Flask("bare")

    @app.get("/readyz")
    def ready() -> str:
        with pool.connection() as connection:
            return str(connection.execute("SELECT count(*) FROM enrolment").fetchone())

    return app


def report(server: EmbeddedPostgres, home: Path, size: Size) -> None:
    """All of it has been measured and printed."""
    url = server.url("bench_pages")
    schema.install(url)
    must_be_durable(url)
    cookies = _learners(url)
    settings = replace(size.settings(url, home), allow_private_platforms=True, public_url=builders.TOOL_ADDRESS)
    paths = _paths()
    with serving(settings, "tests.bench.pages:bare"):
        floor = Crowd(settings.port, cookies, ["/readyz"]).come()
    with serving(settings):
        crowd = Crowd(settings.port, cookies, paths).come()
        _print_times(crowd, statistics.median(floor.waited["/readyz"]))
        _print_bytes(settings.port, cookies[0], paths)
    _print_packages()


def _learners(url: str) -> list[str]:
    """The cookies of learners who were launched from a platform."""
    platform, house = SigningPlatform(), walking.a_house(url)
    try:
        builders.a_platform(house.extensions["database"], platform)
        people = [walking.launch(house, platform, f"learner-{number}") for number in range(LEARNERS)]
        shown = [person.browser.get_cookie(visitor.COOKIE) for person in people]
        return [f"{visitor.COOKIE}={each.value}" for each in shown if each is not None]
    finally:
        house.extensions["database"].close()
        platform.close()


def _paths() -> list[str]:
    """The course, a module, and the first step of each kind."""
    course = builders.the_catalogue().course("oicf")
    kinds = {step.kind: f"/learn/{step.id}" for module in reversed(course.modules) for step in reversed(module.steps)}
    return ["/learn/oicf", "/learn/oicf/m1", *kinds.values(), "/certificates"]


@dataclass
class Crowd:
    """Learners who each open one page after another, and think in between; `waited` holds milliseconds by page."""

    port: int
    cookies: list[str]
    paths: list[str]
    waited: dict[str, list[float]] = field(default_factory=dict)
    refused: int = 0

    def come(self) -> "Crowd":
        """All have opened their pages."""
        threads = [threading.Thread(target=self._learner, args=(number,)) for number in range(len(self.cookies))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self

    def _learner(self, number: int) -> None:
        time.sleep(THINKING * number / len(self.cookies))
        for turn in range(ROUNDS):
            path = self.paths[(number + turn) % len(self.paths)]
            began = time.perf_counter()
            status, _ = fetched(self.port, path, self.cookies[number])
            took = (time.perf_counter() - began) * 1000
            if turn:  # in the first round caches fill
                self.waited.setdefault(path, []).append(took)
            self.refused += status != 200
            time.sleep(max(0.0, THINKING - took / 1000))


def fetched(port: int, path: str, cookie: str) -> tuple[int, bytes]:
    """The status and the body as it travels, compressed."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def _print_times(crowd: Crowd, floor: float) -> None:
    rate = LEARNERS / THINKING
    print(f"pages: {LEARNERS} learners at work, {rate:.0f} pages a second, {crowd.refused} refused")
    print(f"{'a bare Flask page with one SELECT':<34} median {floor:6.1f} ms")
    for path, waited in crowd.waited.items():
        tenth = statistics.quantiles(waited, n=10)[-1]
        middle = statistics.median(waited)
        held = "" if middle < ENOUGH_MS else "  TOO SLOW"
        print(f"{path:<34} median {middle:6.1f} ms, 9 of 10 within {tenth:6.1f}, {middle / floor:4.1f}x{held}")


def _print_bytes(port: int, cookie: str, paths: list[str]) -> None:
    print("pages: bytes on the line (fonts and media apart), and of the HTML before compression")
    for path in paths:
        body = fetched(port, path, cookie)[1]
        page = gzip.decompress(body)
        size = {"css": 0, "js": 0}
        for address, kind in sorted(set(LINKED.findall(page.decode()))):
            size[kind] += len(fetched(port, address, cookie)[1])
        total = len(body) + sum(size.values())
        held = "" if total < ENOUGH_BYTES else "  TOO LONG"
        print(f"{path:<34} {total:6} = html {len(body)} (of {len(page)}) + css {size['css']} + js {size['js']}{held}")


def _print_packages() -> None:
    course = builders.the_catalogue().course("oicf")
    edition = Edition(course=course, language="en", address=builders.TOOL_ADDRESS, translate=package_words.into("en"))
    made: list[bytes] = []
    whole = _seconds(lambda: made.extend(each.make() for each in packages.packages(edition)))
    again = _seconds(lambda: _zipped(made))
    held = "" if whole < ENOUGH_SECONDS else "  TOO SLOW"
    print(
        f"packages: {len(made)} of the whole course in {whole:.2f} s; the same bytes zipped alone {again:.2f} s{held}"
    )


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _zipped(made: list[bytes]) -> None:
    for each in made:
        with zipfile.ZipFile(io.BytesIO(each)) as old, zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(name, old.read(name))

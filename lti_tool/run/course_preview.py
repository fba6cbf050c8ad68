"""A course shown in the browser while its author writes: no database, no login, only for this machine.

The page asks once a second whether a file has changed, and loads itself anew. A save that breaks the course shows what
is wrong, with file and line, above the last version that could be read.
"""

import logging
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from werkzeug.serving import run_simple

from courses import play
from courses.checks import whole
from courses.errors import ContentRefused, Fault, StepClosed
from courses.syllabus import Course, Module, Scenario, Step
from lti_tool.run import own_courses

HOSTS = frozenset({"127.0.0.1", "localhost"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
bp = Blueprint("preview", __name__)


class Shown:
    """The course as it was read last: `course` is the last good version (None before there was one).

    `refused` are the faults that keep the files as they are now from being read, `doubts` what the checks say of them;
    `version` grows whenever the files have changed.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.course: Course | None = None
        self.refused: tuple[Fault, ...] = ()
        self.doubts: tuple[Fault, ...] = ()
        self.version = 0
        self._seen: object = None
        self._lock = Lock()

    def look(self) -> "Shown":
        """The files have been read anew if one of them has changed."""
        with self._lock:
            now = self._signature()
            if now != self._seen:
                self._seen, self.version = now, self.version + 1
                self._read()
        return self

    def _read(self) -> None:
        try:
            course = own_courses.read(self.directory, unlisted=True)
        except ContentRefused as refused:
            self.refused, self.doubts = refused.faults, ()
            return
        report = whole.check(course, own_courses.profile())
        self.course, self.refused, self.doubts = course, (), report.parts + report.whole

    def _signature(self) -> list[tuple[str, int, int]]:
        """What can be seen of the files from outside: names, times, sizes."""
        files = [path for path in sorted(self.directory.rglob("*")) if path.is_file()]
        return [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files]


def create_preview(directory: Path) -> Flask:
    """The preview of the course in this directory, as a WSGI application."""
    app = Flask("lti_tool", root_path=str(Path(own_courses.__file__).parents[1]))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["shown"] = Shown(directory)
    Babel(app)
    app.register_blueprint(bp)
    app.before_request(_only_from_here)
    app.after_request(_headers)
    return app


def serve(directory: Path, *, port: int) -> None:
    """The preview answers at this port of the loopback address until it is stopped."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # the page asks once a second
    run_simple("127.0.0.1", port, create_preview(directory), threaded=True)


@bp.get("/")
def outline() -> ResponseReturnValue:
    """Every module with its steps, and what is wrong."""
    return _page("preview/outline.html")


@bp.get("/state")
def state() -> ResponseReturnValue:
    """Which version of the files is the newest."""
    return {"version": _shown().version}


@bp.get("/<module>/<key>")
@bp.get("/<language>/<module>/<key>")
def step(module: str, key: str, language: str = "") -> ResponseReturnValue:
    """One step with all that is in it, answers as well; a scenario can be played by links."""
    course = _shown().course
    held = next((each for each in course.modules_in(language) if each.slug == module), None) if course else None
    found = next((each for each in held.steps if each.key == key), None) if held else None
    if held is None or found is None:
        return _page("preview/outline.html"), 404
    return _page("preview/step.html", module=held, step=found, **_way(found))


@bp.get("/<module>/media/<path:name>")
@bp.get("/<language>/<module>/media/<path:name>")
def media(name: str, module: str, language: str = "") -> ResponseReturnValue:
    """A file that the course brings along."""
    return send_from_directory((_shown().directory / "media").resolve(), name)


def _way(found: Step) -> dict[str, Any]:
    """Where the choices in the address lead, in a scenario."""
    if not isinstance(found, Scenario):
        return {}
    path = [made for made in request.args.get("way", "").split(",") if made]
    try:
        return {"day": play.play(found, path), "path": path}
    except StepClosed:
        return {"day": play.play(found, []), "path": []}


def _shown() -> Shown:
    held: Shown = current_app.extensions["shown"]
    return held.look()


def _page(template: str, *, module: Module | None = None, **values: Any) -> str:
    held = _shown()
    return render_template(template, shown=held, course=held.course, module=module, **values)


def _only_from_here() -> None:
    """Nobody else's page can ask this machine by a name of its own choosing."""
    if request.host.rsplit(":", 1)[0] not in HOSTS:
        abort(400)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers["Cache-Control"] = "no-store"
    return response

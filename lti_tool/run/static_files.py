"""Style sheets, scripts and typefaces: at addresses that change when any of them does, so browsers keep them a year.

The address is `/static/at-MARK/css/base.css`; what a style sheet or script names beside itself is found below the same
mark. The plain `/static/…` stays for what others were told (the icon in a platform's settings).
"""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

YEAR, HOUR = 365 * 24 * 3600, 3600


def register(app: Flask) -> None:
    """`url_for("static", …)` gives marked addresses, and what is fetched from there is kept."""
    mark = mark_of(Path(app.static_folder or ""))
    app.add_url_rule("/static/at-<mark>/<path:filename>", endpoint="static", view_func=_serving(app))

    @app.url_defaults
    def marked(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("mark", mark)

    @app.after_request
    def kept(answer: Response) -> Response:
        if request.endpoint == "static" and answer.status_code in (200, 304):
            present = (request.view_args or {}).get("mark") == mark
            answer.headers["Cache-Control"] = (
                f"public, max-age={YEAR}, immutable" if present else f"public, max-age={HOUR}"
            )
        return answer


def mark_of(folder: Path) -> str:
    """Twelve letters that change with the content or name of any file in the folder."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def _serving(app: Flask) -> Any:
    """The view of both addresses; the mark is for the browser only."""

    def static(filename: str, mark: str = "") -> Response:
        return app.send_static_file(filename)

    app.view_functions["static"] = static
    return static

"""What lies beside a course: films, captions, pictures and files for download. Open to anyone: it is all CC BY 4.0."""

from flask import Blueprint, Response, request, send_file
from werkzeug.exceptions import NotFound

from courses import built_films
from lti_tool import house

bp = Blueprint("media", __name__, url_prefix="/courses/<course>/media")

YEAR, HOUR = 365 * 24 * 3600, 3600


@bp.get("/<path:name>")
def file(course: str, name: str) -> Response:
    """The file, or the part of it that was asked for; kept for a year where its address names its present mark."""
    found = built_films.file_of(house.media(house.catalogue().course(course)), name)
    if found is None:
        raise NotFound
    path, kind = found
    kept = YEAR if request.args.get("v") else HOUR
    answer = send_file(path, mimetype=kind, conditional=True, etag=True, max_age=kept)
    if kept == YEAR:
        answer.cache_control.immutable = True
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer

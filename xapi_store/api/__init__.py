"""The xAPI door: a store over HTTP, under /xapi, for any program that holds an access key."""

from flask import Blueprint

from xapi_store.api import about, door, statements


def blueprint() -> Blueprint:
    """The door, ready to be registered; it finds its database at `app.extensions["database"]`."""
    bp = Blueprint("xapi", __name__, url_prefix="/xapi")
    door.guard(bp)
    bp.add_url_rule("/about", view_func=about.show)
    bp.add_url_rule("/statements", door.STATEMENTS, statements.answer, methods=["GET", "POST", "PUT"])
    bp.add_url_rule("/", view_func=about.elsewhere, defaults={"rest": ""}, methods=about.ALL_METHODS)
    bp.add_url_rule("/<path:rest>", view_func=about.elsewhere, methods=about.ALL_METHODS)
    return bp

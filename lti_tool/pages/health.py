"""Two addresses for whoever watches over the installation."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from xapi_store.database import UNREACHABLE, Database

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """This process answers."""
    return {"status": "alive"}


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """The database answers too, so that requests can be served."""
    database: Database = current_app.extensions["database"]
    try:
        with database.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except UNREACHABLE:
        return {"status": "the database does not answer"}, 503
    return {"status": "ready"}

"""Every record store at a glance, and a store's own front page."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool import house, visitor
from lti_tool.pages.stores import front, place, words
from lti_tool.pages.stores.place import Place
from xapi_store import api_keys, holdings
from xapi_store.holdings import Holdings
from xapi_store.other_stores import forwarding
from xapi_store.profiles import profiles

bp = Blueprint("overview", __name__)


@dataclass(frozen=True)
class Row:
    """A store as it stands in the table; `waiting` and `troubled` count over all its forwardings."""

    place: Place
    holds: Holdings
    keys: int
    forwardings: int
    waiting: int
    troubled: int
    mode: object


@bp.get("")
@visitor.operator_only
def every() -> ResponseReturnValue:
    """Every store with its figures."""
    with house.database().session() as session:
        rows = [_row(session, each) for each in place.every(session)]
        size = holdings.bytes_on_disk(session) if rows else 0
    return render_template("stores/overview.html", rows=rows, size=size)


@bp.get("/<slug>")
@visitor.operator_only
def store(slug: str) -> ResponseReturnValue:
    """One store: its endpoint, its keys, and its self-test."""
    return front.page(slug)


def _row(session: Session, each: Place) -> Row:
    at = datetime.now(UTC)
    keys = [key for key in api_keys.of_store(session, store_id=each.id) if front.state(key, at) in front.WORKING]
    sent = forwarding.listed(session, store_id=each.id)
    return Row(
        place=each,
        holds=holdings.of_store(session, store=each.store),
        keys=len(keys),
        forwardings=len(sent),
        waiting=sum(forwarding.backlog(session, forwarding=row).waiting for row in sent),
        troubled=sum(row.last_error is not None for row in sent),
        mode=words.MODES[profiles.policy(session, store_id=each.id)][0],
    )

"""A store's front page: the endpoint to copy, the keys, and what has just been made or tested."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import render_template

from lti_tool import house
from lti_tool.pages.stores import place, words
from lti_tool.self_test import Answer
from xapi_store import api_keys, holdings
from xapi_store.api_keys import ApiKey

WORKING = ("active", "overlap")


def page(
    slug: str,
    *,
    form: dict[str, Any] | None = None,
    made: dict[str, str] | None = None,
    tested: Sequence[Answer] = (),
) -> str:
    """The page; `made` is a key or secret shown this once, `tested` the steps of a self-test."""
    at = datetime.now(UTC)
    with house.database().session() as session:
        here = place.of(session, slug)
        keys = [(key, state(key, at)) for key in api_keys.of_store(session, store_id=here.id)]
        holds = holdings.of_store(session, store=here.store)
    return render_template(
        "stores/store.html",
        place=here,
        holds=holds,
        keys=[each for each in keys if each[1] in WORKING],
        ended=[each for each in keys if each[1] not in WORKING],
        endpoint=endpoint(),
        words=words,
        form=form or place.EMPTY_FORM,
        made=made,
        tested=tested,
    )


def endpoint() -> str:
    """Where programs find the stores of this installation."""
    return f"{house.address()}/xapi/"


def state(key: ApiKey, at: datetime) -> str:
    """How the key stands: one of `words.KEY_STATES`."""
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is not None and key.expires_at <= at:
        return "expired"
    return "overlap" if key.previous_until is not None and key.previous_until > at else "active"

"""A store of the product in a database of its own, with a key that may do everything in it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from tests import schema
from xapi_store import actors, api_keys, stores
from xapi_store.database import Database
from xapi_store.transaction import transaction
from xapi_store.vocabulary import API_KEYS

SLUG = "bench"


@dataclass(frozen=True)
class Tenant:
    """A store, the authority of its one key, and the header with which that key is shown."""

    database_url: str
    store_id: int
    posting_key: bytes
    authority: Mapping[str, Any]
    authorization: str


def a_tenant(database_url: str) -> Tenant:
    """The database has every table of the product and one store with a new key; what was in the store stays there."""
    schema.install(database_url)
    database = Database(database_url, pool_size=1)
    now = datetime.now(UTC)
    try:
        with transaction(database) as session:
            kept = session.scalar(select(stores.Store).where(stores.Store.slug == SLUG))
            store = kept or stores.create(session, slug=SLUG, at=now)
            key, secret = api_keys.create(session, store_id=store.id, label="bench", scopes=["all"], at=now)
    finally:
        database.close()
    return Tenant(
        database_url=database_url,
        store_id=store.id,
        posting_key=store.posting_key,
        authority=actors.account(API_KEYS, key.key),
        authorization=basic(key.key, secret),
    )


def basic(key: str, secret: str) -> str:
    """The value of the Authorization header."""
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()

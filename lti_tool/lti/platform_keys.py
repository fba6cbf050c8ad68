"""The keys that platforms sign with, fetched when needed and kept for an hour."""

import logging
import threading
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWKError, PyJWTError
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.errors import LaunchRefused, PlatformTrouble
from lti_tool.lti.platform_client import Answer, Client
from lti_tool.lti.platforms import Platform
from xapi_store.database import Base, Database

KEPT = timedelta(hours=1)
KEPT_WHILE_UNREACHABLE = timedelta(days=1)
BETWEEN_TRIES = timedelta(minutes=1)
REMEMBERED = timedelta(minutes=1)
# What each process has read of the table, by platform and address of its keys.
Memory = dict[tuple[int, str], tuple[datetime, "PlatformKeys"]]
MEMORY: "WeakKeyDictionary[Database, Memory]" = WeakKeyDictionary()
# Larger ones than 8192 bits take long to check, and nobody has them.
SMALLEST_KEY, LARGEST_KEY = 2048, 8192
# Launches that arrive together wait in line here, each process by itself, and not with a connection in their hands.
LINES = tuple(threading.Lock() for _ in range(64))

log = logging.getLogger(__name__)


class PlatformKeys(Base):
    """The key set of one platform as last fetched, and when we last tried to."""

    __tablename__ = "platform_keys"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    keys: Mapped[list[Any]]
    fetched_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]


def key(database: Database, client: Client, *, platform: Platform, kid: str, at: datetime) -> RSAPublicKey:
    """This platform's key of that id, or LaunchRefused (`unknown_key`, `keys_unreachable`).

    An unknown id or an old set leads to one fetch, at most once a minute for a platform. While an old set is being
    fetched anew, its keys are still good for everybody else.
    """
    row = _remembered(database, platform, kid, at)
    if row is None or not _fresh(row, KEPT, at) or kid not in _ids(row):
        row = _renewed(database, client, platform=platform, kid=kid, at=at)
    if not _fresh(row, KEPT_WHILE_UNREACHABLE, at):
        raise LaunchRefused("keys_unreachable", f"platform {platform.id}")
    for jwk in row.keys:
        if jwk.get("kid") == kid:
            return _public(jwk)
    raise LaunchRefused("unknown_key", f"platform {platform.id}")


def _renewed(database: Database, client: Client, *, platform: Platform, kid: str, at: datetime) -> PlatformKeys:
    """The row as it is after a fetch, if one was due and nobody else is at it; who has no key at all waits for it."""
    line = LINES[platform.id % len(LINES)]
    known = _kept(database, platform)
    usable = known is not None and _fresh(known, KEPT_WHILE_UNREACHABLE, at) and kid in _ids(known)
    if known is not None and not line.acquire(blocking=not usable):
        return known
    if known is None:
        line.acquire()
    try:
        known = _kept(database, platform)
        if known is not None and not _due(known, at):
            return known
        return _refreshed(database, client, platform=platform, at=at)
    finally:
        line.release()


def _refreshed(database: Database, client: Client, *, platform: Platform, at: datetime) -> PlatformKeys:
    """The row as it is after a fetch, if one was due.

    It is locked meanwhile, so that processes wait for one answer; the client gives up in seconds.
    """
    with database.session() as session, session.begin():
        session.execute(insert(PlatformKeys).values(platform_id=platform.id, keys=[]).on_conflict_do_nothing())
        row = session.get_one(PlatformKeys, platform.id, with_for_update=True)
        if not _due(row, at):
            return row
        row.tried_at = at
        try:
            row.keys = _usable(client.get(platform.jwks_uri))
            row.fetched_at = at
        except PlatformTrouble as error:
            log.warning("keys of platform %s not fetched: %s", platform.id, error)
        return row


def _remembered(database: Database, platform: Platform, kid: str, at: datetime) -> PlatformKeys | None:
    """The row as this process read it within the last minute, where the key is in it; else as it is."""
    mine = MEMORY.setdefault(database, {})
    place = (platform.id, platform.jwks_uri)
    read_at, row = mine.get(place, (None, None))
    if row is not None and read_at is not None and kid in _ids(row) and read_at <= at < read_at + REMEMBERED:
        return row
    row = _kept(database, platform)
    if row is not None:
        mine[place] = (at, row)
    return row


def _kept(database: Database, platform: Platform) -> PlatformKeys | None:
    with database.session() as session:
        return session.get(PlatformKeys, platform.id)


def _usable(answer: Answer) -> list[dict[str, Any]]:
    """The RSA signature keys of a JWK set that name themselves; anything else is passed over."""
    if answer.status != 200:
        raise PlatformTrouble(f"status {answer.status}")
    document = answer.json()
    found = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise PlatformTrouble("the answer is no key set")
    return [
        {name: jwk[name] for name in ("kty", "kid", "n", "e")}
        for jwk in found
        if isinstance(jwk, dict)
        and jwk.get("kty") == "RSA"
        and jwk.get("use", "sig") == "sig"
        and jwk.get("alg", "RS256") == "RS256"
        and all(isinstance(jwk.get(name), str) for name in ("kid", "n", "e"))
    ]


def _due(row: PlatformKeys, at: datetime) -> bool:
    return row.tried_at is None or row.tried_at <= at - BETWEEN_TRIES


def _fresh(row: PlatformKeys, span: timedelta, at: datetime) -> bool:
    return row.fetched_at is not None and row.fetched_at > at - span


def _ids(row: PlatformKeys) -> set[str]:
    return {jwk["kid"] for jwk in row.keys}


def _public(jwk: dict[str, Any]) -> RSAPublicKey:
    try:
        return _parsed(jwk["n"], jwk["e"])
    except (PyJWTError, PyJWKError, ValueError) as error:
        raise LaunchRefused("unknown_key", "a key that cannot be used") from error


@lru_cache(maxsize=1024)
def _parsed(n: str, e: str) -> RSAPublicKey:
    found = RSAAlgorithm.from_jwk({"kty": "RSA", "n": n, "e": e})
    if not isinstance(found, RSAPublicKey) or not SMALLEST_KEY <= found.key_size <= LARGEST_KEY:
        raise ValueError("too small or too large a key")
    return found

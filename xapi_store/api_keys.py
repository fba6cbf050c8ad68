"""Access keys: how programs reach a store, each with its scopes and its own authority."""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store import actors
from xapi_store.database import Base, Database
from xapi_store.errors import NotAllowed, UnknownKey
from xapi_store.stores import Store
from xapi_store.vocabulary import API_KEYS

SCOPES = frozenset(
    {
        "all",
        "all/read",
        "statements/write",
        "statements/read",
        "statements/read/mine",
        "state",
        "profile",
        "define",
    }
)
# A key that was revoked opens nothing more after this time; until then a process may still remember it.
REMEMBERED = 2.0
_NOTED = timedelta(minutes=1)


class ApiKey(Base):
    """A program's access to one store; the secret itself is not kept, only its hash.

    After a rotation the secret before goes on working until `previous_until`. `last_used_at` is exact to a minute.
    """

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    secret_hash: Mapped[bytes]
    previous_hash: Mapped[bytes | None]
    previous_until: Mapped[datetime | None]
    label: Mapped[str]
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Access:
    """What a program may do, in which store, and under whose authority its statements stand.

    `default_version` is the version of xAPI that its store speaks to those who name none.
    """

    store_id: int
    scopes: frozenset[str]
    authority: dict[str, Any]
    default_version: str = "2.0.0"

    @property
    def key(self) -> str:
        """The public name of the key."""
        return str(self.authority["account"]["name"])

    @property
    def may_write(self) -> bool:
        """True where statements may be stored."""
        return bool(self.scopes & {"all", "statements/write"})

    @property
    def may_define(self) -> bool:
        """True where what its statements say of activities becomes what the store knows of them."""
        return bool(self.scopes & {"all", "define"})

    @property
    def may_read_all(self) -> bool:
        """True where every statement of the store may be read."""
        return bool(self.scopes & {"all", "all/read", "statements/read"})

    @property
    def may_read_own(self) -> bool:
        """True where at least the statements stored with this same key may be read."""
        return self.may_read_all or "statements/read/mine" in self.scopes

    def may_use_documents(self, scope: str, *, change: bool) -> bool:
        """True where documents of this kind (`state` or `profile`) may be read, or changed."""
        return bool(self.scopes & ({"all", scope} if change else {"all", "all/read", scope}))


def create(
    session: Session,
    *,
    store_id: int,
    label: str,
    scopes: Collection[str],
    at: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """The key exists; the second value is its secret, which nobody can read again. NotAllowed for an unknown scope."""
    unknown = sorted(set(scopes) - SCOPES)
    if unknown or not scopes:
        raise NotAllowed(f"unknown scope: {', '.join(unknown) or 'none given'}")
    secret = secrets.token_urlsafe(32)
    row = ApiKey(
        store_id=store_id,
        key=secrets.token_hex(16),
        secret_hash=_hash(secret),
        label=label,
        scopes=sorted(set(scopes)),
        created_at=at,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row, secret


def rotate(session: Session, *, key: str, at: datetime, overlap: timedelta = timedelta(days=1)) -> str:
    """The key has a new secret, given once; the old one works for `overlap` longer. UnknownKey where none is."""
    row, secret = _by_key(session, key), secrets.token_urlsafe(32)
    row.previous_hash, row.previous_until = row.secret_hash, at + overlap
    row.secret_hash = _hash(secret)
    session.flush()
    return secret


def revoke(session: Session, *, key: str, at: datetime) -> None:
    """The key opens nothing any more; UnknownKey where there is none."""
    row = _by_key(session, key)
    row.revoked_at = row.revoked_at or at
    session.flush()


def of_store(session: Session, *, store_id: int) -> list[ApiKey]:
    """The keys of a store, newest first, revoked ones too."""
    return list(session.scalars(select(ApiKey).where(ApiKey.store_id == store_id).order_by(ApiKey.id.desc())))


def authenticate(session: Session, *, key: str, secret: str, at: datetime) -> Access:
    """What the bearer of this key and secret may do now; UnknownKey where they do not fit, or no longer."""
    known = None if "\0" in key else session.execute(_ALIVE.where(ApiKey.key == key)).one_or_none()
    given = _hash(secret)
    # Compared even where there is no such key, so that the time taken tells nothing.
    fits = hmac.compare_digest(known.ApiKey.secret_hash if known else bytes(32), given)
    if known is None or not (fits or _fits_the_one_before(known.ApiKey, given, at)):
        raise UnknownKey("no such key, or the wrong secret")
    row: ApiKey = known.ApiKey
    if row.expires_at is not None and row.expires_at <= at:
        raise UnknownKey("the key has expired")
    _note_use(session, row, at)
    return Access(row.store_id, frozenset(row.scopes), actors.account(API_KEYS, row.key), known.default_version)


class Remembered:
    """What keys may do, asked of the database only now and then; one for each process.

    They are remembered by a print of what was `shown` (the Authorization header, to the letter), never by a secret.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[bytes, tuple[float, Access]] = {}
        self._lock = threading.Lock()

    def recalled(self, shown: str) -> Access | None:
        """What the bearer may do, where the database need not be asked."""
        found = self._known.get(_hash(shown))
        return found[1] if found is not None and found[0] > time.monotonic() else None

    def authenticate(self, shown: str, *, key: str, secret: str, at: datetime) -> Access:
        """What the bearer may do; a revocation is felt within two seconds. UnknownKey is never remembered."""
        asked = _hash(shown)
        found = self._known.get(asked)
        now = time.monotonic()
        if found is not None and found[0] > now:
            return found[1]
        with self._database.session.begin() as session:
            access = authenticate(session, key=key, secret=secret, at=at)
        with self._lock:
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[asked] = (now + REMEMBERED, access)
        return access


_ALIVE = (
    select(ApiKey, Store.default_version).join(Store, Store.id == ApiKey.store_id).where(ApiKey.revoked_at.is_(None))
)


def _fits_the_one_before(row: ApiKey, given: bytes, at: datetime) -> bool:
    if row.previous_hash is None or row.previous_until is None or row.previous_until <= at:
        return False
    return hmac.compare_digest(row.previous_hash, given)


def _note_use(session: Session, row: ApiKey, at: datetime) -> None:
    if row.last_used_at is None or row.last_used_at < at - _NOTED:
        session.execute(update(ApiKey).where(ApiKey.id == row.id).values(last_used_at=at))


def _by_key(session: Session, key: str) -> ApiKey:
    row = None if "\0" in key else session.scalar(select(ApiKey).where(ApiKey.key == key))
    if row is None:
        raise UnknownKey("no such key")
    return row


def _hash(secret: str) -> bytes:
    # The secret is 256 random bits: a plain fast hash is enough, a slow one would only slow every request.
    return hashlib.blake2b(secret.encode("utf-8", "surrogatepass"), digest_size=32, person=b"api key").digest()

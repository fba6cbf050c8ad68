"""Access keys: how programs reach a store, each with its scopes and its own authority."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store import actors
from xapi_store.database import Base
from xapi_store.errors import NotAllowed, UnknownKey
from xapi_store.vocabulary import API_KEYS

SCOPES = frozenset({"all", "all/read", "statements/write", "statements/read", "statements/read/mine", "define"})


class ApiKey(Base):
    """A program's access to one store; the secret itself is not kept, only its hash."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    secret_hash: Mapped[bytes]
    label: Mapped[str]
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Access:
    """What a program may do, in which store, and under whose authority its statements stand."""

    store_id: int
    scopes: frozenset[str]
    authority: dict[str, Any]

    @property
    def may_write(self) -> bool:
        """True where statements may be stored."""
        return bool(self.scopes & {"all", "statements/write"})

    @property
    def may_read_all(self) -> bool:
        """True where every statement of the store may be read."""
        return bool(self.scopes & {"all", "all/read", "statements/read"})

    @property
    def may_read_own(self) -> bool:
        """True where at least the statements stored with this same key may be read."""
        return self.may_read_all or "statements/read/mine" in self.scopes


def create(session: Session, *, store_id: int, label: str, scopes: Collection[str], at: datetime) -> tuple[ApiKey, str]:
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
        revoked_at=None,
    )
    session.add(row)
    session.flush()
    return row, secret


def revoke(session: Session, *, key: str, at: datetime) -> None:
    """The key opens nothing any more; UnknownKey where there is none."""
    row = session.scalar(select(ApiKey).where(ApiKey.key == key))
    if row is None:
        raise UnknownKey("no such key")
    row.revoked_at = at
    session.flush()


def authenticate(session: Session, *, key: str, secret: str) -> Access:
    """What the bearer of this key and secret may do; UnknownKey where they do not fit."""
    row = None if "\0" in key else session.scalar(select(ApiKey).where(ApiKey.key == key, ApiKey.revoked_at.is_(None)))
    # Compared even where there is no such key, so that the time taken tells nothing.
    fits = hmac.compare_digest(row.secret_hash if row else bytes(32), _hash(secret))
    if row is None or not fits:
        raise UnknownKey("no such key, or the wrong secret")
    return Access(row.store_id, frozenset(row.scopes), actors.account(API_KEYS, row.key))


def _hash(secret: str) -> bytes:
    # The secret is 256 random bits: a plain fast hash is enough, a slow one would only slow every request.
    return hashlib.blake2b(secret.encode("utf-8", "surrogatepass"), digest_size=32, person=b"api key").digest()

"""The LMS's own signing keys."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.demo.database import Base


class PlatformKey(Base):
    """A key pair of the LMS; the newest signs, those not withdrawn are published."""

    __tablename__ = "platform_key"

    kid: Mapped[str] = mapped_column(primary_key=True)
    private_pem: Mapped[str]
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Signer:
    """A private key, parsed, and the id it is published under."""

    kid: str
    private: RSAPrivateKey


def make(session: Session, *, at: datetime) -> PlatformKey:
    """The LMS has a new key pair and signs with it from now on."""
    pem = generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    row = PlatformKey(kid=uuid4().hex, private_pem=pem.decode(), created_at=at)
    session.add(row)
    session.flush()
    return row


def rotate_without_notice(session: Session, *, at: datetime) -> None:
    """A new key signs and the old ones are published no more."""
    for row in session.scalars(select(PlatformKey).where(PlatformKey.withdrawn_at.is_(None))):
        row.withdrawn_at = at
    make(session, at=at)


def signer(session: Session) -> Signer:
    """The key that signs."""
    newest = select(PlatformKey).where(PlatformKey.withdrawn_at.is_(None)).order_by(PlatformKey.created_at.desc())
    row = session.scalars(newest.limit(1)).one()
    return Signer(row.kid, _parsed(row.private_pem))


def published(session: Session) -> list[dict[str, Any]]:
    """The public halves as JSON Web Keys."""
    rows = session.scalars(select(PlatformKey).where(PlatformKey.withdrawn_at.is_(None)))
    return [
        RSAAlgorithm.to_jwk(_parsed(row.private_pem).public_key(), as_dict=True)
        | {"kid": row.kid, "alg": "RS256", "use": "sig"}
        for row in rows
    ]


@lru_cache(maxsize=16)
def _parsed(pem: str) -> RSAPrivateKey:
    """Parsing costs a hundred signatures; a key is parsed once per process."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the LMS signs with RSA alone")
    return key

"""Signing keys of the installation and of each agency; their private halves are sealed at rest."""

import base64
import hashlib
import json
import os
import threading
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from sqlalchemy import ColumnElement, Index, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from xapi_store.database import Base
from xapi_store.errors import SealBroken, UnknownKey

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_VERSION = b"\x01"
_NONCE = 12


class Seal:
    """Encrypts what must not be readable in the database, with a key drawn from the installation's secret."""

    def __init__(self, secret: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"animateur seal 1").derive(secret.encode())
        self._cipher = AESGCM(derived)
        self._opened: dict[str, PrivateKey] = {}
        self._lock = threading.Lock()

    def seal(self, plain: bytes, *, bound_to: str = "") -> bytes:
        """The bytes, encrypted; only the same secret and the same `bound_to` open them."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, bound_to.encode())

    def open(self, sealed: bytes, *, bound_to: str = "") -> bytes:
        """The bytes as they were; SealBroken where they were changed or another secret sealed them."""
        version, nonce, rest = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        if version != _VERSION or len(nonce) != _NONCE:
            raise SealBroken("not sealed by this program")
        try:
            return self._cipher.decrypt(nonce, rest, bound_to.encode())
        except InvalidTag as error:
            raise SealBroken("changed, or sealed by another secret") from error

    def private(self, kid: str, sealed: bytes) -> PrivateKey:
        """The private key of this id, opened once per process."""
        with self._lock:
            if kid not in self._opened:
                key = load_der_private_key(self.open(sealed, bound_to=kid), password=None)
                if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
                    raise SealBroken("not a key of a kind we make")
                self._opened[kid] = key
            return self._opened[kid]


class SigningKey(Base):
    """A key pair by which the tool (`tool`) or an agency (`agency:SLUG`) signs; kid is the RFC 7638 thumbprint.

    An owner signs with the oldest key whose `retired_at` has not come; one that was made to follow waits behind it,
    published already, until then.
    """

    __tablename__ = "signing_key"
    __table_args__ = (
        Index("uq_signing_key_active", "owner", "algorithm", unique=True, postgresql_where="retired_at IS NULL"),
    )

    kid: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    algorithm: Mapped[str]
    public_jwk: Mapped[dict[str, Any]]
    sealed_private: Mapped[bytes]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


def ensure(session: Session, *, owner: str, algorithm: str, seal: Seal, at: datetime) -> SigningKey:
    """The owner has an active key for this algorithm (RS256 or ES256); a new one is made only where there is none."""
    found = _active(session, owner, algorithm, at)
    if found is not None:
        return found
    _make_one(session, owner, algorithm, seal, at)
    return active(session, owner=owner, algorithm=algorithm)


def succeed(
    session: Session, *, owner: str, algorithm: str, seal: Seal, overlap: timedelta, at: datetime
) -> SigningKey | None:
    """The owner's key has a successor, published from now on, that signs once `overlap` is over; None where one waits.

    Of several processes that do this at the same moment, one makes the successor.
    """
    ending = (
        update(SigningKey)
        .where(SigningKey.owner == owner, SigningKey.algorithm == algorithm, SigningKey.retired_at.is_(None))
        .where(~_others_sign(owner, algorithm, at))
        .values(retired_at=at + overlap)
        .returning(SigningKey.kid)
    )
    if session.scalar(ending) is None:
        return None
    _make_one(session, owner, algorithm, seal, at)
    return newest(session, owner=owner, algorithm=algorithm)


def _others_sign(owner: str, algorithm: str, at: datetime) -> ColumnElement[bool]:
    """True where a key signs still whose end is set: then the newest only waits for it."""
    other = aliased(SigningKey)
    found = select(other.kid).where(other.owner == owner, other.algorithm == algorithm, other.retired_at > at)
    return found.exists()


def _make_one(session: Session, owner: str, algorithm: str, seal: Seal, at: datetime) -> None:
    private_key = _make(algorithm)
    jwk = _public_jwk(private_key, algorithm)
    der = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    # Where another process makes one at the same moment, the first stands and both use it.
    session.execute(
        insert(SigningKey)
        .values(
            kid=jwk["kid"],
            owner=owner,
            algorithm=algorithm,
            public_jwk=jwk,
            sealed_private=seal.seal(der, bound_to=jwk["kid"]),
            created_at=at,
        )
        .on_conflict_do_nothing()
    )


def newest(session: Session, *, owner: str, algorithm: str) -> SigningKey | None:
    """The key of this owner whose end is not set: the one that signs, or the one that will."""
    return session.scalar(
        select(SigningKey).where(
            SigningKey.owner == owner, SigningKey.algorithm == algorithm, SigningKey.retired_at.is_(None)
        )
    )


def active(session: Session, *, owner: str, algorithm: str, at: datetime | None = None) -> SigningKey:
    """The key this owner signs with now (or at that moment); UnknownKey where there is none."""
    found = newest(session, owner=owner, algorithm=algorithm) if at is None else _active(session, owner, algorithm, at)
    if found is None:
        raise UnknownKey(f"{owner} has no active {algorithm} key")
    return found


def by_kid(session: Session, kid: str) -> SigningKey:
    """The key of that id, active or retired; UnknownKey where there is none."""
    found = session.get(SigningKey, kid)
    if found is None:
        raise UnknownKey(f"no signing key {kid}")
    return found


def of_owner(session: Session, *, owner: str) -> list[SigningKey]:
    """Every key of this owner, in the order in which they sign."""
    order = (SigningKey.retired_at.asc().nulls_last(), SigningKey.created_at)
    return list(session.scalars(select(SigningKey).where(SigningKey.owner == owner).order_by(*order)))


def published(session: Session, *, owner: str) -> list[dict[str, Any]]:
    """The public keys of this owner as JWKs, oldest first; retired ones too, so that old signatures can be checked."""
    return [row.public_jwk for row in of_owner(session, owner=owner)]


def retire(session: Session, *, key: SigningKey, at: datetime) -> None:
    """The key signs nothing more; the next `ensure` makes a new one. What it signed stays verifiable."""
    key.retired_at = at
    session.flush()


def destroy(session: Session, *, owner: str, retired_before: datetime) -> int:
    """Keys of this owner that ended before then are gone, their private halves with them; gives their number.

    Only for an owner whose signatures are short-lived: nothing that they signed can be checked any more.
    """
    gone = delete(SigningKey).where(SigningKey.owner == owner, SigningKey.retired_at < retired_before)
    return len(session.scalars(gone.returning(SigningKey.kid)).all())


def private(key: SigningKey, seal: Seal) -> PrivateKey:
    """The private half of the key, ready to sign; SealBroken where the installation's secret was changed."""
    return seal.private(key.kid, key.sealed_private)


def _active(session: Session, owner: str, algorithm: str, at: datetime) -> SigningKey | None:
    return session.scalar(
        select(SigningKey)
        .where(
            SigningKey.owner == owner,
            SigningKey.algorithm == algorithm,
            or_(SigningKey.retired_at.is_(None), SigningKey.retired_at > at),
        )
        # The newest has no end yet: it comes last.
        .order_by(SigningKey.retired_at.asc().nulls_last())
        .limit(1)
    )


def _make(algorithm: str) -> PrivateKey:
    if algorithm == "RS256":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    raise UnknownKey(f"no keys are made for {algorithm}")


def _public_jwk(key: PrivateKey, algorithm: str) -> dict[str, Any]:
    if isinstance(key, rsa.RSAPrivateKey):
        jwk = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        members = {name: jwk[name] for name in ("e", "kty", "n")}
    else:
        jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    thumbprint = hashlib.sha256(json.dumps(members, separators=(",", ":"), sort_keys=True).encode()).digest()
    kid = base64.urlsafe_b64encode(thumbprint).rstrip(b"=").decode()
    return {**members, "kid": kid, "alg": algorithm, "use": "sig"}

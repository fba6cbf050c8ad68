"""Passkeys (WebAuthn): a key in the person's own device opens the account, without a name or a password."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
import webauthn
from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, generate_challenge, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from lti_tool.errors import NoAccount
from lti_tool.sign_in import accounts
from lti_tool.sign_in.accounts import Account
from xapi_store.database import Base

LIFETIME = timedelta(minutes=10)
SIGN_IN = "sign-in"
LONGEST_LABEL, MOST = 60, 20
_ID = re.compile(r"[A-Za-z0-9_-]{1,1400}")
# What a malformed answer of a browser can raise before it is judged.
_MALFORMED = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)


class Passkey(Base):
    """A key of a device. `id` is the credential's id in base64url; `sign_count` only grows, where the device counts."""

    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    label: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class PasskeyChallenge(Base):
    """A question to a device, under a hash: good once, for one purpose, in the browser that asked for it."""

    __tablename__ = "passkey_challenge"

    challenge_hash: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    browser_hash: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Asking:
    """Who asks a device and what for: our address, the browser (a hash), and the purpose."""

    address: str
    browser_hash: str
    purpose: str

    @property
    def host(self) -> str:
        """The name for which the device makes its keys (the relying party's id)."""
        return urlsplit(self.address).hostname or ""

    @property
    def origin(self) -> str:
        """The origin that the browser must be on."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"


def possible(address: str) -> bool:
    """True where browsers allow passkeys: the installation goes by a name, not by a number."""
    try:
        ipaddress.ip_address(urlsplit(address).hostname or "")
    except ValueError:
        return True
    return False


def ask_new(session: Session, asking: Asking, *, account_id: UUID, called: str, at: datetime) -> dict[str, Any]:
    """The options for the browser to make a passkey that is found without typing a name (WebAuthn 3, 5.4)."""
    known = session.scalars(select(Passkey.id).where(Passkey.account_id == account_id))
    options = webauthn.generate_registration_options(
        rp_id=asking.host,
        rp_name="animateur",
        user_id=account_id.bytes,
        user_name=called,
        user_display_name=called,
        challenge=_challenge(session, asking, at),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known],
    )
    return _as_json(options)


def keep(
    session: Session, asking: Asking, *, account_id: UUID, answer: Mapping[str, Any], label: str, at: datetime
) -> Passkey:
    """The device's new key opens the account from now on; NoAccount where the answer is not good."""
    challenge = _spend(session, asking, answer, at)
    try:
        made = webauthn.verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=asking.host,
            expected_origin=asking.origin,
        )
    except _MALFORMED as error:
        raise NoAccount from error
    key_id = bytes_to_base64url(made.credential_id)
    if session.get(Passkey, key_id) is not None or len(of_account(session, account_id)) >= MOST:
        raise NoAccount
    key = Passkey(id=key_id, account_id=account_id, public_key=made.credential_public_key, sign_count=made.sign_count)
    key.label, key.created_at = label[:LONGEST_LABEL], at
    session.add(key)
    session.flush()
    return key


def ask(session: Session, asking: Asking, *, at: datetime) -> dict[str, Any]:
    """The options for the browser to show a passkey, whichever of ours the device has."""
    options = webauthn.generate_authentication_options(
        rp_id=asking.host,
        challenge=_challenge(session, asking, at),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return _as_json(options)


def recognise(session: Session, asking: Asking, *, answer: Mapping[str, Any], at: datetime) -> Account:
    """The account that the shown passkey opens; its count is kept. NoAccount where the answer is not good."""
    challenge = _spend(session, asking, answer, at)
    named = str(answer.get("id", ""))
    key = session.get(Passkey, named, with_for_update=True) if _ID.fullmatch(named) else None
    if key is None:
        raise NoAccount
    try:
        shown = webauthn.verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=asking.host,
            expected_origin=asking.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
        )
    except _MALFORMED as error:
        raise NoAccount from error
    key.sign_count, key.last_used_at = shown.new_sign_count, at
    return accounts.by_id(session, key.account_id)


def of_account(session: Session, account_id: UUID) -> list[Passkey]:
    """The account's passkeys, oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.created_at)))


def remove(session: Session, *, account_id: UUID, key_id: str) -> None:
    """That passkey opens the account no more."""
    session.execute(delete(Passkey).where(Passkey.account_id == account_id, Passkey.id == key_id))


def remove_all(session: Session, *, account_id: UUID) -> None:
    """No passkey opens the account any more."""
    session.execute(delete(Passkey).where(Passkey.account_id == account_id))


def forget_old(session: Session, *, at: datetime) -> None:
    """Questions that no device answered in time are gone."""
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < at))


def _challenge(session: Session, asking: Asking, at: datetime) -> bytes:
    challenge = generate_challenge()
    row = PasskeyChallenge(
        challenge_hash=_hash(challenge), purpose=asking.purpose, browser_hash=asking.browser_hash,
        expires_at=at + LIFETIME,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return challenge


def _spend(session: Session, asking: Asking, answer: Mapping[str, Any], at: datetime) -> bytes:
    """The challenge that the answer answers; it cannot be answered again."""
    try:
        told = orjson.loads(base64url_to_bytes(answer["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(told["challenge"])
    except _MALFORMED as error:
        raise NoAccount from error
    gone = delete(PasskeyChallenge).where(
        PasskeyChallenge.challenge_hash == _hash(challenge),
        PasskeyChallenge.purpose == asking.purpose,
        PasskeyChallenge.browser_hash == asking.browser_hash,
    )
    row = session.scalars(gone.returning(PasskeyChallenge)).one_or_none()
    if row is None or row.expires_at <= at:
        raise NoAccount
    return challenge


def _as_json(options: Any) -> dict[str, Any]:
    made: dict[str, Any] = orjson.loads(options_to_json(options))
    return made


def _hash(challenge: bytes) -> str:
    return sha256(challenge).hexdigest()

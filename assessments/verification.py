"""Checking a certificate: what is examined is the bytes that were handed in, never a row of ours.

`examine` raises nothing for bad bytes; it says for each check yes, no or unknown. Unknown is never read as yes.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assessments import envelope, open_badge, status_bits
from assessments.envelope import Envelope
from assessments.errors import Unreadable
from xapi_store import signatures
from xapi_store.errors import SignatureRefused

log = logging.getLogger(__name__)

YES = "yes"
NO = "no"
UNKNOWN = "unknown"

VALID = "valid"
REVOKED = "revoked"
EXPIRED = "expired"
NOT_YET_VALID = "not_yet_valid"
ALTERED = "altered"
UNKNOWN_ISSUER = "unknown_issuer"
UNCONFIRMED = "unconfirmed"
UNREADABLE = "unreadable"

# RFC 8725, 3.1: the algorithm is the key's, not the header's to choose. Open Badges 3.0 asks for RS256, ES256 is ours.
ALGORITHMS = {"EC": "ES256", "RSA": "RS256"}

KEY_MEMBERS = ("kty", "crv", "x", "y", "n", "e", "alg", "kid", "use")

ResolveKey = Callable[[str], Mapping[str, Any] | None]
"""From a key's address to its public JWK; None where nobody we know publishes such a key."""
ResolveStatus = Callable[[str], str | None]
"""From a status list's address to its signed form; None where it cannot be had now."""


@dataclass(frozen=True)
class Check:
    """One question and its answer. Codes: readable, issuer, signature, form, begun, not_expired, not_revoked."""

    code: str
    outcome: str


@dataclass(frozen=True)
class Examination:
    """What was found in the bytes; `credential` is there only when the signature holds, `reason` when unreadable."""

    checks: tuple[Check, ...]
    verdict: str
    credential: Mapping[str, Any] | None = None
    reason: str | None = None

    def outcome(self, code: str) -> str | None:
        """The answer to one question; None where it was not asked any more."""
        return next((check.outcome for check in self.checks if check.code == code), None)


def examine(data: bytes, *, resolve_key: ResolveKey, resolve_status: ResolveStatus, at: datetime) -> Examination:
    """Every check that can be made on a VC-JWT, or on a PDF that carries one (Open Badges 3.0, 8.2.4 and 9)."""
    try:
        opened = envelope.unpack(data)
    except Unreadable as refusal:
        return Examination((Check("readable", NO),), UNREADABLE, reason=refusal.reason)
    checks = [Check("readable", YES)]
    document = _trusted(opened, resolve_key, checks)
    if document is None:
        verdict = ALTERED if _answered(checks, "issuer", YES) else UNKNOWN_ISSUER
        return Examination(tuple(checks), verdict)
    checks += _dates(document, at)
    checks.append(Check("not_revoked", _not_revoked(document, resolve_key, resolve_status, at)))
    return Examination(tuple(checks), _verdict(checks), document)


def _trusted(opened: Envelope, resolve_key: ResolveKey, checks: list[Check]) -> Mapping[str, Any] | None:
    """The signed document when issuer, signature and form hold; what was found stands in `checks`."""
    jwk = _key_of_issuer(opened, resolve_key)
    checks.append(Check("issuer", YES if jwk else NO))
    if jwk is None:
        return None
    signed = opened.canonical and _signature_holds(opened.token, jwk)
    checks.append(Check("signature", YES if signed else NO))
    if not signed:
        return None
    well_formed = _is_well_formed(opened.payload)
    checks.append(Check("form", YES if well_formed else NO))
    return opened.payload if well_formed else None


def _key_of_issuer(opened: Envelope, resolve_key: ResolveKey) -> Mapping[str, Any] | None:
    """The key that the header names, when it is one of the keys of the issuer that the document names."""
    kid, issuer = opened.header.get("kid"), _issuer(opened.payload)
    if not isinstance(kid, str) or issuer is None or not kid.startswith(f"{issuer}/keys/"):
        return None
    return resolve_key(kid)


def _issuer(payload: Mapping[str, Any]) -> str | None:
    issuer = payload.get("issuer")
    name = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return name if isinstance(name, str) and name else None


def _signature_holds(token: str, jwk: Mapping[str, Any]) -> bool:
    algorithm = ALGORITHMS.get(str(jwk.get("kty")))
    # A key may have been fetched from anywhere.
    if algorithm is None or not all(isinstance(jwk.get(name, ""), str) for name in KEY_MEMBERS):
        return False
    try:
        signatures.verify(token, jwk=jwk, algorithms=[algorithm])
    except SignatureRefused:
        return False
    return True


def _is_well_formed(payload: Mapping[str, Any]) -> bool:
    """The mandatory fields of an OpenBadgeCredential and the equalities of Open Badges 3.0, 8.2.3."""
    subject, kinds = payload.get("credentialSubject"), payload.get("type")
    if (
        not isinstance(subject, Mapping)
        or not isinstance(kinds, list)
        or not set(open_badge.TYPES) <= set(map(str, kinds))
    ):
        return False
    achievement = subject.get("achievement")
    if not isinstance(achievement, Mapping) or not isinstance(achievement.get("name"), str):
        return False
    try:
        expected = open_badge.claims(payload)
    except (KeyError, TypeError, ValueError):
        return False
    return all(payload.get(name) == expected.get(name) for name in ("iss", "jti", "sub", "nbf", "exp"))


def _dates(document: Mapping[str, Any], at: datetime) -> list[Check]:
    begun = document["nbf"] <= at.timestamp()
    expires = document.get("exp")
    running = expires is None or at.timestamp() < expires
    return [Check("begun", YES if begun else NO), Check("not_expired", YES if running else NO)]


def _not_revoked(
    document: Mapping[str, Any], resolve_key: ResolveKey, resolve_status: ResolveStatus, at: datetime
) -> str:
    """Yes, no or unknown; yes only on the word of a list that the same issuer signed and that is still fresh."""
    entry = document.get("credentialStatus")
    if entry is None:
        return YES
    index = _revocation_index(entry)
    if index is None:
        return UNKNOWN
    address = str(entry.get("statusListCredential"))
    token = resolve_status(address)
    if token is None:
        return UNKNOWN
    bits = _list_bits(token, address=address, issuer=_issuer(document), resolve_key=resolve_key, at=at)
    revoked = None if bits is None else status_bits.is_set(bits, index)
    return UNKNOWN if revoked is None else (NO if revoked else YES)


def _revocation_index(entry: Any) -> int | None:
    if not isinstance(entry, Mapping) or entry.get("type") != "BitstringStatusListEntry":
        return None
    index = entry.get("statusListIndex")
    if entry.get("statusPurpose") != "revocation" or not isinstance(index, str):
        return None
    return int(index) if index.isascii() and index.isdigit() and len(index) <= 9 else None


def _list_bits(token: str, *, address: str, issuer: str | None, resolve_key: ResolveKey, at: datetime) -> str | None:
    """The encoded list, when it is signed by this issuer, is the list of this address and is not stale."""
    try:
        opened = envelope.unpack(token.encode("utf-8"))
    except Unreadable:
        return None
    payload = opened.payload
    subject, until = payload.get("credentialSubject"), payload.get("validUntil")
    jwk = _key_of_issuer(opened, resolve_key)
    if jwk is None or _issuer(payload) != issuer or not _signature_holds(opened.token, jwk):
        return None
    if payload.get("id") != address or not isinstance(subject, Mapping) or not isinstance(until, str):
        return None
    if subject.get("statusPurpose") != "revocation" or _is_past(until, at):
        log.info("a status list was signed for another purpose or is stale")
        return None
    bits = subject.get("encodedList")
    return bits if isinstance(bits, str) else None


def _is_past(instant: str, at: datetime) -> bool:
    try:
        return datetime.fromisoformat(instant) <= at
    except (ValueError, TypeError):
        return True


def _answered(checks: list[Check], code: str, outcome: str) -> bool:
    return Check(code, outcome) in checks


def _verdict(checks: list[Check]) -> str:
    """The one word for a document that is signed by a known issuer; revocation weighs most."""
    if _answered(checks, "not_revoked", NO):
        return REVOKED
    if _answered(checks, "begun", NO):
        return NOT_YET_VALID
    if _answered(checks, "not_expired", NO):
        return EXPIRED
    return VALID if _answered(checks, "not_revoked", YES) else UNCONFIRMED

"""An agency signs a credential as VC-JWT (Open Badges 3.0, 8.2), and publishes the keys it has signed with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from assessments import open_badge
from assessments.addresses import Addresses
from xapi_store import keys, signatures
from xapi_store.keys import Seal

# RS256 and ES256 are what every Open Badges validator takes; the latter is half the size.
ALGORITHM = "ES256"


def owner(slug: str) -> str:
    """Under what name the agency's keys are kept."""
    return f"agency:{slug}"


def sign(
    session: Session, document: Mapping[str, Any], *, slug: str, addresses: Addresses, seal: Seal, at: datetime
) -> str:
    """The document as a compact JWS by the agency's active key; the header holds `alg`, `kid` and `typ` only."""
    key = keys.ensure(session, owner=owner(slug), algorithm=ALGORITHM, seal=seal, at=at)
    headers = {"kid": addresses.key(slug, key.kid), "typ": "JWT"}
    return signatures.sign(open_badge.claims(document), key=key, private=keys.private(key, seal), headers=headers)


def public_keys(session: Session, *, slug: str) -> dict[str, dict[str, Any]]:
    """Every key the agency has signed with, retired ones too, by kid; no other member than a public key has."""
    return {str(jwk["kid"]): jwk for jwk in keys.published(session, owner=owner(slug))}

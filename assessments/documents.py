"""Public documents about an agency, and the way from an address in a credential to what stands there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import open_badge, signing, status_lists
from assessments.addresses import Addresses
from assessments.errors import NoSuchStatusList
from assessments.verification import ResolveKey, ResolveStatus
from courses.agencies import Agency
from xapi_store.keys import Seal

DID_CONTEXT = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1")


def agency(session: Session, *, agency: Agency, addresses: Addresses) -> dict[str, Any]:
    """The agency as an Open Badges Profile, with the addresses of its keys and its did:web name."""
    profile = open_badge.profile(slug=agency.slug, name=agency.name, addresses=addresses)
    kids = signing.public_keys(session, slug=agency.slug)
    return {
        "@context": list(open_badge.CONTEXT),
        **profile,
        "alsoKnownAs": [addresses.did(agency.slug)],
        "assertionMethod": [addresses.key(agency.slug, kid) for kid in kids],
    }


def did(session: Session, *, agency: Agency, addresses: Addresses) -> dict[str, Any]:
    """The agency's DID document; keys that are retired stay in it, or what they signed could not be checked."""
    name = addresses.did(agency.slug)
    keys = signing.public_keys(session, slug=agency.slug)
    return {
        "@context": list(DID_CONTEXT),
        "id": name,
        "alsoKnownAs": [addresses.agency(agency.slug)],
        "verificationMethod": [
            {"id": f"{name}#{kid}", "type": "JsonWebKey", "controller": name, "publicKeyJwk": jwk}
            for kid, jwk in keys.items()
        ],
        "assertionMethod": [f"{name}#{kid}" for kid in keys],
    }


def key(session: Session, *, slug: str, kid: str) -> dict[str, Any] | None:
    """The agency's public key of that id, as one bare JWK; None where it has none."""
    return signing.public_keys(session, slug=slug).get(kid)


def resolve_key(session: Session, *, addresses: Addresses) -> ResolveKey:
    """A way from the address of a key to the key, for the agencies of this installation only; nothing is fetched."""
    slugs = {addresses.agency(slug): slug for slug in session.scalars(select(Agency.slug))}

    def resolve(address: str) -> Mapping[str, Any] | None:
        issuer, _, kid = address.rpartition("/keys/")
        slug = slugs.get(issuer)
        return None if slug is None else key(session, slug=slug, kid=unquote(kid))

    return resolve


def resolve_status(session: Session, *, addresses: Addresses, seal: Seal, at: datetime) -> ResolveStatus:
    """A way from the address of a status list to its signed form, for the lists of this installation only."""
    prefix = addresses.status_list(0).removesuffix("0")

    def resolve(address: str) -> str | None:
        number = address.removeprefix(prefix)
        if number == address or not (number.isascii() and number.isdigit()) or len(number) > 12:
            return None
        try:
            return status_lists.signed(session, number=int(number), addresses=addresses, seal=seal, at=at).token
        except NoSuchStatusList:
            return None

    return resolve

"""Signed statements: a statement with its own signature as an attachment (xAPI Data 2.6).

The check catches mistakes. It does not say that the signer may be trusted: chains of certificates are followed as far
as they were sent, to no root, and their dates are not judged, since statements outlive certificates.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from jwt.api_jws import PyJWS
from jwt.utils import base64url_decode, base64url_encode

from xapi_store.errors import StatementRefused
from xapi_store.form import received, validation
from xapi_store.form.comparison import same
from xapi_store.form.multipart import Kept

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
ALGORITHMS = ("RS256", "RS384", "RS512")

_COMPACT = re.compile(rb"([\w-]+)\.([\w-]+)\.([\w-]+)")
_MOST_CERTIFICATES = 10
# Beyond these a key costs far more to check than any real one does.
_LONGEST_KEY, _LARGEST_EXPONENT = 8192, 1 << 32
_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)


def check(content: Mapping[str, Any], attachments: Mapping[str, Kept], *, path: str) -> None:
    """Each signature of the (valid) statement is well-formed and signs this statement, as it was before it was signed.

    `attachments` are the bytes that came with it, by their sum in small hexadecimal digits. Where the signature names
    certificates (`x5c`), it holds under the first. StatementRefused with the attachment's place otherwise.
    """
    for place, attachment in _signatures(content, path):
        if attachment["contentType"].partition(";")[0].strip().lower() != "application/octet-stream":
            raise StatementRefused(f"{place}.contentType", "must be application/octet-stream for a signature")
        kept = attachments.get(attachment["sha2"].lower())
        if kept is None:
            raise StatementRefused(place, "is a signature, whose bytes must come with the statement")
        _check_token(kept.content, content, place)


def _signatures(content: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    # A signature inside a SubStatement would be that of another statement; xAPI gives it no meaning here.
    for number, attachment in enumerate(content.get("attachments", ())):
        if attachment["usageType"] == SIGNATURE:
            yield f"{path}.attachments[{number}]", attachment


def _check_token(token: bytes, content: Mapping[str, Any], place: str) -> None:
    found = _COMPACT.fullmatch(token)
    if found is None:
        raise StatementRefused(place, "must be a JWS in compact serialisation (RFC 7515, 7.1)")
    head, payload, signature = (_decoded(each, place) for each in found.groups())
    header = received.read(head, f"{place}.header")
    _check_header(header, place)
    if "x5c" in header:
        key = _signing_key(header["x5c"], f"{place}.header.x5c")
        signed = token[: found.end(2)]
        if not PyJWS().get_algorithm_by_name(header["alg"]).verify(signed, key, signature):
            raise StatementRefused(place, "does not hold under the certificate in its header")
    _compare(content, received.read(payload, f"{place}.payload"), place)


def _decoded(segment: bytes, place: str) -> bytes:
    try:
        plain = base64url_decode(segment)
    except ValueError as error:
        raise StatementRefused(place, "is not base64url") from error
    if base64url_encode(plain) != segment:
        raise StatementRefused(place, "is not base64url to the last bit")
    return plain


def _check_header(header: Any, place: str) -> None:
    if not isinstance(header, dict):
        raise StatementRefused(f"{place}.header", "must be an object")
    if header.get("alg") not in ALGORITHMS:
        raise StatementRefused(f"{place}.header.alg", f"must be one of {', '.join(ALGORITHMS)}")
    if "crit" in header or "b64" in header:
        raise StatementRefused(f"{place}.header", "asks for an extension of JWS, which xAPI does not provide for")


def _compare(content: Mapping[str, Any], signed: Any, place: str) -> None:
    # The rules of 2.0.0 take in those of 1.0.3; the version's own were kept by the statement it must equal.
    validation.check(signed, version="2.0.0", path=f"{place}.payload")
    earlier = _sums(signed) <= _sums(content)
    if not (earlier and _same_id(content, signed) and same(_unsigned(content), _unsigned(signed))):
        raise StatementRefused(place, "signs another statement than the one it is attached to")


def _same_id(content: Mapping[str, Any], signed: Mapping[str, Any]) -> bool:
    # A store gives an id only where none was sent, so that two that differ were not made so by a store.
    return "id" not in signed or "id" not in content or signed["id"].lower() == content["id"].lower()


def _sums(content: Mapping[str, Any]) -> set[str]:
    return {attachment["sha2"].lower() for _, attachment in _signatures(content, "")}


def _unsigned(content: Mapping[str, Any]) -> dict[str, Any]:
    unsigned = dict(content)
    others = [each for each in unsigned.pop("attachments", ()) if each["usageType"] != SIGNATURE]
    return {**unsigned, "attachments": others} if others else unsigned


def _signing_key(chain: Any, place: str) -> RSAPublicKey:
    if not isinstance(chain, list) or not 0 < len(chain) <= _MOST_CERTIFICATES:
        raise StatementRefused(place, f"must be a list of 1 to {_MOST_CERTIFICATES} certificates")
    certificates = [_certificate(each, f"{place}[{number}]") for number, each in enumerate(chain)]
    for number, (issued, issuer) in enumerate(pairwise(certificates)):
        _check_issued(issued, issuer, f"{place}[{number}]")
    try:
        key = certificates[0].public_key()
    except _UNREADABLE as error:
        raise StatementRefused(f"{place}[0]", "has a key that cannot be used") from error
    if not isinstance(key, RSAPublicKey):
        raise StatementRefused(f"{place}[0]", "must have an RSA key")
    if key.key_size > _LONGEST_KEY or key.public_numbers().e > _LARGEST_EXPONENT:
        raise StatementRefused(f"{place}[0]", "has an RSA key beyond ordinary size")
    return key


def _certificate(text: Any, place: str) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(base64.b64decode(text, validate=True))
    except _UNREADABLE as error:
        raise StatementRefused(place, "must be a certificate (DER) in base64") from error


def _check_issued(issued: x509.Certificate, issuer: x509.Certificate, place: str) -> None:
    try:
        if issued.issuer != issuer.subject:
            raise StatementRefused(place, "was not issued by the certificate that follows it")
        # SHA-1 cannot be checked any more; the certificates of the specification's own example have it.
        if not isinstance(issued.signature_hash_algorithm, SHA1):
            issued.verify_directly_issued_by(issuer)
    except (InvalidSignature, *_UNREADABLE) as error:
        raise StatementRefused(place, "was not signed by the certificate that follows it") from error

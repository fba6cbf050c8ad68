"""Anybody's page: is this certificate real? What is examined is the bytes that were handed in."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from assessments import certificates, documents, verification
from assessments.errors import NoSuchCertificate
from assessments.verification import Examination
from lti_tool import house
from lti_tool.pages import words
from xapi_store.transaction import transaction

bp = Blueprint("verify", __name__, url_prefix="/verify")


@bp.get("")
def ask() -> ResponseReturnValue:
    """The page that takes a file or a text."""
    return _page(None)


@bp.post("")
def examine() -> ResponseReturnValue:
    """What was found in the bytes handed in; nothing of them is kept."""
    sent = request.files.get("file")
    data = sent.read() if sent is not None and sent.filename else request.form.get("text", "").strip().encode()
    if not data:
        return _page(None, errors={"text": [words.NOTHING_HANDED_IN]}), 422
    return _page(_examined(data))


@bp.get("/<uuid:certificate_id>")
def issued(certificate_id: UUID) -> ResponseReturnValue:
    """What was found in the bytes that were signed for this certificate: the address on the printed sheet."""
    try:
        with house.database().session() as session:
            data = certificates.by_id(session, certificate_id).credential.encode()
    except NoSuchCertificate:
        return _page(None, errors={"text": [words.NO_SUCH_CERTIFICATE]}), 404
    return _page(_examined(data), address=house.addresses().verify(certificate_id))


def _examined(data: bytes) -> Examination:
    at = datetime.now(UTC)
    addresses = house.addresses()
    with transaction(house.database()) as session:
        key = documents.resolve_key(session, addresses=addresses)
        status = documents.resolve_status(session, addresses=addresses, seal=house.seal(), at=at)
        return verification.examine(data, resolve_key=key, resolve_status=status, at=at)


def _page(found: Examination | None, *, address: str = "", errors: dict[str, object] | None = None) -> str:
    return render_template(
        "verify.html",
        found=found,
        address=address,
        form={"values": {}, "errors": errors or {}},
        verdicts=words.VERDICTS,
        checks=words.CHECKS,
        outcomes=words.OUTCOMES,
        unreadable=words.UNREADABLE,
    )

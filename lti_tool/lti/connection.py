"""The connection check: what of a platform's connection works, what does not, and why, one finding each."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from lti_tool.errors import AddressRefused, PlatformRefused, PlatformTrouble, PlatformUnreachable
from lti_tool.lti import access_tokens
from lti_tool.lti.platform_client import Answer, Client
from lti_tool.lti.platforms import Platform, deployments, families, moodle
from lti_tool.lti.scopes import WANTED
from lti_tool.visitor import Visit
from xapi_store.database import Database
from xapi_store.keys import Seal
from xapi_store.transaction import transaction

GOOD, WARNING, WRONG = "good", "warning", "wrong"
# Launches are refused from a clock that differs by more (lti.id_token.LEEWAY).
LARGEST_SKEW = timedelta(seconds=30)
CANNOT_FETCH = "platform_cannot_fetch_our_keys"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it stands, what it is, a stable code for why, and a number or host to it.

    `grade` is good, warning or wrong. What it means in words: `connection_words`.
    """

    grade: str
    what: str
    why: str
    detail: str = ""


@dataclass(frozen=True)
class Check:
    """What a check needs: `address` is our public address, `seen_at` the host by which a browser
    asks for us just now."""

    database: Database
    client: Client
    seal: Seal
    platform: Platform
    address: str
    at: datetime
    seen_at: str | None = None


def check(of: Check) -> list[Finding]:
    """Everything that can be found out from here, in the order in which it should be put right.

    It calls the platform (and ourselves by our public address), and takes some seconds where nobody answers.
    """
    parts = (_status, _our_address, _our_keys, _keys_and_clock, _tokens, _logins, _deployments, _launches)
    return [finding for part in parts for finding in part(of)]


def works(findings: list[Finding]) -> bool:
    """True where nothing was found wrong."""
    return all(each.grade != WRONG for each in findings)


def _status(of: Check) -> list[Finding]:
    return [] if of.platform.status == "active" else [Finding(WRONG, "status", "blocked")]


def _our_address(of: Check) -> list[Finding]:
    parts = urlsplit(of.address)
    if of.seen_at is not None and of.seen_at != parts.netloc:
        return [Finding(WARNING, "our_address", "another", of.seen_at)]
    if parts.scheme == "https":
        return [Finding(GOOD, "our_address", "good", of.address)]
    if _is_loopback(parts.hostname or ""):
        return [Finding(WARNING, "our_address", "local", of.address)]
    return [Finding(WRONG, "our_address", "plain", of.address)]


def _our_keys(of: Check) -> list[Finding]:
    try:
        answer = of.client.get(f"{of.address}/lti/jwks")
    except PlatformTrouble as error:
        return [Finding(WARNING, "our_keys", why(error), urlsplit(of.address).netloc)]
    if answer.status == 200 and _rsa_keys(answer):
        return [Finding(GOOD, "our_keys", "good")]
    return [Finding(WRONG, "our_keys", "something_else", str(answer.status))]


def _keys_and_clock(of: Check) -> list[Finding]:
    begun = time.monotonic()
    try:
        answer = of.client.get(of.platform.jwks_uri)
    except PlatformTrouble as error:
        return [Finding(WRONG, "keys", why(error), urlsplit(of.platform.jwks_uri).netloc)]
    now = of.at + timedelta(seconds=time.monotonic() - begun)
    return [_keys(answer), *_clock(answer, now)]


def _keys(answer: Answer) -> Finding:
    if answer.status != 200:
        return Finding(WRONG, "keys", "nothing_there" if answer.status == 404 else "refused", str(answer.status))
    found = _rsa_keys(answer)
    if found is None:
        return Finding(WRONG, "keys", "unreadable")
    return Finding(GOOD, "keys", "good", str(len(found))) if found else Finding(WRONG, "keys", "no_rsa")


def _clock(answer: Answer, now: datetime) -> list[Finding]:
    try:
        theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
        ahead = theirs - now
    except (ValueError, TypeError):
        return []  # no clock is shown
    seconds = round(ahead.total_seconds())
    if abs(ahead) <= LARGEST_SKEW:
        return [Finding(GOOD, "clock", "good")]
    return [Finding(WRONG, "clock", "ahead" if seconds > 0 else "behind", str(abs(seconds)))]


def _tokens(of: Check) -> list[Finding]:
    with transaction(of.database) as session:
        access_tokens.forget(session, platform=of.platform)
    try:
        access_tokens.token(of.database, of.client, of.seal, platform=of.platform, scopes=WANTED, at=of.at)
    except PlatformRefused as error:
        return [_refused_token(error)]
    except PlatformTrouble as error:
        return [_no_token(of, error)]
    return [Finding(GOOD, "tokens", "good")]


def _refused_token(error: PlatformRefused) -> Finding:
    said = error.code.casefold()
    reasons = {
        "no_rights": said == "invalid_scope",
        "unknown_client": said in ("invalid_client", "unauthorized_client"),
        "clock": "expired" in said or "prior to" in said,
        "nothing_there": error.status in (404, 405, 410),
    }
    reason = next((reason for reason, fits in reasons.items() if fits), "refused")
    grade = WARNING if reason == "no_rights" else WRONG
    return Finding(grade, "tokens", reason, f"{error.status} {error.code}".strip())


def _no_token(of: Check, error: PlatformTrouble) -> Finding:
    host = urlsplit(of.platform.token_endpoint).netloc
    if str(error) != CANNOT_FETCH:
        return Finding(WRONG, "tokens", why(error), host)
    if families.of(of.platform.family).family == moodle.FAMILY:
        return Finding(WRONG, "tokens", "cannot_fetch_our_keys", urlsplit(of.address).netloc)
    return Finding(WRONG, "tokens", "nothing_there", "404")


def _logins(of: Check) -> list[Finding]:
    """Only people's browsers have to reach this address: that we do not is no more than a warning."""
    url = of.platform.authorization_endpoint
    try:
        status = of.client.get(url).status
    except PlatformTrouble as error:
        return [Finding(WARNING, "logins", why(error), urlsplit(url).netloc)]
    if status == 404 or status >= 500:
        return [Finding(WARNING, "logins", "nothing_there" if status == 404 else "fault", str(status))]
    return [Finding(GOOD, "logins", "good")]


def _deployments(of: Check) -> list[Finding]:
    with of.database.session() as session:
        known = deployments.of_platform(session, platform_id=of.platform.id)
    waiting = sum(each.status == deployments.PENDING for each in known)
    if waiting:
        return [Finding(WARNING, "deployments", "waiting", str(waiting))]
    if not known:
        return [Finding(GOOD, "deployments", "none_yet")]
    accepted = sum(each.status == deployments.ACTIVE for each in known)
    return [Finding(GOOD if accepted else WRONG, "deployments", "good" if accepted else "all_closed", str(accepted))]


def _launches(of: Check) -> list[Finding]:
    with of.database.session() as session:
        last = session.scalar(select(func.max(Visit.started_at)).where(Visit.platform_id == of.platform.id))
    if last is None:
        return [Finding(WARNING, "launches", "none_lately")]
    return [Finding(GOOD, "launches", "good", f"{last:%Y-%m-%d %H:%M} UTC")]


def why(error: PlatformTrouble) -> str:
    """Why an address was not reached: plain, private, no_such_host, tls, slow, fault, unreadable or down."""
    text = str(error)
    if isinstance(error, AddressRefused):
        return "private" if "private" in text else "plain"
    if not isinstance(error, PlatformUnreachable):
        return "refused"
    signs = {
        "no_such_host": "not known", "tls": "SSL", "slow": "Timeout", "large": "too large", "late": "too long",
        "fault": "status 5", "busy": "status 429", "unreadable": "not JSON", "no_token": "without a token",
    }  # fmt: skip
    found = next((name for name, sign in signs.items() if sign in text), "down")
    return {"late": "slow", "large": "unreadable", "busy": "fault"}.get(found, found)


def _rsa_keys(answer: Answer) -> list[Any] | None:
    """The RSA keys of a key set, or None where the answer is no key set."""
    try:
        document = answer.json()
    except PlatformUnreachable:
        return None
    found = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(found, list):
        return None
    return [each for each in found if isinstance(each, dict) and each.get("kty") == "RSA" and each.get("kid")]


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

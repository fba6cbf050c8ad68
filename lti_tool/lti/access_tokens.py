"""Access tokens for platforms' services (LTI Security Framework 1.0, 4: client credentials with a signed assertion)."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ForeignKey, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.errors import PlatformRefused, PlatformUnreachable
from lti_tool.lti import tool_keys
from lti_tool.lti.platform_client import Answer, Client
from lti_tool.lti.platforms import Platform, moodle
from xapi_store import keys, signatures
from xapi_store.database import Base, Database
from xapi_store.keys import Seal
from xapi_store.transaction import transaction

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Moodle takes no assertion from a clock that is ahead of its own by even two seconds.
BACKDATED = timedelta(seconds=60)
ASSERTION_LIFETIME = timedelta(minutes=5)
SHORTEST_USE = timedelta(seconds=60)
# What may stand in a header after "Bearer" (RFC 6750, 2.1, and some slack).
TOKEN = re.compile(r"[!-~]{1,16384}")


class AccessToken(Base):
    """A token that one platform gave us for one set of scopes, sealed at rest."""

    __tablename__ = "access_token"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    scopes: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    expires_at: Mapped[datetime]


def token(
    database: Database, client: Client, seal: Seal, *, platform: Platform, scopes: Iterable[str], at: datetime
) -> str:
    """A living token of this platform for these scopes: the kept one, or a new one.

    PlatformUnreachable or PlatformRefused where the platform gives none.
    """
    wanted = " ".join(sorted(scopes))
    with transaction(database) as session:
        kept = session.get(AccessToken, (platform.id, wanted))
        if kept is not None and kept.expires_at > at + SHORTEST_USE:
            return seal.open(kept.sealed, bound_to=_bound(platform, wanted)).decode()
        assertion = _assertion(session, seal, platform=platform, at=at)
    given = _ask(client, platform, scopes=wanted, assertion=assertion)
    lasts = given.get("expires_in")
    expires_at = at + timedelta(seconds=lasts if isinstance(lasts, int) and 0 < lasts <= 86_400 else 3600)
    fresh = {
        "sealed": seal.seal(given["access_token"].encode(), bound_to=_bound(platform, wanted)),
        "expires_at": expires_at,
    }
    with transaction(database) as session:
        session.execute(
            insert(AccessToken)
            .values(platform_id=platform.id, scopes=wanted, **fresh)
            .on_conflict_do_update(index_elements=["platform_id", "scopes"], set_=fresh)
        )
    return str(given["access_token"])


def forget(session: Session, *, platform: Platform) -> None:
    """No kept token of this platform is used again (it said 401)."""
    session.execute(delete(AccessToken).where(AccessToken.platform_id == platform.id))


def _assertion(session: Session, seal: Seal, *, platform: Platform, at: datetime) -> str:
    key = tool_keys.signing_key(session, seal=seal, at=at)
    claims = {
        "iss": platform.client_id,
        "sub": platform.client_id,
        "aud": platform.token_audience or platform.token_endpoint,
        "iat": int((at - BACKDATED).timestamp()),
        "exp": int((at + ASSERTION_LIFETIME).timestamp()),
        "jti": secrets.token_urlsafe(16),
    }
    return signatures.sign(claims, key=key, private=keys.private(key, seal))


def _ask(client: Client, platform: Platform, *, scopes: str, assertion: str) -> dict[str, Any]:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
        "scope": scopes,
    }
    answer = client.post(
        platform.token_endpoint,
        urlencode(form).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    if moodle.cannot_fetch_our_keys(answer):
        raise PlatformUnreachable("platform_cannot_fetch_our_keys")
    if answer.status != 200:
        raise _refusal(answer)
    given = answer.json()
    if not isinstance(given, dict) or not TOKEN.fullmatch(str(given.get("access_token", ""))):
        raise PlatformUnreachable("an answer without a token")
    return given


def _refusal(answer: Answer) -> PlatformRefused | PlatformUnreachable:
    if answer.status >= 500 or answer.status == 429:
        return PlatformUnreachable(f"token endpoint: status {answer.status}")
    return PlatformRefused(f"token endpoint: status {answer.status}", status=answer.status, code=_error_code(answer))


def _error_code(answer: Answer) -> str:
    """The `error` of an OAuth answer (RFC 6749, 5.2) where it is a plain word; Moodle writes sentences there, too."""
    try:
        said = answer.json().get("error")
    except (PlatformUnreachable, AttributeError):
        return ""
    return said[:64] if isinstance(said, str) and said.isprintable() else ""


def _bound(platform: Platform, scopes: str) -> str:
    return f"access token {platform.id} {scopes}"

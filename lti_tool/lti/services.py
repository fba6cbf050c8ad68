"""A platform's services, called with its access token (LTI Security Framework 1.0, 4.1)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from lti_tool.errors import AddressRefused, PlatformUnreachable
from lti_tool.lti import access_tokens
from lti_tool.lti.platform_client import Answer, Client
from lti_tool.lti.platforms import Platform
from xapi_store.database import Database
from xapi_store.keys import Seal
from xapi_store.transaction import transaction


@dataclass(frozen=True)
class Services:
    """The services of one platform, as far as its scopes go."""

    database: Database
    client: Client
    seal: Seal
    platform: Platform
    scopes: tuple[str, ...]
    at: datetime

    def get(self, url: str, *, accept: str) -> Answer:
        """The answer to a GET for exactly this media type (Moodle takes no list of them)."""
        self._check(url)
        return self._heard(self.client.get(url, headers={"Accept": accept, **self._bearer()}))

    def post(self, url: str, document: Mapping[str, Any], *, media_type: str) -> Answer:
        """The answer to a POST of this document."""
        self._check(url)
        headers = {**_both_ways(media_type), **self._bearer()}
        return self._heard(self.client.post(url, json.dumps(document).encode(), headers=headers))

    def put(self, url: str, document: Mapping[str, Any], *, media_type: str) -> Answer:
        """The answer to a PUT of this document."""
        self._check(url)
        headers = {**_both_ways(media_type), **self._bearer()}
        return self._heard(self.client.put(url, json.dumps(document).encode(), headers=headers))

    def _check(self, url: str) -> None:
        # The address came with a launch; our token goes to the platform's own hosts alone.
        if not self.platform.speaks_for(url):
            raise AddressRefused("the service lies on a host that is not the platform's")

    def _bearer(self) -> dict[str, str]:
        token = access_tokens.token(
            self.database, self.client, self.seal, platform=self.platform, scopes=self.scopes, at=self.at
        )
        return {"Authorization": f"Bearer {token}"}

    def _heard(self, answer: Answer) -> Answer:
        if answer.status == 401:
            with transaction(self.database) as session:
                access_tokens.forget(session, platform=self.platform)
            raise PlatformUnreachable("token_refused")
        if answer.status in (408, 429) or answer.status >= 500:
            raise PlatformUnreachable(f"status_{answer.status}")
        return answer


def _both_ways(media_type: str) -> dict[str, str]:
    # The document comes back in the kind in which it was sent; Open edX refuses to make it where that is not allowed.
    return {"Content-Type": media_type, "Accept": f"{media_type}, */*;q=0.1"}


def below(url: str, part: str, **query: str) -> str:
    """The address one step below: path before query (AGS 2.0, 3.4.1); Moodle's addresses carry a query."""
    scheme, host, path, before, _ = urlsplit(url)
    return urlunsplit((scheme, host, f"{path.rstrip('/')}/{part}", _joined(before, query), ""))


def asking(url: str, **query: str) -> str:
    """The address with more in its query."""
    scheme, host, path, before, _ = urlsplit(url)
    return urlunsplit((scheme, host, path, _joined(before, query), ""))


def _joined(before: str, query: dict[str, str]) -> str:
    return "&".join(each for each in (before, urlencode(query)) if each)

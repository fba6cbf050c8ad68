"""A small tool written by hand: right in every step, and wrong in just the one a test changes."""

import time
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from flask import Flask, Response, jsonify
from jwt.algorithms import RSAAlgorithm

from lti_tool.demo import browsing, scopes
from tests.demo.serving import free_port, served

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LINE_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
SCORE = "application/vnd.ims.lis.v1.score+json"
AINO, BRAM, DANA, EMIL, FREYA = "101", "102", "201", "301", "401"


def without_none(values: dict[str, Any]) -> dict[str, Any]:
    """The values a test did not take away by setting them to None."""
    return {name: value for name, value in values.items() if value is not None}


class Browser:
    """Somebody's browser in the LMS."""

    def __init__(self, lms: str, person: str) -> None:
        self.lms, self.http = lms, browsing.browser()
        self.http.post(f"{lms}/be", data={"person": person}).raise_for_status()

    def page(self, path: str) -> browsing.Page:
        """A page of the LMS, read."""
        answer = self.http.get(self.lms + path)
        answer.raise_for_status()
        return browsing.read(answer.text)

    def post(self, path: str, **fields: str) -> requests.Response:
        """What the LMS answers to a form."""
        return self.http.post(self.lms + path, data=fields)


class SmallTool:
    """One tool with a key of its own and a server for its key set."""

    def __init__(self, lms: str) -> None:
        self.lms = lms
        self.key, self.kid = new_key(), "k1"
        self.address = f"http://127.0.0.1:{free_port()}"
        self.client_id = self.deployment_id = self.link = self.number = ""
        self._house = ExitStack()
        self._house.enter_context(served(self._app(), int(self.address.rpartition(":")[2])))

    def close(self) -> None:
        """Its server is down."""
        self._house.close()

    def _app(self) -> Flask:
        app = Flask("small_tool")

        @app.get("/jwks")
        def jwks() -> Response:
            public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            return jsonify({"keys": [public | {"kid": self.kid, "alg": "RS256", "use": "sig"}]})

        @app.post("/login")
        def login() -> str:
            return "<!doctype html><title>Small tool</title><p>The small tool"

        return app

    # -- onboarding ----------------------------------------------------------------------------------------------------

    def body(self, **changes: Any) -> dict[str, Any]:
        """What it says when it registers."""
        configuration = {
            "domain": self.address.removeprefix("http://"),
            "target_link_uri": f"{self.address}/target",
            "claims": ["iss", "sub", "name"],
            "messages": [{"type": "LtiDeepLinkingRequest", "target_link_uri": f"{self.address}/choose"}],
        }
        return without_none(
            {
                "application_type": "web",
                "response_types": ["id_token"],
                "grant_types": ["implicit", "client_credentials"],
                "client_name": "Small tool",
                "initiate_login_uri": f"{self.address}/login",
                "redirect_uris": [f"{self.address}/launch"],
                "jwks_uri": f"{self.address}/jwks",
                "token_endpoint_auth_method": "private_key_jwt",
                "scope": " ".join(scopes.ALL),
                CONFIGURATION: configuration,
                **changes,
            }
        )

    def permit(self) -> str:
        """A registration token, as it stands in the address of the administrator's frame."""
        answer = Browser(self.lms, FREYA).post("/admin/connect", link=f"{self.address}/register")
        return browsing.read(answer.text).frames[0].rpartition("registration_token=")[2]

    def register(self, token: str | None, **changes: Any) -> requests.Response:
        """What the LMS answers to its registration."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.post(f"{self.lms}/register", json=self.body(**changes), headers=headers)

    def connect(self, **changes: Any) -> "SmallTool":
        """It is registered, active, and placed in the course with a column of 10 points."""
        answer = self.register(self.permit(), **changes)
        answer.raise_for_status()
        self.client_id = answer.json()["client_id"]
        self.deployment_id = answer.json()[CONFIGURATION]["deployment_id"]
        freya = Browser(self.lms, FREYA)
        action = [form.action for form in freya.page("/admin").forms if form.action.endswith("/activate")][-1]
        freya.post(action).raise_for_status()
        self.number = action.split("/")[3]
        title = f"Link of {self.client_id}"
        freya.post("/course/links", tool=self.number, title=title, target=f"{self.address}/target", points="10")
        page = freya.http.get(f"{self.lms}/course").text
        self.link = page.partition(f">{title}<")[0].rpartition("/open/")[2].split('"')[0]
        return self

    # -- launch --------------------------------------------------------------------------------------------------------

    def login(self, browser: Browser, path: str = "") -> dict[str, str]:
        """What the LMS sends when somebody opens the link."""
        form = browser.page(path or f"/start/{self.link}").forms[0]
        return form.fields

    def question(self, login: dict[str, str], **changes: Any) -> dict[str, str]:
        """Its authentication request for this login."""
        return without_none(
            {
                "scope": "openid",
                "response_type": "id_token",
                "response_mode": "form_post",
                "prompt": "none",
                "client_id": self.client_id,
                "redirect_uri": f"{self.address}/launch",
                "login_hint": login["login_hint"],
                "lti_message_hint": login["lti_message_hint"],
                "state": "a-state",
                "nonce": uuid4().hex,
                **changes,
            }
        )

    def ask(self, browser: Browser, question: dict[str, str]) -> requests.Response:
        """What the LMS answers to it."""
        return browser.http.get(f"{self.lms}/auth", params=question)

    def launch(self, browser: Browser, path: str = "", **changes: Any) -> str:
        """The id_token of a launch."""
        answer = self.ask(browser, self.question(self.login(browser, path), **changes))
        answer.raise_for_status()
        return browsing.read(answer.text).forms[0].fields["id_token"]

    def claims(self, browser: Browser, path: str = "") -> dict[str, Any]:
        """What the LMS says in a launch, verified."""
        token = self.launch(browser, path)
        keys = jwt.PyJWKSet.from_dict(requests.get(f"{self.lms}/jwks").json())
        key = keys[jwt.get_unverified_header(token)["kid"]]
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], audience=self.client_id, issuer=self.lms)
        return claims

    # -- services ------------------------------------------------------------------------------------------------------

    def signed(self, claims: dict[str, Any], *, key: RSAPrivateKey | None = None) -> str:
        """Its word on these claims."""
        return jwt.encode(claims, key or self.key, algorithm="RS256", headers={"kid": self.kid})

    def assertion(self, *, key: RSAPrivateKey | None = None, **changes: Any) -> str:
        """Its assertion for the token endpoint."""
        now = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"{self.lms}/token",
            "iat": now - 5,
            "exp": now + 60,
            "jti": uuid4().hex,
            **changes,
        }
        return self.signed(without_none(claims), key=key)

    def ask_token(self, *wanted: str, assertion: str | None = None, **changes: Any) -> requests.Response:
        """What the token endpoint answers."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": assertion or self.assertion(),
            "scope": " ".join(wanted),
            **changes,
        }
        return requests.post(f"{self.lms}/token", data=without_none(form))

    def bearer(self, *wanted: str) -> dict[str, str]:
        """The header of a call with a token for these scopes."""
        answer = self.ask_token(*wanted)
        answer.raise_for_status()
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def score(self, **changes: Any) -> dict[str, Any]:
        """A score for Aino."""
        return without_none(
            {
                "userId": AINO,
                "scoreGiven": 8,
                "scoreMaximum": 10,
                "comment": "Clear roles.",
                "timestamp": datetime.now(UTC).isoformat(),
                "activityProgress": "Completed",
                "gradingProgress": "FullyGraded",
                **changes,
            }
        )

    def send(
        self, column: str, score: dict[str, Any], *, headers: dict[str, str], media_type: str = SCORE
    ) -> requests.Response:
        """What the gradebook answers to the score."""
        return requests.post(below(column, "scores"), json=score, headers=headers | {"Content-Type": media_type})


def new_key() -> RSAPrivateKey:
    """A fresh RSA key."""
    return generate_private_key(65537, 2048)


def below(address: str, name: str) -> str:
    """The address of something below a column; the query stays behind."""
    path, _, query = address.partition("?")
    return f"{path}/{name}?{query}"

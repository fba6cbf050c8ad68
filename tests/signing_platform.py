"""A learning platform for the tests: it signs launches, publishes its keys, gives tokens and keeps a gradebook."""

import json
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

_ONE_AT_A_TIME = threading.Lock()


def key_named(name: str) -> rsa.RSAPrivateKey:
    """One RSA key for each name, made once for the whole run, also where several threads ask for it first."""
    with _ONE_AT_A_TIME:
        return _made(name)


@lru_cache(maxsize=8)
def _made(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(name: str, **more: Any) -> dict[str, Any]:
    """The public half of that key, with its name as key id."""
    return {**RSAAlgorithm.to_jwk(key_named(name).public_key(), as_dict=True), "kid": name, "use": "sig", **more}


@dataclass
class Heard:
    """One request that the platform received."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


@dataclass
class SigningPlatform:
    """A platform at a real address of this machine. Change its fields to make it behave otherwise."""

    client_id: str = "client-1"
    published: list[str] = field(default_factory=lambda: ["first-key"])
    heard: list[Heard] = field(default_factory=list)
    line_items: list[dict[str, Any]] = field(default_factory=list)
    scores: list[dict[str, Any]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    # Paths answered otherwise than usual: status and body.
    instead: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    configuration: dict[str, Any] = field(default_factory=dict)
    # Link headers, by path with query; and any further answers, by method and path.
    links: dict[str, str] = field(default_factory=dict)
    more: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(b"")

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def do_PUT(self) -> None:
                self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def _answer(self, body: bytes) -> None:
                parts = urlsplit(self.path)
                heard = Heard(self.command, parts.path, parse_qs(parts.query), dict(self.headers), body)
                platform.heard.append(heard)
                status, answer = platform.answer(heard)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", answer.decode())
                if self.path in platform.links:
                    self.send_header("Link", platform.links[self.path])
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_arguments: Any) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        """The platform is down from now on."""
        self.server.shutdown()
        self.server.server_close()

    def asked(self, path: str) -> list[Heard]:
        """The requests to this path so far."""
        return [each for each in self.heard if each.path == path]

    def answer(self, heard: Heard) -> tuple[int, bytes]:
        """What the platform says."""
        if heard.path in self.instead:
            return self.instead[heard.path]
        known = {
            ("GET", "/jwks"): lambda: {"keys": [public_jwk(name) for name in self.published]},
            ("GET", "/openid"): self._openid,
            ("POST", "/register"): self._register,
            ("POST", "/token"): lambda: {"access_token": "token-1", "token_type": "Bearer", "expires_in": 3600},
            ("GET", "/lineitems"): lambda: self.line_items,
            ("POST", "/lineitems"): lambda: self._add_item(json.loads(heard.body)),
            ("GET", "/items/1/results"): lambda: self.results,
        }
        if heard.path.endswith("/scores"):
            self.scores.append(json.loads(heard.body))
            return 200, b""
        if (heard.method, heard.path) in self.more:
            found = self.more[heard.method, heard.path]
            return 200, json.dumps(found(heard) if callable(found) else found).encode()
        found = known.get((heard.method, heard.path))
        return (404, b"{}") if found is None else (200, json.dumps(found()).encode())

    def sign(self, claims: dict[str, Any], *, key: str = "first-key", **headers: Any) -> str:
        """These claims, signed by that key of the platform."""
        return jwt.encode(claims, key_named(key), algorithm="RS256", headers={"kid": key} | headers)

    def _openid(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/auth",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "registration_endpoint": f"{self.address}/register",
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {"product_family_code": "moodle"},
            **self.configuration,
        }

    def _register(self) -> dict[str, Any]:
        tool = {"https://purl.imsglobal.org/spec/lti-tool-configuration": {"deployment_id": "1"}}
        return {"client_id": self.client_id, **tool}

    def _add_item(self, item: dict[str, Any]) -> dict[str, Any]:
        made = {**item, "id": f"{self.address}/items/{len(self.line_items) + 1}?type_id=1"}
        self.line_items.append(made)
        return made

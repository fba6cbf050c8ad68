"""The permanent public addresses of what this floor publishes, under one installation's public URL."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from uuid import UUID


@dataclass(frozen=True)
class Addresses:
    """Addresses under `public_url`; they stand in signed documents and so must never move."""

    public_url: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "public_url", self.public_url.rstrip("/"))

    def agency(self, slug: str) -> str:
        """The issuer's id and its public profile."""
        return f"{self.public_url}/agencies/{quote(slug, safe='')}"

    def key(self, slug: str, kid: str) -> str:
        """Where one public key of the agency stands, as one bare JWK (Open Badges 3.0, 8.2.4)."""
        return f"{self.agency(slug)}/keys/{quote(kid, safe='')}"

    def did(self, slug: str) -> str:
        """The agency's did:web name, whose document stands at `/agencies/SLUG/did.json`."""
        parts = urlsplit(self.public_url)
        path = [part for part in parts.path.split("/") if part]
        return ":".join(["did", "web", quote(parts.netloc, safe=""), *path, "agencies", quote(slug, safe="")])

    def achievement(self, rule_id: str, version: str) -> str:
        """What a certificate says its holder has achieved, in one version."""
        return f"{self.public_url}/achievements/{quote(rule_id, safe='')}/{quote(version, safe='')}"

    def status_list(self, number: int) -> str:
        """One signed list of revocations."""
        return f"{self.public_url}/status/{number}"

    def verify(self, certificate_id: UUID) -> str:
        """Where anyone may check a certificate; the QR code on the PDF leads here."""
        return f"{self.public_url}/verify/{certificate_id}"

"""What differs from one kind of learning platform to another, as far as connecting them goes."""

from dataclasses import dataclass, field

# Our names for an address → what it is called when a platform is connected.
NAMES = {
    "issuer": "issuer",
    "logins": "authorization_endpoint",
    "tokens": "token_endpoint",
    "keys": "jwks_uri",
    "audience": "token_audience",
}


@dataclass(frozen=True)
class Addresses:
    """Where a platform of this kind usually answers: where it proves logins, gives tokens and publishes its keys, and
    which audience its tokens are asked for.

    `{home}` stands for the address at which people open it, `{client_id}` for the client id. Empty where there is no
    rule.
    """

    issuer: str = "{home}"
    logins: str = ""
    tokens: str = ""
    keys: str = ""
    audience: str = ""

    def at(self, home: str, *, client_id: str = "") -> dict[str, str]:
        """The addresses of the platform at that home, by their LTI names; what cannot be known yet is left empty."""
        given = {"home": home.rstrip("/"), "client_id": client_id}
        known = {name: value for name, value in given.items() if value}
        return {said: _filled(getattr(self, name), known) for name, said in NAMES.items()}


@dataclass(frozen=True)
class Ways:
    """A kind of platform. All texts are for its administrator, one step each.

    `family` is the product family code that such a platform says of itself (LTI 1.3 Core, 5.4.2). `tried` is true
    where we have connected one. `sites` are the maker's domains: a platform whose issuer lies in one of them may have
    its other addresses in any of them. `target_in_token` is true where a login names the tool's one address, and only
    the signed message says which link was opened (LTI 1.3 Core wants the two equal).
    """

    family: str
    name: object  # a proper name, or a text to translate
    tried: bool = False
    registers_itself: bool = True
    target_in_token: bool = False
    sites: tuple[str, ...] = ()
    where: tuple[object, ...] = ()
    by_hand: tuple[object, ...] = ()
    afterwards: tuple[object, ...] = ()
    addresses: Addresses = field(default_factory=Addresses)

    def holds(self, host: str) -> bool:
        """True where the host lies in one of the maker's domains."""
        return any(f".{host}".endswith(f".{site}") for site in self.sites)


def _filled(pattern: str, known: dict[str, str]) -> str:
    try:
        return pattern.format(**known)
    except KeyError:
        return ""

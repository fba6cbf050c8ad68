"""How the operator of an installation is named in statements and ledgers."""

from typing import Any

from xapi_store import actors


def name(address: str) -> str:
    """The operator of the installation at this address, as a ledger has it: no person's name."""
    return f"{address}/operator"


def actor(address: str) -> dict[str, Any]:
    """The same as an Agent of a statement."""
    return actors.account(name(address), "operator")

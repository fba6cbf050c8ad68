"""How the operator of an installation is named where a statement says who did something."""

from typing import Any

from xapi_store import actors


def actor(address: str) -> dict[str, Any]:
    """The operator of the installation at this address, as an Agent without a person's name."""
    return actors.account(f"{address}/operator", "operator")

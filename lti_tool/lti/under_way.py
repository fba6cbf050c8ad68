"""What is known so far of the launch that the present request is about; for the log, should it be refused."""

from dataclasses import dataclass

from flask import g


@dataclass
class UnderWay:
    """Where a launch comes from, as far as it was found out; `origin` only of a platform that is not known here."""

    platform_id: int | None = None
    deployment_id: str | None = None
    message_type: str | None = None
    family: str | None = None
    origin: str | None = None


def launch() -> UnderWay:
    """The launch of this request; empty where nothing is known yet."""
    if "launch_under_way" not in g:
        g.launch_under_way = UnderWay()
    found: UnderWay = g.launch_under_way
    return found


def note(**known: str | int | None) -> None:
    """This much is known now; what is None takes nothing back."""
    here = launch()
    for name, value in known.items():
        if value is not None:
            setattr(here, name, value)

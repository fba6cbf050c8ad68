"""`animateur keys`: the keys with which the tool signs towards platforms."""

from datetime import UTC, datetime

import click

from lti_tool.lti import tool_keys
from lti_tool.run.command_line import database_at_hand, json_option, show, show_rows
from lti_tool.run.settings import Settings
from lti_tool.run.supervisor import CannotStart
from xapi_store import keys as signing
from xapi_store.keys import Seal, SigningKey
from xapi_store.transaction import transaction


@click.group()
def keys() -> None:
    """The keys with which the tool signs towards platforms."""


@keys.command("list")
@json_option
def listed(as_json: bool) -> None:
    """Print the tool's keys, oldest first, and what each is good for; private halves are never shown."""
    at = datetime.now(UTC)
    with database_at_hand() as database, database.session() as session:
        shown = {key.kid for key in tool_keys.shown(session, at=at)}
        found = signing.of_owner(session, owner=tool_keys.OWNER)
        rows = [
            {
                "key": key.kid,
                "state": _state(key, found, shown, at),
                "made": key.created_at,
                "signs_until": key.retired_at,
            }
            for key in found
        ]
    show_rows(rows, as_json, none="There are no keys yet: the first one is made when it is needed.")


@keys.command()
@click.option("--compromised", is_flag=True, help="Destroy every key now; platforms must fetch the new one first.")
@json_option
def rotate(compromised: bool, as_json: bool) -> None:
    """Make the next key: published now, it signs from tomorrow on. (This happens every week by itself.)"""
    settings, at = Settings.from_environment(), datetime.now(UTC)
    seal = Seal(settings.secret_key)
    with database_at_hand(settings) as database, transaction(database) as session:
        if compromised:
            made: SigningKey | None = tool_keys.replace(session, seal=seal, at=at)
        else:
            made = tool_keys.succeed(session, seal=seal, at=at)
        if made is None:
            raise CannotStart("the next key is published already, and signs as soon as its day has come")
        signs_from = at if compromised else at + tool_keys.AHEAD
    show({"key": made.kid, "signs_from": signs_from}, as_json)


def _state(key: SigningKey, all_keys: list[SigningKey], shown: set[str], at: datetime) -> str:
    signing_now = min(
        (each for each in all_keys if each.retired_at is None or each.retired_at > at),
        key=lambda each: (each.retired_at is None, each.retired_at or at),
        default=None,
    )
    if key is signing_now:
        return "signs"
    if key.retired_at is None:
        return "next"
    return "still published" if key.kid in shown else "ended"

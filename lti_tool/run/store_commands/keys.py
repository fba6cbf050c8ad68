"""`animateur api-key`: keys for programs that write or read xAPI."""

from datetime import UTC, datetime, timedelta

import click

from lti_tool.run.command_line import database_at_hand, json_option, show, show_rows, store_option
from xapi_store import api_keys, stores
from xapi_store.transaction import transaction


@click.group("api-key")
def api_key() -> None:
    """Keys for programs that write or read xAPI."""


@api_key.command()
@click.option("--label", required=True, help="What the key is for.")
@click.option(
    "--scope", "scopes", required=True, multiple=True, type=click.Choice(sorted(api_keys.SCOPES)), help="Repeatable."
)
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The last day it works, such as 2027-12-31 (UTC).")
@store_option
@json_option
def create(label: str, scopes: tuple[str, ...], expires: datetime | None, slug: str | None, as_json: bool) -> None:
    """Print a key and its secret, once."""
    end = expires.replace(tzinfo=UTC) + timedelta(days=1) if expires else None
    if end is not None and end <= datetime.now(UTC):
        raise click.BadParameter("that day is over", param_hint="--expires")
    with database_at_hand() as database, transaction(database) as session:
        store = stores.only(session, slug)
        made, secret = api_keys.create(
            session, store_id=store.id, label=label, scopes=list(scopes), at=datetime.now(UTC), expires_at=end
        )
    show({"key": made.key, "secret": secret, "store": store.slug}, as_json)


@api_key.command("list")
@store_option
@json_option
def listed(slug: str | None, as_json: bool) -> None:
    """Print the store's keys, newest first; secrets cannot be printed, they are not kept."""
    with database_at_hand() as database, database.session() as session:
        store = stores.only(session, slug)
        rows = [
            {
                "key": each.key,
                "label": each.label,
                "scopes": each.scopes,
                "created": each.created_at,
                "expires": each.expires_at,
                "last_used": each.last_used_at,
                "revoked": each.revoked_at,
            }
            for each in api_keys.of_store(session, store_id=store.id)
        ]
    show_rows(rows, as_json, none=f"The store {store.slug} has no keys.")


@api_key.command()
@click.argument("key")
@json_option
def rotate(key: str, as_json: bool) -> None:
    """Print a new secret for the key, once; the old one works for one more day."""
    with database_at_hand() as database, transaction(database) as session:
        secret = api_keys.rotate(session, key=key, at=datetime.now(UTC))
    show({"key": key, "secret": secret}, as_json)


@api_key.command()
@click.argument("key")
@json_option
def revoke(key: str, as_json: bool) -> None:
    """Take the key away: it opens nothing any more, and this cannot be taken back."""
    with database_at_hand() as database, transaction(database) as session:
        api_keys.revoke(session, key=key, at=datetime.now(UTC))
    show({"key": key, "revoked": "yes"}, as_json)

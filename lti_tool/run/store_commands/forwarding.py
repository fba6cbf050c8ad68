"""`animateur forward`: chosen statements go on to other record stores."""

from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from lti_tool.run.command_line import database_at_hand, json_option, show, show_rows, store_option
from lti_tool.run.settings import Settings
from xapi_store import stores
from xapi_store.keys import Seal
from xapi_store.other_stores import forwarding
from xapi_store.other_stores.foreign_lrs import Endpoint
from xapi_store.other_stores.forwarding import Forwarding
from xapi_store.other_stores.selection import Choice
from xapi_store.transaction import transaction


@click.group()
def forward() -> None:
    """Statements go on to other record stores, in order and at least once."""


@forward.command()
@click.option("--label", required=True, help="Name for your own list.")
@click.option("--endpoint", required=True)
@click.option("--key", required=True)
@click.option("--secret", prompt=True, hide_input=True, help="Asked for where it is not given.")
@click.option("--version", type=click.Choice(["1.0.3", "2.0.0"]), default="1.0.3", show_default=True)
@click.option("--verb", "verbs", multiple=True, help="Only these verbs. Repeatable, as the next two.")
@click.option("--activity", "activities", multiple=True, help="Only these activities, as object or in the context.")
@click.option("--profile", "profiles", multiple=True, help="Only these context categories.")
@click.option("--new-only", is_flag=True, help="Leave out what is here already.")
@click.option("--keep-authority", is_flag=True, help="Send the authority along.")
@store_option
@json_option
def add(slug: str | None, as_json: bool, **given: Any) -> None:
    """Begin to forward."""
    settings = Settings.from_environment()
    with database_at_hand(settings) as database, transaction(database) as session:
        store = stores.only(session, slug)
        made = forwarding.create(
            session,
            store_id=store.id,
            label=given["label"],
            target=Endpoint(given["endpoint"], given["key"], given["secret"], given["version"]),
            choice=Choice(*(frozenset(given[name]) for name in ("verbs", "activities", "profiles"))),
            seal=Seal(settings.secret_key),
            at=datetime.now(UTC),
            position=forwarding.newest(session, store_id=store.id) if given["new_only"] else 0,
            keep_authority=given["keep_authority"],
            allow_private=settings.allow_private_platforms,
        )
    show({"forwarding": made.id, "store": store.slug, "to": made.endpoint}, as_json)


@forward.command("list")
@store_option
@json_option
def listed(slug: str | None, as_json: bool) -> None:
    """Print the store's forwardings with how far each is behind."""
    with database_at_hand() as database, database.session() as session:
        store = stores.only(session, slug)
        rows = [_row(session, each) for each in forwarding.listed(session, store_id=store.id)]
    show_rows(rows, as_json, none=f"The store {store.slug} forwards to nobody.")


@forward.command()
@click.argument("number", type=int)
@store_option
@json_option
def pause(number: int, slug: str | None, as_json: bool) -> None:
    """Send nothing until it is resumed."""
    _change(number, slug, as_json, "pause")


@forward.command()
@click.argument("number", type=int)
@store_option
@json_option
def resume(number: int, slug: str | None, as_json: bool) -> None:
    """Go on where it stood."""
    _change(number, slug, as_json, "resume")


@forward.command()
@click.argument("number", type=int)
@store_option
@json_option
def retry(number: int, slug: str | None, as_json: bool) -> None:
    """Try again now, refused statements first."""
    _change(number, slug, as_json, "retry")


@forward.command()
@click.argument("number", type=int)
@store_option
@json_option
def remove(number: int, slug: str | None, as_json: bool) -> None:
    """End the forwarding; what was sent stays where it is."""
    _change(number, slug, as_json, "remove")


@forward.command()
@click.argument("number", type=int)
@store_option
@json_option
def refused(number: int, slug: str | None, as_json: bool) -> None:
    """Print the statements that the other side refused, and why."""
    with database_at_hand() as database, database.session() as session:
        row = _by_number(session, number, slug)
        rows = [
            {"statement": str(each.id), "status": each.status, "at": each.at, "reason": each.reason}
            for each in forwarding.refusals(session, forwarding=row)
        ]
    show_rows(rows, as_json, none="Nothing was refused.")


_CHANGES: dict[str, Any] = {
    "pause": forwarding.pause,
    "resume": forwarding.resume,
    "retry": forwarding.retry,
    "remove": forwarding.remove,
}


def _change(number: int, slug: str | None, as_json: bool, what: str) -> None:
    with database_at_hand() as database, transaction(database) as session:
        _CHANGES[what](session, forwarding=_by_number(session, number, slug))
    show({"forwarding": number, "done": what}, as_json)


def _by_number(session: Session, number: int, slug: str | None) -> Forwarding:
    return forwarding.by_id(session, store_id=stores.only(session, slug).id, forwarding_id=number)


def _row(session: Session, row: Forwarding) -> dict[str, object]:
    behind = forwarding.backlog(session, forwarding=row)
    return {
        "number": row.id,
        "label": row.label,
        "to": row.endpoint,
        "state": "at work" if row.enabled else "paused",
        "waiting": behind.waiting,
        "refused": behind.refused,
        "last_success": row.last_success_at,
        "last_error": row.last_error,
    }

"""`animateur statements`: find, read and void statements."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import click
import orjson

from lti_tool import asking, operators
from lti_tool.run.command_line import database_at_hand, json_option, show, show_rows, store_option
from lti_tool.run.settings import Settings
from xapi_store import actors, query, stores, surroundings, voiding
from xapi_store.transaction import transaction


@click.group()
def statements() -> None:
    """Statements of a store: find, read, void. They are personal data."""


@statements.command("show")
@click.argument("statement_id", type=click.UUID)
@store_option
@json_option
def whole(statement_id: UUID, slug: str | None, as_json: bool) -> None:
    """Print a statement as it is stored, voided or not."""
    with database_at_hand() as database, database.session() as session:
        store = stores.only(session, slug)
        found = surroundings.look_up(session, store_id=store.id, statement_id=statement_id)
    if as_json:
        click.echo(found.raw.decode())
        return
    referring = [f"{each.id} ({'voids it' if each.voiding else 'refers to it'})" for each in found.referring]
    state = "void" if found.voided else "voids another" if found.voiding else "valid"
    around = {"refers to": found.target, "referred to by": referring or None}
    show({"state": state, "stored": found.stored, **around}, False)
    click.echo(surroundings.set_out(found.raw))


@statements.command()
@click.option("--agent", help="Mail address, `HOMEPAGE NAME`, or an Agent in JSON.")
@click.option("--verb", help="IRI.")
@click.option("--activity", help="IRI.")
@click.option("--registration", help="UUID.")
@click.option("--since", help="Stored after this day or time.")
@click.option("--until", help="Stored until this day or time.")
@click.option("--related-agents", is_flag=True, help="Also where the agent is named elsewhere in the statement.")
@click.option("--related-activities", is_flag=True, help="Also where the activity stands in the context.")
@click.option("--ascending", is_flag=True, help="Oldest first.")
@click.option("--limit", type=click.IntRange(1, query.MOST), default=20, show_default=True)
@store_option
@json_option
def find(slug: str | None, limit: int, as_json: bool, **asked: Any) -> None:
    """Print the statements that pass all filters; those that are void are left out."""
    given = {name: "true" if value is True else value for name, value in asked.items() if value}
    filters = asking.filters(given, limit=limit)
    with database_at_hand() as database, database.session() as session:
        store = stores.only(session, slug)
        page = query.find(session, store_id=store.id, filters=filters)
    if as_json:
        click.echo(b"[" + b",".join(page.statements) + b"]")
        return
    show_rows([_row(orjson.loads(raw)) for raw in page.statements], False, none="No statement passes these filters.")
    if page.more is not None:
        click.echo("There are more: narrow the filters, or raise --limit.", err=True)


@statements.command()
@click.argument("statement_id", type=click.UUID)
@click.option("--reason", required=True, help="Stored with the statement that voids this one. Name no person.")
@store_option
@json_option
def void(statement_id: UUID, reason: str, slug: str | None, as_json: bool) -> None:
    """Declare a statement void, for good."""
    settings = Settings.from_environment()
    with database_at_hand(settings) as database, transaction(database) as session:
        by = voiding.void(
            session,
            store_id=stores.only(session, slug).id,
            statement_id=statement_id,
            reason=reason,
            by=operators.actor(settings.address),
            at=datetime.now(UTC),
        )
    show({"void": str(statement_id), "by": str(by)}, as_json)


def _row(content: Mapping[str, Any]) -> dict[str, object]:
    target = content["object"]
    return {
        "id": content["id"],
        "stored": content["stored"],
        "actor": actors.identity(content["actor"]) or "a group",
        "verb": content["verb"]["id"],
        "object": target.get("id") or actors.identity(target) or target.get("objectType", ""),
    }

"""`animateur profile`: the xAPI profiles that a store holds its statements against."""

from datetime import UTC, datetime
from pathlib import Path

import click

from lti_tool.run.command_line import database_at_hand, json_option, show, show_rows, store_option
from lti_tool.run.supervisor import CannotStart
from xapi_store import stores
from xapi_store.profiles import profiles
from xapi_store.transaction import transaction


@click.group()
def profile() -> None:
    """xAPI profiles: load them, and say what happens to statements that differ."""


@profile.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@store_option
@json_option
def load(file: Path, slug: str | None, as_json: bool) -> None:
    """Load a profile (JSON-LD), in place of an earlier version of it."""
    try:
        document = file.read_bytes()
    except OSError as error:
        raise CannotStart(f"{file} cannot be read: {error.strerror}") from error
    with database_at_hand() as database, transaction(database) as session:
        store = stores.only(session, slug)
        found = profiles.load(session, store_id=store.id, document=document, at=datetime.now(UTC))
    values = {"profile": found.iri, "version": found.version, "title": found.title, "replaced": found.replaced}
    counts = {"templates": found.templates, "concepts": found.concepts, "remarks": list(found.remarks)}
    show({"store": store.slug, **values, **counts}, as_json)


@profile.command()
@click.argument("iri")
@store_option
@json_option
def unload(iri: str, slug: str | None, as_json: bool) -> None:
    """Take a profile out; what was counted for it is forgotten."""
    with database_at_hand() as database, transaction(database) as session:
        profiles.unload(session, store_id=stores.only(session, slug).id, iri=iri)
    show({"profile": iri, "unloaded": "yes"}, as_json)


@profile.command("list")
@store_option
@json_option
def listed(slug: str | None, as_json: bool) -> None:
    """Print the store's profiles."""
    with database_at_hand() as database, database.session() as session:
        store = stores.only(session, slug)
        rows = [
            {"profile": each.iri, "version": each.version, "title": each.title, "loaded": each.at}
            for each in profiles.loaded(session, store_id=store.id)
        ]
    show_rows(rows, as_json, none=f"The store {store.slug} has no profiles.")


@profile.command()
@click.argument("mode", required=False, type=click.Choice(profiles.MODES))
@store_option
@json_option
def mode(mode: profiles.Mode | None, slug: str | None, as_json: bool) -> None:
    """Say what happens to statements that differ, or print it: off, warn (count) or refuse."""
    with database_at_hand() as database, transaction(database) as session:
        store = stores.only(session, slug)
        if mode is not None:
            profiles.choose(session, store_id=store.id, mode=mode)
        now = profiles.policy(session, store_id=store.id)
    show({"store": store.slug, "mode": now}, as_json)


@profile.command()
@store_option
@json_option
def findings(slug: str | None, as_json: bool) -> None:
    """Print which rules were broken, how often, and by which statement last."""
    with database_at_hand() as database, database.session() as session:
        store = stores.only(session, slug)
        rows = [
            {
                "count": each.count,
                "binding": "yes" if each.binding else "no",
                "last": each.last,
                "example": str(each.example),
                "rule_of": each.template or each.profile,
                "reason": each.reason,
            }
            for each in profiles.kept(session, store_id=store.id)
        ]
    show_rows(rows, as_json, none="Nothing was found.")

"""`animateur import`: the statements of another record store come into one of ours."""

import sys
from datetime import UTC, datetime

import click

from lti_tool import operators
from lti_tool.run.command_line import database_at_hand, json_option, show, store_option
from lti_tool.run.settings import Settings
from xapi_store import stores
from xapi_store.other_stores import importing
from xapi_store.other_stores.foreign_lrs import Client, Endpoint
from xapi_store.other_stores.importing import ImportRun, Progress, Taking
from xapi_store.transaction import transaction

_STEPS = 1000


@click.command("import")
@click.option("--endpoint", required=True, help="Of the other store.")
@click.option("--key", required=True)
@click.option("--secret", prompt=True, hide_input=True, help="Asked for where it is not given.")
@click.option("--version", type=click.Choice(["1.0.3", "2.0.0"]), default="1.0.3", show_default=True)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what was stored there from this day on (UTC).")
@click.option("--own-authority", is_flag=True, help="Take statements under this installation's authority, not theirs.")
@store_option
@json_option
def import_statements(
    endpoint: str,
    key: str,
    secret: str,
    version: str,
    since: datetime | None,
    own_authority: bool,
    slug: str | None,
    as_json: bool,
) -> None:
    """Bring another store's statements here; broken off and started again, it goes on where it stood."""
    settings = Settings.from_environment()
    there = Endpoint(endpoint, key, secret, version)
    taking = Taking(operators.actor(settings.address), keep_authority=not own_authority)
    start = since.replace(tzinfo=UTC) if since else None
    calling = Client(there, allow_private=settings.allow_private_platforms)
    with database_at_hand(settings) as database, calling as client:
        with transaction(database) as session:
            store = stores.only(session, slug)
            run = importing.begin(session, store_id=store.id, endpoint=there, at=datetime.now(UTC), since=start)
        with click.progressbar(length=_STEPS, label=f"Importing into {store.slug}", file=sys.stderr) as bar:

            def tell(progress: Progress) -> None:
                bar.label = f"{progress.done} statements"
                bar.update(int((progress.share or 0) * _STEPS) - bar.pos)

            run = importing.bring(database, client, run=run, taking=taking, now=_now, progress=tell)
        with database.session() as session:
            faults = importing.faults(session, run=run, most=20)
    show({"store": store.slug, **_counts(run)}, as_json)
    for each in faults:
        click.echo(f"  {each.kind} {each.statement_id or 'without an id'}: {each.path} {each.reason}", err=True)


def _now() -> datetime:
    return datetime.now(UTC)


def _counts(run: ImportRun) -> dict[str, object]:
    return {
        "new": run.added,
        "were_here": run.already_here,
        "conflicts": run.conflicts,
        "refused": run.refused,
        "finished": run.finished_at,
    }

"""`animateur retention`: statements stored before a day are deleted, with a dry run first."""

from datetime import UTC, datetime
from typing import Any

import click

from lti_tool import operators
from lti_tool.run.command_line import Command, database_at_hand, json_option, show, store_option
from lti_tool.run.settings import Settings
from xapi_store import stores
from xapi_store.database import Database
from xapi_store.erasing import retention as ages
from xapi_store.erasing.retention import Retention, Rule
from xapi_store.transaction import transaction


def _rule_options(command: Command) -> Command:
    for option in (
        click.option("--documents", is_flag=True, help="Also documents that were last written before that day."),
        click.option("--keep-verb", "keep_verbs", multiple=True, help="Statements with this verb stay. Repeatable."),
        click.option(
            "--before", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day that stays (UTC)."
        ),
    ):
        command = option(command)
    return command


@click.group()
def retention() -> None:
    """Delete by age: look first with `plan`, then `apply`."""


@retention.command()
@_rule_options
@store_option
@json_option
def plan(slug: str | None, as_json: bool, **rule: Any) -> None:
    """Say what would be deleted; nothing is changed."""
    with database_at_hand() as database, database.session() as session:
        store = stores.only(session, slug)
        found = ages.plan(session, store_id=store.id, rule=_rule(**rule))
    names = ("statements", "attachments", "documents", "size", "oldest", "newest", "unsent")
    show({"store": store.slug, **{name: getattr(found, name) for name in names}}, as_json)


@retention.command()
@_rule_options
@click.option("--reason", required=True, help="Stands in the ledger for ever.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@store_option
@json_option
def apply(slug: str | None, reason: str, yes: bool, as_json: bool, **rule: Any) -> None:
    """Delete it for good; interrupted and called again, it finishes what was begun too."""
    settings = Settings.from_environment()
    with database_at_hand(settings) as database:
        with database.session() as session:
            store = stores.only(session, slug)
            found = ages.plan(session, store_id=store.id, rule=_rule(**rule))
        if not yes:
            click.confirm(f"Delete {found.statements} statements of {store.slug} for good?", abort=True, err=True)
        with transaction(database) as session:
            by, at = operators.name(settings.address), datetime.now(UTC)
            ages.begin(session, store_id=store.id, rule=_rule(**rule), reason=reason, by=by, at=at)
            left = ages.unfinished(session, store_id=store.id)
        for each in left:
            done = _finish(database, each)
            names = ("statements", "attachments", "documents", "size")
            show({"retention": done.number, **{name: getattr(done, name) for name in names}}, as_json)


def _finish(database: Database, begun: Retention) -> Retention:
    done = begun
    while done.done_at is None:
        with transaction(database) as session:
            done = ages.step(session, store_id=begun.store_id, number=begun.number, at=datetime.now(UTC))
    return done


def _rule(*, before: datetime, keep_verbs: tuple[str, ...], documents: bool) -> Rule:
    return Rule(before.replace(tzinfo=UTC), keep_verbs, documents)

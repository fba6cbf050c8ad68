"""`animateur erase`: a person's identifiers are taken out of a store."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from lti_tool import asking, operators
from lti_tool.run.command_line import database_at_hand, json_option, show, store_option
from lti_tool.run.settings import Settings
from lti_tool.run.supervisor import CannotStart
from xapi_store import stores
from xapi_store.database import Database
from xapi_store.erasing import erasure
from xapi_store.erasing.erasure import Erasure
from xapi_store.transaction import transaction

_MOST = 1000


@click.command()
@click.option(
    "--agent", "agents", multiple=True, help="Mail address, `HOMEPAGE NAME`, or an Agent in JSON. Repeatable."
)
@click.option("--reason", default="", help="Stands in the ledger for ever. Name no person.")
@click.option("--dry-run", is_flag=True, help="Only say how many statements name the person.")
@click.option("--unlinked", is_flag=True, help="A pseudonym for each statement instead of one for the person.")
@click.option("--resume", is_flag=True, help="Finish the erasures that were interrupted.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@store_option
@json_option
def erase(
    agents: tuple[str, ...],
    reason: str,
    dry_run: bool,
    unlinked: bool,
    resume: bool,
    yes: bool,
    slug: str | None,
    as_json: bool,
) -> None:
    """Erase a person from a store, for good; says first how many statements name them."""
    settings = Settings.from_environment()
    identities = [asking.identity(each) for each in agents]
    if not (resume or identities):
        raise click.UsageError("say whom with --agent, or --resume")
    with database_at_hand(settings) as database:
        if not resume:
            named = _named(database, slug, identities)
            if dry_run:
                show({"named_in": named, "at_least": named >= _MOST}, as_json)
                return
            if not reason:
                raise click.UsageError("say why with --reason")
            _agree(named, yes=yes, as_json=as_json)
            _begin(database, slug, identities, reason, operators.name(settings.address), linked=not unlinked)
        for done in _finish(database, slug):
            counts = {name: getattr(done, name) for name in ("statements", "attachments", "documents")}
            show({"erasure": done.number, **counts}, as_json)


def _named(database: Database, slug: str | None, identities: list[str]) -> int:
    with database.session() as session:
        store = stores.only(session, slug)
        return len(erasure.mentions(session, store_id=store.id, identities=identities, most=_MOST))


def _agree(named: int, *, yes: bool, as_json: bool) -> None:
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        raise CannotStart("nothing was erased; look with --dry-run, then say --yes")
    many = "at least " if named >= _MOST else ""
    click.confirm(f"{many}{named} statements name this person. Erase them for good?", abort=True)


def _begin(database: Database, slug: str | None, identities: list[str], reason: str, by: str, *, linked: bool) -> None:
    with transaction(database) as session:
        store_id, at = stores.only(session, slug).id, datetime.now(UTC)
        erasure.begin(session, store_id=store_id, identities=identities, reason=reason, by=by, at=at, linked=linked)


def _finish(database: Database, slug: str | None) -> Iterator[Erasure]:
    """Every erasure of the store that was begun is done, each in steps of its own."""
    with database.session() as session:
        left = erasure.unfinished(session, store_id=stores.only(session, slug).id)
    for each in left:
        done = each
        while done.done_at is None:
            with transaction(database) as session:
                done = erasure.step(session, store_id=each.store_id, number=each.number, at=datetime.now(UTC))
        yield done

"""`animateur store`: which stores there are, and whether one works."""

import re
import sys
from datetime import UTC, datetime, timedelta

import click
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lti_tool import self_test
from lti_tool.run.command_line import database_at_hand, json_option, say, show, show_rows, store_option
from lti_tool.run.settings import Settings
from lti_tool.run.supervisor import CannotStart
from xapi_store import api_keys, holdings, stores
from xapi_store.profiles import profiles
from xapi_store.stores import Store
from xapi_store.transaction import transaction

_SCOPES = ("statements/write", "statements/read/mine")


@click.group()
def store() -> None:
    """Record stores: each agency has one."""


@store.command("list")
@json_option
def listed(as_json: bool) -> None:
    """Print every store with its figures."""
    with database_at_hand() as database, database.session() as session:
        rows = []
        for each in session.scalars(select(Store).order_by(Store.slug)):
            held = holdings.of_store(session, store=each)
            mode = profiles.policy(session, store_id=each.id)
            keys = sum(key.revoked_at is None for key in api_keys.of_store(session, store_id=each.id))
            count = f"about {held.statements}" if held.estimate and not as_json else held.statements
            rows.append(
                {"store": each.slug, "statements": count, "newest": held.newest, "keys": keys, "profiles": mode}
            )
    show_rows(rows, as_json, none="There is no store yet; `animateur agency create` makes an agency with one.")


@store.command()
@click.argument("slug")
@json_option
def create(slug: str, as_json: bool) -> None:
    """Make a store that belongs to no agency, for programs alone."""
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", slug):
        raise click.BadParameter("small letters, digits and hyphens, at most 63", param_hint="SLUG")
    with database_at_hand() as database, transaction(database) as session:
        try:
            made = stores.create(session, slug=slug, at=datetime.now(UTC))
        except IntegrityError as error:
            raise CannotStart(f"there is a store {slug!r} already") from error
    show({"store": made.slug}, as_json)


@store.command("self-test")
@store_option
@json_option
def tested(slug: str | None, as_json: bool) -> None:
    """Write a statement through the public door with a key made for it, and read it back."""
    settings = Settings.from_environment()
    with database_at_hand(settings) as database:
        at = datetime.now(UTC)
        with transaction(database) as session:
            found = stores.only(session, slug)
            row, secret = api_keys.create(
                session,
                store_id=found.id,
                label="self-test",
                scopes=_SCOPES,
                at=at,
                expires_at=at + timedelta(minutes=1),
            )
        try:
            steps = list(self_test.ping(f"{settings.address}/xapi/", row.key, secret))
        finally:
            with transaction(database) as session:
                api_keys.revoke(session, key=row.key, at=datetime.now(UTC))
    if as_json:
        rows = [{"step": each.step, "good": each.good, "detail": each.detail} for each in steps]
        show_rows(rows, as_json, none="")
    else:
        for each in steps:
            say(f"{'ok    ' if each.good else 'failed'} {each.step}: {each.detail}")
    sys.exit(0 if all(each.good for each in steps) else 1)

"""What the commands have in common: a database at hand, the store that is meant, and two ways to print."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import click

from lti_tool.run import serve as serving
from lti_tool.run.settings import Settings
from xapi_store.database import Database

Command = TypeVar("Command", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def store_option(command: Command) -> Command:
    """The command takes the short name of a store, as `slug`."""
    said = "Short name of the store (an agency's). Needed where there are several."
    return click.option("--store", "slug", help=said)(command)


@contextmanager
def database_at_hand(settings: Settings | None = None) -> Iterator[Database]:
    """The installation's database, for one command."""
    with serving.database_at_hand(settings or Settings.from_environment()) as own:
        database = Database(own.database_url, pool_size=1)
        try:
            yield database
        finally:
            database.close()


def say(text: str) -> None:
    """One line of progress."""
    click.echo(f"  {text}")


def show(values: Mapping[str, object], as_json: bool) -> None:
    """The values are printed: a line each, or as one JSON object."""
    if as_json:
        click.echo(json.dumps(values, default=_plain))
        return
    width = max(map(len, values))
    for name, value in values.items():
        click.echo(f"{name:<{width}}  {_worded(value)}")


def show_rows(rows: Sequence[Mapping[str, object]], as_json: bool, *, none: str) -> None:
    """The rows are printed: as a table (`none` where there are none), or as a JSON list. All have the same names."""
    if as_json:
        click.echo(json.dumps(list(rows), default=_plain))
        return
    if not rows:
        click.echo(none)
        return
    table = [list(rows[0]), *([_worded(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        click.echo("  ".join(f"{text:<{width}}" for text, width in zip(line, widths, strict=True)).rstrip())


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _worded(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if value is None:
        return "-"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

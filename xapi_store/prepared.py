"""Statements made beforehand: compiled once, and run by the driver itself (`database.driver` gives a session's).

For the few that a class at once leans on: SQLAlchemy takes as long over such a statement as the server takes to carry
it out. Nothing of the ORM is left here. Rows come as plain tuples, and what is written the session does not know.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, TypeVar

from psycopg import Connection
from sqlalchemy import ClauseElement
from sqlalchemy.dialects import registry
from sqlalchemy.orm import make_transient_to_detached

from xapi_store.database import Base

Entity = TypeVar("Entity", bound=Base)
_DIALECT = registry.load("postgresql.psycopg")()


class Prepared:
    """One statement, and the running of it. Values travel as the driver writes them: JSON needs psycopg's `Jsonb`."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement

    # At the first run, not at import: only then is every table it names known.
    @cached_property
    def _compiled(self) -> tuple[bytes, dict[str, Any]]:
        compiled = self._statement.compile(dialect=_DIALECT)
        return str(compiled).encode(), dict(compiled.params)

    def row(self, connection: Connection[Any], values: Mapping[str, Any]) -> Sequence[Any]:
        """The statement was run with these values for its parameters; its first row, empty where there is none."""
        sql, given = self._compiled
        return connection.execute(sql, {**given, **values}).fetchone() or ()

    def run(self, connection: Connection[Any], values: Mapping[str, Any]) -> None:
        """The statement, which gives no rows, was run with these values."""
        sql, given = self._compiled
        connection.execute(sql, {**given, **values})


def entity(kind: type[Entity], values: Iterator[Any]) -> Entity | None:
    """The object whose columns come next among the values; None where there are none, or the first is null (an outer
    join).

    It is in no session. Added to one that has no such object yet, it counts there as just read: only what is changed
    from then on is written.
    """
    columns = dict(zip(_columns(kind), values, strict=False))
    if next(iter(columns.values()), None) is None:
        return None
    # As a query's own result is made: nothing of it counts as a change.
    found: Entity = kind.__mapper__.class_manager.new_instance()
    found.__dict__.update(columns)
    make_transient_to_detached(found)
    return found


@cache
def _columns(kind: type[Base]) -> tuple[str, ...]:
    return tuple(kind.__table__.columns.keys())

"""The demo LMS's own database: its MetaData and the way in."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, DateTime, Engine, MetaData, Numeric, create_engine, inspect, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.schema import CreateColumn

# Any number will do, as long as every process of the LMS takes the same.
PREPARING = 20_264_801


class Base(DeclarativeBase):
    """Every row of the demo LMS; nothing of it lies in the tool's database."""

    metadata = MetaData()
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own declaration)
        datetime: DateTime(timezone=True),
        Decimal: Numeric,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: JSONB,
    }


def connect(url: str) -> Engine:
    """A pool of connections to a database in which every table exists."""
    engine = create_engine(url, pool_size=8, pool_pre_ping=True)
    with engine.begin() as connection:
        # Several processes may start at once; the first makes the tables, the others find them.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PREPARING})
        Base.metadata.create_all(connection)
        _add_missing_columns(connection)
    return engine


def _add_missing_columns(connection: Connection) -> None:
    """A database of an earlier version has the columns of this one; new ones may be empty or have a default."""
    there = inspect(connection)
    for table in Base.metadata.sorted_tables:
        known = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                described = CreateColumn(column).compile(dialect=connection.dialect)
                connection.execute(text(f'ALTER TABLE "{table.name}" ADD COLUMN {described}'))

"""How the tests get their tables: by the product's own migrations, and what no migration has yet."""

from alembic.autogenerate import produce_migrations
from alembic.operations import Operations
from alembic.operations.ops import ModifyTableOps
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from lti_tool.run import app, migrate

__all__ = ["app", "install"]


def install(url: str) -> None:
    """Every table of the house exists in this empty database."""
    migrate.upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        options = {
            "include_object": lambda _o, name, kind, _r, _c: not (kind == "table" and str(name).startswith("procrastinate_")),
            "compare_server_default": False,
        }
        context = MigrationContext.configure(connection, opts=options)
        operations = Operations(context)
        for each in produce_migrations(context, app.METADATA).upgrade_ops.ops:
            for one in each.ops if isinstance(each, ModifyTableOps) else [each]:
                if getattr(getattr(one, "column", None), "nullable", True) is False:
                    one.column.server_default = None
                operations.invoke(one)
    engine.dispose()

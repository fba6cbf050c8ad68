"""How the tests get their tables: by the product's own migrations."""

from sqlalchemy import create_engine

from lti_tool.run import app, migrate

__all__ = ["app", "install"]


def install(url: str) -> None:
    """Every table of the house exists in this empty database."""
    migrate.upgrade(url)
    engine = create_engine(url)
    app.METADATA.create_all(engine)
    engine.dispose()

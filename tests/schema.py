"""How the tests get their tables: by the product's own migrations."""

from lti_tool.run import app, migrate

__all__ = ["app", "install"]


def install(url: str) -> None:
    """Every table of the house exists in this empty database."""
    migrate.upgrade(url)

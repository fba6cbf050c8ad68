"""The operator's door: the one blueprint that every page of this wing stands on, and links to rooms beside it."""

from flask import Blueprint, current_app, url_for

bp = Blueprint("operator", __name__, url_prefix="/operator")


@bp.app_template_global("way_to")
def way_to(endpoint: str, **values: object) -> str | None:
    """The address of that page; None where this installation has no such room."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None  # type: ignore[arg-type]  # as url_for itself takes them

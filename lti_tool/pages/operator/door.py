"""The operator's door: the one blueprint that every page of this wing stands on."""

from flask import Blueprint

bp = Blueprint("operator", __name__, url_prefix="/operator")

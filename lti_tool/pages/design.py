"""Every part of the design in every state, on one page of the demo."""

from flask import Blueprint

bp = Blueprint("design", __name__)

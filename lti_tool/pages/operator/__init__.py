"""The operator's wing: agencies and their platforms, recent launches, grades that wait, keys, and one search."""

from lti_tool.pages.operator import agencies, entrance, grades, keys, launches, search
from lti_tool.pages.operator.door import bp

__all__ = ["agencies", "bp", "entrance", "grades", "keys", "launches", "search"]

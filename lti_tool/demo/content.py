"""What a tool hands back from Deep Linking, checked against what was asked (Deep Linking 2.0, 4.5)."""

from typing import Any

from lti_tool.demo.bodies import CONTENT, read
from lti_tool.demo.errors import Refused
from lti_tool.demo.hints import Choosing
from lti_tool.demo.tools import Tool, origin


def taken(items: Any, tool: Tool, choice: Choosing) -> list[dict[str, Any]]:
    """The items, each with an address within the tool; Refused where they are not what was asked for."""
    if not isinstance(items, list):
        raise Refused("invalid_request", "content_items must be a list")
    if len(items) > 1 and not choice.many:
        raise Refused("invalid_request", "accept_multiple was false, and more than one item came")
    return [_one(item, tool, choice) for item in items]


def _one(item: Any, tool: Tool, choice: Choosing) -> dict[str, Any]:
    content = read(CONTENT, item)
    if content["type"] not in choice.types:
        raise Refused("invalid_request", f"type is not one of accept_types: {', '.join(choice.types)}")
    url = content.get("url") or tool.target_link_uri
    if origin(url) not in tool.origins:
        raise Refused("invalid_request", "the url of a content item must lie within the tool")
    return {**content, "url": url}

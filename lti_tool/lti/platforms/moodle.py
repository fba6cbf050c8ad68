"""Moodle's ways, as measured with 4.5. Each helps with others too, or does them no harm."""

import html
import re

from lti_tool.lti.platform_client import Answer

FAMILY = "moodle"
# Moodle writes rel=“next” with curly quotes and escapes the address as HTML.
NEXT = re.compile(r"<([^>]+)>\s*;[^,]*\brel\s*=\s*[\"'“”]?next\b", re.IGNORECASE)


def next_page(header: str) -> str | None:
    """The address of the next page in a Link header, its letters' case kept; None on the last page."""
    # Header bytes arrive as Latin-1, the curly quotes as UTF-8.
    try:
        text = header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        text = header
    match = NEXT.search(text)
    return html.unescape(match.group(1)) if match else None


def cannot_fetch_our_keys(answer: Answer) -> bool:
    """True where the token endpoint fails because Moodle may not call us (cURL blocked hosts, ports, TLS).

    It then answers 404 with a page of HTML instead of an error in JSON.
    """
    return answer.status == 404 and answer.body.lstrip()[:1] == b"<"

"""Moodle's ways, as measured with 4.5. Each helps with others too, or does them no harm."""

import re

from flask_babel import lazy_gettext as _l

from lti_tool.lti.platform_client import Answer
from lti_tool.lti.platforms.ways import Addresses, Ways

FAMILY = "moodle"
WAYS = Ways(
    family=FAMILY,
    name="Moodle",
    tried=True,
    where=(
        _l("Open Site administration, Plugins, External tool, Manage tools."),
        _l("Paste the link into the field for the tool's URL and choose “Add LTI Advantage”."),
        _l("If Moodle asks whether to update a tool, choose the one that stands for us, or register as a new one."),
    ),
    by_hand=(
        _l("In Manage tools, choose “Configure a tool manually”."),
        _l("Take LTI version 1.3, and “Keyset URL” as the public key type. Copy the addresses below."),
        _l("Save, then open “View configuration details”: they are what this form asks for."),
    ),
    afterwards=(
        _l("In Manage tools, activate the tool: Moodle keeps it pending until you do."),
        _l("In its settings, choose to show it in the activity chooser. Without this, trainers do not find it."),
        _l("In a course, add it as an activity and choose a module."),
    ),
    addresses=Addresses(
        logins="{home}/mod/lti/auth.php",
        tokens="{home}/mod/lti/token.php",
        keys="{home}/mod/lti/certs.php",
    ),
)
# Moodle writes rel=“next” with curly quotes and escapes the address as HTML.
LINK = r"<([^>]+)>\s*;[^,]*\brel\s*=\s*[\"'“”]?{relation}\b"


def next_page(header: str) -> str | None:
    """The address of the next page in a Link header, its letters' case kept; None on the last page."""
    return related(header, "next")


def related(header: str, relation: str) -> str | None:
    """The address that a Link header names for this relation, whatever quotes it uses; None where there is none."""
    # Header bytes arrive as Latin-1, the curly quotes as UTF-8.
    try:
        text = header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        text = header
    match = re.search(LINK.format(relation=re.escape(relation)), text, re.IGNORECASE)
    # Nothing but &amp; is undone: other names of characters are parameters of the address.
    return match.group(1).replace("&amp;", "&") if match else None


def cannot_fetch_our_keys(answer: Answer) -> bool:
    """True where the token endpoint fails because Moodle may not call us (cURL blocked hosts, ports, TLS).

    It then answers 404 with a page of HTML instead of an error in JSON.
    """
    return answer.status == 404 and answer.body.lstrip()[:1] == b"<"

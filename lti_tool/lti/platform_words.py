"""What a platform said when it refused to register us, made fit to be shown: no markup, no length, no control codes."""

import html
import json
import re

from lti_tool.errors import OnboardingRefused
from lti_tool.lti.platform_client import Answer

LONGEST = 200
UNSEEN = re.compile(r"(?is)<(script|style|head)\b.*?</\1\s*>|<!--.*?-->")
TITLE = re.compile(r"(?is)<title[^>]*>(.*?)</title>")
MARK = re.compile(r"<[^>]*>")
# What platforms write → our code for it. Moodle's words, and those of OAuth (RFC 6750, 3.1).
KNOWN = {
    "token_already_used": "token_used",
    "missing_registration_token": "token_missing",
    "domain_targetlinkuri_mismatch": "address_mismatch",
    "invalid_token": "token_refused",
}


def refusal(answer: Answer, *, with_token: bool) -> OnboardingRefused:
    """The error that tells why the platform did not register us, with its own words where they can be read.

    Codes: token_used, token_missing, token_refused, address_mismatch, nothing_there, platform_fault,
    refused_by_platform.
    """
    words = readable(answer.body)
    code = next((code for said, code in KNOWN.items() if said in words), None)
    if code is None:
        code = _by_status(answer.status, with_token=with_token)
    return OnboardingRefused(code, f"status {answer.status}", said=words)


def readable(body: bytes) -> str:
    """The answer in one line of plain text: the error of a JSON answer, the title and text of a page, or the text."""
    text = body[:20_000].decode("utf-8", "replace")
    found = _of_json(text)
    if found is None:
        title = TITLE.search(text)
        shown = MARK.sub(" ", UNSEEN.sub(" ", text))
        found = html.unescape(f"{title.group(1) if title else ''} {shown}")
    line = " ".join("".join(each if each.isprintable() else " " for each in found).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _of_json(text: str) -> str | None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return ""
    names = ("error", "error_description", "message", "errors")
    said = [document[name] for name in names if document.get(name)]
    return ": ".join(each if isinstance(each, str) else json.dumps(each) for each in said)


def _by_status(status: int, *, with_token: bool) -> str:
    if status in (401, 403):
        return "token_refused" if with_token else "token_missing"
    if status in (404, 405, 410):
        return "nothing_there"
    return "platform_fault" if status >= 500 else "refused_by_platform"

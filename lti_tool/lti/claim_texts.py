"""Texts that platforms tell us of people and courses: fit to be kept, and showing nothing else than they say."""

import json
import re
import unicodedata
from typing import Any

from lti_tool.errors import LaunchRefused

# How JSON writes the one character that PostgreSQL keeps in no text.
NUL = "\\u0000"
LONGEST_NAME = 200
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
# Unseen, but words of Persian, Hindi and others are spelt with them; emoji, too.
JOINERS = "\u200c\u200d"
# Controls, marks of format, code points of nobody and of private use.
UNSEEN = ("Cc", "Cf", "Cn", "Co")


def check(claims: dict[str, Any]) -> None:
    """Every text of the message can be kept: no NUL, no half of a character; or LaunchRefused."""
    try:
        written = json.dumps(claims, ensure_ascii=False)
        written.encode()
    except (ValueError, RecursionError) as error:
        raise LaunchRefused("malformed_claims", type(error).__name__) from error
    if NUL in written:
        raise LaunchRefused("malformed_claims", "a character that no text has")


def shown(text: str | None) -> str | None:
    """The text on one line, composed (NFC), without what is unseen, above all without marks that turn its direction.

    A name can look like another one in letters of another script all the same: nobody is ever known by name.
    """
    if text is None:
        return None
    kept = "".join(each for each in unicodedata.normalize("NFC", text[: 2 * LONGEST_NAME]) if _is_seen(each))
    return " ".join(kept.split())[:LONGEST_NAME] or None


def language(tag: str | None) -> str | None:
    """The language tag, where it is one (`en`, `pt-BR`, `de_AT`)."""
    return tag if tag and LANGUAGE_TAG.fullmatch(tag) else None


def _is_seen(character: str) -> bool:
    # White space parts words even where it is a control: `split` makes plain spaces of it.
    return character in JOINERS or character.isspace() or unicodedata.category(character) not in UNSEEN

"""Texts that are about to be signed."""

import unicodedata

from assessments.errors import TextRefused

# Controls, surrogates and what turns the reading direction: a signed text must read the same everywhere.
# Canonicalisation libraries disagree about control characters, so that a signature could break elsewhere.
REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Cn", "Co"})
REFUSED = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff")


def is_signable(text: str) -> bool:
    """Whether a text says something and holds no character that must not be signed."""
    if not text.strip():
        return False
    return not any(character in REFUSED or unicodedata.category(character) in REFUSED_CATEGORIES for character in text)


def signable(text: str, *, field: str, longest: int = 200) -> str:
    """The text in composed form (NFC) without outer space; TextRefused where it must not be signed."""
    tidy = unicodedata.normalize("NFC", text.strip())
    if len(tidy) > longest or not is_signable(tidy):
        raise TextRefused(field)
    return tidy

"""The few words of a package's own pages, in the language of the course's edition."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from babel.support import Translations

TRANSLATIONS = Path(__file__).parents[1] / "translations"


@lru_cache(maxsize=64)
def into(language: str) -> Callable[[str], str]:
    """What puts a text of ours into that language; English where it has none."""
    translate: Callable[[str], str] = Translations.load(TRANSLATIONS, [language.replace("-", "_")]).gettext
    return translate

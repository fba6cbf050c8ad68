"""Which language of a text a reader gets: Accept-Language (RFC 9110 12.5.4, RFC 4647) applied to one language map.

(xAPI Communication 2.1.3, language filtering requirements for canonical format statements.)
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

_ANY = "*"
_MOST = 100
_RANGE = re.compile(
    r"\s*(?P<tag>\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*(?P<quality>0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.ASCII | re.IGNORECASE,
)

# How near a tag is to the range that speaks for it, or, where none does, to what was asked for.
_EXACT, _NARROWER, _BROADER, _RELATED, _STRANGE = 4, 3, 2, 1, 0
_Rank = tuple[float, int, int, int]


class Range(NamedTuple):
    """A language the reader takes, in small letters (`*` is every other), from 1 (gladly) to 0 (not at all)."""

    tag: str
    quality: float


Wanted = tuple[Range, ...]
ANYTHING: Wanted = ()


@lru_cache(maxsize=1024)
def read(header: str | None) -> Wanted:
    """What an Accept-Language header asks for, the most wanted first; parts that are no language range are passed over.

    Of two languages that are wanted equally, the one that was named first comes first.
    """
    found = [_RANGE.fullmatch(part) for part in (header or "").split(",")[:_MOST]]
    ranges = [Range(each["tag"].lower(), float(each["quality"] or 1)) for each in found if each]
    return tuple(sorted(ranges, key=lambda each: -each.quality))


def one_of(texts: Mapping[str, str], wanted: Wanted) -> dict[str, str]:
    """The language map with the one language that suits best; where none does, with the first that was not refused."""
    if len(texts) < 2:
        return dict(texts)
    tag = _choose(tuple(texts), wanted)
    return {tag: texts[tag]}


@lru_cache(maxsize=4096)
def _choose(tags: tuple[str, ...], wanted: Wanted) -> str:
    ranked = [(rank, tag) for tag in tags if (rank := _rank(tag.lower(), wanted)) is not None]
    return max(ranked, key=lambda each: each[0])[1] if ranked else tags[0]


def _rank(tag: str, wanted: Wanted) -> _Rank | None:
    """How much this language is wanted: quality, place among the wanted, nearness; None where it is refused.

    A range speaks for its own tag and for narrower ones (RFC 2616 14.4). What no range speaks for comes after that.
    """
    named = [each for each in wanted if _begins(tag, each.tag)]
    if named:
        # The longest range that fits speaks for the tag: "en, en-US;q=0" takes every English but the American.
        speaking = max(named, key=lambda each: len(each.tag))
        return _place(speaking, wanted, _EXACT if speaking.tag == tag else _NARROWER)
    others = next((each for each in wanted if each.tag == _ANY), None)
    willing = [(_nearness(tag, each.tag), -place) for place, each in enumerate(wanted) if each.quality > 0]
    near, which = max(willing, default=(_STRANGE, 0))
    if others is None:
        return 0.0, -len(wanted), near, which
    return _place(others, wanted, near, which)


def _nearness(tag: str, wish: str) -> int:
    # "de-CH" is better served by plain "de" (RFC 4647 3.4), and by "de-AT", than by what nobody asked for.
    if _begins(wish, tag):
        return _BROADER
    return _RELATED if _first(wish) == _first(tag) else _STRANGE


def _place(speaking: Range, wanted: Wanted, near: int, which: int = 0) -> _Rank | None:
    return (speaking.quality, -wanted.index(speaking), near, which) if speaking.quality > 0 else None


def _begins(tag: str, beginning: str) -> bool:
    return tag == beginning or tag.startswith(f"{beginning}-")


def _first(tag: str) -> str:
    return tag.partition("-")[0]

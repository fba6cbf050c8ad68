"""The small forms that statements are written in: addresses, ids, times, durations, languages (xAPI Data 4)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, wraps
from uuid import UUID

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
_MBOX = re.compile(r"mailto:[^@\s<>]+@[^@\s<>]+")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_SHA2 = re.compile(r"[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# An offset of -00:00 means that the zone is not known, and xAPI refuses it (Data 4.5).
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:[Zz]|(?!-00(?::?00)?\Z)[+-]\d\d(?::?[0-5]\d)?)?", re.ASCII
)
_PART = r"\d+(?:[.,]\d+)?"
_DURATION = re.compile(
    r"P(?![^.,]*[.,]\d+[A-Z].)"
    rf"(?:{_PART}W|(?=\d|T\d)(?:{_PART}Y)?(?:{_PART}M)?(?:{_PART}D)?(?:T(?=\d)(?:{_PART}H)?(?:{_PART}M)?(?:{_PART}S)?)?)",
    re.ASCII,
)
_MEDIA_TYPE = re.compile(r"[\w.+\-!#$&^]+/[\w.+\-!#$&^*]+(?:[ \t]*;[^\x00-\x1f\x7f]*)?", re.ASCII)

# RFC 5646, section 2.1; the grandfathered tags that no other form covers are listed.
_LANGUAGE = re.compile(
    r"(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})"
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+)",
    re.ASCII | re.IGNORECASE,
)
_GRANDFATHERED = re.compile(
    r"en-gb-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)|sgn-(?:be-fr|be-nl|ch-de)"
    r"|art-lojban|cel-gaulish|no-bok|no-nyn|zh-(?:guoyu|hakka|min|min-nan|xiang)",
    re.IGNORECASE,
)
_SINGLETON = re.compile(r"-([0-9a-wy-z])(?=-)", re.IGNORECASE)
_ORDINARY = 256


def _remembered(fits: Callable[[str], bool]) -> Callable[[str], bool]:
    """The same question, its answers remembered for texts of ordinary length: the same few come again and again."""
    known = lru_cache(maxsize=8192)(fits)

    @wraps(fits)
    def ask(value: str) -> bool:
        return known(value) if len(value) <= _ORDINARY else fits(value)

    return ask


@_remembered
def is_iri(value: str) -> bool:
    """True for an IRI with a scheme; hosts and paths are taken as they are."""
    return _IRI.fullmatch(value) is not None


def is_mbox(value: str) -> bool:
    """True for `mailto:` and an address."""
    return _MBOX.fullmatch(value) is not None


def is_sha1(value: str) -> bool:
    """True for 40 hexadecimal digits."""
    return _SHA1.fullmatch(value) is not None


def is_sha2(value: str) -> bool:
    """True for a SHA-2 sum of any length in hexadecimal digits."""
    return _SHA2.fullmatch(value) is not None


def is_uuid(value: str) -> bool:
    """True for a UUID in its usual form with hyphens."""
    return _UUID.fullmatch(value) is not None


def is_media_type(value: str) -> bool:
    """True for an Internet media type, with or without parameters."""
    return _MEDIA_TYPE.fullmatch(value) is not None


def is_duration(value: str) -> bool:
    """True for an ISO 8601 duration; weeks stand alone, and only the last part may have a fraction."""
    return _DURATION.fullmatch(value) is not None


@_remembered
def is_language(value: str) -> bool:
    """True for a well-formed RFC 5646 language tag without repeated variants or singletons."""
    found = _LANGUAGE.fullmatch(value)
    if found is None:
        return _GRANDFATHERED.fullmatch(value) is not None
    variants = (found["variants"] or "").lower().split("-")[1:]
    singletons = [each.lower() for each in _SINGLETON.findall(found["extensions"] or "")]
    return len(set(variants)) == len(variants) and len(set(singletons)) == len(singletons)


def is_time(value: str) -> bool:
    """True for an RFC 3339 time."""
    return read_time(value) is not None


def read_time(value: str) -> datetime | None:
    """The moment, in UTC; None where it is not an RFC 3339 time. Without a zone it is taken as UTC.

    A leap second is the moment after it.
    """
    if _TIME.fullmatch(value) is None:
        return None
    leap = value[16:19] == ":60"
    try:
        plain = value.upper().replace(",", ".")
        moment = datetime.fromisoformat(f"{plain[:16]}:59{plain[19:]}" if leap else plain)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        return _after_leap(moment) if leap else moment
    except (ValueError, OverflowError):
        return None


def _after_leap(moment: datetime) -> datetime | None:
    after = moment.replace(microsecond=0) + timedelta(seconds=1)
    # They stand at the end of June and December only (RFC 3339, section 5.7 and appendix D).
    return after if (after.month, after.day, after.hour, after.minute) in ((1, 1, 0, 0), (7, 1, 0, 0)) else None


def write_time(moment: datetime) -> str:
    """The moment as the store writes it: UTC, to the microsecond."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"


def read_uuid(value: str) -> UUID | None:
    """The UUID; None where it is none."""
    return UUID(value) if is_uuid(value) else None

"""Passwords: what is asked of one, how it is kept (argon2id), and comparing that takes as long for nobody."""

from collections.abc import Sequence
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200
# As many as one e-mail address is tried for, and as many comparisons as every attempt makes.
TRIES = 3
# OWASP's first recommendation for argon2id with 19 MiB: two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
# The most common ones that are long enough to come this far, or become so by repeating; compared in small letters.
COMMON = frozenset({
    "123456789012", "1234567890123", "12345678901234", "123456789123", "123123123123", "012345678910",
    "098765432109", "111111111111", "000000000000", "121212121212", "112233445566", "123456123456",
    "1q2w3e4r5t6y", "1q2w3e4r5t6y7u", "1qaz2wsx3edc", "qwertyuiop12", "qwertyuiop123", "qwertyuiop[]",
    "qwertyqwerty", "qwerty123456", "123456qwerty", "qwerty12345678", "asdfghjkl123", "asdfasdfasdf",
    "zxcvbnmasdfg", "password1234", "password12345", "password123456", "passwordpassword", "password1password",
    "administrator", "administrator1", "adminadminadmin", "changeme1234", "letmeinletmein", "welcome12345",
    "welcomewelcome", "iloveyou1234", "iloveyouiloveyou", "abcdefghijkl", "abcdefghijklm", "abcd12345678",
    "abc123abc123", "aaaaaaaaaaaa", "qazwsxedcrfv", "qazwsx123456", "football1234", "liverpool123",
    "manchester12", "sunshine1234", "princess1234", "superman1234", "michael12345", "trustno1trustno1",
    "correcthorsebatterystaple", "correct horse battery staple", "facilitator1", "animateur123", "animateuranimateur",
})  # fmt: skip


def refused(password: str, *, email: str = "") -> str | None:
    """Why this cannot be a password: `too_short`, `too_long`, `too_common`, `like_email`; None where it can."""
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    plain = password.casefold()
    if plain in COMMON or len(set(plain)) < 4:
        return "too_common"
    return "like_email" if email and plain in (email, email.partition("@")[0]) else None


def hashed(password: str) -> str:
    """What is kept of it: argon2id with a salt of its own."""
    return HASHER.hash(password)


def first_match(password: str, kept: Sequence[str | None]) -> int | None:
    """The place of the first of these hashes that the password fits. Always as much work, however many there are."""
    tried = [*list(kept)[:TRIES], *[None] * (TRIES - len(kept))]
    fits = [_fits(password, each) for each in tried]
    return fits.index(True) if True in fits else None


def _fits(password: str, kept: str | None) -> bool:
    try:
        HASHER.verify(kept or _nobodys(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@cache
def _nobodys() -> str:
    """A hash that stands in for an account that is not there."""
    return HASHER.hash("nobody has this password")

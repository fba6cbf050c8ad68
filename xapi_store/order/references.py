"""What statements do to each other: a voiding one hides its target, and one that refers to another is found with it.

Both hold in whatever order the two arrive (xAPI Data 2.3.2, Communication 2.1.3), and both are settled once,
when a statement is stored, so that reading needs no second look.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import Cursor

from xapi_store import arrays, postings
from xapi_store.form.received import read_stored

CONCERNS = "SELECT EXISTS (SELECT FROM statement WHERE store_id = %s AND target = ANY(%s))"

_VOID = (
    "UPDATE statement AS hidden SET voided = true FROM statement AS voider"
    " WHERE hidden.store_id = %s AND hidden.id = ANY(%s) AND NOT hidden.voided AND NOT hidden.voiding"
    " AND voider.store_id = hidden.store_id AND voider.target = hidden.id AND voider.voiding"
    " RETURNING hidden.seq, hidden.raw"
)
# `upward` are the statements whose lists change: the new ones that refer to others, and all that refer, directly or
# through others, to a new one. `downward` is what each of them refers to. UNION ends where references run in a circle.
_FOLLOW = (
    "WITH RECURSIVE upward (seq, id, target, voided) AS ("
    "  SELECT seq, id, target, voided FROM statement WHERE store_id = %(store)s AND id = ANY(%(ids)s)"
    "  UNION SELECT referring.seq, referring.id, referring.target, referring.voided FROM upward"
    "  JOIN statement AS referring ON referring.store_id = %(store)s AND referring.target = upward.id"
    "), downward (origin, seq, target) AS ("
    "  SELECT seq, seq, target FROM upward WHERE target IS NOT NULL AND NOT voided"
    "  UNION SELECT downward.origin, aim.seq, aim.target FROM downward"
    "  JOIN statement AS aim ON aim.store_id = %(store)s AND aim.id = downward.target"
    ") SELECT downward.origin, statement.raw FROM downward"
    " JOIN statement ON statement.store_id = %(store)s AND statement.seq = downward.seq"
    " WHERE downward.origin <> downward.seq ORDER BY downward.origin, downward.seq"
)


def settle(cursor: Cursor[Any], *, store_id: int, key: bytes, ids: Sequence[UUID], targets: Sequence[UUID]) -> None:
    """These new statements, and the `targets` of some, have their effect on each other and on older ones.

    `key` is the store's posting key; its head must be locked.
    """
    cursor.execute(_VOID, (store_id, arrays.uuids([*ids, *targets])))
    hidden = cursor.fetchall()
    cursor.execute(_FOLLOW, {"store": store_id, "ids": arrays.uuids(ids)})
    entries = [(number, origin) for origin, raw in cursor.fetchall() for number in _inherited(raw, key)]
    postings.write(cursor, store_id=store_id, entries=set(entries))
    if hidden:
        _hide(cursor, store_id, key, dict(hidden))


def _hide(cursor: Cursor[Any], store_id: int, key: bytes, hidden: dict[int, bytes]) -> None:
    """Voided statements stand in no list, neither their own nor those of what they refer to."""
    cursor.execute(_FOLLOW_FROM, {"store": store_id, "places": arrays.bigints(list(hidden))})
    own = [(number, place) for place, raw in hidden.items() for number in _own(raw, key)]
    others = [(number, origin) for origin, raw in cursor.fetchall() for number in _inherited(raw, key)]
    postings.withdraw(cursor, store_id=store_id, entries={*own, *others})


_FOLLOW_FROM = (
    "WITH RECURSIVE downward (origin, seq, target) AS ("
    "  SELECT seq, seq, target FROM statement"
    "  WHERE store_id = %(store)s AND seq = ANY(%(places)s) AND target IS NOT NULL"
    "  UNION SELECT downward.origin, aim.seq, aim.target FROM downward"
    "  JOIN statement AS aim ON aim.store_id = %(store)s AND aim.id = downward.target"
    ") SELECT downward.origin, statement.raw FROM downward"
    " JOIN statement ON statement.store_id = %(store)s AND statement.seq = downward.seq"
    " WHERE downward.origin <> downward.seq"
)


def _own(raw: bytes, key: bytes) -> list[int]:
    return postings.lists(key, postings.names(read_stored(raw)))


def _inherited(raw: bytes, key: bytes) -> list[int]:
    return postings.lists(key, postings.inherited(read_stored(raw)))

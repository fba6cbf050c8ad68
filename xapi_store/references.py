"""What statements do to each other: a voiding one hides its target, and one that refers to another is found with it.

Both hold in whatever order the two arrive (xAPI Data 2.3.2, Communication 2.1.3), and both are settled once,
when a statement is stored, so that reading needs no second look.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from xapi_store import postings
from xapi_store.received import read_stored
from xapi_store.vocabulary import VOIDED

_CONCERNS = text("SELECT EXISTS (SELECT FROM statement WHERE store_id = :store AND target = ANY(cast(:ids AS uuid[])))")
_VOID = text(
    "UPDATE statement AS hidden SET voided = true FROM statement AS voiding"
    " WHERE hidden.store_id = :store AND hidden.id = ANY(cast(:touched AS uuid[])) AND NOT hidden.voided"
    " AND hidden.verb <> :voided AND voiding.store_id = :store AND voiding.target = hidden.id"
    " AND voiding.verb = :voided"
)
# `upward` are the statements whose postings change: the new ones that refer to others, and all that refer, directly or
# through others, to a new one. `downward` is what each of them refers to. UNION ends where references run in a circle.
_FOLLOW = text(
    "WITH RECURSIVE upward (seq, id, target) AS ("
    "  SELECT seq, id, target FROM statement WHERE store_id = :store AND id = ANY(cast(:ids AS uuid[]))"
    "  UNION SELECT referring.seq, referring.id, referring.target FROM upward"
    "  JOIN statement AS referring ON referring.store_id = :store AND referring.target = upward.id"
    "), downward (origin, seq, target) AS ("
    "  SELECT seq, seq, target FROM upward WHERE target IS NOT NULL"
    "  UNION SELECT downward.origin, aim.seq, aim.target FROM downward"
    "  JOIN statement AS aim ON aim.store_id = :store AND aim.id = downward.target"
    ") SELECT downward.origin, statement.raw FROM downward"
    " JOIN statement ON statement.store_id = :store AND statement.seq = downward.seq"
    " WHERE downward.origin <> downward.seq ORDER BY downward.origin, downward.seq"
)


def settle(session: Session, *, store_id: int, ids: Collection[UUID], targets: Collection[UUID]) -> None:
    """These new statements, and the `targets` of some, have their effect on each other and on older ones."""
    parameters = {"store": store_id, "ids": list(ids)}
    if not targets and not session.scalar(_CONCERNS, parameters):
        return
    session.execute(_VOID, {"store": store_id, "touched": [*ids, *targets], "voided": VOIDED})
    found = session.execute(_FOLLOW, parameters).all()
    if found:
        entries = [(origin, postings.terms_of(read_stored(raw))) for origin, raw in found]
        postings.write(session, store_id=store_id, entries=entries)

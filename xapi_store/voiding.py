"""Voiding: a statement is declared void by another one, for a reason (xAPI Data 2.3.2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from xapi_store import statements
from xapi_store.errors import NoSuchStatement, StoreError
from xapi_store.statements import Statement
from xapi_store.vocabulary import VOIDED

LONGEST_REASON = 500


class NotVoidable(StoreError):
    """The statement is void already, or voids another one, which nothing takes back."""


def void(
    session: Session, *, store_id: int, statement_id: UUID, reason: str, by: Mapping[str, Any], at: datetime
) -> UUID:
    """The statement will be void once the transaction is committed, by a statement of the actor `by`; gives its id.

    The reason stands in that statement's `result.response`. NoSuchStatement, or NotVoidable.
    """
    row = session.scalar(select(Statement).where(Statement.store_id == store_id, Statement.id == statement_id))
    if row is None:
        raise NoSuchStatement(f"there is no statement {statement_id} in this store")
    if row.voided or row.voiding:
        raise NotVoidable(f"the statement {statement_id} " + ("is void already" if row.voided else "voids another one"))
    voiding = {
        "actor": dict(by),
        "verb": {"id": VOIDED, "display": {"en": "voided"}},
        "object": {"objectType": "StatementRef", "id": str(statement_id)},
        "result": {"response": reason},
    }
    return statements.record(session, store_id=store_id, statement=voiding, authority=dict(by), at=at)

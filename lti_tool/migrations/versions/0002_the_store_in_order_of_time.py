"""The store in order of time: a statement's place is its stored time, and postings need no table of terms.

Revision ID: 0002
Revises: 0001
"""

import os
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The kinds of lists as they were (agents and activities with a mark for related places) and as they are.
AGENT, ACTIVITY, AGENT_RELATED, ACTIVITY_RELATED = 1, 3, 6, 7
PLACE = "(extract(epoch FROM stored) * 1000000)::bigint"
VACUUM = {"autovacuum_vacuum_insert_scale_factor": "0.02"}


PLACE_PLAIN_STATEMENTS = """
CREATE OR REPLACE FUNCTION place_plain_statements(
    the_store bigint, seen_definitions bigint, ids uuid[], bodies bytea[], dated boolean[],
    lists bigint[], owners bigint[]
) RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE last bigint; before bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(2017546313, the_store::integer);
    UPDATE store
        SET head = greatest(head, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) + cardinality(ids)
        WHERE id = the_store AND definitions_changed = seen_definitions RETURNING head INTO last;
    IF last IS NULL
        OR EXISTS (SELECT FROM statement WHERE store_id = the_store AND id = ANY(ids))
        OR EXISTS (SELECT FROM tombstone WHERE store_id = the_store AND id = ANY(ids))
        OR EXISTS (SELECT FROM statement WHERE store_id = the_store AND target = ANY(ids))
    THEN RETURN NULL; END IF;
    before := last - cardinality(ids);
    INSERT INTO statement (store_id, seq, id, target, voided, voiding, raw)
        SELECT the_store, before + number, id, NULL, false, false, body || convert_to(to_char(
            timestamp 'epoch' + (before + number) * interval '1 microsecond',
            CASE WHEN is_dated THEN '' ELSE '",\\"timestamp\\":\\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\\""' END
            || '",\\"stored\\":\\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\\"}"'), 'UTF8')
        FROM unnest(ids, bodies, dated) WITH ORDINALITY AS new (id, body, is_dated, number);
    INSERT INTO posting (store_id, list, seq)
        SELECT the_store, list, before + owner FROM unnest(lists, owners) AS new (list, owner);
    RETURN last;
END $$
"""


def upgrade() -> None:
    _stores()
    _statements()
    _postings()
    op.create_table(
        "tombstone",
        sa.Column("store_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_tombstone")),
    )
    op.execute(PLACE_PLAIN_STATEMENTS)
    for name in ("previous_until", "expires_at", "last_used_at"):
        op.add_column("api_key", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("api_key", sa.Column("previous_hash", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("the terms of the old lists cannot be read from the new ones: restore a backup")


def _stores() -> None:
    op.add_column("store", sa.Column("posting_key", sa.LargeBinary(), nullable=True))
    op.add_column("store", sa.Column("definitions_changed", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("store", sa.Column("default_version", sa.String(), server_default="2.0.0", nullable=False))
    op.add_column("store", sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    for (store_id,) in connection.execute(sa.text("SELECT id FROM store")).all():
        change = sa.text("UPDATE store SET posting_key = :key, created_at = stored WHERE id = :id")
        connection.execute(change, {"key": os.urandom(16), "id": store_id})
    op.execute("UPDATE store SET head = " + PLACE)
    for name in ("posting_key", "created_at"):
        op.alter_column("store", name, nullable=False)
    for name in ("definitions_changed", "default_version"):
        op.alter_column("store", name, server_default=None)
    op.drop_column("store", "stored")


def _statements() -> None:
    op.drop_constraint("fk_statement_store_id", "statement", type_="foreignkey")
    op.drop_constraint("uq_statement_store_id_stored", "statement", type_="unique")
    op.add_column("statement", sa.Column("voiding", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE statement SET voiding = true WHERE verb = 'http://adlnet.gov/expapi/verbs/voided'")
    op.alter_column("statement", "voiding", server_default=None)


def _postings() -> None:
    """Every posting stands in the list that its term now has; then places become times."""
    connection = op.get_bind()
    op.rename_table("posting", "posting_of_terms")
    op.create_table(
        "posting",
        sa.Column("store_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("list", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        postgresql_with=VACUUM,
    )
    op.execute(
        "CREATE TEMPORARY TABLE listed (store_id bigint, term_id bigint, related boolean, list bigint) ON COMMIT DROP"
    )
    terms = connection.execute(
        sa.text(
            "SELECT term.store_id, term.id, kind, text, posting_key FROM term JOIN store ON store.id = term.store_id"
        )
    )
    rows = [row for store_id, term_id, kind, text, key in terms for row in _lists(store_id, term_id, kind, text, key)]
    if rows:
        connection.execute(sa.text("INSERT INTO listed VALUES (:store_id, :term_id, :related, :list)"), rows)
    op.execute(
        "INSERT INTO posting SELECT old.store_id, listed.list, "
        + PLACE
        + " FROM posting_of_terms AS old JOIN listed USING (store_id, term_id, related)"
        " JOIN statement ON statement.store_id = old.store_id AND statement.seq = old.seq"
        " WHERE NOT statement.voided AND NOT (old.related AND EXISTS (SELECT FROM posting_of_terms AS main"
        "  WHERE main.store_id = old.store_id AND main.term_id = old.term_id AND main.seq = old.seq AND NOT main.related))"
    )
    op.drop_table("posting_of_terms")
    op.create_primary_key("pk_posting", "posting", ["store_id", "list", "seq"])
    op.drop_table("term")
    op.execute("UPDATE statement SET seq = " + PLACE)
    for name in ("stored", "timestamp", "verb"):
        op.drop_column("statement", name)
    op.execute("ALTER TABLE statement SET (autovacuum_vacuum_insert_scale_factor = 0.02)")


def _lists(store_id: int, term_id: int, kind: int, text: str, key: bytes) -> list[dict[str, Any]]:
    related = {AGENT: AGENT_RELATED, ACTIVITY: ACTIVITY_RELATED}.get(kind)
    places = [(False, kind)] + ([(True, related)] if related else [])
    return [
        {"store_id": store_id, "term_id": term_id, "related": each, "list": _number(key, number, text)}
        for each, number in places
    ]


def _number(key: bytes, kind: int, text: str) -> int:
    digest = blake2b(text.encode(), digest_size=8, key=key, salt=bytes((kind,))).digest()
    return int.from_bytes(digest, "big", signed=True)

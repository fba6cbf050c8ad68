"""Documents, attachments, definitions, profiles, forwarding, import, erasure and retention

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "definition",
        sa.Column("store_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("iri", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "kind", "digest", name=op.f("pk_definition")),
    )
    op.create_index(op.f("ix_definition_store_id_changed"), "definition", ["store_id", "changed"], unique=False)
    op.create_table(
        "notice",
        sa.Column("store_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "number", name=op.f("pk_notice")),
    )
    op.create_table(
        "statement_attachment",
        sa.Column("store_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sha2", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "seq", "sha2", name=op.f("pk_statement_attachment")),
    )
    op.create_index(
        op.f("ix_statement_attachment_store_id_sha2"), "statement_attachment", ["store_id", "sha2"], unique=False
    )
    op.create_table(
        "attachment",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("sha2", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_attachment_store_id")),
        sa.PrimaryKeyConstraint("store_id", "sha2", name=op.f("pk_attachment")),
    )
    op.create_table(
        "document",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("shelf", sa.LargeBinary(), nullable=False),
        sa.Column("owner", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("activity", sa.String(), nullable=True),
        sa.Column("agent", sa.String(), nullable=True),
        sa.Column("registration", sa.Uuid(), nullable=True),
        sa.Column("doc_id", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_document_store_id")),
        sa.PrimaryKeyConstraint("store_id", "place", name=op.f("pk_document")),
    )
    op.create_index(
        "ix_document_owner", "document", ["store_id", "owner"], unique=False, postgresql_where="owner IS NOT NULL"
    )
    op.create_index(
        op.f("ix_document_store_id_shelf_updated"), "document", ["store_id", "shelf", "updated"], unique=False
    )
    op.create_table(
        "erasure",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("identities", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pseudonym", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lists_through", sa.BigInteger(), nullable=False),
        sa.Column("others_through", sa.BigInteger(), nullable=False),
        sa.Column("statements", sa.BigInteger(), nullable=False),
        sa.Column("attachments", sa.BigInteger(), nullable=False),
        sa.Column("documents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_erasure_store_id")),
        sa.PrimaryKeyConstraint("store_id", "number", name=op.f("pk_erasure")),
    )
    op.create_table(
        "forwarding",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("keep_authority", sa.Boolean(), nullable=False),
        sa.Column("verbs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("activities", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("profiles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_forwarding_store_id")),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_forwarding")),
    )
    op.create_table(
        "import_run",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("more", sa.String(), nullable=False),
        sa.Column("first", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("already_here", sa.BigInteger(), nullable=False),
        sa.Column("conflicts", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_import_run_store_id")),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "loaded_profile",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("iri", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_loaded_profile_store_id")),
        sa.PrimaryKeyConstraint("store_id", "place", name=op.f("pk_loaded_profile")),
    )
    op.create_table(
        "profile_finding",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("example", sa.Uuid(), nullable=False),
        sa.Column("last", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_profile_finding_store_id")),
        sa.PrimaryKeyConstraint("store_id", "place", name=op.f("pk_profile_finding")),
    )
    op.create_table(
        "profile_policy",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("mode IN ('off', 'warn', 'refuse')", name=op.f("ck_profile_policy_mode")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_profile_policy_store_id")),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_profile_policy")),
    )
    op.create_table(
        "retention",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep_verbs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("with_documents", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.Column("statements", sa.BigInteger(), nullable=False),
        sa.Column("attachments", sa.BigInteger(), nullable=False),
        sa.Column("documents", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_retention_store_id")),
        sa.PrimaryKeyConstraint("store_id", "number", name=op.f("pk_retention")),
    )
    op.create_table(
        "forwarding_refusal",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("forwarding_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "forwarding_id"],
            ["forwarding.store_id", "forwarding.id"],
            name=op.f("fk_forwarding_refusal_store_id_forwarding_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("store_id", "forwarding_id", "seq", name=op.f("pk_forwarding_refusal")),
    )
    op.create_table(
        "import_fault",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "run_id"],
            ["import_run.store_id", "import_run.id"],
            name=op.f("fk_import_fault_store_id_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("store_id", "run_id", "page", "place", name=op.f("pk_import_fault")),
    )


def downgrade() -> None:
    op.drop_table("import_fault")
    op.drop_table("forwarding_refusal")
    op.drop_table("retention")
    op.drop_table("profile_policy")
    op.drop_table("profile_finding")
    op.drop_table("loaded_profile")
    op.drop_table("import_run")
    op.drop_table("forwarding")
    op.drop_table("erasure")
    op.drop_table("document")
    op.drop_table("attachment")
    op.drop_table("statement_attachment")
    op.drop_table("notice")
    op.drop_table("definition")

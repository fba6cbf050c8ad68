"""The first tables"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Rows of the ledger are only ever added.
PROTECTION = (
    """CREATE OR REPLACE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the ledger only grows: its entries are never changed or removed'; END $$""",
    """CREATE TRIGGER ledger_keeps_rows BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_only_grows()""",
    """CREATE TRIGGER ledger_keeps_table BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()""",
)

# Its schema files know no way back.
QUEUE_GONE = """DO $$ DECLARE thing record; BEGIN
    FOR thing IN SELECT oid::regclass AS name FROM pg_class
        WHERE relname LIKE 'procrastinate%' AND relkind = 'r' AND relnamespace = 'public'::regnamespace
    LOOP EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', thing.name); END LOOP;
    FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE proname LIKE 'procrastinate%' AND pronamespace = 'public'::regnamespace
    LOOP EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', thing.name); END LOOP;
    FOR thing IN SELECT oid::regtype AS name FROM pg_type
        WHERE typname LIKE 'procrastinate%' AND typtype IN ('e', 'c') AND typnamespace = 'public'::regnamespace
    LOOP EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', thing.name); END LOOP;
END $$"""


def upgrade() -> None:
    op.create_table(
        "operator_visit",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("form_key", sa.String(), nullable=False),
        sa.Column("entered", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_operator_visit")),
    )
    op.create_table(
        "posting",
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.BigInteger(), nullable=False),
        sa.Column("related", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "term_id", "related", "seq", name=op.f("pk_posting")),
    )
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("public_jwk", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed_private", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_key")),
    )
    op.create_index(
        "uq_signing_key_active",
        "signing_key",
        ["owner", "algorithm"],
        unique=True,
        postgresql_where="retired_at IS NULL",
    )
    op.create_table(
        "store",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store")),
        sa.UniqueConstraint("slug", name=op.f("uq_store_slug")),
    )
    op.create_table(
        "agency",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("account_home", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_agency_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("account_home", name=op.f("uq_agency_account_home")),
        sa.UniqueConstraint("slug", name=op.f("uq_agency_slug")),
        sa.UniqueConstraint("store_id", name=op.f("uq_agency_store_id")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("scopes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_api_key_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key", name=op.f("uq_api_key_key")),
    )
    op.create_index(op.f("ix_api_key_store_id"), "api_key", ["store_id"], unique=False)
    op.create_table(
        "ledger_entry",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_ledger_entry_store_id")),
        sa.PrimaryKeyConstraint("store_id", "seq", name=op.f("pk_ledger_entry")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_ledger_head_store_id")),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "statement",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("target", sa.Uuid(), nullable=True),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_statement_store_id")),
        sa.PrimaryKeyConstraint("store_id", "seq", name=op.f("pk_statement")),
        sa.UniqueConstraint("store_id", "id", name=op.f("uq_statement_store_id_id")),
        sa.UniqueConstraint("store_id", "stored", name=op.f("uq_statement_store_id_stored")),
    )
    op.create_index(
        "ix_statement_target", "statement", ["store_id", "target"], unique=False, postgresql_where="target IS NOT NULL"
    )
    op.create_table(
        "term",
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_term_store_id")),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_term")),
        sa.UniqueConstraint("store_id", "kind", "digest", name=op.f("uq_term_store_id_kind_digest")),
    )
    op.create_table(
        "cohort",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_cohort_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
    )
    op.create_index(op.f("ix_cohort_agency_id"), "cohort", ["agency_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_person_agency_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_person_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("agency_id", "account", name=op.f("uq_person_agency_id_account")),
        sa.UniqueConstraint("store_id", "id", name=op.f("uq_person_store_id_id")),
    )
    op.create_table(
        "platform",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("authorization_endpoint", sa.String(), nullable=False),
        sa.Column("token_endpoint", sa.String(), nullable=False),
        sa.Column("token_audience", sa.String(), nullable=True),
        sa.Column("jwks_uri", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_platform_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform")),
        sa.UniqueConstraint("issuer", "client_id", name=op.f("uq_platform_issuer_client_id")),
    )
    op.create_index(op.f("ix_platform_agency_id"), "platform", ["agency_id"], unique=False)
    op.create_table(
        "status_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_status_list_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_list")),
    )
    op.create_index(op.f("ix_status_list_agency_id"), "status_list", ["agency_id"], unique=False)
    op.create_table(
        "access_token",
        sa.Column("platform_id", sa.BigInteger(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name=op.f("fk_access_token_platform_id")),
        sa.PrimaryKeyConstraint("platform_id", "scopes", name=op.f("pk_access_token")),
    )
    op.create_table(
        "cohort_member",
        sa.Column("cohort_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_member_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_cohort_member_person_id")),
        sa.PrimaryKeyConstraint("cohort_id", "person_id", name=op.f("pk_cohort_member")),
    )
    op.create_index(op.f("ix_cohort_member_person_id"), "cohort_member", ["person_id"], unique=False)
    op.create_table(
        "deployment",
        sa.Column("platform_id", sa.BigInteger(), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name=op.f("fk_deployment_platform_id")),
        sa.PrimaryKeyConstraint("platform_id", "deployment_id", name=op.f("pk_deployment")),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("course_version", sa.String(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id", "person_id"], ["person.store_id", "person.id"], name=op.f("fk_enrolment_store_id_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint(
            "person_id",
            "course",
            "course_version",
            "run",
            name=op.f("uq_enrolment_person_id_course_course_version_run"),
        ),
        sa.UniqueConstraint("store_id", "id", name=op.f("uq_enrolment_store_id_id")),
    )
    op.create_table(
        "invite",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("platform_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_invite_agency_id")),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name=op.f("fk_invite_platform_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invite")),
    )
    op.create_table(
        "lms_context",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("platform_id", sa.BigInteger(), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("context_id", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("cohort_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_lms_context_cohort_id")),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name=op.f("fk_lms_context_platform_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_context")),
        sa.UniqueConstraint("cohort_id", name=op.f("uq_lms_context_cohort_id")),
        sa.UniqueConstraint(
            "platform_id",
            "deployment_id",
            "context_id",
            "course",
            name=op.f("uq_lms_context_platform_id_deployment_id_context_id_course"),
        ),
    )
    op.create_table(
        "login",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("platform_id", sa.BigInteger(), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=True),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name=op.f("fk_login_platform_id")),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_login")),
    )
    op.create_index(op.f("ix_login_expires_at"), "login", ["expires_at"], unique=False)
    op.create_table(
        "lti_user",
        sa.Column("platform_id", sa.BigInteger(), nullable=False),
        sa.Column("sub", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name=op.f("fk_lti_user_platform_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "person_id"], ["person.store_id", "person.id"], name=op.f("fk_lti_user_store_id_person_id")
        ),
        sa.PrimaryKeyConstraint("platform_id", "sub", name=op.f("pk_lti_user")),
    )
    op.create_index(op.f("ix_lti_user_person_id"), "lti_user", ["person_id"], unique=False)
    op.create_table(
        "platform_keys",
        sa.Column("platform_id", sa.BigInteger(), nullable=False),
        sa.Column("keys", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name=op.f("fk_platform_keys_platform_id")),
        sa.PrimaryKeyConstraint("platform_id", name=op.f("pk_platform_keys")),
    )
    op.create_table(
        "status_place",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["status_list.id"], name=op.f("fk_status_place_list_id")),
        sa.PrimaryKeyConstraint("list_id", "index", name=op.f("pk_status_place")),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.BigInteger(), nullable=False),
        sa.Column("exercise", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("phase_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_team_cohort_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
    )
    op.create_index("ix_team_cohort_exercise", "team", ["cohort_id", "exercise"], unique=False)
    op.create_table(
        "artefact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("iri", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("contributors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_artefact_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artefact")),
        sa.UniqueConstraint("iri", name=op.f("uq_artefact_iri")),
        sa.UniqueConstraint("team_id", name=op.f("uq_artefact_team_id")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("rule_digest", sa.String(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status_list_id", sa.Integer(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conferred_statement", sa.Uuid(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.String(), nullable=True),
        sa.Column("revoked_note", sa.String(), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_certificate_agency_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_certificate_officer_id")),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name=op.f("fk_certificate_revoked_by")),
        sa.ForeignKeyConstraint(
            ["status_list_id", "status_index"],
            ["status_place.list_id", "status_place.index"],
            name=op.f("fk_certificate_status_list_id_status_index"),
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_certificate_store_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("status_list_id", "status_index", name=op.f("uq_certificate_status_list_id_status_index")),
    )
    op.create_index(op.f("ix_certificate_agency_id"), "certificate", ["agency_id"], unique=False)
    op.create_index(
        "ix_certificate_enrolment_rule", "certificate", ["enrolment_id", "rule_id", "rule_version"], unique=False
    )
    op.create_table(
        "line_item",
        sa.Column("lms_context_id", sa.BigInteger(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("made_by_us", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lms_context_id"], ["lms_context.id"], name=op.f("fk_line_item_lms_context_id")),
        sa.PrimaryKeyConstraint("lms_context_id", "activity", name=op.f("pk_line_item")),
        sa.UniqueConstraint("url", name=op.f("uq_line_item_url")),
    )
    op.create_table(
        "quiz_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("maximum", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_quiz_attempt_store_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_attempt")),
        sa.UniqueConstraint("enrolment_id", "step", "number", name=op.f("uq_quiz_attempt_enrolment_id_step_number")),
    )
    op.create_table(
        "reflection",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_reflection_store_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "step", name=op.f("pk_reflection")),
    )
    op.create_table(
        "resource_link",
        sa.Column("lms_context_id", sa.BigInteger(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=True),
        sa.Column("lineitem", sa.String(), nullable=True),
        sa.Column("lineitems", sa.String(), nullable=True),
        sa.Column("scopes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lms_context_id"], ["lms_context.id"], name=op.f("fk_resource_link_lms_context_id")),
        sa.PrimaryKeyConstraint("lms_context_id", "link_id", name=op.f("pk_resource_link")),
    )
    op.create_table(
        "scenario_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("path", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.String(), nullable=True),
        sa.Column("score", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("maximum", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_scenario_run_store_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_run")),
        sa.UniqueConstraint("enrolment_id", "step", "number", name=op.f("uq_scenario_run_enrolment_id_step_number")),
    )
    op.create_table(
        "score_delivery",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("given", sa.Numeric(), nullable=False),
        sa.Column("maximum", sa.Numeric(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("sent_as", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_score_delivery_store_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "activity", name=op.f("pk_score_delivery")),
    )
    op.create_table(
        "step_progress",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("place", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_step_progress_store_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "step", name=op.f("pk_step_progress")),
    )
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_team_member_store_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id")),
        sa.PrimaryKeyConstraint("team_id", "enrolment_id", name=op.f("pk_team_member")),
    )
    op.create_index(op.f("ix_team_member_enrolment_id"), "team_member", ["enrolment_id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("form_key", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("roles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("platform_id", sa.BigInteger(), nullable=True),
        sa.Column("cohort_id", sa.BigInteger(), nullable=True),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_visit_agency_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_visit_cohort_id")),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name=op.f("fk_visit_platform_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_visit_store_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "person_id"], ["person.store_id", "person.id"], name=op.f("fk_visit_store_id_person_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_expires_at"), "visit", ["expires_at"], unique=False)
    op.create_table(
        "agreement",
        sa.Column("artefact_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["artefact_id"], ["artefact.id"], name=op.f("fk_agreement_artefact_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_agreement_store_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("artefact_id", "enrolment_id", name=op.f("pk_agreement")),
    )
    op.create_table(
        "deep_linking_request",
        sa.Column("visit", sa.String(), nullable=False),
        sa.Column("platform_id", sa.BigInteger(), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("return_url", sa.String(), nullable=False),
        sa.Column("data", sa.String(), nullable=True),
        sa.Column("several", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name=op.f("fk_deep_linking_request_platform_id")),
        sa.ForeignKeyConstraint(
            ["visit"], ["visit.token_hash"], name=op.f("fk_deep_linking_request_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit", name=op.f("pk_deep_linking_request")),
    )
    op.create_table(
        "grading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("artefact_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("assessor_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("group_levels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["artefact_id"], ["artefact.id"], name=op.f("fk_grading_artefact_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "assessor_id"], ["person.store_id", "person.id"], name=op.f("fk_grading_store_id_assessor_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_grading_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grading")),
        sa.UniqueConstraint("team_id", "artefact_id", name=op.f("uq_grading_team_id_artefact_id")),
    )
    op.create_index(op.f("ix_grading_assessor_id"), "grading", ["assessor_id"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("in_reply_to", sa.Uuid(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["in_reply_to"], ["post.id"], name=op.f("fk_post_in_reply_to")),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_post_store_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "enrolment_id"],
            ["team_member.team_id", "team_member.enrolment_id"],
            name=op.f("fk_post_team_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_post_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("team_id", "number", name=op.f("uq_post_team_id_number")),
    )
    op.create_table(
        "quiz_answer",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("response", sa.String(), nullable=False),
        sa.Column("score", sa.Numeric(precision=4, scale=2), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["quiz_attempt.id"], name=op.f("fk_quiz_answer_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", "question", name=op.f("pk_quiz_answer")),
    )
    op.create_table(
        "revision",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("authors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("merged", sa.Boolean(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_revision_store_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "enrolment_id"],
            ["team_member.team_id", "team_member.enrolment_id"],
            name=op.f("fk_revision_team_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_revision_team_id")),
        sa.PrimaryKeyConstraint("team_id", "number", name=op.f("pk_revision")),
    )
    op.create_table(
        "member_grade",
        sa.Column("grading_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("conduct", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("accepted_reason", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("score_given", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.Column("score_maximum", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.ForeignKeyConstraint(["grading_id"], ["grading.id"], name=op.f("fk_member_grade_grading_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_member_grade_store_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("grading_id", "enrolment_id", name=op.f("pk_member_grade")),
    )
    op.create_index(op.f("ix_member_grade_enrolment_id"), "member_grade", ["enrolment_id"], unique=False)
    for statement in PROTECTION:
        op.execute(statement)
    # The queue's own tables come from procrastinate, whose statements are many and whose driver must take them whole.
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())  # type: ignore[union-attr]


def downgrade() -> None:
    op.drop_index(op.f("ix_member_grade_enrolment_id"), table_name="member_grade")
    op.drop_table("member_grade")
    op.drop_table("revision")
    op.drop_table("quiz_answer")
    op.drop_table("post")
    op.drop_index(op.f("ix_grading_assessor_id"), table_name="grading")
    op.drop_table("grading")
    op.drop_table("deep_linking_request")
    op.drop_table("agreement")
    op.drop_index(op.f("ix_visit_expires_at"), table_name="visit")
    op.drop_table("visit")
    op.drop_index(op.f("ix_team_member_enrolment_id"), table_name="team_member")
    op.drop_table("team_member")
    op.drop_table("step_progress")
    op.drop_table("score_delivery")
    op.drop_table("scenario_run")
    op.drop_table("resource_link")
    op.drop_table("reflection")
    op.drop_table("quiz_attempt")
    op.drop_table("line_item")
    op.drop_index("ix_certificate_enrolment_rule", table_name="certificate")
    op.drop_index(op.f("ix_certificate_agency_id"), table_name="certificate")
    op.drop_table("certificate")
    op.drop_table("artefact")
    op.drop_index("ix_team_cohort_exercise", table_name="team")
    op.drop_table("team")
    op.drop_table("status_place")
    op.drop_table("platform_keys")
    op.drop_index(op.f("ix_lti_user_person_id"), table_name="lti_user")
    op.drop_table("lti_user")
    op.drop_index(op.f("ix_login_expires_at"), table_name="login")
    op.drop_table("login")
    op.drop_table("lms_context")
    op.drop_table("invite")
    op.drop_table("enrolment")
    op.drop_table("deployment")
    op.drop_index(op.f("ix_cohort_member_person_id"), table_name="cohort_member")
    op.drop_table("cohort_member")
    op.drop_table("access_token")
    op.drop_index(op.f("ix_status_list_agency_id"), table_name="status_list")
    op.drop_table("status_list")
    op.drop_index(op.f("ix_platform_agency_id"), table_name="platform")
    op.drop_table("platform")
    op.drop_table("person")
    op.drop_index(op.f("ix_cohort_agency_id"), table_name="cohort")
    op.drop_table("cohort")
    op.drop_table("term")
    op.drop_index("ix_statement_target", table_name="statement", postgresql_where="target IS NOT NULL")
    op.drop_table("statement")
    op.drop_table("ledger_head")
    op.drop_table("ledger_entry")
    op.drop_index(op.f("ix_api_key_store_id"), table_name="api_key")
    op.drop_table("api_key")
    op.drop_table("agency")
    op.drop_table("store")
    op.drop_index("uq_signing_key_active", table_name="signing_key", postgresql_where="retired_at IS NULL")
    op.drop_table("signing_key")
    op.drop_table("posting")
    op.drop_table("operator_visit")
    op.execute("DROP FUNCTION ledger_only_grows()")
    op.execute(QUEUE_GONE)

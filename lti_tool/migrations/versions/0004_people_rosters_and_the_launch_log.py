"""People who sign in here, the roster and its groups, the launch log, deployments by name, what platforms differ in

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "launch_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("platform_id", sa.BigInteger(), nullable=True),
        sa.Column("deployment_id", sa.String(), nullable=True),
        sa.Column("message_type", sa.String(), nullable=True),
        sa.Column("family", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("support_id", sa.String(), nullable=True),
        sa.Column("origin", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_launch_attempt")),
    )
    op.create_index(op.f("ix_launch_attempt_platform_id_id"), "launch_attempt", ["platform_id", "id"], unique=False)
    op.create_table(
        "organisation_login",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("invitation_hash", sa.String(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_organisation_login")),
    )
    op.create_index(op.f("ix_organisation_login_expires_at"), "organisation_login", ["expires_at"], unique=False)
    op.create_table(
        "passkey_challenge",
        sa.Column("challenge_hash", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_passkey_challenge")),
    )
    op.create_index(op.f("ix_passkey_challenge_expires_at"), "passkey_challenge", ["expires_at"], unique=False)
    op.create_table(
        "sign_in_failure",
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(op.f("ix_sign_in_failure_last_at"), "sign_in_failure", ["last_at"], unique=False)
    op.create_table(
        "window_code",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_window_code")),
    )
    op.create_index(op.f("ix_window_code_expires_at"), "window_code", ["expires_at"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("agency_id", sa.BigInteger(), nullable=True),
        sa.Column("roles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_account_agency_id")),
        sa.ForeignKeyConstraint(
            ["store_id", "person_id"], ["person.store_id", "person.id"], name=op.f("fk_account_store_id_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(op.f("ix_account_agency_id"), "account", ["agency_id"], unique=False)
    op.create_index(op.f("ix_account_email"), "account", ["email"], unique=False)
    op.create_index(op.f("ix_account_person_id"), "account", ["person_id"], unique=False)
    op.create_table(
        "join_code",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_join_code_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_join_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_join_code_code_hash")),
    )
    op.create_table(
        "person_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("separated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["one_id"], ["person.id"], name=op.f("fk_person_link_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_person_link_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_link")),
    )
    op.create_index(op.f("ix_person_link_one_id"), "person_link", ["one_id"], unique=False)
    op.create_index(op.f("ix_person_link_other_id"), "person_link", ["other_id"], unique=False)
    op.create_table(
        "platform_outage",
        sa.Column("platform_id", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platform.id"], name=op.f("fk_platform_outage_platform_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform_id", name=op.f("pk_platform_outage")),
    )
    op.create_table(
        "role_override",
        sa.Column("platform_id", sa.BigInteger(), nullable=False),
        sa.Column("lis_role", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name=op.f("fk_role_override_platform_id")),
        sa.PrimaryKeyConstraint("platform_id", "lis_role", name=op.f("pk_role_override")),
    )
    op.create_table(
        "account_invitation",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("roles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=True),
        sa.Column("cohort_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("account_in_making", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_invitation_account_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_account_invitation_agency_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_account_invitation_cohort_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_invitation_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_account_invitation")),
    )
    op.create_index(op.f("ix_account_invitation_account_id"), "account_invitation", ["account_id"], unique=False)
    op.create_index(op.f("ix_account_invitation_expires_at"), "account_invitation", ["expires_at"], unique=False)
    op.create_table(
        "lms_group",
        sa.Column("lms_context_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lms_context_id"], ["lms_context.id"], name=op.f("fk_lms_group_lms_context_id")),
        sa.PrimaryKeyConstraint("lms_context_id", "group_id", name=op.f("pk_lms_group")),
    )
    op.create_table(
        "organisation_identity",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_organisation_identity_account_id")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_organisation_identity")),
    )
    op.create_index(op.f("ix_organisation_identity_account_id"), "organisation_identity", ["account_id"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"], unique=False)
    op.create_table(
        "reserved_seat",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("cohort_id", sa.BigInteger(), nullable=False),
        sa.Column("exercise", sa.String(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_reserved_seat_cohort_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_reserved_seat_team_id")),
        sa.PrimaryKeyConstraint("team_id", "holder", name=op.f("pk_reserved_seat")),
        sa.UniqueConstraint("cohort_id", "exercise", "holder", name=op.f("uq_reserved_seat_cohort_id_exercise_holder")),
    )
    op.create_table(
        "roster_member",
        sa.Column("lms_context_id", sa.BigInteger(), nullable=False),
        sa.Column("sub", sa.String(), nullable=False),
        sa.Column("roles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lms_context_id"], ["lms_context.id"], name=op.f("fk_roster_member_lms_context_id")),
        sa.PrimaryKeyConstraint("lms_context_id", "sub", name=op.f("pk_roster_member")),
    )
    op.create_table(
        "roster_reading",
        sa.Column("lms_context_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.String(), nullable=True),
        sa.Column("differences", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["lms_context_id"], ["lms_context.id"], name=op.f("fk_roster_reading_lms_context_id")),
        sa.PrimaryKeyConstraint("lms_context_id", name=op.f("pk_roster_reading")),
    )
    op.create_table(
        "lms_group_member",
        sa.Column("lms_context_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("sub", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lms_context_id", "group_id"],
            ["lms_group.lms_context_id", "lms_group.group_id"],
            name=op.f("fk_lms_group_member_lms_context_id_group_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("lms_context_id", "group_id", "sub", name=op.f("pk_lms_group_member")),
    )
    op.create_index(op.f("ix_lms_group_member_sub"), "lms_group_member", ["sub"], unique=False)
    op.create_table(
        "observer_scope",
        sa.Column("visit", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("subs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit"], ["visit.token_hash"], name=op.f("fk_observer_scope_visit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit", name=op.f("pk_observer_scope")),
    )
    op.add_column(
        "deep_linking_request",
        sa.Column(
            "types", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
    )
    op.add_column(
        "deep_linking_request",
        sa.Column(
            "targets", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
    )
    op.add_column(
        "deep_linking_request", sa.Column("line_items", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column(
        "deep_linking_request", sa.Column("auto_create", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("deep_linking_request", sa.Column("title", sa.String(), nullable=True))
    op.add_column("deep_linking_request", sa.Column("text", sa.String(), nullable=True))
    op.add_column("deep_linking_request", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deployment", sa.Column("name", sa.String(), nullable=True))
    op.add_column("deployment", sa.Column("status", sa.String(), server_default="active", nullable=False))
    op.add_column("invite", sa.Column("for_platform_id", sa.BigInteger(), nullable=True))
    op.add_column("invite", sa.Column("ask_names", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_foreign_key(op.f("fk_invite_for_platform_id"), "invite", "platform", ["for_platform_id"], ["id"])
    op.add_column("line_item", sa.Column("label", sa.String(), nullable=True))
    op.add_column("line_item", sa.Column("maximum", sa.Numeric(), nullable=True))
    op.add_column("lms_context", sa.Column("memberships_url", sa.String(), nullable=True))
    op.add_column("lms_context", sa.Column("groups_url", sa.String(), nullable=True))
    op.add_column("operator_visit", sa.Column("account_id", sa.Uuid(), nullable=True))
    op.create_index("ix_operator_visit_account_id", "operator_visit", ["account_id"], unique=False)
    op.create_foreign_key(op.f("fk_operator_visit_account_id"), "operator_visit", "account", ["account_id"], ["id"])
    op.add_column("platform", sa.Column("home", sa.String(), nullable=True))
    op.add_column("platform", sa.Column("ask_names", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("score_delivery", sa.Column("platform_id", sa.BigInteger(), nullable=True))
    op.add_column("score_delivery", sa.Column("sub", sa.String(), nullable=True))
    op.add_column("score_delivery", sa.Column("lineitem", sa.String(), nullable=True))
    op.add_column("score_delivery", sa.Column("platform_result", sa.Numeric(), nullable=True))
    op.add_column("score_delivery", sa.Column("platform_maximum", sa.Numeric(), nullable=True))
    op.add_column("score_delivery", sa.Column("differs", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("score_delivery", sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_score_delivery_platform_status", "score_delivery", ["platform_id", "status"], unique=False)
    op.create_index(
        "ix_score_delivery_under_way",
        "score_delivery",
        ["judged_at"],
        unique=False,
        postgresql_where=sa.text("status != 'delivered'"),
    )
    op.create_foreign_key(op.f("fk_score_delivery_platform_id"), "score_delivery", "platform", ["platform_id"], ["id"])
    op.add_column("visit", sa.Column("learner_view", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("visit", sa.Column("account_id", sa.Uuid(), nullable=True))
    op.add_column("visit", sa.Column("browser", sa.String(), nullable=True))
    op.add_column("visit", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_visit_account_id", "visit", ["account_id"], unique=False)
    op.create_index("ix_visit_person_id", "visit", ["person_id"], unique=False)
    op.create_foreign_key(op.f("fk_visit_account_id"), "visit", "account", ["account_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_visit_account_id"), "visit", type_="foreignkey")
    op.drop_index("ix_visit_person_id", table_name="visit")
    op.drop_index("ix_visit_account_id", table_name="visit")
    op.drop_column("visit", "last_used_at")
    op.drop_column("visit", "browser")
    op.drop_column("visit", "account_id")
    op.drop_column("visit", "learner_view")
    op.drop_constraint(op.f("fk_score_delivery_platform_id"), "score_delivery", type_="foreignkey")
    op.drop_index(
        "ix_score_delivery_under_way", table_name="score_delivery", postgresql_where=sa.text("status != 'delivered'")
    )
    op.drop_index("ix_score_delivery_platform_status", table_name="score_delivery")
    op.drop_column("score_delivery", "read_at")
    op.drop_column("score_delivery", "differs")
    op.drop_column("score_delivery", "platform_maximum")
    op.drop_column("score_delivery", "platform_result")
    op.drop_column("score_delivery", "lineitem")
    op.drop_column("score_delivery", "sub")
    op.drop_column("score_delivery", "platform_id")
    op.drop_column("platform", "ask_names")
    op.drop_column("platform", "home")
    op.drop_constraint(op.f("fk_operator_visit_account_id"), "operator_visit", type_="foreignkey")
    op.drop_index("ix_operator_visit_account_id", table_name="operator_visit")
    op.drop_column("operator_visit", "account_id")
    op.drop_column("lms_context", "groups_url")
    op.drop_column("lms_context", "memberships_url")
    op.drop_column("line_item", "maximum")
    op.drop_column("line_item", "label")
    op.drop_constraint(op.f("fk_invite_for_platform_id"), "invite", type_="foreignkey")
    op.drop_column("invite", "ask_names")
    op.drop_column("invite", "for_platform_id")
    op.drop_column("deployment", "status")
    op.drop_column("deployment", "name")
    op.drop_column("deep_linking_request", "answered_at")
    op.drop_column("deep_linking_request", "text")
    op.drop_column("deep_linking_request", "title")
    op.drop_column("deep_linking_request", "auto_create")
    op.drop_column("deep_linking_request", "line_items")
    op.drop_column("deep_linking_request", "targets")
    op.drop_column("deep_linking_request", "types")
    op.drop_table("observer_scope")
    op.drop_index(op.f("ix_lms_group_member_sub"), table_name="lms_group_member")
    op.drop_table("lms_group_member")
    op.drop_table("roster_reading")
    op.drop_table("roster_member")
    op.drop_table("reserved_seat")
    op.drop_index(op.f("ix_passkey_account_id"), table_name="passkey")
    op.drop_table("passkey")
    op.drop_index(op.f("ix_organisation_identity_account_id"), table_name="organisation_identity")
    op.drop_table("organisation_identity")
    op.drop_table("lms_group")
    op.drop_index(op.f("ix_account_invitation_expires_at"), table_name="account_invitation")
    op.drop_index(op.f("ix_account_invitation_account_id"), table_name="account_invitation")
    op.drop_table("account_invitation")
    op.drop_table("role_override")
    op.drop_table("platform_outage")
    op.drop_index(op.f("ix_person_link_other_id"), table_name="person_link")
    op.drop_index(op.f("ix_person_link_one_id"), table_name="person_link")
    op.drop_table("person_link")
    op.drop_table("join_code")
    op.drop_index(op.f("ix_account_person_id"), table_name="account")
    op.drop_index(op.f("ix_account_email"), table_name="account")
    op.drop_index(op.f("ix_account_agency_id"), table_name="account")
    op.drop_table("account")
    op.drop_index(op.f("ix_window_code_expires_at"), table_name="window_code")
    op.drop_table("window_code")
    op.drop_index(op.f("ix_sign_in_failure_last_at"), table_name="sign_in_failure")
    op.drop_table("sign_in_failure")
    op.drop_index(op.f("ix_passkey_challenge_expires_at"), table_name="passkey_challenge")
    op.drop_table("passkey_challenge")
    op.drop_index(op.f("ix_organisation_login_expires_at"), table_name="organisation_login")
    op.drop_table("organisation_login")
    op.drop_index(op.f("ix_launch_attempt_platform_id_id"), table_name="launch_attempt")
    op.drop_table("launch_attempt")

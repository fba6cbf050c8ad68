"""Films and how far they were watched, work that is handed in, modules satisfied, teams of one, pilots

Revision ID: 0005
Revises: 0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "pilot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=True),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("course_version", sa.String(), nullable=False),
        sa.Column("profile_version", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("matter", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_pilot_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot")),
    )
    op.create_index(op.f("ix_pilot_agency_id"), "pilot", ["agency_id"], unique=False)
    op.create_table(
        "pilot_participant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pilot_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("item_set", sa.Integer(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pilot_participant_person_id")),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_pilot_participant_pilot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_participant")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_pilot_participant_code_hash")),
        sa.UniqueConstraint("pilot_id", "number", name=op.f("uq_pilot_participant_pilot_id_number")),
        sa.UniqueConstraint("pilot_id", "person_id", name=op.f("uq_pilot_participant_pilot_id_person_id")),
    )
    op.create_index(op.f("ix_pilot_participant_person_id"), "pilot_participant", ["person_id"], unique=False)
    op.create_table(
        "film_progress",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("segments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_film_progress_store_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "step", name=op.f("pk_film_progress")),
    )
    op.create_table(
        "film_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("last_event", sa.Integer(), nullable=False),
        sa.Column("plays_since", sa.Integer(), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_film_session_store_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_film_session")),
    )
    op.create_index(op.f("ix_film_session_enrolment_id"), "film_session", ["enrolment_id"], unique=False)
    op.create_table(
        "pause_answer",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("response", sa.String(), nullable=False),
        sa.Column("score", sa.Numeric(precision=4, scale=2), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_pause_answer_store_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "step", name=op.f("pk_pause_answer")),
    )
    op.create_table(
        "pilot_hand_in",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["pilot_participant.id"], name=op.f("fk_pilot_hand_in_participant_id")
        ),
        sa.PrimaryKeyConstraint("participant_id", "part", name=op.f("pk_pilot_hand_in")),
    )
    op.create_table(
        "pilot_response",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("aspect", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["pilot_participant.id"], name=op.f("fk_pilot_response_participant_id")
        ),
        sa.PrimaryKeyConstraint("participant_id", "subject", "aspect", name=op.f("pk_pilot_response")),
    )
    op.create_table(
        "satisfaction",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_satisfaction_store_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "activity", name=op.f("pk_satisfaction")),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["store_id", "enrolment_id"],
            ["enrolment.store_id", "enrolment.id"],
            name=op.f("fk_submission_store_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("enrolment_id", "step", name=op.f("uq_submission_enrolment_id_step")),
    )
    op.create_table(
        "submitted_file",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_submitted_file_submission_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("submission_id", "field", name=op.f("pk_submitted_file")),
    )
    op.add_column("step_progress", sa.Column("touched_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("team", sa.Column("solo", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    op.drop_column("team", "solo")
    op.drop_column("step_progress", "touched_at")
    op.drop_table("submitted_file")
    op.drop_table("submission")
    op.drop_table("satisfaction")
    op.drop_table("pilot_response")
    op.drop_table("pilot_hand_in")
    op.drop_table("pause_answer")
    op.drop_table("film_session")
    op.drop_table("film_progress")
    op.drop_table("pilot_participant")
    op.drop_table("pilot")

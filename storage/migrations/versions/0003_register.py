"""The register drawn from the plan: drafts, shares, approvals, requests, feedback, files, stand-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "join_attempts",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("failures", ID, nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "user_id", name="pk_join_attempts"),
    )
    op.create_table(
        "feedback",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_feedback_office_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_feedback_unit_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.UniqueConstraint("code", name="uq_feedback_code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_channel_user_id", "feedback", ["channel", "user_id"], unique=False)
    op.create_index("ix_feedback_office_id", "feedback", ["office_id"], unique=False)
    op.create_index("ix_feedback_unit_id", "feedback", ["unit_id"], unique=False)
    op.create_table(
        "achievements",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("year", ID, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supersedes_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_achievements_office_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_achievements_person_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["achievements.id"], name="fk_achievements_supersedes_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name="fk_achievements_target_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_achievements"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_achievements_office_id", "achievements", ["office_id"], unique=False)
    op.create_index("ix_achievements_person_id", "achievements", ["person_id"], unique=False)
    op.create_index("ix_achievements_supersedes_id", "achievements", ["supersedes_id"], unique=False)
    op.create_index("ix_achievements_target_id", "achievements", ["target_id"], unique=False)
    op.create_table(
        "feedback_blocks",
        sa.Column("office_id", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_feedback_blocks_office_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("office_id", "channel", "user_id", name="pk_feedback_blocks"),
    )
    op.create_table(
        "feedback_steps",
        sa.Column("id", ID, nullable=False),
        sa.Column("feedback_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], name="fk_feedback_steps_feedback_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_feedback_steps_person_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback_steps"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_steps_feedback_id", "feedback_steps", ["feedback_id"], unique=False)
    op.create_index("ix_feedback_steps_person_id", "feedback_steps", ["person_id"], unique=False)
    op.create_table(
        "stand_ins",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("deputy_id", ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name="fk_stand_ins_deputy_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_stand_ins_office_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_stand_ins_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_stand_ins"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stand_ins_deputy_id", "stand_ins", ["deputy_id"], unique=False)
    op.create_index("ix_stand_ins_office_id", "stand_ins", ["office_id"], unique=False)
    op.create_index("ix_stand_ins_person_id", "stand_ins", ["person_id"], unique=False)
    op.create_table(
        "extension_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("wanted", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.Date(), nullable=True),
        sa.Column("remark", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name="fk_extension_requests_decided_by_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name="fk_extension_requests_office_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_extension_requests_person_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_extension_requests_task_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_extension_requests"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_extension_requests_decided_by_id", "extension_requests", ["decided_by_id"], unique=False)
    op.create_index("ix_extension_requests_office_id", "extension_requests", ["office_id"], unique=False)
    op.create_index("ix_extension_requests_person_id", "extension_requests", ["person_id"], unique=False)
    op.create_index("ix_extension_requests_task_id", "extension_requests", ["task_id"], unique=False)
    op.create_table(
        "task_shares",
        sa.Column("task_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("percent", sa.Double(), nullable=True),
        sa.Column("expected", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_task_shares_task_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_task_shares_unit_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", "unit_id", name="pk_task_shares"),
    )
    op.create_index("ix_task_shares_unit_id", "task_shares", ["unit_id"], unique=False)
    op.create_table(
        "deadline_changes",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("document_id", ID, nullable=True),
        sa.Column("request_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("source", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_deadline_changes_document_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name="fk_deadline_changes_office_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_deadline_changes_person_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["extension_requests.id"], name="fk_deadline_changes_request_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_deadline_changes_task_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_deadline_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deadline_changes_document_id", "deadline_changes", ["document_id"], unique=False)
    op.create_index("ix_deadline_changes_office_id", "deadline_changes", ["office_id"], unique=False)
    op.create_index("ix_deadline_changes_person_id", "deadline_changes", ["person_id"], unique=False)
    op.create_index("ix_deadline_changes_request_id", "deadline_changes", ["request_id"], unique=False)
    op.create_index("ix_deadline_changes_task_id", "deadline_changes", ["task_id"], unique=False)
    op.create_table(
        "files",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", ID, nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report_id", ID, nullable=True),
        sa.Column("feedback_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name="fk_files_feedback_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_files_office_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["report_id"], ["progress_reports.id"], name="fk_files_report_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
        sa.UniqueConstraint(
            "channel", "chat_id", "message_id", "remote_id", name="uq_files_channel_chat_id_message_id_remote_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_files_feedback_id", "files", ["feedback_id"], unique=False)
    op.create_index("ix_files_office_id", "files", ["office_id"], unique=False)
    op.create_index("ix_files_report_id", "files", ["report_id"], unique=False)
    op.create_index("ix_files_status_id", "files", ["status", "id"], unique=False)
    op.add_column("offices", sa.Column("second_confirmation", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("people", sa.Column("phone", sa.Text(), server_default=sa.text("''"), nullable=False))
    _add_reference("progress_reports", "unit_id", "units")
    op.add_column(
        "progress_reports", sa.Column("approval", sa.Text(), server_default=sa.text("'none'"), nullable=False)
    )
    _add_reference("progress_reports", "decided_by_id", "people")
    op.add_column("progress_reports", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("progress_reports", sa.Column("remark", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_index("ix_progress_reports_decided_by_id", "progress_reports", ["decided_by_id"], unique=False)
    op.create_index("ix_progress_reports_unit_id", "progress_reports", ["unit_id"], unique=False)
    _add_reference("targets", "lead_unit_id", "units")
    op.add_column("targets", sa.Column("confidence", sa.Double(), server_default="1", nullable=False))
    op.add_column("targets", sa.Column("page", ID, nullable=True))
    op.add_column("targets", sa.Column("spans", sa.JSON(), nullable=True))
    op.add_column("targets", sa.Column("dropped", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("targets", sa.Column("published", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_targets_lead_unit_id", "targets", ["lead_unit_id"], unique=False)
    op.add_column("tasks", sa.Column("confidence", sa.Double(), server_default="1", nullable=False))
    op.add_column("tasks", sa.Column("page", ID, nullable=True))
    op.add_column("tasks", sa.Column("spans", sa.JSON(), nullable=True))
    op.add_column("tasks", sa.Column("dropped", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("tasks", sa.Column("published", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("tasks", sa.Column("support_unit_ids", sa.JSON(), nullable=True))
    op.add_column("tasks", sa.Column("result", sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    for table in (
        "files",
        "deadline_changes",
        "task_shares",
        "extension_requests",
        "stand_ins",
        "feedback_steps",
        "achievements",
        "feedback_blocks",
        "feedback",
        "join_attempts",
    ):
        op.drop_table(table)
    for index, table in (
        ("ix_progress_reports_decided_by_id", "progress_reports"),
        ("ix_progress_reports_unit_id", "progress_reports"),
        ("ix_targets_lead_unit_id", "targets"),
    ):
        op.drop_index(index, table)
    for table, column in (
        ("tasks", "result"),
        ("tasks", "support_unit_ids"),
        ("tasks", "published"),
        ("tasks", "dropped"),
        ("tasks", "spans"),
        ("tasks", "page"),
        ("tasks", "confidence"),
        ("targets", "published"),
        ("targets", "dropped"),
        ("targets", "spans"),
        ("targets", "page"),
        ("targets", "confidence"),
        ("progress_reports", "remark"),
        ("progress_reports", "decided_at"),
        ("progress_reports", "approval"),
        ("people", "phone"),
        ("offices", "second_confirmation"),
    ):
        op.drop_column(table, column)
    _drop_reference("targets", "lead_unit_id")
    _drop_reference("progress_reports", "decided_by_id")
    _drop_reference("progress_reports", "unit_id")


def _add_reference(table: str, column: str, to: str) -> None:
    """A column that points at another table. SQLite takes the constraint only when the table is made anew."""
    with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": True}) as changed:
        changed.add_column(sa.Column(column, ID, nullable=True))
        changed.create_foreign_key(f"fk_{table}_{column}", to, [column], ["id"], ondelete="SET NULL")


def _drop_reference(table: str, column: str) -> None:
    with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": True}) as changed:
        changed.drop_constraint(f"fk_{table}_{column}", type_="foreignkey")
        changed.drop_column(column)

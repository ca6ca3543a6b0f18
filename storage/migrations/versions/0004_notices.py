"""Reminders in a ledger: notices, calendar, rules, snoozes, calls, reporting periods, periodic reports, senders."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _id() -> sa.Column[int]:
    return sa.Column("id", ID, nullable=False)


def _text(name: str, *, default: str | None = None, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable, server_default=None if default is None else sa.text(default))


def _to(table: str, column: str, other: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}", ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "calendar_days",
        _id(),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        _text("label", default="''"),
        _to("calendar_days", "office_id", "offices"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_days"),
        sa.UniqueConstraint("office_id", "day", name="uq_calendar_days_office_id_day"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notice_rules",
        sa.Column("office_id", ID, nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("planned_until", MOMENT, nullable=True),
        _to("notice_rules", "office_id", "offices"),
        sa.PrimaryKeyConstraint("office_id", name="pk_notice_rules"),
    )
    op.create_table(
        "notice_wishes",
        sa.Column("person_id", ID, nullable=False),
        _text("hour", nullable=True),
        _text("channel", nullable=True),
        _to("notice_wishes", "person_id", "people"),
        sa.PrimaryKeyConstraint("person_id", name="pk_notice_wishes"),
    )
    op.create_table(
        "snoozes",
        _id(),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("until", MOMENT, nullable=False),
        _text("said", default="''"),
        sa.Column("at", MOMENT, nullable=False),
        _to("snoozes", "office_id", "offices"),
        _to("snoozes", "person_id", "people"),
        _to("snoozes", "task_id", "tasks"),
        sa.PrimaryKeyConstraint("id", name="pk_snoozes"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "calls",
        _id(),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        _text("kind"),
        _text("text"),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        _to("calls", "office_id", "offices"),
        _to("calls", "author_id", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "report_schedules",
        _id(),
        sa.Column("office_id", ID, nullable=False),
        _text("kind"),
        sa.Column("document_id", ID, nullable=True),
        sa.Column("dates", sa.JSON(), nullable=False),
        sa.Column("first_day", ID, nullable=False),
        sa.Column("opens_before", ID, nullable=False),
        sa.Column("lead_days", ID, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        _to("report_schedules", "office_id", "offices"),
        _to("report_schedules", "document_id", "documents"),
        sa.PrimaryKeyConstraint("id", name="pk_report_schedules"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "report_periods",
        _id(),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("schedule_id", ID, nullable=True),
        _text("kind"),
        sa.Column("document_id", ID, nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("cutoff", sa.Date(), nullable=False),
        sa.Column("opens", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        _text("key"),
        sa.Column("dropped", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("frozen_at", MOMENT, nullable=True),
        sa.Column("figures", sa.JSON(), nullable=True),
        _to("report_periods", "office_id", "offices"),
        _to("report_periods", "schedule_id", "report_schedules", "SET NULL"),
        _to("report_periods", "document_id", "documents"),
        sa.PrimaryKeyConstraint("id", name="pk_report_periods"),
        sa.UniqueConstraint("office_id", "key", name="uq_report_periods_office_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "periodic_reports",
        _id(),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("period_id", ID, nullable=False),
        sa.Column("version", ID, nullable=False),
        _text("status"),
        _text("number", default="''"),
        sa.Column("content", sa.JSON(), nullable=False),
        _text("template_sha256", default="''"),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        _to("periodic_reports", "office_id", "offices"),
        _to("periodic_reports", "period_id", "report_periods"),
        _to("periodic_reports", "made_by_id", "people", "SET NULL"),
        _to("periodic_reports", "decided_by_id", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_periodic_reports"),
        sa.UniqueConstraint("period_id", "version", name="uq_periodic_reports_period_id_version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "periodic_report_steps",
        _id(),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        _text("step"),
        _text("part", default="''"),
        _text("said", default="''"),
        sa.Column("at", MOMENT, nullable=False),
        _to("periodic_report_steps", "report_id", "periodic_reports"),
        _to("periodic_report_steps", "person_id", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_periodic_report_steps"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "senders",
        _text("id"),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("beat_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_senders"),
    )
    op.create_table(
        "notices",
        _id(),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        _text("subject"),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("period_id", ID, nullable=True),
        sa.Column("call_id", ID, nullable=True),
        _text("rule"),
        sa.Column("occurrence", sa.Date(), nullable=False),
        sa.Column("scheduled", MOMENT, nullable=False),
        sa.Column("release_at", MOMENT, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        _text("status"),
        _text("reason", default="''"),
        sa.Column("outbox_id", ID, nullable=True),
        _text("channel", default="''"),
        _text("message_id", nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=True),
        _to("notices", "office_id", "offices"),
        _to("notices", "person_id", "people"),
        _to("notices", "task_id", "tasks"),
        _to("notices", "period_id", "report_periods"),
        _to("notices", "call_id", "calls"),
        _to("notices", "outbox_id", "outbox", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint(
            "office_id",
            "subject",
            "rule",
            "occurrence",
            "person_id",
            name="uq_notices_office_id_subject_rule_occurrence_person_id",
        ),
        sqlite_autoincrement=True,
    )
    for table, column in (
        ("snoozes", "office_id"),
        ("snoozes", "person_id"),
        ("snoozes", "task_id"),
        ("calls", "office_id"),
        ("calls", "author_id"),
        ("report_schedules", "office_id"),
        ("report_schedules", "document_id"),
        ("report_periods", "office_id"),
        ("report_periods", "schedule_id"),
        ("report_periods", "document_id"),
        ("periodic_reports", "office_id"),
        ("periodic_reports", "made_by_id"),
        ("periodic_reports", "decided_by_id"),
        ("periodic_report_steps", "report_id"),
        ("periodic_report_steps", "person_id"),
        ("notices", "person_id"),
        ("notices", "task_id"),
        ("notices", "period_id"),
        ("notices", "call_id"),
        ("notices", "outbox_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)
    op.create_index("ix_notices_status_release_at", "notices", ["status", "release_at"], unique=False)
    op.add_column("offices", sa.Column("letterhead", sa.JSON(), nullable=True))
    _take_over_reminders(op.get_bind())
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as changed:
        changed.drop_constraint("fk_outbox_reminder_id", type_="foreignkey")
        changed.drop_column("reminder_id")
        changed.add_column(sa.Column("sender_id", sa.Text(), nullable=True))
        changed.add_column(sa.Column("priority", ID, nullable=False, server_default="0"))
        changed.add_column(sa.Column("unanswered", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_table("reminders")
    op.drop_index("ix_outbox_status_id", table_name="outbox")
    op.create_index(
        "ix_outbox_channel_status_priority_office_id_id",
        "outbox",
        ["channel", "status", "priority", "office_id", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_channel_status_priority_office_id_id", table_name="outbox")
    op.create_index("ix_outbox_status_id", "outbox", ["status", "id"], unique=False)
    op.drop_column("offices", "letterhead")
    op.create_table(
        "reminders",
        _id(),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        _text("rule"),
        sa.Column("occurrence", sa.Date(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("scheduled", MOMENT, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        _text("status"),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("delivered_at", MOMENT, nullable=True),
        _text("message_id", nullable=True),
        _to("reminders", "office_id", "offices"),
        _to("reminders", "person_id", "people"),
        _to("reminders", "task_id", "tasks"),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.UniqueConstraint(
            "task_id", "rule", "occurrence", "person_id", name="uq_reminders_task_id_rule_occurrence_person_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reminders_office_id", "reminders", ["office_id"], unique=False)
    op.create_index("ix_reminders_person_id", "reminders", ["person_id"], unique=False)
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as changed:
        changed.drop_column("unanswered")
        changed.drop_column("priority")
        changed.drop_column("sender_id")
        changed.add_column(sa.Column("reminder_id", ID, nullable=True))
        changed.create_foreign_key("fk_outbox_reminder_id", "reminders", ["reminder_id"], ["id"], ondelete="SET NULL")
    for table in (
        "notices",
        "senders",
        "periodic_report_steps",
        "periodic_reports",
        "report_periods",
        "report_schedules",
        "calls",
        "snoozes",
        "notice_wishes",
        "notice_rules",
        "calendar_days",
    ):
        op.drop_table(table)


_RULES = {"week_before": "before_7", "day_before": "before_1", "on_the_day": "on_the_day", "overdue": "overdue_1"}
"""The new stage that stands for what a person was sent under the old one, so that it is not sent again."""


def _take_over_reminders(connection: sa.Connection) -> None:
    """Enter the old ledger's rows in the new one; what still waits in the outbox is carried by the same message."""
    named: list[sa.ColumnClause[Any]] = [
        sa.column(name) for name in ("id", "office_id", "person_id", "task_id", "rule", "message_id", "status")
    ]
    old = sa.table(
        "reminders",
        *named,
        *(sa.column(name, MOMENT) for name in ("scheduled", "opened_at", "delivered_at")),
        sa.column("occurrence", sa.Date()),
        sa.column("late", sa.Boolean()),
    )
    outbox = sa.table("outbox", *(sa.column(name) for name in ("id", "reminder_id", "channel", "status", "error")))
    messages = {row.reminder_id: row for row in connection.execute(sa.select(outbox).order_by(outbox.c.id))}
    people = sa.table("people", sa.column("id"), sa.column("unit_id"))
    units = {row.id: row.unit_id for row in connection.execute(sa.select(people))}
    shares = sa.table("task_shares", sa.column("task_id"), sa.column("unit_id"))
    parts: dict[int, set[int]] = {}
    for share in connection.execute(sa.select(shares)):
        parts.setdefault(share.task_id, set()).add(share.unit_id)
    rows = []
    for row in connection.execute(sa.select(old).order_by(old.c.id)):
        shared = parts.get(row.task_id, set())
        own = shared & {units.get(row.person_id)} or shared
        message = messages.get(row.id)
        state = _state_of(row.status, message)
        for subject in [f"task:{row.task_id}/{unit}" for unit in sorted(own)] or [f"task:{row.task_id}"]:
            rows.append(
                {
                    "office_id": row.office_id,
                    "person_id": row.person_id,
                    "subject": subject,
                    "task_id": row.task_id,
                    "rule": _RULES.get(row.rule, row.rule),
                    "occurrence": row.occurrence,
                    "scheduled": row.scheduled,
                    "release_at": row.scheduled,
                    "late": row.late,
                    "urgent": row.rule == "on_the_day",
                    "status": state,
                    "reason": (message.error or "") if message is not None and state == "failed" else "",
                    "outbox_id": None if message is None else message.id,
                    "channel": "" if message is None else message.channel,
                    "message_id": row.message_id,
                    "opened_at": row.opened_at,
                    "sent_at": row.delivered_at,
                }
            )
    if rows:
        moments = [sa.column(name, MOMENT) for name in ("scheduled", "release_at", "opened_at", "sent_at")]
        others = [name for name in rows[0] if name not in {moment.name for moment in moments} | {"occurrence"}]
        new = sa.table("notices", *moments, sa.column("occurrence", sa.Date()), *(sa.column(name) for name in others))
        connection.execute(sa.insert(new), rows)


def _state_of(status: str, message: sa.Row[tuple[int, int, str, str, str]] | None) -> str:
    if status == "delivered":
        return "sent"
    if status == "failed":
        return "failed"
    if message is None:
        return "cancelled"
    return message.status if message.status in ("pending", "sending", "sent", "failed") else "cancelled"

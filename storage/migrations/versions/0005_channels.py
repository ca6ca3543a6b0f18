"""Channels: windows, quotas, tokens, templates, groups, verified joining, blocks, switches, personal data, delivery."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _id() -> sa.Column[int]:
    return sa.Column("id", ID, nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _to(table: str, column: str, other: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}", ondelete=ondelete)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("delivered_at", MOMENT, nullable=True))
    op.add_column("outbox", sa.Column("seen_at", MOMENT, nullable=True))
    op.add_column("outbox", sa.Column("said_by_id", ID, nullable=True))
    op.create_index("ix_outbox_message_id", "outbox", ["message_id"])
    op.add_column("conversations", sa.Column("version", ID, nullable=False, server_default=sa.text("0")))
    op.create_table(
        "contacts",
        _text("channel"),
        _text("chat_id"),
        _text("user_id"),
        sa.Column("last_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("template_refused_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("channel", "chat_id", name="pk_contacts"),
    )
    op.create_table(
        "quotas",
        _text("channel"),
        _text("kind"),
        sa.Column("remaining", ID, nullable=True),
        sa.Column("total", ID, nullable=True),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("channel", "kind", name="pk_quotas"),
    )
    op.create_table(
        "channel_holds",
        _text("channel"),
        _text("reason"),
        _text("detail"),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("channel", name="pk_channel_holds"),
    )
    op.create_table(
        "zalo_tokens",
        _text("app_id"),
        sa.Column("sealed_access", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_refresh", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=True),
        sa.Column("seeds", sa.JSON(), nullable=False),
        sa.Column("generation", ID, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("refreshed_at", MOMENT, nullable=True),
        sa.Column("refresh_since", MOMENT, nullable=True),
        _text("claimed_by", nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        _text("trouble", nullable=True),
        sa.Column("troubled_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("app_id", name="pk_zalo_tokens"),
    )
    op.create_table(
        "message_templates",
        _id(),
        sa.Column("office_id", ID, nullable=False),
        _text("channel"),
        _text("purpose"),
        _text("template_id"),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        _text("status"),
        sa.Column("checked_at", MOMENT, nullable=False),
        _to("message_templates", "office_id", "offices"),
        sa.PrimaryKeyConstraint("id", name="pk_message_templates"),
        sa.UniqueConstraint("channel", "office_id", "purpose", name="uq_message_templates_channel_office_id_purpose"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "groups",
        _text("channel"),
        _text("chat_id"),
        sa.Column("office_id", ID, nullable=False),
        _text("title"),
        sa.Column("is_staff", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Boolean(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("set_by_id", ID, nullable=True),
        sa.Column("summary_weekday", ID, nullable=True),
        _text("summary_hour", nullable=True),
        sa.Column("summed_on", sa.Date(), nullable=True),
        _to("groups", "office_id", "offices"),
        _to("groups", "set_by_id", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("channel", "chat_id", name="pk_groups"),
    )
    op.create_table(
        "verifications",
        _id(),
        _text("channel"),
        _text("user_id"),
        _text("chat_id"),
        sa.Column("person_id", ID, nullable=True),
        _text("code_sha256"),
        _text("sent_to"),
        sa.Column("tries", ID, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        _to("verifications", "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_verifications"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "blocks",
        _text("channel"),
        _text("user_id"),
        sa.Column("office_id", ID, nullable=True),
        _text("reason"),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        _to("blocks", "office_id", "offices"),
        _to("blocks", "by_id", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("channel", "user_id", name="pk_blocks"),
    )
    op.create_table(
        "switches",
        _id(),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        _text("reason"),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        _to("switches", "office_id", "offices"),
        _to("switches", "by_id", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_switches"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "privacy_notices",
        _text("channel"),
        _text("user_id"),
        _text("version"),
        sa.Column("shown_at", MOMENT, nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("channel", "user_id", name="pk_privacy_notices"),
    )
    op.create_table(
        "erasures",
        _id(),
        sa.Column("office_id", ID, nullable=True),
        _text("account_sha256"),
        _text("source"),
        _text("channel", nullable=True),
        _text("user_id", nullable=True),
        _text("chat_id", nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        _to("erasures", "office_id", "offices", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "handouts",
        _text("token_sha256"),
        _text("name"),
        _text("media_type"),
        _text("sha256"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_handouts"),
    )
    op.create_index("ix_groups_office_id", "groups", ["office_id"])
    op.create_index("ix_verifications_channel_user_id", "verifications", ["channel", "user_id"])
    op.create_index("ix_verifications_person_id", "verifications", ["person_id"])
    op.create_index("ix_blocks_office_id", "blocks", ["office_id"])
    op.create_index("ix_switches_office_id_id", "switches", ["office_id", "id"])
    op.create_index("ix_handouts_expires_at", "handouts", ["expires_at"])

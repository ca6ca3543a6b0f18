"""What restoring and reading leave with a passage and a document: damage, sureness, day of checking, reader."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("checked_on", sa.Date(), nullable=True))
    op.add_column("documents", sa.Column("read_by", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("passages", sa.Column("damage", sa.Double(), nullable=False, server_default=sa.text("0")))
    op.add_column("passages", sa.Column("sureness", sa.Double(), nullable=False, server_default=sa.text("1")))


def downgrade() -> None:
    for table, column in (
        ("passages", "sureness"),
        ("passages", "damage"),
        ("documents", "read_by"),
        ("documents", "checked_on"),
    ):
        op.drop_column(table, column)

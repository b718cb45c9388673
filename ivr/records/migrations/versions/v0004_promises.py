"""Promises made on the telephone."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the promises."""
    op.create_table(
        "promises",
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kept_at", TIME),
        sa.PrimaryKeyConstraint("call", "receipt", "template", name="pk_promises"),
    )
    op.create_index("ix_promises_kept_at", "promises", ["kept_at"])

"""Answers to surveys."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the answers."""
    op.create_table(
        "answers",
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("desk", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("agent", sa.Text),
        sa.Column("answer", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call", "desk", "question", name="pk_answers"),
    )
    op.create_index("ix_answers_at", "answers", ["at"])

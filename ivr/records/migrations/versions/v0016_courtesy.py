"""Courtesy scores."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "courtesy_scores",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        *(sa.Column(f"item{n}", sa.BigInteger, nullable=False) for n in range(1, 9)),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_courtesy_scores"),
    )
    op.create_index("ix_courtesy_scores_on", "courtesy_scores", ["on"])

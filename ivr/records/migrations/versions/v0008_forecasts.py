"""How many calls are expected when."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the forecasts."""
    op.create_table(
        "forecasts",
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.BigInteger, nullable=False),
        sa.Column("expected", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("topic", "starts_at", name="pk_forecasts"),
    )

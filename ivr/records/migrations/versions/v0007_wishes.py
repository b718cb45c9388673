"""How callers want to be served the next time."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the wishes."""
    op.create_table(
        "wishes",
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("slow", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_wishes"),
    )

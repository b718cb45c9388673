"""When a database was filled from a backup."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "restores",
        sa.Column("backup", sa.Text, nullable=False),
        sa.Column("of", TIME, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("backup", name="pk_restores"),
    )

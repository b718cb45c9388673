"""Told and actual waits are kept, second by second."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """A table for them; a column goes that nothing ever read."""
    op.drop_column("tally_books", "settled")
    op.create_table(
        "wait_tallies",
        sa.Column("grain", sa.Text, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("desk", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("seconds", sa.BigInteger, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_wait_tallies_grain_starts_at", "wait_tallies", ["grain", "starts_at"])

"""The waits that callers were told."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add them to the legs."""
    op.add_column("legs", sa.Column("told_low", sa.BigInteger))
    op.add_column("legs", sa.Column("told_high", sa.BigInteger))

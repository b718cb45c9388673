"""The calls of a caller are found in time."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """An index in place of a shorter one."""
    op.drop_index("ix_calls_who", "calls")
    op.create_index("ix_calls_who_started_at", "calls", ["who", "started_at"])

"""The messages by when they changed last, as the page lists them."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_messages_changed_at", "messages", ["changed_at"])

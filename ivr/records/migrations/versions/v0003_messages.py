"""Messages and bulks, opt-outs, what workers agree on."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the outbox."""
    op.create_table(
        "bulks",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bulks"),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("case", sa.Text),
        sa.Column("bulk", sa.Text),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("values", sa.Text, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("priority", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due", TIME),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("sender", sa.Text),
        sa.Column("reference", sa.Text),
        sa.Column("code", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("submitted_at", TIME),
        sa.Column("changed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(["bulk"], ["bulks.id"], name="fk_messages_bulk"),
    )
    op.create_index("ix_messages_bulk_state", "messages", ["bulk", "state"])
    op.create_index("ix_messages_case", "messages", ["case"])
    op.create_index("ix_messages_key", "messages", ["key"], unique=True)
    op.create_index("ix_messages_sender_reference", "messages", ["sender", "reference"], unique=True)
    op.create_index("ix_messages_state_priority_due", "messages", ["state", "priority", "due"])
    op.create_index("ix_messages_who_submitted_at", "messages", ["who", "submitted_at"])
    op.create_table(
        "opt_outs",
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_opt_outs"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "firings",
        sa.Column("schedule", sa.Text, nullable=False),
        sa.Column("fire_time", TIME, nullable=False),
        sa.PrimaryKeyConstraint("schedule", "fire_time", name="pk_firings"),
    )
    op.create_table(
        "buckets",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("tokens", sa.Double, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_buckets"),
    )

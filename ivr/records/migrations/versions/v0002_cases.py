"""Cases with their history, systems' tokens and requests, failed look-ups."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of cases."""
    op.create_table(
        "cases",
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("certificate", sa.Boolean, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("school", sa.Text),
        sa.Column("desk", sa.Text, nullable=False),
        sa.Column("moving_to", sa.Text),
        sa.Column("officer", sa.Text),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("deadline", TIME),
        sa.Column("extension", sa.BigInteger, nullable=False),
        sa.Column("sensitive", sa.Boolean, nullable=False),
        sa.Column("consent", sa.Boolean, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("who", sa.Text),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("receipt", name="pk_cases"),
    )
    op.create_index("ix_cases_status_deadline", "cases", ["status", "deadline"])
    op.create_index("ix_cases_desk", "cases", ["desk"])
    op.create_index("ix_cases_who", "cases", ["who"])
    op.create_table(
        "case_events",
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("from_status", sa.Text),
        sa.Column("to_status", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("desk", sa.Text),
        sa.Column("note", sa.Text),
        sa.PrimaryKeyConstraint("receipt", "n", name="pk_case_events"),
        sa.ForeignKeyConstraint(["receipt"], ["cases.receipt"], name="fk_case_events_receipt", ondelete="CASCADE"),
    )
    op.create_index("ix_case_events_key", "case_events", ["key"], unique=True)
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("system", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("desks", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
    )
    op.create_table(
        "api_requests",
        sa.Column("system", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("system", "key", name="pk_api_requests"),
    )
    op.create_table(
        "lookup_attempts",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("subject", "at", "call", name="pk_lookup_attempts"),
    )

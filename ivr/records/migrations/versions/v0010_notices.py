"""Notices: switches and their changes, triggers, what calls heard, messages that callers asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "switches",
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("on", sa.Boolean, nullable=False),
        sa.Column("until", TIME),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("texts", sa.Text),
        sa.PrimaryKeyConstraint("notice", name="pk_switches"),
    )
    op.create_table(
        "switch_changes",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("until", TIME),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("texts", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_switch_changes"),
    )
    op.create_index("ix_switch_changes_notice_at", "switch_changes", ["notice", "at"])
    op.create_index("ix_switch_changes_at", "switch_changes", ["at"])
    op.create_table(
        "triggers",
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("on", sa.Boolean, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.PrimaryKeyConstraint("notice", name="pk_triggers"),
    )
    op.create_table(
        "hearings",
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("call", "at", "notice", "what", name="pk_hearings"),
    )
    op.create_index("ix_hearings_at", "hearings", ["at"])
    op.create_table(
        "requests",
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kept_at", TIME),
        sa.PrimaryKeyConstraint("call", "about", "template", name="pk_requests"),
    )
    op.create_index("ix_requests_kept_at", "requests", ["kept_at"])

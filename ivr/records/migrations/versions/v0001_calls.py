"""Calls, their legs and steps, the facts they are made from, marks, live queues."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "calls",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("line", sa.Text),
        sa.Column("flow", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("office", sa.Text),
        sa.Column("caller", sa.Text),
        sa.Column("who", sa.Text),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("static", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
    )
    op.create_index("ix_calls_node_outcome", "calls", ["node", "outcome"])
    op.create_index("ix_calls_started_at", "calls", ["started_at"])
    op.create_index("ix_calls_who", "calls", ["who"])
    op.create_table(
        "facts",
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("a", sa.Text, nullable=False),
        sa.Column("b", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("call", "at", "kind", "a", "b", name="pk_facts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "live_queues",
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("desk", sa.Text, nullable=False),
        sa.Column("waiting", sa.BigInteger, nullable=False),
        sa.Column("longest_wait_s", sa.BigInteger, nullable=False),
        sa.Column("agents_free", sa.BigInteger, nullable=False),
        sa.Column("agents_logged_in", sa.BigInteger, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("node", "desk", name="pk_live_queues"),
    )
    op.create_table(
        "marks",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source", "file", name="pk_marks"),
    )
    op.create_table(
        "legs",
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("desk", sa.Text, nullable=False),
        sa.Column("queued_at", TIME, nullable=False),
        sa.Column("connected_at", TIME),
        sa.Column("left_at", TIME),
        sa.Column("agent", sa.Text),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("call", "n", name="pk_legs"),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name="fk_legs_call", ondelete="CASCADE"),
    )
    op.create_index("ix_legs_queued_at", "legs", ["queued_at"])
    op.create_table(
        "steps",
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("turn", sa.BigInteger, nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("flow", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("exit", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("call", "turn", "n", name="pk_steps"),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name="fk_steps_call", ondelete="CASCADE"),
    )

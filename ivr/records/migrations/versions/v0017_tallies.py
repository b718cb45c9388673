"""Tallies kept by reports."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "tally_marks",
        sa.Column("quarter", TIME, nullable=False),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("quarter", name="pk_tally_marks"),
    )
    op.create_table(
        "tally_books",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("settled", TIME, nullable=False),
        sa.Column("closed", TIME),
        sa.Column("turn", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tally_books"),
    )
    op.create_table(
        "tally_rolls",
        sa.Column("of", sa.Text, nullable=False),
        sa.Column("grain", sa.Text, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("of", "grain", "starts_at", name="pk_tally_rolls"),
    )
    op.create_table(
        "contact_tallies",
        sa.Column("grain", sa.Text, nullable=False),
        sa.Column("of", sa.Text, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("line", "topic", "desk", "agent", "language")),
        *(sa.Column(f"n{place}", sa.BigInteger) for place in range(96)),
    )
    op.create_index("ix_contact_tallies_grain_of_starts_at", "contact_tallies", ["grain", "of", "starts_at"])
    op.create_table(
        "exit_tallies",
        sa.Column("grain", sa.Text, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("line", "topic", "flow", "step", "exit")),
        sa.Column("calls", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_exit_tallies_grain_starts_at", "exit_tallies", ["grain", "starts_at"])

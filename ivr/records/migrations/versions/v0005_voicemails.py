"""Voicemails."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the voicemails."""
    op.create_table(
        "voicemails",
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("desk", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("seconds", sa.BigInteger, nullable=False),
        sa.Column("told_at", TIME),
        sa.Column("heard_at", TIME),
        sa.Column("heard_by", sa.Text),
        sa.Column("deleted_at", TIME),
        sa.PrimaryKeyConstraint("file", name="pk_voicemails"),
    )
    op.create_index("ix_voicemails_told_at", "voicemails", ["told_at"])
    op.create_index("ix_voicemails_desk_at", "voicemails", ["desk", "at"])

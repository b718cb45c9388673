"""The people who use the pages."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make people, their sessions, and the tries to come in."""
    op.create_table(
        "people",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("desks", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("once_until", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("seen_at", TIME),
        sa.Column("locked_at", TIME),
        sa.Column("removed_at", TIME),
        sa.PrimaryKeyConstraint("name", name="pk_people"),
    )
    op.create_table(
        "web_sessions",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_web_sessions"),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_web_sessions_person", ondelete="CASCADE"),
    )
    op.create_index("ix_web_sessions_person", "web_sessions", ["person"])
    op.create_table(
        "login_tries",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("first_at", TIME, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_login_tries"),
    )
    op.create_index("ix_login_tries_first_at", "login_tries", ["first_at"])

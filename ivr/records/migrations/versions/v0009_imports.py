"""History of other systems: files brought in, and what each told of which call."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the imports; calls say where they come from."""
    op.create_table(
        "imports",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("added", sa.BigInteger, nullable=False),
        sa.Column("completed", sa.BigInteger, nullable=False),
        sa.Column("first", TIME, nullable=False),
        sa.Column("last", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_table(
        "imported",
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("call", "file", name="pk_imported"),
        sa.ForeignKeyConstraint(["file"], ["imports.id"], name="fk_imported_file", ondelete="CASCADE"),
    )
    op.create_index("ix_imported_file", "imported", ["file"])
    op.add_column("calls", sa.Column("source", sa.Text))

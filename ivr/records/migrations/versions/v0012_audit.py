"""The audit log, with the triggers that keep it whole."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TIME = sa.DateTime(timezone=True)

SQLITE = """
CREATE TRIGGER audit_kept BEFORE UPDATE ON audit
 BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_whole BEFORE DELETE ON audit WHEN OLD.n > coalesce((SELECT max(n) FROM audit_cuts), 0)
 BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_cuts_kept BEFORE UPDATE ON audit_cuts
 BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_cuts_whole BEFORE DELETE ON audit_cuts
 BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
"""

REFUSE = """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit' THEN
    IF OLD.n <= coalesce((SELECT max(n) FROM audit_cuts), 0) THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION USING MESSAGE = 'the audit log is only added to', ERRCODE = '23000';
END $$"""


def upgrade() -> None:
    """Make the tables and the triggers."""
    op.create_table(
        "audit",
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("at", TIME, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("who", "via", "where", "what", "whose", "why")),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_whose", "audit", ["whose"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "audit_cuts",
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_audit_cuts"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE.strip().split("END;")[:-1]:
            op.execute(sa.text(statement.strip().replace("\n", "") + " END"))
        return
    op.execute(sa.text(REFUSE))
    for table in ("audit", "audit_cuts"):
        for each, events in (("row", "UPDATE OR DELETE"), ("statement", "TRUNCATE")):
            trigger = f"CREATE TRIGGER {table}_{each} BEFORE {events} ON {table}"
            op.execute(sa.text(f"{trigger} FOR EACH {each} EXECUTE FUNCTION audit_refuse()"))

"""The tables of the audit log, and the triggers that let nobody change or delete what stands in it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import DDL, Index, Table, event
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.models import Base


class AuditRow(Base):
    """A deed, with the hash of the one before it. Rows are added only, and leave from the old end alone."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "at"), Index(None, "whose"))

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="Counts from 1 without a gap.")
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(doc="page:NAME, cli:USER, api:SYSTEM, engine:NODE.")
    via: Mapped[str] = mapped_column(doc="page, command, api or system.")
    where: Mapped[str] = mapped_column(doc="Address or host that it was done from.")
    what: Mapped[str] = mapped_column(doc="Dotted verb: case.changed, number.shown.")
    whose: Mapped[str] = mapped_column(doc="Whose data: call:ID, case:RECEIPT, person:NAME; empty: nobody's.")
    why: Mapped[str] = mapped_column(doc="Reason in words.")
    before: Mapped[str] = mapped_column(doc="Hash of the row before; of the first, 64 zeros.")
    hash: Mapped[str] = mapped_column(doc="SHA-256 over all the columns above.")


class AuditHead(Base):
    """The newest row, signed. Its one row is also what writers wait for one another at."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="1.")
    n: Mapped[int]
    hash: Mapped[str]
    signature: Mapped[str] = mapped_column(doc="Over n and hash, by the installation's key (ivr.records.keys).")


class AuditCut(Base):
    """Rows up to `n` were old enough to leave; the chain goes on from `hash`."""

    __tablename__ = "audit_cuts"

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(doc="Hash of row n.")
    at: Mapped[datetime]
    signature: Mapped[str] = mapped_column(doc="Over n and hash, by the installation's key.")


_LEFT = "coalesce((SELECT max(n) FROM audit_cuts), 0)"
_REFUSED = "the audit log is only added to"

_SQLITE = [
    f"CREATE TRIGGER audit_{name} BEFORE {event_} BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    for name, event_ in [
        ("kept", "UPDATE ON audit"),
        ("whole", f"DELETE ON audit WHEN OLD.n > {_LEFT}"),
        ("cuts_kept", "UPDATE ON audit_cuts"),
        ("cuts_whole", "DELETE ON audit_cuts"),
    ]
]
_POSTGRESQL = [
    f"""CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit' THEN
    IF OLD.n <= {_LEFT} THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION USING MESSAGE = '{_REFUSED}', ERRCODE = '23000';
END $$""",
    *(
        f"CREATE TRIGGER {table}_{each} BEFORE {events} ON {table} FOR EACH {each} EXECUTE FUNCTION audit_refuse()"
        for table in ("audit", "audit_cuts")
        for each, events in (("row", "UPDATE OR DELETE"), ("statement", "TRUNCATE"))
    ),
]

for _dialect, _statements in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL)):
    for _statement in _statements:
        event.listen(cast(Table, AuditCut.__table__), "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]

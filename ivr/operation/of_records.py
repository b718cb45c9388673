"""The doctor's checks of what is recorded: database, journal, outbox, deletion, audit log."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from alembic.config import Config as Alembic
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

from callback.retention import Retention
from ivr.operation import key_folder, measures
from ivr.operation.finding import Finding, graded, lasting
from ivr.operation.measures import Lag, Outbox
from ivr.operation.patient import Patient
from ivr.records import audit, rows
from ivr.records import store as stores
from ivr.records.audit_tables import AuditRow
from ivr.records.message_tables import Firing

LAG_S = (60.0, 600.0)
WAITED_S = (300.0, 1800.0)
LATENCY_MS = (200.0, 2000.0)
DRIFT_S = (1.0, 5.0)
DELETED_S = (5 * 86_400.0, 15 * 86_400.0)
"""Long holidays are no fault."""
WALKED = 20_000
"""Rows of the audit log that can be walked within a check's time."""


def database(patient: Patient) -> list[Finding]:
    """Reached, up to date, how large, and whether its clock is ours."""
    start = time.monotonic()
    with patient.store.reading() as session:
        connection = session.connection()
        now = rows.revision(connection)
        took = (time.monotonic() - start) * 1000
        sqlite = connection.dialect.name == "sqlite"
        query = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        size = connection.scalar(text(query if sqlite else "SELECT pg_database_size(current_database())")) or 0
        theirs = None if sqlite else connection.scalar(text("SELECT clock_timestamp()"))
        at = measures.utc_now()
    head = newest_revision()
    found = [of_revision(now, head)]
    what = f"{connection.dialect.name}, {size / 1e6:,.0f} MB, answered in {took:.0f} ms"
    found.append(
        graded("database", took, LATENCY_MS, what, "see whether another program holds it, or the disk is slow")
    )
    if isinstance(theirs, datetime):
        found.append(of_drift("the database server", (theirs - at).total_seconds()))
    return found


def newest_revision() -> str:
    """The migration that this program brings."""
    config = Alembic()
    config.set_main_option("script_location", str(Path(stores.__file__).parent / "migrations").replace("%", "%%"))
    return ScriptDirectory.from_config(config).get_current_head() or ""


def of_revision(now: str, head: str) -> Finding:
    """Pure: whether database and program are of one age."""
    if now == head:
        return Finding("database", "ok", f"its tables are those of this program ({now})")
    if not now:
        return Finding("database", "error", "it has no tables yet", "ivr up makes them")
    if now > head:
        what = f"its tables ({now}) are of a newer program than this one ({head})"
        return Finding("database", "error", what, "upgrade the program: an older one must not write here")
    return Finding(
        "database", "warning", f"its tables ({now}) are older than the program ({head})", "ivr up upgrades them"
    )


def of_drift(whose: str, seconds: float) -> Finding:
    """Pure: how far another clock may be from ours."""
    what = f"{whose}'s clock is {abs(seconds):.1f} s {'ahead' if seconds > 0 else 'behind'}"
    return graded(
        "clock", abs(seconds), DRIFT_S, what, "let both machines keep time by NTP (systemd-timesyncd, chrony)"
    )


def journal(patient: Patient) -> list[Finding]:
    """How far the database is behind the journal."""
    with patient.store.reading() as session:
        return [of_lag(measures.lag(patient.config, session, patient.now))]


def of_lag(lag: Lag) -> Finding:
    """Pure: a few seconds are how it works."""
    if not lag.bytes:
        return Finding("journal", "ok", "everything is recorded")
    what = f"{lag.bytes:,} bytes not recorded, for {lasting(lag.seconds)}"
    todo = "the engine records: is it up, and does the database answer? Nothing is lost; data/log/engine.log says why"
    return graded("journal", lag.seconds, LAG_S, what, todo)


def outbox(patient: Patient) -> list[Finding]:
    """Messages that wait too long, or for a person."""
    with patient.store.reading() as session:
        return of_outbox(measures.outbox(session, patient.now))


def of_outbox(outbox: Outbox) -> list[Finding]:
    """Pure: what of the outbox needs somebody."""
    states = outbox.states
    what = f"{states['waiting']} waiting, the longest overdue for {lasting(outbox.waited_s)}"
    todo = "is the worker up, and the provider? data/log/worker.log; ivr messages list --state waiting"
    found = [graded("outbox", outbox.waited_s, WAITED_S, what, todo)]
    if unknown := states["unknown"]:
        held = f", {outbox.held} of them held since a restore" if outbox.held else ""
        todo = (
            "look at the provider's list, then: ivr messages resolve ID sent|unsent (ivr messages list --state unknown)"
        )
        found.append(Finding("outbox", "warning", f"{unknown} messages nobody knows the fate of{held}", todo))
    if dead := states["dead"] + states["undelivered"]:
        todo = "ivr messages list --state dead --state undelivered; mend them with ivr messages repair or resend"
        found.append(Finding("outbox", "warning", f"{dead} messages failed within a day", todo))
    return found


def retention(patient: Patient) -> list[Finding]:
    """Whether the nightly deletion was done lately, and left nothing."""
    config = patient.config
    with patient.store.reading() as session:
        last = session.scalar(select(func.max(Firing.fire_time)).where(Firing.schedule == "retention"))
    overdue = Retention(config, key_folder.opened(config.keys_dir), patient.store).overdue(patient.now)
    return [of_retention(last, patient.now, overdue)]


def of_retention(last: datetime | None, now: datetime, overdue: Sequence[str] = ()) -> Finding:
    """Pure: how long ago the last deletion may be; the clock fires it on working days. overdue: what it left."""
    todo = "the worker does it on working mornings: is it up? data/log/worker.log says why it failed"
    if overdue:
        what = f"still there, though too old for weeks: {', '.join(overdue)}"
        return Finding("retention", "error", what, f"{todo}; ivr retention run does it now, or says what it waits for")
    if last is None:
        return Finding("retention", "warning", "what is too old was never looked for", todo)
    age = (now - last).total_seconds()
    return graded("retention", age, DELETED_S, f"what is too old was last looked for {lasting(age)} ago", todo)


def audited(patient: Patient) -> list[Finding]:
    """The audit log's chain, where it is short enough to be walked here."""
    with patient.store.reading() as session:
        count = session.scalar(select(func.count()).select_from(AuditRow)) or 0
    if count > WALKED:
        return [Finding("audit", "ok", f"{count:,} rows, not walked here: `ivr audit verify` does, once a month")]
    with patient.store.reading() as session:
        verdict = audit.verify(session, key_folder.opened(patient.config.keys_dir))
    if verdict.broken:
        todo = (
            "somebody or something changed it: keep a copy of the database, compare it with a backup, tell the auditor"
        )
        return [Finding("audit", "error", f"the chain is broken: {verdict.broken}", todo)]
    return [Finding("audit", "ok", f"{verdict.rows:,} rows, the chain is whole")]

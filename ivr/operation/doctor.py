"""The doctor: every check at once, each within its time, none of them able to spoil another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ivr.errors import OnestopError
from ivr.operation import of_line, of_machine, of_records
from ivr.operation.finding import Finding
from ivr.operation.patient import Patient

LIMIT_S = 5.0
"""How long a check may take."""

Check = Callable[[Patient], list[Finding]]

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "disk": of_machine.disk,
        "keys": of_machine.keys,
        "zone": of_machine.zone,
        "database": of_records.database,
        "journal": of_records.journal,
        "processes": of_machine.processes,
        "exchange": of_line.exchange,
        "live state": of_line.live,
        "officers": of_line.officers,
        "office": of_machine.versions,
        "calendar": of_line.calendar,
        "notices": of_line.notices,
        "outbox": of_records.outbox,
        "retention": of_records.retention,
        "audit": of_records.audited,
        "backup": of_machine.backups,
    }
)
"""What is looked at, in the order in which it is told."""


def examine(patient: Patient, checks: Mapping[str, Check] = CHECKS, limit: float = LIMIT_S) -> list[Finding]:
    """Everything that was found, in the checks' order; never longer than `limit` s altogether, never an error."""
    found: dict[str, list[Finding]] = {}

    def look(name: str, check: Check) -> None:
        try:
            found[name] = check(patient)
        except OnestopError as error:
            found[name] = [Finding(name, "error", str(error), "see the other findings")]
        except Exception as error:  # noqa: BLE001 - one that fails must not hide what the others see
            what = f"can't be looked at: {type(error).__name__}: {error}"
            found[name] = [Finding(name, "error", what, "see the other findings; data/log may say more")]

    threads = [threading.Thread(target=look, args=item, name=item[0], daemon=True) for item in checks.items()]
    for thread in threads:
        thread.start()
    end = time.monotonic() + limit
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    late = f"no answer within {limit:g} s"
    todo = "whatever it asks hangs: the disk, the database, the exchange"
    return [one for name in checks for one in found.get(name) or [Finding(name, "error", late, todo)]]

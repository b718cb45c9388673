"""What a line that was killed (SIGKILL) left running: its engine, worker and web process go on, and keep their ports.

They are known by how `ivr up` starts its children: `PYTHON -m ivr.cli --config FILE NAME`, each in its own session.
The exchange isn't among them: it goes on with its calls, and the next line takes it up.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

NAMES = ("engine", "watchdog", "worker", "web")
PATIENCE_S = 20.0
"""How long they may take to end what they are at."""

_PROC = Path("/proc")
_LIKE = ["-m", "ivr.cli", "--config"]


def end(file: Path, told: Callable[[str], None]) -> None:
    """End those of the installation whose settings are `file`; the caller holds its claim, so that no line has them."""
    left = found(file)
    if not left:
        return
    named = ", ".join(f"{name} {pid}" for pid, name in left.items())
    told(f"Ending what a line that was killed has left: {named} …")
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    over = time.monotonic() + PATIENCE_S
    while left := {pid: name for pid, name in found(file).items() if pid in left}:
        if time.monotonic() > over:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            over += PATIENCE_S
        time.sleep(0.05)


def found(file: Path) -> dict[int, str]:
    """Such processes of this user, by process id."""
    there: dict[int, str] = {}
    for entry in _PROC.iterdir():
        with suppress(OSError, ValueError):  # it ended meanwhile, or isn't ours to look at
            pid = int(entry.name)
            _, *arguments = (entry / "cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
            # State before it is reaped, parent, group, session: behind the name in brackets, which may hold anything
            state, _, _, session, *_ = (entry / "stat").read_text().rpartition(")")[2].split()
            its = arguments[3:5] if arguments[:3] == _LIKE and len(arguments) >= 5 else []
            ours = entry.stat().st_uid == os.getuid() and int(session) == pid and state != "Z"
            if its and ours and its[1] in NAMES and ((entry / "cwd").readlink() / its[0]).resolve() == file.resolve():
                there[pid] = its[1]
    return there

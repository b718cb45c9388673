"""The claim of a running line: its data folder and its ports are nobody else's, and others can read how it was started.

The claim is a lock on a file in the data folder. The kernel lets go of it with the process, however that ends. What
stands in the file tells by which settings the line was started: a hash of each key, since a setting may be secret.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ivr.config import Config
from ivr.errors import ExchangeError
from ivr.telephony import orphans
from ivr.telephony.ports import refuse_taken

FILE = "line.lock"
SHARED = ("lines", "engine", "node")
"""Settings in which exchange and engine must agree: of a line that runs, one alone can't take them up."""


@contextmanager
def held(config: Config, file: Path, told: Callable[[str], None]) -> Iterator[None]:
    """The installation, whose settings are `file`, is this process's, to run its line; `told` hears what is ended first
    of a line that was killed. Raises ExchangeError when another line has it, or a port."""
    config.data_dir.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(config.data_dir / FILE, os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExchangeError(
                f"a line runs in {config.data_dir} already, process {_told(config).get('process', '?')}\n"
                "→ a change of the office: ivr reload; else end that line first (Ctrl-C), and start again"
            ) from None
        orphans.end(file, told)
        refuse_taken(config.engine.agi, "engine.agi")
        refuse_taken(config.web.listen, "web.listen")
        lock.truncate(0)
        json.dump({"process": os.getpid(), "settings": _hashes(config)}, lock)
        lock.flush()
        yield


def is_held(config: Config) -> bool:
    """Does `ivr up` run the line of this installation?"""
    try:
        with (config.data_dir / FILE).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def other_settings(config: Config, file: Path) -> list[str]:
    """The keys of config.yaml, which is `file`, that have changed since the line that runs was started.

    Raises ExchangeError when one of SHARED is among them.
    """
    was = _told(config).get("settings", {}) if is_held(config) else {}
    changed = [key for key, value in _hashes(config).items() if was and was.get(key) != value]
    if any(key in SHARED for key in changed):
        raise ExchangeError(
            f"{file} has changed since the line was started ({', '.join(changed)}); nothing was changed on the line\n"
            "→ end `ivr up` (Ctrl-C) and start it again: lines and ports are taken up at the start alone"
        )
    return changed


def _told(config: Config) -> dict[str, Any]:
    """What the line says of itself; nothing while it is still writing that."""
    with suppress(OSError, ValueError):
        told: dict[str, Any] = json.loads((config.data_dir / FILE).read_text())
        return told
    return {}


def _hashes(config: Config) -> dict[str, str]:
    values = config.model_dump(mode="json")
    return {
        key: hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
        for key, value in values.items()
    }

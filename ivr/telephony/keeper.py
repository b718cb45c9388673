"""The process that owns Asterisk: launches it, reads its console, starts it again when it has died.

What Asterisk says on its console can hold callers' numbers, so nobody else gets to read it: the keeper masks them and
passes the rest on to the program's log. When the keeper itself dies, Asterisk and its conversations go on, and the
next keeper adopts it.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from ivr.errors import ExchangeError

log = logging.getLogger(__name__)

STOP_S = 15
"""How long Asterisk gets to end; half of it by asking, then it is killed."""

_PAUSES_S = (0.5, 30.0)
"""The shortest and the longest pause before a dead Asterisk is started again; a pause doubles after a short life."""
_SHORT_LIFE_S = 60
_LOOK_S = 1.0
"""Far longer than somebody who looks whether there is a keeper holds the lock; a keeper holds it for good."""
_FILES = 65_536


class Keeper:
    """Keeper of the Asterisk whose settings are in `settings`; `run` is the folder of its process id."""

    def __init__(self, settings: Path, run: Path, ending: Callable[[], None] = lambda: None) -> None:
        """ending: is called before a living Asterisk is ended."""
        self._ending = ending
        self._settings = settings
        self._lock = run / "keeper.pid"
        self._pid = run / "asterisk.pid"

    def keep(self, command: Sequence[str], stop: threading.Event) -> None:
        """Keep Asterisk running until `stop` is set, then end it. `command` starts it in the foreground.

        Raises ExchangeError when there is a keeper already.
        """
        shortest, longest = _PAUSES_S
        pause = shortest
        with self._alone():
            while not stop.is_set():
                began = time.monotonic()
                if (pid := self.asterisk()) is None:
                    self._launch(command, stop)
                else:
                    log.warning("adopting the exchange that runs already, process %d", pid)
                    self._follow(pid, partial(self._is_ours, pid), stop)
                if stop.is_set():
                    return
                pause = shortest if time.monotonic() - began > _SHORT_LIFE_S else min(pause * 2, longest)
                log.error("the exchange has died; it is started again in %g s", pause)
                stop.wait(pause)

    def keeper(self) -> int | None:
        """The keeper's process id, when there is one: it holds a lock, which ends with it, however it ends."""
        try:
            with self._lock.open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(self._lock.read_text() or 0) or None
        except OSError:
            return None
        return None

    def asterisk(self) -> int | None:
        """Asterisk's process id, when it lives. The number in its file may have become another process's since."""
        try:
            pid = int(self._pid.read_text())
        except (OSError, ValueError):
            return None
        return pid if self._is_ours(pid) else None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        end = time.monotonic() + _LOOK_S
        with self._lock.open("a+") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > end:
                        raise ExchangeError("the exchange has a keeper already") from None
                time.sleep(0.02)
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def _launch(self, command: Sequence[str], stop: threading.Event) -> None:
        """One life of Asterisk."""
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in a terminal is for the keeper, which then ends Asterisk
            env={**os.environ, "TZ": "UTC"},  # the dialplan's STRFTIME(,,%s) counts from 1970 only then
        )
        assert process.stdout is not None  # noqa: S101 (PIPE)
        # A call takes some ten files, more than the usual soft limit of 1,024 has for 100 calls.
        _, most = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (min(most, _FILES), most))
        threading.Thread(target=_listen, args=(process.stdout,), name="console", daemon=True).start()
        # Asked of the kernel: in the midst of execve(2) a process has no command line, and would pass for dead.
        self._follow(process.pid, lambda: process.poll() is None, stop)

    def _follow(self, pid: int, alive: Callable[[], bool], stop: threading.Event) -> None:
        """Wait until the process has died, or `stop` is set: then end it."""
        while alive() and not stop.wait(0.2):
            pass
        if alive():
            self._ending()
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not alive():
                return
            os.kill(pid, number)
            end = time.monotonic() + STOP_S / 2
            while alive() and time.monotonic() < end:
                time.sleep(0.02)

    def _is_ours(self, pid: int) -> bool:
        """Is this process alive, and an Asterisk with our settings? (A zombie has no command line left.)"""
        try:
            return str(self._settings).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False


_MESSAGE = re.compile(r"^\[[^\]]*\] (WARNING|ERROR)\[[^\]]*\](?:\[[^\]]*\])?:? *(.*)")
_LONGEST_LINE = 4096


def _listen(console: IO[bytes]) -> None:
    """Pass Asterisk's console on to the log until it ends."""
    while line := console.readline(_LONGEST_LINE):
        if text := line.decode(errors="replace").strip():
            level, text = parse_console(text)
            log.log(level, "asterisk: %s", text)


def parse_console(line: str) -> tuple[int, str]:
    """Level and text of a line of Asterisk's console, every run of six digits or more masked: it may be a caller's."""
    match = _MESSAGE.match(line)
    level, text = (getattr(logging, match[1]), match[2]) if match else (logging.DEBUG, line)
    return level, re.sub(r"\d(?:-?\d){5,}", "******", text)

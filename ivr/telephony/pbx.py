"""Asterisk as a process: configured, started, kept running, asked, stopped.

A small keeper process owns Asterisk and its console. What Asterisk says there can hold callers' numbers, so nobody
else gets to read it: the keeper masks them and passes the rest on to the program's log. When Asterisk dies, the
keeper starts it again; when the keeper dies, Asterisk and its conversations go on, and the next keeper adopts it.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO

from ivr.config import Config, host_port
from ivr.errors import ExchangeError
from ivr.language.desks import Desks
from ivr.telephony import exchange
from ivr.telephony.installation import Installation, find

log = logging.getLogger(__name__)

_BOOT_S = 30
_STOP_S = 15
_PAUSES_S = (0.5, 30.0)
"""The shortest and the longest pause before a dead Asterisk is started again; a pause doubles after a short life."""
_SHORT_LIFE_S = 60

_RELOADS = {
    "queues.conf": "queue reload all",
    "extensions.conf": "dialplan reload",
    "manager.conf": "manager reload",
    "pjsip.conf": "module reload res_pjsip.so",
}
"""What takes a changed file up while calls go on; every other file needs a restart."""


class Pbx:
    """The exchange of one installation, seen from any process of it."""

    def __init__(self, config: Config, desks: Desks) -> None:
        self._config = config
        self._desks = desks
        self._settings = exchange.settings_file(config)
        self._run = exchange.folder(config) / "run"

    @cached_property
    def installation(self) -> Installation:
        """The Asterisk that is used. Raises ExchangeError when there is none."""
        return find(self._config)

    def configure(self) -> list[Path]:
        """Write the configuration; returns the files that changed. Raises BadInput, KeyMissing or ExchangeError."""
        return exchange.write(self._config, self._desks, self.installation)

    def reload(self, changed: Iterable[Path]) -> list[Path]:
        """Make a running exchange take up changed files; calls go on. Returns those that wait for a restart."""
        files = list(changed)
        for file in files:
            if command := _RELOADS.get(file.name):
                self.cli(command)
        return [file for file in files if file.name not in _RELOADS]

    def start(self, keeper: Sequence[str]) -> None:
        """Start the exchange in the background and wait until it answers; nothing happens when it runs already.

        keeper: the command, `ivr … pbx run`, that becomes its keeper. Raises ExchangeError when it doesn't come up.
        """
        if not self.kept():
            if self.pid() is None:
                self._refuse_taken_ports()
            nowhere = subprocess.DEVNULL
            subprocess.Popen(keeper, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
        self.wait()

    def wait(self, timeout: float = _BOOT_S) -> None:
        """Return when the exchange has booted and its manager interface answers; ExchangeError after `timeout` s."""
        end = time.monotonic() + timeout
        while True:
            try:
                self.cli("core waitfullybooted")
                return self._greet_manager()
            except (OSError, ExchangeError) as error:
                if time.monotonic() > end:
                    where = self._config.data_dir / "log"
                    raise ExchangeError(f"the exchange is not up after {timeout:g} s ({error}); see {where}") from error
            time.sleep(0.05)

    def run(self, stop: threading.Event) -> None:
        """Be the keeper, until `stop` is set. Raises ExchangeError when there is one already, or ports are taken."""
        shortest, longest = _PAUSES_S
        pause = shortest
        with self._keeping():
            while not stop.is_set():
                began = time.monotonic()
                self._live(stop)
                if stop.is_set():
                    return
                pause = shortest if time.monotonic() - began > _SHORT_LIFE_S else min(pause * 2, longest)
                log.error("the exchange has died; it is started again in %g s", pause)
                stop.wait(pause)

    def stop(self) -> None:
        """End the exchange and its keeper; calls are cut. Raises ExchangeError when it doesn't end."""
        keeper = self.kept()
        for pid in filter(None, [keeper or self.pid()]):
            os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + _STOP_S
        while self.kept() or self.pid():
            if time.monotonic() > end:
                raise ExchangeError(f"the exchange has not ended after {_STOP_S} s")
            time.sleep(0.05)

    def running(self) -> bool:
        """Does Asterisk live? (Whether it has booted, `wait` tells.)"""
        return self.pid() is not None

    def pid(self) -> int | None:
        """Asterisk's process id, when it lives. The number in its file may have become another process's since."""
        try:
            pid = int((self._run / "asterisk.pid").read_text())
        except (OSError, ValueError):
            return None
        return pid if self._is_ours(pid) else None

    def kept(self) -> int | None:
        """The keeper's process id, when there is one: it holds a lock, which ends with it, however it ends."""
        try:
            with self._lock_file.open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(self._lock_file.read_text() or 0) or None
        except OSError:
            return None
        return None

    def cli(self, command: str) -> str:
        """The answer to a command of Asterisk's console. Raises ExchangeError when Asterisk doesn't answer."""
        argv = [*self.installation.command, "-C", str(self._settings), "-rx", command]
        try:
            done = subprocess.run(argv, capture_output=True, text=True, errors="replace", timeout=_BOOT_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ExchangeError(f"the exchange does not answer: {error}") from error
        if done.returncode:
            raise ExchangeError(f"the exchange does not answer: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    @property
    def _lock_file(self) -> Path:
        return self._run / "keeper.pid"

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        with self._lock_file.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ExchangeError("the exchange has a keeper already") from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def _live(self, stop: threading.Event) -> None:
        """One life of Asterisk: launched, or found alive; ended when `stop` is set."""
        if (pid := self.pid()) is not None:
            log.warning("adopting the exchange that runs already, process %d", pid)
            self._follow(pid, stop)
            return
        self._refuse_taken_ports()
        # A session of its own: Ctrl-C in a terminal is for us, and we end it. TZ: so that STRFTIME's %s counts from 1970.
        process = subprocess.Popen(
            [*self.installation.command, "-f", "-C", str(self._settings)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "TZ": "UTC"},
        )
        assert process.stdout is not None  # noqa: S101 (PIPE)
        threading.Thread(target=_listen, args=(process.stdout,), name="console", daemon=True).start()
        self._follow(process.pid, stop)
        process.wait()

    def _follow(self, pid: int, stop: threading.Event) -> None:
        """Wait until the process has died, or `stop` is set: then end it."""
        while self._is_ours(pid) and not stop.wait(0.2):
            pass
        for number, patience in ((signal.SIGTERM, _STOP_S / 2), (signal.SIGKILL, _STOP_S / 2)):
            if not self._is_ours(pid):
                return
            os.kill(pid, number)
            end = time.monotonic() + patience
            while self._is_ours(pid) and time.monotonic() < end:
                time.sleep(0.02)

    def _is_ours(self, pid: int) -> bool:
        """Is this process alive, and an Asterisk with our configuration? (A zombie has no command line left.)"""
        try:
            return str(self._settings).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False

    def _greet_manager(self) -> None:
        with socket.create_connection(host_port(self._config.exchange.ami), timeout=2) as connection:
            if not connection.recv(64).startswith(b"Asterisk Call Manager"):
                raise ExchangeError(f"{self._config.exchange.ami} is not Asterisk's manager interface")

    def _refuse_taken_ports(self) -> None:
        """Asterisk would only warn, and run without ears."""
        for key, kind in (("sip", socket.SOCK_DGRAM), ("ami", socket.SOCK_STREAM)):
            address = getattr(self._config.exchange, key)
            family = socket.AF_INET6 if address.startswith("[") else socket.AF_INET
            with socket.socket(family, kind) as probe:
                if kind is socket.SOCK_STREAM:  # connections of a former life that still linger don't matter
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(host_port(address))
                except OSError as error:
                    raise ExchangeError(f"{address} (config.yaml: exchange.{key}): {error.strerror}") from error


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

"""The exchange of one installation, seen from any of its processes: configured, started, asked, stopped."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from ivr.config import Config, host_port
from ivr.errors import ExchangeError
from ivr.language.desks import Desks
from ivr.telephony import exchange
from ivr.telephony.installation import Installation, find
from ivr.telephony.keeper import STOP_S, Keeper
from ivr.telephony.ports import refuse_taken

log = logging.getLogger(__name__)

_BOOT_S = 30
_ANSWER_S = 10
_NOTE_S = 3

_RELOADS = {
    "queues.conf": "queue reload all",
    "extensions.conf": "dialplan reload",
    "manager.conf": "manager reload",
    "pjsip.conf": "module reload res_pjsip.so",
}
"""What makes a changed file effective while calls go on; every other file needs a restart."""


class Pbx:
    """The exchange, by its settings; holds no state of its own."""

    def __init__(self, config: Config, desks: Desks | None = None) -> None:
        """desks: for `configure`; an exchange can be stopped, and asked, whatever state the office's files are in."""
        self._config = config
        self._desks = desks
        self._settings = exchange.settings_file(config)
        self._keeper = Keeper(self._settings, exchange.folder(config) / "run", self._note_stop)

    @cached_property
    def installation(self) -> Installation:
        """The Asterisk that is used. Raises ExchangeError when there is none."""
        return find(self._config)

    def configure(self) -> list[Path]:
        """Write the configuration; returns the files that changed. Raises BadInput, KeyMissing or ExchangeError."""
        if self._desks is None:
            raise ValueError("no desks to configure")
        return exchange.write(self._config, self._desks, self.installation)

    def reload(self, changed: Iterable[Path]) -> list[Path]:
        """Make a running exchange take up changed files; calls go on. Returns those that wait for a restart."""
        files = list(changed)
        for file in files:
            if command := _RELOADS.get(file.name):
                self.cli(command)
        return [file for file in files if file.name not in _RELOADS]

    def run(self, stop: threading.Event) -> None:
        """Be the exchange's keeper until `stop` is set, in the foreground; `configure` came before.

        Raises ExchangeError when it has a keeper already, or its ports are taken.
        """
        command = [*self.installation.command, "-f", "-C", str(self._settings)]
        self._refuse_taken_ports()
        self._keeper.keep(command, stop)

    def start(self, keeper: Sequence[str]) -> None:
        """Start the exchange in the background and wait until it answers; one that runs already is left alone.

        keeper: the command, `ivr … pbx run`, that becomes its keeper. Raises ExchangeError when it doesn't come up.
        """
        self.launch(keeper)
        self.wait()

    def launch(self, keeper: Sequence[str]) -> subprocess.Popen[bytes] | None:
        """As `start`, without waiting: the keeper's process, or None when the exchange has a keeper already."""
        if self._keeper.keeper() is not None:
            return None
        self._refuse_taken_ports()
        nowhere = subprocess.DEVNULL
        return subprocess.Popen(keeper, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)

    def stop(self) -> None:
        """End the exchange and its keeper; calls are cut. Raises ExchangeError when it doesn't end."""
        if pid := self._keeper.keeper() or self._keeper.asterisk():
            os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + STOP_S + _NOTE_S + 1
        while self._keeper.keeper() or self._keeper.asterisk():
            if time.monotonic() > end:
                raise ExchangeError(f"the exchange has not ended after {STOP_S} s")
            time.sleep(0.05)

    def running(self) -> bool:
        """Does Asterisk live? Whether it has booted, `wait` tells."""
        return self._keeper.asterisk() is not None

    def pid(self) -> int | None:
        """Asterisk's process id, when it lives."""
        return self._keeper.asterisk()

    def calls(self) -> int:
        """How many calls are in progress. Raises ExchangeError when Asterisk doesn't answer."""
        found = re.search(r"(\d+) active channel", self.cli("group show channels calls"))
        return int(found[1]) if found else 0

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

    def cli(self, command: str, timeout: float = _ANSWER_S) -> str:
        """The answer to a command of Asterisk's console. Raises ExchangeError when none comes within `timeout` s."""
        argv = [*self.installation.command, "-C", str(self._settings), "-rx", command]
        try:
            done = subprocess.run(argv, capture_output=True, text=True, errors="replace", timeout=timeout, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ExchangeError(f"the exchange does not answer: {error}") from error
        if done.returncode:
            raise ExchangeError(f"the exchange does not answer: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def _note_stop(self) -> None:
        """Let calls that end from now on say so: nobody hung up."""
        try:
            self.cli("dialplan set global IVR_STOP stop", _NOTE_S)
        except ExchangeError as error:
            log.warning("calls may pass for hung up: %s", error)

    def _greet_manager(self) -> None:
        with socket.create_connection(host_port(self._config.exchange.ami), timeout=2) as connection:
            if not connection.recv(64).startswith(b"Asterisk Call Manager"):
                raise ExchangeError(f"{self._config.exchange.ami} is not Asterisk's manager interface")

    def _refuse_taken_ports(self) -> None:
        """Asterisk would only warn, and run without ears. (One of ours that runs already has them by right.)"""
        if self.running():
            return
        for key, kind in (("sip", socket.SOCK_DGRAM), ("ami", socket.SOCK_STREAM)):
            refuse_taken(getattr(self._config.exchange, key), f"exchange.{key}", kind)

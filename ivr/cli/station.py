"""A station: all processes of one installation, started together, watched, and ended together."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ivr.config import Config, host_port
from ivr.errors import ExchangeError, StoreUnavailable
from ivr.language.desks import Desks
from ivr.records import journal as journals
from ivr.records.recorder import Recorder
from ivr.records.store import Store
from ivr.telephony import dialplan
from ivr.telephony.pbx import Pbx

START_S = 30.0
STOP_S = 20.0
PAUSE_S = 1.0
"""Between a child's death and its next start."""

log = logging.getLogger(__name__)


class Station:
    """The processes of an installation. `file` is its config.yaml; `engine` are further options of `ivr engine`;
    `told` hears how the end goes on."""

    def __init__(
        self,
        file: Path,
        config: Config,
        desks: Desks,
        engine: Sequence[str] = (),
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.config, self._told = config, told
        self.pbx = Pbx(config, desks)
        self._ivr = [sys.executable, "-m", "ivr.cli", "--config", str(file)]
        self._commands = {"engine": ["engine", *engine], "watchdog": ["watchdog"], "worker": ["worker"], "web": ["web"]}
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Everything is up; a process that dies is started again. At the end all is gone, and every call recorded.

        Raises ExchangeError when the exchange or the engine doesn't come up.
        """
        self.pbx.configure()
        try:
            self.pbx.start([*self._ivr, "pbx", "run"])
            for name in self._commands:
                self._spawn(name)
            self._await_engine()
            keeper = threading.Thread(target=self._keep, name="station", daemon=True)
            keeper.start()
            yield
        finally:
            self._stop.set()
            try:
                self._end_exchange()
            finally:
                self._end_children()
            self._record()

    def pid(self, name: str) -> int:
        """Process id of "engine", "watchdog", "worker" or "web"."""
        return self._children[name].pid

    def _end_exchange(self) -> None:
        """First of all: what its calls leave when they end with it is for an engine that still runs."""
        with suppress(ExchangeError):
            calls = self.pbx.calls()
            self._told(f"The exchange ends, and {calls or 'no'} call{'' if calls == 1 else 's'} with it …")
        self.pbx.stop()

    def _end_children(self) -> None:
        self._told(f"{', '.join(self._children)} end …")
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            try:
                child.wait(STOP_S)
            except subprocess.TimeoutExpired:
                child.kill()

    def _record(self) -> None:
        """Record what came after the engine's last look, as when a service manager ends all processes at once."""
        config = self.config
        journal, witness = config.data_dir / journals.FOLDER, dialplan.witness_file(config)
        try:
            Recorder(journal, witness, Store(config.database_url), config.node).once()
        except (StoreUnavailable, OSError) as error:
            self._told(f"The last calls are recorded at the next start: {error}")

    def _spawn(self, name: str) -> None:
        command = [*self._ivr, *self._commands[name]]
        nowhere = subprocess.DEVNULL
        # Ctrl-C in a terminal is for us, who end them in order.
        self._children[name] = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, start_new_session=True)

    def _keep(self) -> None:
        while not self._stop.wait(PAUSE_S):
            for name, child in list(self._children.items()):
                if child.poll() is not None and not self._stop.is_set():
                    log.error("%s ended and is started again", name, extra={"code": child.returncode})
                    self._spawn(name)

    def _await_engine(self) -> None:
        end = time.monotonic() + START_S
        while True:
            if self._children["engine"].poll() is not None:
                raise ExchangeError("the engine did not start; its reason stands above, and in data/log/engine.log")
            try:
                with socket.create_connection(host_port(self.config.engine.agi), timeout=1):
                    return
            except OSError:
                if time.monotonic() > end:
                    raise ExchangeError(f"the engine doesn't answer after {START_S:g} s") from None
                time.sleep(0.05)

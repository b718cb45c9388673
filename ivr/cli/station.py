"""A station: all processes of one installation, started together, watched, and ended together."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ivr.config import Config, host_port
from ivr.errors import ExchangeError
from ivr.language.desks import Desks
from ivr.telephony.pbx import Pbx

START_S = 30.0
STOP_S = 20.0
PAUSE_S = 1.0
"""Between a child's death and its next start."""

log = logging.getLogger(__name__)


class Station:
    """The processes of an installation. `file` is its config.yaml; `engine` are further options of `ivr engine`."""

    def __init__(self, file: Path, config: Config, desks: Desks, engine: Sequence[str] = ()) -> None:
        self.config = config
        self.pbx = Pbx(config, desks)
        self._ivr = [sys.executable, "-m", "ivr.cli", "--config", str(file)]
        self._commands = {"engine": ["engine", *engine], "watchdog": ["watchdog"], "worker": ["worker"], "web": ["web"]}
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Everything is up; a process that dies is started again. At the end all of it is gone.

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
            for child in self._children.values():
                child.terminate()
            for child in self._children.values():
                try:
                    child.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    child.kill()
            self.pbx.stop()

    def pid(self, name: str) -> int:
        """Process id of "engine", "watchdog", "worker" or "web"."""
        return self._children[name].pid

    def _spawn(self, name: str) -> None:
        command = [*self._ivr, *self._commands[name]]
        self._children[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

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

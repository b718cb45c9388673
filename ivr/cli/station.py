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
        self._exchange: subprocess.Popen[bytes] | None = None
        """The keeper that was started here; None while the exchange is somebody else's, who ran it before."""
        self._stop = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Everything is up; a process that dies is started again. At the end all is gone, and every call recorded.
        (An exchange that ran before goes on.)

        Raises ExchangeError when the exchange or the engine doesn't come up. Without the API calls are taken all the
        same: `told` hears of it.
        """
        self.pbx.configure()
        keeper = threading.Thread(target=self._keep, name="station", daemon=True)
        try:
            self._launch_exchange()
            self.pbx.wait()
            for name in self._commands:
                self._spawn(name)
            self._await("engine", self.config.engine.agi)
            try:
                self._await("web", self.config.web.listen)
            except ExchangeError as error:
                self._told(f"There is no API yet: {error}")
            keeper.start()
            yield
        finally:
            self._stop.set()
            if keeper.ident:
                keeper.join()
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
        if self._exchange is None:
            if self.pbx.running():
                self._told("The exchange goes on: it ran before (`ivr pbx stop` ends it)")
            return
        with suppress(ExchangeError):
            calls = self.pbx.calls()
            self._told(f"The exchange ends, and {calls or 'no'} call{'' if calls == 1 else 's'} with it …")
        self._exchange.terminate()  # also a keeper so young that it hasn't said yet that it is one
        with suppress(subprocess.TimeoutExpired):
            self._exchange.wait(STOP_S)
        self.pbx.stop()

    def _end_children(self) -> None:
        if self._children:
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

    def _launch_exchange(self) -> None:
        """Start the exchange's keeper where there is none, and none on its way. Raises ExchangeError."""
        if self._exchange is None or self._exchange.poll() is not None:
            self._exchange = self.pbx.launch([*self._ivr, "pbx", "run"]) or self._exchange

    def _keep(self) -> None:
        while not self._stop.wait(PAUSE_S):
            self._keep_exchange()
            for name, child in list(self._children.items()):
                if child.poll() is not None and not self._stop.is_set():
                    log.error("%s ended and is started again", name, extra={"code": child.returncode})
                    self._spawn(name)

    def _keep_exchange(self) -> None:
        """Bring back an exchange whose keeper is gone: a dead Asterisk is the keeper's to start again."""
        before = self._exchange
        try:
            self._launch_exchange()
        except ExchangeError as error:
            log.error("the exchange can't be started again: %s", error)
        if self._exchange is not before:
            log.error("the exchange ended and is started again")

    def _await(self, name: str, address: str) -> None:
        """Return when a child listens at its address. Raises ExchangeError when it ends before, or takes too long."""
        end = time.monotonic() + START_S
        while True:
            if self._children[name].poll() is not None:
                raise ExchangeError(f"`ivr {name}` did not start; its reason stands above, and in data/log/{name}.log")
            try:
                with socket.create_connection(host_port(address), timeout=1):
                    return
            except OSError:
                if time.monotonic() > end:
                    raise ExchangeError(f"`ivr {name}` doesn't answer after {START_S:g} s") from None
                time.sleep(0.05)

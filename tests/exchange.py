"""A real Asterisk for tests: on free ports, in a folder of its own, gone at the end.

Use the fixture `exchange`, or `with running_exchange(folder, ...) as exchange` for other settings.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ivr.config import Config
from ivr.errors import ExchangeError
from ivr.language.desks import OPERATORS, Desks
from ivr.telephony import dialplan
from ivr.telephony.installation import find
from ivr.telephony.pbx import Pbx

DESKS: dict[str, Any] = {
    "agents": {"101": "김하늘", "111": "박가람"},
    "desks": {
        OPERATORS: {"name": "상담실", "agents": ["101"], "wait": "20s"},
        "certificates": {"name": "민원 담당자", "agents": ["111"], "wait": "20s"},
    },
}
"""Two desks with an officer each."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A line of the dialplan's witness file."""

    call: str
    time: float
    event: str
    a: str
    b: str


class Running:
    """A running exchange, its settings, and what is seen of it."""

    def __init__(self, config: Config, desks: Desks) -> None:
        self.config = config
        self.desks = desks
        self.pbx = Pbx(config, desks)

    def reaches(self, extension: str) -> bool:
        """Whether every queue of an officer knows his telephone to be there: registered isn't yet that."""
        places = [line for line in self.pbx.cli("queue show").splitlines() if f"PJSIP/{extension})" in line]
        return bool(places) and not any("Unavailable" in line or "Invalid" in line for line in places)

    def witness(self, call: str | None = None) -> list[Witness]:
        """What the dialplan has witnessed so far, of all calls or one."""
        file = dialplan.witness_file(self.config)
        lines = file.read_text().splitlines() if file.exists() else []
        seen = [Witness(c, float(t), e, a, b) for c, t, e, a, b in (line.split("|") for line in lines)]
        return [line for line in seen if call in (None, line.call)]

    def journey(self, call: str) -> list[str]:
        """One call's witness lines without id and time, e.g. "queue|operators|"."""
        return [f"{line.event}|{line.a}|{line.b}" for line in self.witness(call)]

    def ended(self, call: str, timeout: float = 30) -> list[str]:
        """Wait until a call has ended; its journey."""
        wait_for(lambda: any(line.event == "end" for line in self.witness(call)), timeout, f"the end of {call}")
        return self.journey(call)


def wait_for(condition: Callable[[], object], timeout: float = 10, what: str = "the condition") -> None:
    """Poll until `condition` holds; the test fails after `timeout` s."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited {timeout:g} s for {what}")
        time.sleep(0.02)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings(folder: Path, **keys: Any) -> Config:
    """Settings with free ports and folders below `folder`; keys replace those of config.yaml."""
    exchange = {
        "sip": f"127.0.0.1:{free_port(socket.SOCK_DGRAM)}",
        "ami": f"127.0.0.1:{free_port()}",
        "practice": True,
        "rtp": "20000-20999",
        **keys.pop("exchange", {}),
    }
    engine = {"agi": f"127.0.0.1:{free_port()}", **keys.pop("engine", {})}
    lines = {"1000": {"flow": "main"}, "1001": {"flow": "main", "language": "en"}}
    return Config.model_validate(
        {
            "base": folder,
            "data": "data",
            "keys": "keys",
            "node": "t1",
            "lines": lines,
            "exchange": exchange,
            "engine": engine,
            "web": {"listen": f"127.0.0.1:{free_port()}"},
            **keys,
        }
    )


@contextmanager
def running_exchange(folder: Path, desks: dict[str, Any] | Desks = DESKS, **keys: Any) -> Iterator[Running]:
    """An exchange that has booted; skips the test, with the reason, where there is no Asterisk."""
    config = settings(folder, **keys)
    running = Running(config, desks if isinstance(desks, Desks) else Desks.model_validate(desks))
    require_asterisk(config)
    running.pbx.configure()
    with keeping(running.pbx):
        yield running


@contextmanager
def keeping(pbx: Pbx) -> Iterator[None]:
    """Be the exchange's keeper, in a thread of the test's process; at the end the exchange is gone."""
    stop = threading.Event()
    keeper = threading.Thread(target=pbx.run, args=(stop,), name="keeper")
    keeper.start()
    try:
        pbx.wait()
        yield
    finally:
        stop.set()
        keeper.join()


def require_asterisk(config: Config) -> None:
    """Skip the test where no Asterisk can be had."""
    if reason := os.environ.get("ONESTOP_MISSING_ASTERISK"):
        pytest.skip(reason)
    try:
        find(config)
    except ExchangeError as error:
        pytest.skip(str(error))


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Running]:
    """Two desks that answer by themselves; line 1000 in Korean, 1001 in English; no engine."""
    with running_exchange(tmp_path) as running:
        yield running

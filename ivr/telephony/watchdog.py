"""Frees callers from an engine that hangs.

An engine that is dead needs nobody: connecting fails, or its connections end, and the dialplan goes on by itself. An
engine that is frozen (stopped, swapping, deadlocked) takes connections and says nothing, and AGI() waits for ever. So
every second the watchdog asks the engine something that needs an answer. Twice none: new calls take the static way
(global IVR_DOWN), and those in AGI() are sent there. Whatever waiting callers are told is old by then, and deleted.
"""

from __future__ import annotations

import logging
import socket
import threading
from typing import Literal

from ivr.config import Config, host_port
from ivr.errors import ExchangeError
from ivr.telephony import holding
from ivr.telephony.ami import Manager, connected
from ivr.telephony.dialplan import STATIC
from ivr.telephony.passwords import WATCHDOG

log = logging.getLogger(__name__)

_INTERVAL_S = 1.0
_ANSWER_S = 2.0
_STRIKES = 2

Engine = Literal["well", "silent", "gone"]
"""What a ping found: an answer; none in time; nobody who listens."""


def run(config: Config, stop: threading.Event) -> None:
    """Watch the engine until `stop` is set; blocks. Connects to the exchange only when there is something to do."""
    strikes = 0
    down = True  # what a watchdog before us may have said: the first good answer takes it back
    while not stop.wait(_INTERVAL_S):
        state = ping(config.engine.agi)
        strikes = strikes + 1 if state == "silent" else 0
        if state == "gone" or strikes:
            holding.clear(config)
        try:
            if strikes >= _STRIKES:
                log.error("the engine does not answer; its callers go to the operators")
                down = True
                with connected(config, WATCHDOG) as manager:
                    _divert(manager, config.engine.agi)
            elif state == "well" and down:
                with connected(config, WATCHDOG) as manager:
                    manager.request("Setvar", Variable="IVR_DOWN", Value="")
                down = False
        except ExchangeError as error:
            log.warning("%s", error)


def ping(agi: str, request: str = "ping", patience: float = _ANSWER_S) -> Engine:
    """Ask the engine at HOST:PORT for a sign of life: a FastAGI request as Asterisk makes it, answered by any line.

    request: "ping", or "renew", which is answered when the engine has read the version of the office in place.
    patience: seconds.
    """
    try:
        with socket.create_connection(host_port(agi), timeout=patience) as connection:
            connection.sendall(f"agi_network: yes\nagi_request: agi://{agi}/{request}\n\n".encode())
            return "well" if connection.recv(1) else "gone"
    except TimeoutError:  # also when connecting: the kernel's queue of a frozen listener is full
        return "silent"
    except OSError:
        return "gone"


def _divert(manager: Manager, agi: str) -> None:
    """Told again every second while the engine hangs, since an exchange that starts anew has forgotten it."""
    manager.request("Setvar", Variable="IVR_DOWN", Value="1")
    for event in manager.listing("CoreShowChannels"):
        if event["Application"] == "AGI" and event["ApplicationData"].startswith(f"agi://{agi}/"):
            try:
                manager.request("Redirect", Channel=event["Channel"], Context=STATIC, Exten="frozen", Priority=1)
            except ExchangeError as error:  # he has hung up meanwhile
                log.info("%s: %s", event["Uniqueid"], error)

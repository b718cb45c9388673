"""A real call through the exchange without a telephone: the exchange plays the caller, and we press his keys.

The caller is one half of a Local channel; the other half enters the line as any call does, and has its id from us
(OtherChannelId). What the line does is seen in the exchange's events: GET DATA is a question, RECORD FILE wants to hear
something. So a key is pressed when its question can be answered, however long the line speaks before.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Sequence

from ivr.config import Config
from ivr.errors import ExchangeError
from ivr.telephony.ami import Manager

GAP_S = 0.3
"""A person's pace: before the first key of a question, and from key to key."""
KEY_MS = 150
LOOK_S = 1.0

_ENTRY = re.compile(r"-|[0-9*#]{0,40}")


def entries(keys: str) -> list[str]:
    """What is pressed at each question, from "2,1,-,20261234": a comma between questions, `-` waits too long.

    Raises ExchangeError.
    """
    given = [entry.strip() for entry in keys.split(",")] if keys else []
    if not all(_ENTRY.fullmatch(entry) for entry in given):
        raise ExchangeError("--keys: write 0 to 9, * and #, a comma between questions, “-” for waiting too long")
    return ["" if entry == "-" else entry for entry in given]


def place_call(manager: Manager, config: Config, line: str, *, caller: str = "", patience: int = 60) -> str:
    """Call one of our lines; returns the call's id at once, while the call goes on.

    caller: the number shown. patience: seconds until the caller hangs up. Raises ExchangeError.
    """
    if line not in config.lines:
        raise ExchangeError(f"{line} is no line of ours; config.yaml has {', '.join(config.lines)}")
    if not re.fullmatch(r"\+?[0-9]{0,20}", caller):
        raise ExchangeError("a caller is a number")
    call = f"{config.node}-{int(time.time())}.t{secrets.token_hex(4)}"
    manager.request(
        "Originate",
        ActionID=call,  # what becomes of it is told under this alone: a call that fails has no channel of its own
        Channel=f"Local/{line}@lines/n",
        ChannelId=_caller(call),
        OtherChannelId=call,
        Context="test",
        Exten="s",
        Priority=1,
        CallerID=caller,
        Variable=f"IVR_PATIENCE={patience},IVR_LANGUAGE={config.lines[line].language}",
        Async="true",
    )
    return call


def attend(manager: Manager, call: str, keys: Sequence[str], told: Callable[[str], None]) -> list[str]:
    """Be the caller of a call just placed, until it has ended: press an entry of `keys` at each question, keys that
    are left over at the next one, and speak where the line records. `told` hears what is done.

    manager: logged in as `passwords.CALLER`, whom the exchange tells what the line does. Returns what of `keys` no
    question asked for ("-": a silence). Raises ExchangeError.
    """
    todo, left, asked, due = iter(keys), "", False, 0.0
    while True:
        pause = due - time.monotonic() if asked and left else LOOK_S
        if pause <= 0:
            manager.request("PlayDTMF", Channel=_caller(call), Digit=left[0], Duration=KEY_MS)
            left, due = left[1:], time.monotonic() + GAP_S
            continue
        event = manager.next_event(pause)
        if event is None:
            if manager.finished.is_set():
                raise ExchangeError("the connection to the exchange was lost")
            continue
        if event.name == "OriginateResponse" and event.keys.get("ActionID") == call:
            if event.keys.get("Response") == "Failure":
                raise ExchangeError("the exchange can't place the call: see its log")
            continue
        if event.keys.get("Uniqueid") != call:
            continue
        command = event.keys.get("Command", "")
        match event.name:
            case "Hangup":
                return [entry or "-" for entry in ([left] if left else []) + list(todo)]
            case "AGIExecStart" if command.startswith("GET DATA"):
                if not left and (left := next(todo, "")):
                    told(f"presses {left}")
                asked, due = True, time.monotonic() + GAP_S
            case "AGIExecStart" if command.startswith("RECORD FILE"):
                told("speaks")
                manager.request("Redirect", Channel=_caller(call), Context="test", Exten="speak", Priority=1)
            case "AGIExecEnd":
                asked = False


def hang_up(manager: Manager, call: str) -> None:
    """Let the caller of a call hang up. Raises ExchangeError, also when he has."""
    manager.request("Hangup", Channel=_caller(call))


def _caller(call: str) -> str:
    """The id of the caller's half; neither may begin with the other (channel.c, do_ids_conflict)."""
    return f"caller-{call}"

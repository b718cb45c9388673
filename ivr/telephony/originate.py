"""A real call through the exchange without a telephone: the exchange plays the caller and presses keys."""

from __future__ import annotations

import re
import secrets
import time

from ivr.config import Config
from ivr.errors import ExchangeError
from ivr.telephony.ami import Manager

_KEYS = re.compile(r"[0-9*#,]*")


def place_call(manager: Manager, config: Config, line: str, keys: str, *, caller: str = "", patience: int = 60) -> str:
    """Call one of our lines and press `keys`; returns the call's id at once, while the call goes on.

    keys: digits, `*`, `#`; a comma waits two seconds. The first key comes two seconds after the answer. caller: the
    number shown. patience: seconds after the last key until the caller hangs up. Raises ExchangeError.

    The caller is one half of a Local channel, which sends DTMF; the other half enters the line as any call does, and
    has its id from us (OtherChannelId).
    """
    if line not in config.lines:
        raise ExchangeError(f"{line} is no line of ours; config.yaml has {', '.join(config.lines)}")
    if not _KEYS.fullmatch(keys) or not re.fullmatch(r"\+?[0-9]{0,20}", caller):
        raise ExchangeError("keys are 0-9 * # and a comma to wait; a caller is a number")
    call = f"{config.node}-{int(time.time())}.t{secrets.token_hex(4)}"
    manager.request(
        "Originate",
        Channel=f"Local/{line}@lines/n",
        ChannelId=f"caller-{call}",  # neither may begin with the other (channel.c, do_ids_conflict)
        OtherChannelId=call,
        Context="test",
        Exten="s",
        Priority=1,
        CallerID=caller,
        # SendDTMF waits a second at W; a comma would end the variable's value (manager.c, man_do_variable_value).
        Variable=f"IVR_KEYS={keys.replace(',', 'WW') or 'W'},IVR_PATIENCE={patience}",
        Async="true",
    )
    return call

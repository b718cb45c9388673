"""What the exchange is doing now: who waits at which desk since when, who could pick up, which calls exist.

Fed by a Supervisor through AMI. It serves live pages and decisions of the moment; figures come from the witness lines,
since events are lost while nobody is connected.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from asterisk.ami import Event

from ivr.telephony.ami import Manager
from ivr.telephony.dialplan import desk_id

Presence = Literal["free", "busy", "paused", "away"]
"""An officer's: busy also while his telephone rings; away when it isn't registered or can't be reached."""

_PRESENCE: dict[str, Presence] = {"1": "free", "2": "busy", "3": "busy", "6": "busy", "7": "busy", "8": "busy"}
"""Asterisk's device states (devicestate.h): not in use, in use, busy, ringing, both, on hold. Others mean away."""

_PREFIX = desk_id("")


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk now. waiting: call id → since when (UTC), longest first. members: extension → presence."""

    waiting: dict[str, datetime] = field(default_factory=dict)
    members: dict[str, Presence] = field(default_factory=dict)


class Live:
    """The picture of the moment; safe for use by several threads. What it hands out doesn't change afterwards."""

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        """on_change: called after every change, on the supervisor's thread."""
        self._on_change = on_change
        self._lock = threading.Lock()
        self._desks: dict[str, Desk] = {}
        self._calls: frozenset[str] = frozenset()
        self._started: datetime | None = None
        self._known = False

    def known(self) -> bool:
        """Is the picture of now? False from the loss of the connection to the next login."""
        return self._known

    def desks(self) -> dict[str, Desk]:
        """Every desk by name, as last seen."""
        with self._lock:
            return dict(self._desks)

    def calls(self) -> frozenset[str]:
        """Unique ids of all channels at the last fresh picture: a call that began before it and isn't here is gone."""
        return self._calls

    def started(self) -> datetime | None:
        """When the exchange started (UTC, whole seconds); calls from before were cut. None: never seen."""
        return self._started

    def fresh(self, manager: Manager) -> None:
        """Look at everything. Raises ExchangeError when the exchange doesn't answer."""
        core = manager.request("CoreStatus").keys
        started = datetime.strptime(
            f"{core['CoreStartupDate']} {core['CoreStartupTime']} +0000", "%Y-%m-%d %H:%M:%S %z"
        )
        calls = frozenset(event["Uniqueid"] for event in manager.listing("CoreShowChannels"))
        rows = manager.listing("QueueStatus")
        with self._lock:
            self._started, self._calls, self._desks = started, calls, {}
            for row in rows:
                self._apply(row)
            self._known = True
        self._on_change()

    def event(self, event: Event) -> None:
        """Take in one event."""
        with self._lock:
            before = self._desks
            self._desks = dict(before)
            self._apply(event)
            changed = self._desks != before
        if changed:
            self._on_change()

    def lost(self) -> None:
        """The connection is gone: what is known is old from now on."""
        self._known = False
        self._on_change()

    def _apply(self, event: Event) -> None:
        """Replace the desk that the event, or the row of a list, is about."""
        values = event.keys
        name = values.get("Queue", "")
        if not name.startswith(_PREFIX):
            return
        name = name.removeprefix(_PREFIX)
        desk = self._desks.get(name, Desk())
        match event.name:
            case "QueueCallerJoin" | "QueueEntry":
                since = datetime.now(UTC) - timedelta(seconds=int(values.get("Wait", 0)))
                desk = replace(desk, waiting={values["Uniqueid"]: since} | desk.waiting)
                desk = replace(desk, waiting=dict(sorted(desk.waiting.items(), key=lambda item: item[1])))
            case "QueueCallerLeave":
                waiting = {call: since for call, since in desk.waiting.items() if call != values["Uniqueid"]}
                desk = replace(desk, waiting=waiting)
            case "QueueMember" | "QueueMemberStatus" | "QueueMemberAdded" | "QueueMemberPause":
                member = values.get("MemberName") or values["Name"]
                presence = "paused" if values["Paused"] == "1" else _PRESENCE.get(values["Status"], "away")
                desk = replace(desk, members=desk.members | {member: presence})
            case "QueueMemberRemoved":
                desk = replace(desk, members={m: p for m, p in desk.members.items() if m != values["MemberName"]})
        self._desks[name] = desk

"""How a caller came back from a desk, as the dialplan says it in IVR_LEFT."""

from __future__ import annotations

from ivr.engine.events import DeskLeft, DeskStatus, HandedOver, LeftByKey
from ivr.telephony import exit_keys, handover

QUEUE: dict[str, DeskStatus] = {
    "CONTINUE": "answered",
    "TIMEOUT": "no_answer",
    "FULL": "full",
    "JOINEMPTY": "empty",
    "LEAVEEMPTY": "empty",
    "JOINUNAVAIL": "empty",
    "LEAVEUNAVAIL": "empty",
}
"""QUEUESTATUS as a desk's status (Asterisk, app_queue); anything else is a failure."""


def event(left: str) -> DeskLeft | LeftByKey | HandedOver:
    """The event for the engine."""
    if key := exit_keys.pressed(left):
        return LeftByKey(key)
    desk = handover.to(left)
    return HandedOver(desk) if desk else DeskLeft(QUEUE.get(left, "failed"))

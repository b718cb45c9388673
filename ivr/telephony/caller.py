"""Who calls, as far as the exchange's peer says."""

from __future__ import annotations

import re

from ivr.telephony.agi import Channel

_NUMBER = re.compile(r"\+?[0-9]{2,20}")
"""What is taken for a caller's number; anything else a peer sends there is no number."""


def number(channel: Channel) -> str:
    """The caller's number, or "" when what the peer sent is none."""
    sent = channel.env.get("agi_callerid", "")
    return sent if _NUMBER.fullmatch(sent) else ""

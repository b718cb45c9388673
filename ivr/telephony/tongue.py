"""The language of a call on the exchange: what Asterisk says by itself has to be in it, too."""

from __future__ import annotations

from ivr.telephony.agi import Channel


def switch(channel: Channel, language: str) -> None:
    """Let the exchange's own announcements, the static way and the officer's side of the call be in `language`.

    Raises CallerGone.
    """
    channel.set_variable("CHANNEL(language)", language)
    channel.set_variable("__IVR_LANGUAGE", language)

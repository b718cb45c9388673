"""The keys by which a caller leaves a desk's queue for what is offered instead of waiting.

They are extensions of a context that the queue names (queues.conf, context). The exchange takes the caller out of
Queue() and goes on here, with QUEUESTATUS unset.
"""

from __future__ import annotations

from collections.abc import Callable

from ivr.language.offer import MESSAGE, VOICEMAIL, Offer
from ivr.records.outcome import BY_KEY

LEFT = "KEY-"
"""IVR_LEFT of a caller who left the queue by a key: this, and the key."""


def context(desk: str) -> str:
    """A desk's context of such keys."""
    return f"instead-{desk}"


def of(offer: Offer) -> list[str]:
    """The keys of an offer."""
    return [*([VOICEMAIL] if offer.voicemail else []), *([MESSAGE] if offer.message else [])]


def steps(note: Callable[[str, str, str], str]) -> list[str]:
    """What such a key does: out of the queue's subroutine, and to the engine. Without a token no engine knows the
    call, and nobody has told him of the key."""
    return [
        "StackPop()",
        "Set(CHANNEL(language)=${IVR_LANGUAGE})",
        note("leave", "${IVR_DESK}", BY_KEY),
        f"Set(IVR_LEFT={LEFT}${{EXTEN}})",
        'GotoIf($["${IVR_TOKEN}" = ""]?static,died,1)',
        "Goto(visit,back,1)",
    ]


def pressed(left: str) -> str:
    """The key that a caller left by; "" when he came back another way."""
    return left.removeprefix(LEFT) if left.startswith(LEFT) else ""

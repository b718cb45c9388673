"""Hand-over: an officer sends the caller on to another desk, by `##` and a number that leads to one.

The feature keys are the exchange's own (blind transfer), dialled in a context that holds our desks' numbers and nothing
else: no line, no way out. The caller's channel then runs on here, with its call, its token and its whereabouts. REFER
stays refused: an attended transfer would take the caller out of his call's record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ivr.language.desks import Desks

CONTEXT = "handover"
LEFT = "HANDOVER-"
"""IVR_LEFT of a caller who was handed over: this, and the desk."""
FEATURES = """\
[general]
transferdigittimeout = 5
transferdialattempts = 1
[featuremap]
blindxfer = ##
"""
"""features.conf. One attempt: who dials amiss is back with the caller at once, and free when the caller has gone."""


def to(left: str) -> str:
    """The desk that a caller was handed over to; "" when he came back another way."""
    return left.removeprefix(LEFT) if left.startswith(LEFT) else ""


def numbers(desks: Desks) -> Iterator[tuple[str, list[str]]]:
    """The extensions of CONTEXT: every number of a desk."""
    for number, desk in desks.numbers().items():
        yield number, [f"Set(IVR_TO={desk})", "Goto(handed-over,s,1)"]


def arrival(note: Callable[[str, str, str], str]) -> list[str]:
    """What a caller meets who was handed over. Without a token no engine knows the call: the static way takes it on."""
    return [
        'GotoIf($["${IVR_CALL}" != "${UNIQUEID}"]?hangup,s,1)',  # the officer's channel, or a telephone that dialled in
        note("handover", "${IVR_DESK}", "${IVR_TO}"),
        f"Set(IVR_LEFT={LEFT}${{IVR_TO}})",
        'GotoIf($["${IVR_TOKEN}" = ""]?static,died,1)',
        "Goto(visit,back,1)",
    ]


def without_engine() -> str:
    """The step of the static way that takes such a caller to his desk."""
    length = len(LEFT)
    return f'GotoIf($["${{IVR_LEFT:0:{length}}}" = "{LEFT}"]?desk-${{IVR_LEFT:{length}}},s,1)'

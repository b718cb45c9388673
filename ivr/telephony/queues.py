"""queues.conf: a queue for every desk, and one for every officer, who can be dialled."""

from __future__ import annotations

from pathlib import Path

from ivr.config import Config
from ivr.errors import BadInput, Problem
from ivr.language.desks import Desk, Desks
from ivr.telephony import exit_keys, holding, sip
from ivr.telephony.dialplan import desk_id, officer_id, seconds

_STRATEGY = {"together": "ringall", "in_turn": "rrordered", "longest_idle": "leastrecent"}
_RING_MS = 15_000
"""How long one officer's telephone rings before the next one's does."""

_HEAD = """\
[general]
autofill = yes
shared_lastcall = yes
persistentmembers = no

; A desk where no telephone is registered is left at once; one where all are talking is waited for.
[desk](!)
joinempty = paused,invalid,unavailable,unknown
leavewhenempty = paused,invalid,unavailable,unknown
ringinuse = no
retry = 2
timeoutrestart = no
timeoutpriority = app
setinterfacevar = yes
announce-to-first-user = yes
relative-periodic-announce = yes

"""


def generate(config: Config, desks: Desks) -> str:
    """The whole of queues.conf. Raises BadInput when a desk's district office has no trunk in config.yaml."""
    missing = [
        Problem("config.yaml", 0, 0, f"exchange.districts has no “{desk.district}”, where the desk “{name}” is")
        for name, desk in desks.desks.items()
        if desk.district and desk.district not in config.exchange.districts and not config.exchange.practice
    ]
    if missing:
        raise BadInput(missing)
    practice, said = config.exchange.practice, holding.folder(config) / holding.SOUND
    parts = [_queue(name, desk, practice, said) for name, desk in desks.desks.items()]
    parts += [_own(extension, practice) for extension in desks.agents]
    return _HEAD + "\n".join(parts)


def _queue(name: str, desk: Desk, practice: bool, said: Path) -> str:
    # A district's number gets one attempt, as long as the caller waits; officers ring in turns.
    ring = desk.wait if not desk.agents else min(desk.wait, _RING_MS)
    lines = [f"[{desk_id(name)}](desk)", f"strategy = {_STRATEGY[desk.ring]}", f"timeout = {seconds(ring)}"]
    lines += [f"periodic-announce = {said}", f"periodic-announce-frequency = {seconds(desk.tell)}"]
    if desk.offer:
        lines.append(f"context = {exit_keys.context(name)}")
    lines += [_officer(extension, practice) for extension in desk.agents]
    if desk.district and desk.number:
        lines.append(_district(desk.district, desk.number, practice))
    return "\n".join(lines) + "\n"


def _own(extension: str, practice: bool) -> str:
    """He rings as long as the caller waits."""
    return f"[{officer_id(extension)}](desk)\ntimeout = 0\n{_officer(extension, practice)}\n"


def _officer(extension: str, practice: bool) -> str:
    """A member's name is his extension: what people are called is the engine's to know."""
    interface = f"Local/{extension}@practice/n" if practice else f"PJSIP/{extension}"
    return f"member = {interface},0,{extension}"


def _district(district: str, number: str, practice: bool) -> str:
    """The trunk's state stands for the number's; a call on it doesn't make it busy (the fifth field, ringinuse)."""
    if practice:
        return f"member = Local/{number}@practice-robot/n,1,{number},,yes"
    trunk = sip.endpoint(district)
    return f"member = PJSIP/{number}@{trunk},1,{number},PJSIP/{trunk},yes"

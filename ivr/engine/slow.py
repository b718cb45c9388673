"""Slow and easy mode: slower speech, ten seconds for each key, options by four; 9 turns it on, and off again.

In it 9 is always said: the next four options while there are some, else ordinary speed. Where 9 is an option of the
menu's own, the next four come by themselves when nothing is pressed. An option's key is the same in either mode.
"""

from __future__ import annotations

from ivr.engine.effects import Wish
from ivr.engine.events import Digits
from ivr.engine.turn import Leave, Turn
from ivr.language.prompt import Prompt

KEY = "9"
PAGE = 4
"""Options spoken at a time."""


def options(turn: Turn, offered: list[Prompt], first: bool) -> list[Prompt]:
    """The options to be spoken now, with what 9 does unless it is one of them; `first`: at the first menu."""
    session = turn.session
    own = any(prompt.key == KEY for prompt in offered)
    if not session.slow:
        return [*offered, turn.phrase("slow")] if first and turn.office.slow.offer and not own else offered
    page = offered[session.page * PAGE :][:PAGE]
    if own:
        return page
    return [*page, turn.phrase("more_options" if _further(turn, len(offered)) else "normal_speed")]


def pressed(turn: Turn, event: Digits, offered: int, own: bool) -> Leave | bool:
    """What 9, or silence before the last option, does at a menu of so many options, `own` if 9 is one of them.

    True: the question is to be asked again, with other options; False: nothing of ours.
    """
    session = turn.session
    key = event.keys == KEY and not own
    if session.slow and _further(turn, offered) and (key or (event.timed_out and not event.keys)):
        session.page += 1
        return True
    if not key:
        return False
    session.slow = not session.slow
    turn.effects.append(Wish(session.slow))
    if session.slow:
        return Leave("slow", turn.office.slow.to or session.step)
    return Leave("normal", session.step)


def straight(turn: Turn) -> Leave | None:
    """Where a slow call goes instead of its first menu, when the office says so."""
    return Leave("slow", turn.office.slow.to) if turn.session.slow and turn.office.slow.to else None


def _further(turn: Turn, offered: int) -> bool:
    """Whether options are left that have not been spoken."""
    return (turn.session.page + 1) * PAGE < offered

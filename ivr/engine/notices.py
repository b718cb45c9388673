"""What is announced: the notices that are due at a place, one after the other, each once in a call, and their offers.

Each text is spoken by itself, so that it is known whether it was heard to its end. A key that is none of a notice's
offers is for the question that follows: it passes over whatever else is due, but for what is mandatory.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.engine import slow
from ivr.engine.effects import Ask, Hangup, Noticed, Send
from ivr.engine.events import Digits, Promised
from ivr.engine.names import look
from ivr.engine.session import Hearing
from ivr.engine.turn import Leave, Turn
from ivr.language.desks import OPERATORS
from ivr.language.notices import FOLDER, Notice
from ivr.language.prompt import Prompt

Heard = Ask | Send | Leave | Hangup
"""What hearing a notice comes to, until none is due any more."""

_TO_OPERATORS = Leave("0", f"desk/{OPERATORS}")


def hear(turn: Turn, place: str) -> Ask | Leave | None:
    """The next notice due at a place ("line", "menu" or "desk/NAME"); None when the call goes on from there."""
    session = turn.session
    while name := _due(turn, place):
        notice = turn.office.notices[name]
        session.hearing = Hearing(place, name, "before")
        if notice.barge_in and turn.pending:
            return turn.passing([])
        session.noticed.append(name)
        if notice.barge_in and session.ahead:
            _tell(turn, "skipped")
        elif asked := _begin(turn, notice):
            return asked
    session.hearing = None
    if session.ahead == "0" and place != "menu":
        session.ahead = ""
        return _TO_OPERATORS
    return None


def answer(turn: Turn, event: Digits | Promised) -> Heard | None:
    """On with the notice that is being heard; None when it was the last, and the call goes on."""
    session = turn.session
    hearing = session.hearing
    assert hearing is not None  # noqa: S101 - for the type checker: only then is this called
    notice = turn.office.notices.get(hearing.notice)
    if notice is None:  # it was in this process alone, and the call has moved to another
        return hear(turn, hearing.place)
    if isinstance(event, Promised):
        return _sent(turn, notice, event)
    key = "" if event.timed_out and not event.keys else event.keys or "#"
    if hearing.part == "before":
        session.ahead = key
        return hear(turn, hearing.place)
    return _pressed(turn, notice, event, key) if key else _heard_out(turn, notice)


def _due(turn: Turn, place: str) -> str | None:
    for name in turn.world.notices:
        notice = turn.office.notices.get(name)
        if notice and name not in turn.session.noticed and _is_at(turn, notice, place) and _applies(turn, name):
            return name
    return None


def _is_at(turn: Turn, notice: Notice, place: str) -> bool:
    if place == "line":
        return notice.at_line(turn.world.line)
    if place == "menu":
        return turn.here in notice.menus
    return place.removeprefix("desk/") in notice.desks


def _applies(turn: Turn, name: str) -> bool:
    """Whether its condition holds; one that can't be told doesn't."""
    conditions = turn.office.conditions.get(f"{FOLDER}/{name}", ())
    return all(condition.holds(look(turn)) for condition in conditions)


def _begin(turn: Turn, notice: Notice) -> Ask | None:
    """Its text; of a mandatory one, which can't be cut short, the offers at once."""
    if not notice.barge_in:
        turn.flush()
    _tell(turn, "played")
    if notice.barge_in:
        _at(turn, "text")
        return turn.passing([_prompt(turn, "say" if notice.details else "")])
    turn.say(_prompt(turn, "say" if notice.details else ""))
    turn.flush(barge_in=False)
    _tell(turn, "finished")
    return None if turn.session.ahead else _offer(turn, notice, [])


def _heard_out(turn: Turn, notice: Notice) -> Ask | Leave | None:
    """Nothing was pressed: after the text come the offers, after these whatever is next."""
    hearing = _hearing(turn)
    if hearing.part == "text":
        _tell(turn, "finished")
    if hearing.part in ("text", "again") and (asked := _offer(turn, notice, [])):
        return asked
    return hear(turn, hearing.place)


def _pressed(turn: Turn, notice: Notice, event: Digits, key: str) -> Heard | None:
    hearing = _hearing(turn)
    offers = _open(turn, notice)
    if key == "*" or (key == "#" and not turn.session.menus):  # where there is nothing to go back to, as at a menu
        return _again(turn, notice)
    if hearing.part == "text":
        _tell(turn, "skipped")
    if key in offers:
        return _take(turn, notice, key, offers[key])
    if key == "#":
        return Leave("back", "back")
    if hearing.part == "offers":
        match slow.pressed(turn, event, len(offers), own=False):
            case Leave() as way if turn.office.slow.to and turn.session.slow:
                return way
            case Leave() | True:
                return _offer(turn, notice, [])
    if key == "0" or hearing.part != "text":
        _tell(turn, _TO_OPERATORS.to if key == "0" else "next")
    turn.session.ahead = key
    return hear(turn, hearing.place)


def _again(turn: Turn, notice: Notice) -> Ask:
    """What was heard last, once more."""
    hearing = _hearing(turn)
    if hearing.taken[-1:] == ("details",):
        return _details(turn, notice)
    _at(turn, "text" if hearing.part == "text" else "again")
    return turn.passing([_prompt(turn, "say" if notice.details else "")])


def _take(turn: Turn, notice: Notice, key: str, offer: str) -> Heard | None:
    if offer == "message":
        _at(turn, "sending")
        return Send(notice.message or "", (), f"notice/{_hearing(turn).notice}")
    _tell(turn, offer)
    if offer == "details":
        _took(turn, offer)
        return _details(turn, notice)
    if offer == "next":
        return hear(turn, _hearing(turn).place)
    if offer == "leave":
        turn.visited(key)
        turn.say(turn.phrase("notice_bye"))
        return Hangup("done")
    return Leave(key, offer)


def _sent(turn: Turn, notice: Notice, event: Promised) -> Ask | Leave | None:
    """Say so only when it is kept."""
    if event.kept:
        _tell(turn, "message")
    _took(turn, "message")
    turn.say(turn.phrase("notice_sent" if event.kept else "notice_unsent"))
    return _offer(turn, notice, []) or hear(turn, _hearing(turn).place)


def _details(turn: Turn, notice: Notice) -> Ask:
    details = _prompt(turn, "details")
    if asked := _offer(turn, notice, [details]):
        return asked
    _at(turn, "details")
    return turn.passing([details])


def _offer(turn: Turn, notice: Notice, before: list[Prompt]) -> Ask | None:
    """Ask for one of its offers, and the operators; None when nothing is left to be offered."""
    offers = _open(turn, notice)
    if not offers:
        return None
    if _hearing(turn).part != "offers":
        turn.session.page = 0
    _at(turn, "offers")
    options = [_label(turn, key, offer) for key, offer in offers.items()]
    service = [turn.phrase("operator"), turn.phrase("notice_or_wait")]
    return turn.ask([*before, *slow.options(turn, options, first=False), *service], 1, notice.timeout)


def _open(turn: Turn, notice: Notice) -> dict[str, str]:
    """The offers that are left: a message only for a telephone that takes it."""
    closed = _hearing(turn).taken if turn.world.mobile else (*_hearing(turn).taken, "message")
    return {key: offer for key, offer in notice.keys.items() if offer not in closed}


def _label(turn: Turn, key: str, offer: str) -> Prompt:
    return turn.prompt(f"{offer.replace('desk/', 'desks/')}/offer" if "/" in offer else f"phrases/notice_{offer}", key)


def _prompt(turn: Turn, slot: str) -> Prompt:
    return turn.prompt(f"{FOLDER}/{_hearing(turn).notice}" + (f"/{slot}" if slot else ""))


def _hearing(turn: Turn) -> Hearing:
    hearing = turn.session.hearing
    assert hearing is not None  # noqa: S101 - for the type checker
    return hearing


def _at(turn: Turn, part: str) -> None:
    turn.session.hearing = replace(_hearing(turn), part=part)


def _took(turn: Turn, offer: str) -> None:
    hearing = _hearing(turn)
    turn.session.hearing = replace(hearing, taken=(*hearing.taken, offer))


def _tell(turn: Turn, what: str) -> None:
    turn.effects.append(Noticed(_hearing(turn).notice, what))

"""Notices switched by a person, on the command line or in a page: what is refused, what is done, what would undo it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.errors import OnestopError
from ivr.language.office import Office
from ivr.language.source import did_you_mean
from ivr.office.emergencies import Emergency
from ivr.records import switches
from ivr.records.notice_tables import SwitchChange
from ivr.records.switches import Hand

LONGEST = timedelta(days=7)
"""What is said in a hurry is on the air so long at most: whatever lasts longer belongs in notices.yaml."""
FURTHEST = timedelta(days=3660)
"""How far ahead a switch ends at most; beyond are slips."""
LONGEST_REASON = 200
"""Characters of a reason, at most."""

Why = Literal["no_notice", "past", "for_ever", "too_long", "no_end", "no_reason", "reason", "over", "early", "windows"]


class Refused(OnestopError):
    """A switch that isn't made; `why` is for whoever says it in another language."""

    def __init__(self, why: Why, message: str) -> None:
        self.why: Why = why
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Switched:
    """What came of it. until: when the switch ends, at most with the notice's validity. heard: since when callers
    hear it."""

    until: datetime | None
    heard: datetime


@dataclass(frozen=True, slots=True)
class Undo:
    """The change that puts a notice back as it was before the last one."""

    change: Literal["on", "off", "auto"]
    until: datetime | None


def find(office: Office, said: Sequence[Emergency], name: str) -> Emergency | None:
    """The emergency notice of a name, None for one of notices.yaml. Raises Refused when there is neither."""
    for emergency in said:
        if emergency.name == name:
            return emergency
    if name in office.notices:
        return None
    hint = did_you_mean(name, [*office.notices, *(emergency.name for emergency in said)])
    raise Refused("no_notice", f"there is no notice “{name}” → {hint}")


def hand(hand: Hand) -> Hand:
    """The same, if its reason is one. Raises Refused."""
    if len(hand.reason) > LONGEST_REASON or not (hand.reason.isprintable() or not hand.reason):
        raise Refused("reason", f"the reason is one line of {LONGEST_REASON} characters at most")
    return hand


def on(
    session: Session, office: Office, said: Sequence[Emergency], name: str, end: datetime | None, by: Hand
) -> Switched:
    """Switch a notice on until `end` (None: until its validity ends). Raises Refused."""
    emergency, now = find(office, said, name), by.at
    _sensible(end, now)
    if emergency or office.notices[name].emergency:
        need(end, by.reason, "an emergency")
    if emergency:
        brief(end, now)
    zone = office.calendar.tz
    begins, ends = (0.0, float("inf")) if emergency else office.notices[name].validity(zone)
    if now.timestamp() >= ends:
        over = datetime.fromtimestamp(ends, zone)
        way_out = "give it another `until` in notices.yaml, then ivr reload"
        raise Refused("over", f"“{name}” ended on {over:%Y-%m-%d %H:%M}: {way_out}")
    if end is not None and end.timestamp() <= begins:
        begin = datetime.fromtimestamp(begins, zone)
        raise Refused("early", f"“{name}” begins only at {begin:%Y-%m-%d %H:%M}: nobody would hear it before")
    if end is not None and end.timestamp() > ends:  # beyond its validity it isn't heard: don't say so
        end = datetime.fromtimestamp(ends, zone)
    switches.switch(session, name, True, end, hand(by))
    return Switched(end, datetime.fromtimestamp(max(begins, now.timestamp()), zone))


def off(
    session: Session, office: Office, said: Sequence[Emergency], name: str, end: datetime | None, by: Hand
) -> Switched:
    """Switch a notice off until `end` (None: until somebody changes that). Raises Refused."""
    emergency = find(office, said, name)
    _sensible(end, by.at)
    switches.switch(session, name, False, emergency.until if emergency else end, hand(by))
    return Switched(None if emergency else end, by.at)


def auto(session: Session, office: Office, said: Sequence[Emergency], name: str, by: Hand) -> bool:
    """Let a notice go by its windows and its load again; False when it did already. Raises Refused."""
    if find(office, said, name):
        raise Refused("windows", f"“{name}” has no windows and no load: switch it off, or on --for a time")
    return switches.release(session, name, hand(by))


def ready(office: Office, end: datetime | None, by: Hand) -> datetime:
    """When words said in a hurry end, if they may be said at all. Raises Refused."""
    _sensible(end, by.at)
    end = need(end, by.reason, "what is said in a hurry")
    brief(end, by.at)
    hand(by)
    if not any(step.kind == "announce" for flow in office.flows.values() for step in flow.steps.values()):
        raise OnestopError("nobody would hear it: no flow has a step `announce`")
    return end


def say(session: Session, office: Office, texts: Mapping[str, str], end: datetime | None, by: Hand) -> str:
    """Put words (ivr.office.announcing) on the air at once; the notice's name. Raises Refused."""
    return switches.say(session, texts, ready(office, end, by), by)


def undo(session: Session, name: str, now: datetime) -> Undo | None:
    """What would undo the last change that a person made of a notice; None when nobody has made one."""
    by_people = (SwitchChange.notice == name, SwitchChange.via != "trigger")
    newest = select(SwitchChange).where(*by_people).order_by(SwitchChange.at.desc(), SwitchChange.id).limit(2)
    found = session.scalars(newest).all()
    if not found:
        return None
    last, was = found[0], found[1] if len(found) > 1 else None
    if last.change == "said":
        return Undo("off", None)
    if was is None or was.change == "auto" or (was.until is not None and was.until <= now):
        return Undo("auto", None) if last.change != "auto" else None
    return Undo("off" if was.change == "off" else "on", was.until)


def need(end: datetime | None, reason: str, what: str) -> datetime:
    """The end, if there is one and a reason. Raises Refused."""
    if end is None:
        raise Refused("no_end", f"{what} ends by itself: say when, e.g. --for 2h")
    if not reason:
        raise Refused("no_reason", f"{what} needs a reason: --reason …")
    return end


def brief(end: datetime | None, now: datetime) -> None:
    """Refuse what is said in a hurry for longer than LONGEST; also when it is put on the air once more."""
    if end is not None and end - now > LONGEST:
        message = f"at most {LONGEST.days} days: what is to be heard longer belongs in notices.yaml"
        raise Refused("too_long", message)


def _sensible(end: datetime | None, now: datetime) -> None:
    if end is not None and end <= now:
        raise Refused("past", "that time is over already")
    if end is not None and end - now > FURTHEST:
        raise Refused("for_ever", "that is for ever: at most ten years ahead")

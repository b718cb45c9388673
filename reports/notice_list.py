"""How each notice stands and why, as the command line lists it and the page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.language.notices import Notice
from ivr.language.office import Office
from ivr.office import notices
from ivr.office.notices import Board, Standing
from ivr.records import switches
from ivr.records.notice_tables import Switch, SwitchChange, Trigger
from ivr.telephony.notice_board import read

Why = Literal["time", "load", "hand_on", "hand_off", "early", "over", "waits", "window", "no_load"]
"""time: it is its time; load: there is load; hand_on, hand_off: switched by somebody; early, over: its validity;
waits: nobody has switched it on; window: outside its windows; no_load: there is none."""

_WHY: dict[Standing, Why] = {
    "on": "time",
    "early": "early",
    "over": "over",
    "off": "waits",
    "window": "window",
    "load": "no_load",
}


@dataclass(frozen=True, slots=True)
class Stand:
    """A notice now. reason: in the words of whoever switched it, or a load's measures. until: when this ends, or
    (early, window) begins; who: whose switch it is, else its owner. since: of a load. notice: None when it has words
    of its own (`texts`)."""

    name: str
    on: bool
    why: Why
    reason: str
    until: datetime | None
    who: str
    since: datetime | None = None
    notice: Notice | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


def standing(session: Session, office: Office, now: datetime) -> list[Stand]:
    """Every notice, those on the air first, in the order in which they are heard."""
    zone = office.calendar.tz
    plain, said = read(session, now)
    rows = {row.notice: row for row in switches.switched(session, now)}
    loads = switches.triggers(session)
    board = Board(plain, frozenset(name for name, trigger in loads.items() if trigger.on))
    shown = []
    for one in said:
        row = rows[one.name]
        why = _by_hand(row) if now < one.until else "over"
        reason = row.reason if now < one.until else ""
        shown.append(Stand(one.name, one.heard(now), why, reason, one.until, row.who, texts=one.texts))
    for name in notices.ranked(office.notices):
        notice = office.notices[name]
        how = notices.standing(name, notice, zone, now, board)
        begins, ends = notice.validity(zone)
        until: datetime | None = datetime.fromtimestamp(begins if how == "early" else ends, zone)
        why, reason, who, since = _WHY[how], "", notice.owner, None
        switch = rows.get(name)
        if how in ("on", "off") and switch and plain[name].holds(now):
            why, reason, until, who = _by_hand(switch), switch.reason, switch.until or until, switch.who
        elif notice.load and how == "on":
            why, since = "load", loads[name].since
            reason = _measures(session, loads[name])
        elif how == "window":
            until = notices.begins_next(notice, zone, now)
        shown.append(Stand(name, how == "on", why, reason, until, who, since, notice))
    return sorted(shown, key=lambda one: not one.on)


def _by_hand(switch: Switch) -> Why:
    return "hand_on" if switch.on else "hand_off"


def _measures(session: Session, trigger: Trigger) -> str:
    """By what figures a load was turned on."""
    turned = select(SwitchChange.reason).where(SwitchChange.notice == trigger.notice, SwitchChange.via == "trigger")
    return session.scalar(turned.order_by(SwitchChange.at.desc()).limit(1)) or ""

"""Tables of notices: how each stands and why, and what was changed of them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ivr.language.office import Office
from ivr.office import notices
from ivr.office.notices import Board, Standing
from ivr.records import switches
from ivr.records.notice_tables import Switch, Trigger
from ivr.telephony.notice_board import read
from reports import table

_TITLES = ("notice", "now", "why", "until", "who")
_CHANGES = ("at", "notice", "change", "until", "who", "why")

_WHY: dict[Standing, str] = {
    "on": "it is its time",
    "early": "its time has not come",
    "over": "its time is over",
    "off": "waits to be switched on",
    "window": "outside its windows",
    "load": "there is no load",
}


def standing(session: Session, office: Office, now: datetime) -> str:
    """Every notice, those on the air first; "" when there is none."""
    zone = office.calendar.tz
    plain, said = read(session, now)
    rows = {row.notice: row for row in switches.switched(session, now)}
    loads = switches.triggers(session)
    board = Board(plain, frozenset(name for name, trigger in loads.items() if trigger.on))
    shown = []
    for one in said:
        row, live = rows[one.name], one.heard(now)
        why = _by_hand(row) if now < one.until else "its time is over"
        shown.append([one.name, "on" if live else "off", why, _time(one.until, zone), row.who])
    for name in notices.ranked(office.notices):
        notice = office.notices[name]
        how = notices.standing(name, notice, zone, now, board)
        begins, ends = notice.validity(zone)
        end = datetime.fromtimestamp(begins if how == "early" else ends, zone)
        why, until, who = _WHY[how], _time(end, zone), notice.owner
        switch = rows.get(name)
        if how in ("on", "off") and switch and plain[name].holds(now):
            until, who = _time(switch.until or end, zone), switch.who
            why = _by_hand(switch)
        elif notice.load and how == "on":
            why = _load(session, name, loads[name], zone)
        elif how == "early":
            until = f"(from {until})"
        shown.append([name, "on" if how == "on" else "off", why, until, who])
    shown.sort(key=lambda row: row[1] != "on")
    return table.aligned(_TITLES, shown) if shown else ""


def changes(session: Session, limit: int, zone: ZoneInfo) -> str:
    """The last changes, newest first; "" when there is none."""
    rows = []
    for one in switches.changes(session, None, limit):
        at, said = f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", next(iter(switches.words(one).values()), "")
        why = one.reason + (f": “{said}”" if said else "")
        rows.append([at, one.notice, one.change, _time(one.until, zone), one.who, why])
    return table.aligned(_CHANGES, rows) if rows else ""


def _by_hand(switch: Switch) -> str:
    return f"switched {'on' if switch.on else 'off'}" + (f": {switch.reason}" if switch.reason else "")


def _load(session: Session, name: str, trigger: Trigger, zone: ZoneInfo) -> str:
    last = [one for one in switches.changes(session, name, 20) if one.via == "trigger"]
    since = f"load since {trigger.since.astimezone(zone):%m-%d %H:%M}"
    return since + (f": {last[0].reason}" if last else "")


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else "–"

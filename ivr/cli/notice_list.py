"""Tables of notices: how each stands and why, and what was changed of them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ivr.language.office import Office
from ivr.records import switches
from reports import notice_list, table
from reports.notice_list import Stand, Why

_TITLES = ("notice", "now", "why", "until", "who")
_CHANGES = ("at", "notice", "change", "until", "who", "why")

_WHY: dict[Why, str] = {
    "time": "it is its time",
    "early": "its time has not come",
    "over": "its time is over",
    "waits": "waits to be switched on",
    "window": "outside its windows",
    "no_load": "there is no load",
    "hand_on": "switched on",
    "hand_off": "switched off",
}


def standing(session: Session, office: Office, now: datetime) -> str:
    """Every notice, those on the air first; "" when there is none."""
    zone = office.calendar.tz
    shown = [
        [one.name, "on" if one.on else "off", _why(one, zone), _until(one, zone), one.who]
        for one in notice_list.standing(session, office, now)
    ]
    return table.aligned(_TITLES, shown) if shown else ""


def changes(session: Session, limit: int, zone: ZoneInfo) -> str:
    """The last changes, newest first; "" when there is none."""
    rows = []
    for one in switches.changes(session, None, limit):
        at, said = f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", next(iter(switches.words(one).values()), "")
        why = one.reason + (f": “{said}”" if said else "")
        rows.append([at, one.notice, one.change, _time(one.until, zone), one.who, why])
    return table.aligned(_CHANGES, rows) if rows else ""


def _why(one: Stand, zone: ZoneInfo) -> str:
    since = f"load since {one.since.astimezone(zone):%m-%d %H:%M}" if one.since else ""
    return (since or _WHY[one.why]) + (f": {one.reason}" if one.reason else "")


def _until(one: Stand, zone: ZoneInfo) -> str:
    return f"(from {_time(one.until, zone)})" if one.why in ("early", "window") else _time(one.until, zone)


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else "–"

"""Notices switched on and off: by people, and by load. Every change leaves a record, in the same transaction."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from ivr.records.keys import without_numbers
from ivr.records.notice_tables import Change, Switch, SwitchChange, Trigger, Via
from ivr.records.store import insert_new, upsert

KEPT = timedelta(days=1)
"""How long a switch that has ended is still handed out: calls may be at words of an emergency notice that is over."""

EMERGENCY = "emergency-"
"""How the names of notices begin that have words of their own. No name in notices.yaml has a hyphen."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose hand it is: who (cli:USER, page:USER, trigger:NODE), by what way, when, and why (without numbers)."""

    who: str
    via: Via
    at: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", without_numbers(self.reason))


def switch(session: Session, notice: str, on: bool, until: datetime | None, hand: Hand) -> None:
    """Switch a notice on or off until a time (None: until it is changed). An emergency notice keeps its words."""
    known = session.get(Switch, notice)
    _put(session, notice, "on" if on else "off", until, hand, known.texts if known else None)


def say(session: Session, texts: Mapping[str, str], until: datetime, hand: Hand) -> str:
    """Put words of one's own on the air, by language, the office's first before the others; the notice's name."""
    count = session.scalar(select(func.count()).where(SwitchChange.change == "said")) or 0
    name = f"{EMERGENCY}{count + 1}"
    words = json.dumps(dict(texts), ensure_ascii=False)
    while not insert_new(session, Switch, _row(name, "said", until, hand, words)):  # two at once, on two machines
        count += 1
        name = f"{EMERGENCY}{count + 1}"
    _note(session, name, "said", until, hand, words)
    return name


def release(session: Session, notice: str, hand: Hand) -> bool:
    """Let a notice go by its windows and triggers again; False when nobody had switched it."""
    gone = session.scalar(delete(Switch).where(Switch.notice == notice).returning(Switch.notice))
    if gone is not None:
        _note(session, notice, "auto", None, hand, None)
    return gone is not None


def switched(session: Session, at: datetime) -> Sequence[Switch]:
    """The switches that hold at a time, or have held within KEPT before."""
    holding = or_(Switch.until.is_(None), Switch.until > at - KEPT)
    return session.scalars(select(Switch).where(holding).order_by(Switch.at, Switch.notice)).all()


def changes(session: Session, notice: str | None, limit: int) -> Sequence[SwitchChange]:
    """The last changes, of one notice or of all, newest first."""
    of = SwitchChange.notice == notice if notice else SwitchChange.notice.is_not(None)
    newest = select(SwitchChange).where(of).order_by(SwitchChange.at.desc(), SwitchChange.id).limit(limit)
    return session.scalars(newest).all()


def triggers(session: Session) -> dict[str, Trigger]:
    """The states of load triggers, by notice."""
    return {trigger.notice: trigger for trigger in session.scalars(select(Trigger))}


def turn(session: Session, notice: str, before: Trigger | None, on: bool, hand: Hand) -> bool:
    """Turn a trigger on or off, if it is still as it was `before`; False when another node was quicker.

    One change is one record, however many nodes see the same load.
    """
    if before is None:
        won = insert_new(session, Trigger, {"notice": notice, "on": on, "since": hand.at})
    else:
        same = (Trigger.notice == notice, Trigger.on == before.on, Trigger.since == before.since)
        changed = update(Trigger).where(*same).values(on=on, since=hand.at).returning(Trigger.notice)
        won = session.scalar(changed.execution_options(synchronize_session=False)) is not None
    if won:
        _note(session, notice, "on" if on else "off", None, hand, None)
    return won


def words(switch: Switch | SwitchChange) -> dict[str, str]:
    """An emergency notice's words by language; empty for a notice of notices.yaml."""
    return dict(json.loads(switch.texts)) if switch.texts else {}


def _put(session: Session, notice: str, change: Change, until: datetime | None, hand: Hand, texts: str | None) -> None:
    upsert(session, Switch, [_row(notice, change, until, hand, texts)])
    _note(session, notice, change, until, hand, texts)


def _row(notice: str, change: Change, until: datetime | None, hand: Hand, texts: str | None) -> dict[str, object]:
    row = {"notice": notice, "on": change != "off", "until": until, "texts": texts}
    return {**row, "reason": hand.reason, "who": hand.who, "via": hand.via, "at": hand.at}


def _note(session: Session, notice: str, change: Change, until: datetime | None, hand: Hand, texts: str | None) -> None:
    session.add(
        SwitchChange(
            id=secrets.token_hex(16),
            at=hand.at,
            notice=notice,
            change=change,
            until=until,
            reason=hand.reason,
            who=hand.who,
            via=hand.via,
            texts=texts,
        )
    )

"""From the database to contacts: the calls of a period, or the entries at desks, in groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from ivr.records.models import Call, Leg, Step
from reports import topics
from reports.contact import UNQUEUED, Contact, Stay, of_call, of_entry
from reports.period import Period
from reports.sought import ALL, By, Conditions, Filter, of_entries

UNKNOWN = "?"
"""Group of what isn't known: a call without a line, an entry that no officer picked up."""

CLOSED = ("closed", "lunch", "holiday")
"""Exits of steps that tell the caller that a clock isn't open."""
KEYS = tuple("0123456789*#")
"""Exits of a menu by which its options are chosen."""

_TIMES: dict[str, str] = {
    "hour": "%H",
    "day": "%Y-%m-%d",
    "week": "%G-W%V",
    "month": "%Y-%m",
    "weekday_hour": "%u-%H",
}
"""How the groups of a time are called. All from the wall clock: the hour that a time change repeats is one hour."""


def contacts(session: Session, period: Period, by: By | None, where: Filter = ALL) -> dict[str, list[Contact]]:
    """The contacts of a period by group, groups in order: what reports.queries.tallies adds up."""
    groups: dict[str, list[Contact]] = defaultdict(list)
    found = entries if of_entries(by, where) else calls
    for (value,), contact in found(session, period, [by], where):
        groups[group_name(by, value, period)].append(contact)
    return dict(sorted(groups.items()))


Values = Sequence[Any]
"""What a contact's groups are taken from."""


def calls(
    session: Session, period: Period, bys: Sequence[By | None], where: Filter
) -> Iterator[tuple[Values, Contact]]:
    """The calls of a period, each with the values of its groups."""
    wanted = (*within(Call.started_at, period), *where.about_calls())
    stays: dict[str, list[Stay]] = defaultdict(list)
    legs = select(Leg.call, Leg.outcome, Leg.queued_at, Leg.connected_at, Leg.left_at).join(Call, Call.id == Leg.call)
    for call, how, queued_at, connected_at, left_at in session.execute(legs.where(*wanted).order_by(Leg.call, Leg.n)):
        stays[call].append(Stay(how, queued_at, connected_at, left_at))
    closed = set(session.scalars(_told_closed(wanted)))
    groups = [group(by, Call.started_at) for by in bys]
    for call, outcome, source, *values in session.execute(
        select(Call.id, Call.outcome, Call.source, *groups).where(*wanted)
    ):
        yield values, of_call(outcome, stays[call], closed=call in closed, imported=source is not None)


def entries(
    session: Session, period: Period, bys: Sequence[By | None], where: Filter
) -> Iterator[tuple[Values, Contact]]:
    """The entries at desks of a period, each with the values of its groups."""
    other, later = aliased(Leg), aliased(Leg)
    alone = ~select(other.n).where(other.call == Leg.call, other.n > 0).exists()
    last = ~select(later.n).where(later.call == Leg.call, later.n > Leg.n).exists()
    wanted = (*within(Leg.queued_at, period), *where.about_calls(), *where.about_legs())
    groups = [group(by, Leg.queued_at) for by in bys]
    legs = select(Leg.outcome, Leg.queued_at, Leg.connected_at, Leg.left_at, alone, last, Call.source, *groups)
    for how, queued_at, connected_at, left_at, alone_, last_, source, *values in session.execute(
        legs.join(Call, Call.id == Leg.call).where(*wanted)
    ):
        stay = Stay(how, queued_at, connected_at, left_at)
        yield values, of_entry(stay, alone=alone_, last=last_, imported=source is not None)


def _told_closed(wanted: Conditions) -> Select[str]:
    """Ids of the calls that were told that a clock isn't open, and chose nothing in a menu after that."""
    later = aliased(Step)
    after = or_(later.turn > Step.turn, (later.turn == Step.turn) & (later.n > Step.n))
    chose = select(later.n).where(later.call == Step.call, after, later.exit.in_(KEYS)).exists()
    told = select(Step.call).join(Call, Call.id == Step.call).where(*wanted, Step.exit.in_(CLOSED), ~chose)
    return told.where(Call.outcome.in_(UNQUEUED), Call.static.is_(None))


def within(time: InstrumentedAttribute[datetime], period: Period) -> Conditions:
    """That a time is in a period."""
    return time >= period.start, time < period.end


def group(by: By | None, time: InstrumentedAttribute[datetime]) -> ColumnElement[Any]:
    """What a contact's group is taken from, of a statement about calls (and legs, if `by` is desk or agent)."""
    if by is None:
        return literal("")
    ways: dict[str, ColumnElement[Any]] = {
        "line": Call.line.expression,
        "desk": Leg.desk.expression,
        "agent": Leg.agent.expression,
        "language": Call.language.expression,
    }
    return topics.topic() if by == "topic" else ways.get(by, time.expression)


def group_name(by: By | None, value: Any, period: Period) -> str:
    """What the group is called that `group` gave the value of."""
    if isinstance(value, datetime):
        return value.astimezone(period.zone).strftime(_TIMES[by or ""])
    return str(value or (UNKNOWN if by else ""))

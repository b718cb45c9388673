"""The night's forecast: from what came, what is to be expected, into the database that load triggers ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from callback.clock import Work
from ivr.language.calendar import Calendar, Clock
from ivr.office.outlook import BACK, SLOT_MIN, History, Outlook, histories, instants, look_out
from ivr.office.schedule import Schedule
from ivr.office.twins import twins
from ivr.records import forecasts, history
from ivr.records.forecast_tables import Forecast

AHEAD = 35
"""Days that the night's forecast looks ahead, today among them."""

MOST_TOPICS = 40
"""Topics of a kind (lines, desks, flows, types of cases), those with the most calls; rarer ones tell nothing."""

TELEPHONE = "phone"
"""Clock that says on which days the office answers; where there is none of that name, the first one."""

_NIGHT = Clock(hours={"mon-sun": "04:00-23:59"}, holidays=False)
"""When the night's work is due: after the clocks have changed, where they do; made up later in the day."""

_ALWAYS = Clock(hours={"mon-sun": "00:00-24:00"}, holidays=False)
"""Of an office without clocks."""


class Forecasting:
    """The forecast of an office, in the clock's hands (`callback.clock.Duty`)."""

    def __init__(self, calendar: Calendar) -> None:
        """calendar: of the office."""
        self._calendar = calendar
        self.schedule = Schedule(calendar, _NIGHT)

    def prepare(self, session: Session, due: datetime) -> Work:
        """Forecast the days from that of `due` on; the work that keeps them."""
        zone = self._calendar.tz
        today = due.astimezone(zone).date()
        days = [today + timedelta(days=n) for n in range(AHEAD)]
        found = outlooks(session, self._calendar, today, days)
        slots = [slot for outlook in found for slot in _slots(outlook, self._calendar)]
        return lambda writing, _: forecasts.replace(writing, midnight(today, self._calendar), slots)


def outlooks(session: Session, calendar: Calendar, today: date, days: Sequence[date]) -> list[Outlook]:
    """What is to be expected on `days`, by topic, those with the most calls first; none without a day of history."""
    works = telephone(calendar).works
    known = twins((peak.name, *peak.days) for peak in calendar.peaks)
    before = past(session, calendar, today, min(days[0], today) - BACK)
    return [look_out(topic, one, days, works, known) for topic, one in before.items()]


def past(session: Session, calendar: Calendar, today: date, first: date) -> Mapping[str, History]:
    """What came from `first` to yesterday, by topic, those with the most calls first."""
    counts = history.counts(session, midnight(first, calendar), midnight(today, calendar))
    known = histories(counts, calendar.tz, today)
    busiest = sorted(known, key=lambda topic: (-known[topic].calls.sum(), topic))
    kinds: Counter[str] = Counter()
    kept = {}
    for topic in busiest:
        kind = topic.partition("/")[0]
        kinds[kind] += 1
        if kinds[kind] <= MOST_TOPICS:
            kept[topic] = known[topic]
    return kept


def telephone(calendar: Calendar) -> Schedule:
    """The clock that says on which days the office answers its telephones."""
    clock = calendar.clocks.get(TELEPHONE) or next(iter(calendar.clocks.values()), _ALWAYS)
    return Schedule(calendar, clock)


def midnight(day: date, calendar: Calendar) -> datetime:
    """The instant at which a day begins at the office."""
    return datetime.combine(day, time.min).replace(tzinfo=calendar.tz).astimezone(UTC)


def _slots(outlook: Outlook, calendar: Calendar) -> Iterator[Forecast]:
    for day, expected in zip(outlook.days, outlook.expected, strict=True):
        for starts_at, calls in instants(day, expected, calendar.tz):
            yield Forecast(topic=outlook.topic, starts_at=starts_at, minutes=SLOT_MIN, expected=round(calls, 4))

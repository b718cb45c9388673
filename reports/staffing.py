"""How many officers an office needs, from its own last days: arrivals by hour of the day and talking time, with Erlang
C beside what was measured.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from reports import erlang, table
from reports.figure import ratio
from reports.period import Period
from reports.queries import tallies
from reports.report import minutes
from reports.sought import Filter
from reports.tally import Tally

HOUR_S = 3600.0
TITLES = ("hour", "calls", "officers", "within", "busy", "asa_s", "needed", "measured")
FORMULA = (
    "Calls = offered ÷ days on which any was offered. Within, busy, ASA = what Erlang C expects of so many officers: "
    "share answered within the target, share of their time spent in handling, mean wait. Needed = fewest officers that "
    "come to the share wanted. Measured = answered within the target ÷ offered. Handling = mean of the conversations "
    "(holding within them; of all hours together) + wrap-up as given: no record tells it"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How good the line has to be: that share of calls within so many seconds. wrap_up_s: what an officer needs after
    each conversation. officers: how many there are; None: as many as are needed."""

    share: float = 0.8
    target_s: float = 20.0
    wrap_up_s: float = 0.0
    officers: int | None = None


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the day ("09") on the mean of the days: what came in, what the officers come to, how many are needed,
    and the share answered in time as it was."""

    hour: str
    load: erlang.Load
    service: erlang.Service
    needed: int
    measured: float | None


@dataclass(frozen=True, slots=True)
class Staffing:
    """The hours in which anybody called."""

    period: Period
    wanted: Wanted
    days: int
    hours: Sequence[Hour]

    def text(self, form: Literal["table", "json", "csv"]) -> str:
        """As it is printed."""
        if form == "json":
            rows = [dict(zip(TITLES, _values(hour), strict=True)) for hour in self.hours]
            whole = {"period": str(self.period), "days": self.days, "hours": rows, "formula": FORMULA}
            return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
        if form == "csv":
            cells = [["" if v is None else f"{v}" for v in _values(hour)] for hour in self.hours]
            return table.spreadsheet(TITLES, cells)
        rows_shown = [_shown(hour) for hour in self.hours]
        return f"{table.aligned(TITLES, rows_shown, numbers=True)}\n\n{self.sentence()}\n\n{self.definitions()}\n"

    def sentence(self) -> str:
        """What it comes to in the busiest hour."""
        if not self.hours:
            return "nobody has talked in this period: there is no handling time to count with"
        most = max(self.hours, key=lambda hour: hour.load.calls)
        people = "1 officer" if most.service.officers == 1 else f"{most.service.officers} officers"
        return (
            f"With {people} {most.service.within:.0%} within {self.wanted.target_s:g} s in the busiest hour, "
            f"{most.hour}:00 ({most.load.calls:.1f} calls of {minutes(most.load.aht_s)} each); "
            f"{self.wanted.share:.0%} takes {most.needed}."
        )

    def definitions(self) -> str:
        """How the figures are made, in lines."""
        return f"Period: {self.period}, {self.days} days with calls; hours of the day.\n{FORMULA}."


def staffing(session: Session, period: Period, desk: str | None, wanted: Wanted) -> Staffing:
    """The staffing of a desk, or of all desks as if they were one. Raises ValueError as reports.erlang does, and for a
    target that is no edge of a band (reports.tally)."""
    where = Filter(desk=desk)
    days = sum(tally.offered > 0 for tally in tallies(session, period, "day", where).values())
    return Staffing(period, wanted, days, hours(tallies(session, period, "hour", where), days, wanted))


def hours(found: dict[str, Tally], days: int, wanted: Wanted) -> list[Hour]:
    """The hours of these tallies, of so many days. All have the same handling time: an hour's few calls tell little."""
    together = sum(found.values(), Tally())
    talk = ratio(together.talk_ms / 1000, together.talks)
    if talk is None or not days:
        return []
    handling = max(talk + wanted.wrap_up_s, 1.0)
    return [
        _hour(hour, tally, erlang.Load(tally.offered / days, HOUR_S, handling), wanted)
        for hour, tally in found.items()
        if tally.offered
    ]


def _hour(hour: str, tally: Tally, load: erlang.Load, wanted: Wanted) -> Hour:
    needed = erlang.fewest(load, wanted.share, wanted.target_s)
    service = erlang.service(load, wanted.officers or needed, wanted.target_s)
    known = tally.offered - tally.answered + tally.waits
    return Hour(hour, load, service, needed, ratio(tally.within(wanted.target_s), known))


def _values(hour: Hour) -> list[str | float | None]:
    service = hour.service
    return [
        hour.hour,
        hour.load.calls,
        service.officers,
        service.within,
        service.occupancy,
        service.asa_s,
        hour.needed,
        hour.measured,
    ]


def _shown(hour: Hour) -> list[str]:
    service = hour.service
    asa = "–" if service.asa_s is None else minutes(service.asa_s)
    measured = "–" if hour.measured is None else f"{hour.measured:.1%}"
    shares = [f"{service.within:.1%}", f"{service.occupancy:.1%}"]
    return [hour.hour, f"{hour.load.calls:.1f}", f"{service.officers}", *shares, asa, f"{hour.needed}", measured]

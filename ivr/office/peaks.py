"""Days on which far more will come than usual."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from ivr.office.outlook import Outlook, Works

PEAK = 1.5
"""A peak has so many times the calls of an ordinary working day …"""

LEAST = 10.0
"""… so many more …"""

CHANCE = 3.0
"""… and more than chance brings: so many standard deviations of a Poisson count."""

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Peak:
    """Working days in a row, nothing but days off between. `worst`: the one with the most calls, `calls`; `slot`: its
    busiest half-hour; `usual`: calls of an ordinary working day."""

    topic: str
    first: datetime.date
    last: datetime.date
    worst: datetime.date
    calls: float
    usual: float
    slot: int


def peaks(outlook: Outlook, works: Works) -> list[Peak]:
    """The peaks of an outlook, in order."""
    totals = dict(zip(outlook.days, outlook.expected.sum(1), strict=True))
    usual = outlook.usual
    least = max(PEAK * usual, usual + LEAST, usual + CHANCE * float(np.sqrt(usual)))
    rows: list[list[datetime.date]] = []
    for day in outlook.days:
        if totals[day] < least or not works(day):
            continue
        if rows and not any(works(rows[-1][-1] + n * _DAY) for n in range(1, (day - rows[-1][-1]).days)):
            rows[-1].append(day)
        else:
            rows.append([day])
    found = []
    for row in rows:
        worst = max(row, key=totals.__getitem__)
        slot = int(outlook.expected[list(outlook.days).index(worst)].argmax())
        found.append(Peak(outlook.topic, row[0], row[-1], worst, float(totals[worst]), usual, slot))
    return found

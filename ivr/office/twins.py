"""Known peaks of this year and their days of last year: an announcement moves with its date, not with its weekday."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

APART = (300, 430)
"""How long ago the same peak of last year may have begun, in days."""

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Twins:
    """Days of known peaks, each with the day of the same peak of last year; `taken`: all days of those of last year."""

    of: Mapping[datetime.date, datetime.date]
    taken: Collection[datetime.date]


def twins(known: Iterable[tuple[str, datetime.date, datetime.date]]) -> Twins:
    """The twins of known peaks, each a name (the same every year), a first and a last day.

    The days of a peak are paired from its first one on with those of the same name's last one before.
    """
    of: dict[datetime.date, datetime.date] = {}
    taken: set[datetime.date] = set()
    spans = sorted((first, last, name) for name, first, last in known)
    for first, last, name in spans:
        before = [span for span in spans if span[2] == name and APART[0] <= (first - span[0]).days <= APART[1]]
        if before:
            begin = before[-1][0]
            days = [begin + n * _DAY for n in range((before[-1][1] - begin).days + 1)]
            taken.update(days)
            of |= {first + n * _DAY: day for n, day in enumerate(days) if first + n * _DAY <= last}
    return Twins(of, taken)


NONE = Twins({}, ())

"""Times on a wall clock that another system wrote down, as points in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Twice = Literal["earlier", "later"]
"""Which is meant of an hour that a change of summer time repeats."""

EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall clock: where it hangs, and what its repeated hour means (None: nobody said)."""

    zone: ZoneInfo
    twice: Twice | None = None

    def instants(self, wall: datetime) -> list[datetime]:
        """The points in time, in UTC, at which the clock showed this: none, one, or two in order."""
        found = []
        for fold in (0, 1):
            at = wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC)
            if at.astimezone(self.zone).replace(tzinfo=None) == wall and at not in found:
                found.append(at)
        return found

    def utc(self, wall: datetime) -> datetime:
        """The point in time. Raises ValueError with the reason when there was none, or two and nobody said which."""
        found = self.instants(wall)
        if not found:
            raise ValueError(f"{wall} was on no clock of {self.zone.key}: summer time began")
        if len(found) == 2 and self.twice is None:
            raise ValueError(f"{wall} was twice on the clocks of {self.zone.key}: summer time ended")
        return found[0] if self.twice != "later" else found[-1]


HOW_TWICE = "say in the map which is meant: `twice: earlier` or `twice: later`"


def milliseconds(at: datetime) -> int:
    """UTC epoch milliseconds. Raises ValueError for a time before 2020 or far ahead: it is garbage, or too old."""
    if not EARLIEST <= at < EARLIEST + timedelta(days=29_000):
        raise ValueError(f"{at:%Y-%m-%d} is before 2020, or in the far future")
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)

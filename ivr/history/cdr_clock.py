"""On which clock a CDR file's times were written: the exchange's own or UTC (`usegmtime`). It doesn't say so itself."""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.history.moments import Wall

_NEAR_S = 2


class Clock:
    """Finds it out by the channels' unique ids, which hold the second at which a call began."""

    def __init__(self, wall: Wall, known: bool) -> None:
        """known: the map says that it is this clock."""
        self._wall = wall
        self._utc: bool | None = False if known else None

    def __str__(self) -> str:
        told = ", as the unique ids tell" if self._utc else ""
        return f"{'UTC' if self._utc else self._wall.zone.key}{told}"

    def second(self, start: datetime, born: int | None) -> int:
        """A row's start in epoch seconds. `born`: when its call began, if known. Raises ValueError as Wall.utc does."""
        as_utc = int(start.replace(tzinfo=UTC).timestamp())
        if born is None:
            return as_utc if self._utc else int(self._wall.utc(start).timestamp())
        local = [int(at.timestamp()) for at in self._wall.instants(start)]
        if self._utc is None:
            here, there = (any(abs(at - born) <= _NEAR_S for at in found) for found in (local, [as_utc]))
            if here != there:
                self._utc = there
        possible = [as_utc] if self._utc else local if self._utc is False else [*local, as_utc]
        later = [at for at in possible if at >= born - _NEAR_S]
        if later:
            return min(later)  # of a repeated hour the one nearest to the call's beginning
        return as_utc if self._utc else int(self._wall.utc(start).timestamp())

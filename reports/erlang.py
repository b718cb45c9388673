"""Erlang C: how many officers it takes. Pure.

Calls come at random at a steady rate, wait in one queue without giving up, and are handled by officers who are alike.
Callers do give up, so the shares told are the worse ones: an office does a little better than its table.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

MOST = 10_000
"""More officers than this are asked for by mistake."""


@dataclass(frozen=True, slots=True)
class Load:
    """What comes in: `calls` in an interval of so many seconds, each handled for `aht_s` on average."""

    calls: float
    interval_s: float
    aht_s: float

    def __post_init__(self) -> None:
        if self.calls < 0 or self.interval_s <= 0 or self.aht_s <= 0:
            raise ValueError("a load is of calls (0 or more) in an interval, handled for a time, both more than 0")

    @property
    def erlangs(self) -> float:
        """How many officers it would keep busy without a pause."""
        return self.calls * self.aht_s / self.interval_s


@dataclass(frozen=True, slots=True)
class Service:
    """What so many officers come to: share of the calls answered within the target, share of the officers' time spent
    in handling, average wait of all calls (None: the queue grows without end)."""

    officers: int
    within: float
    occupancy: float
    asa_s: float | None


def waiting(load: Load, officers: int) -> float:
    """The share of calls that have to wait at all. Raises ValueError for fewer than 1 officer, or more than MOST."""
    if not 1 <= officers <= MOST:
        raise ValueError(f"officers are 1 to {MOST:,}")
    return _waiting(load.erlangs, officers, _blocked(load.erlangs, officers))


def service(load: Load, officers: int, target_s: float) -> Service:
    """What so many officers come to. Raises ValueError as `waiting`."""
    wait = waiting(load, officers)
    if load.erlangs >= officers:
        return Service(officers, 0.0, 1.0, None)
    spare = officers - load.erlangs
    within = 1 - wait * math.exp(-spare * target_s / load.aht_s)
    return Service(officers, within, load.erlangs / officers, wait * load.aht_s / spare)


def table(load: Load, officers: Iterable[int], target_s: float) -> list[Service]:
    """A row for each number of officers."""
    return [service(load, number, target_s) for number in officers]


def fewest(load: Load, share: float, target_s: float) -> int:
    """The smallest number of officers with which that share of the calls is answered within the target.

    Raises ValueError unless the share is from 0 to below 1, and when more than MOST would be needed.
    """
    if not 0 <= share < 1:
        raise ValueError("the share wanted is from 0 to below 1: there is no number of officers for all calls")
    blocked = 1.0
    for officers in range(1, MOST + 1):
        blocked = _next(load.erlangs, officers, blocked)
        if load.erlangs < officers:
            wait = _waiting(load.erlangs, officers, blocked)
            if 1 - wait * math.exp(-(officers - load.erlangs) * target_s / load.aht_s) >= share:
                return officers
    raise ValueError(f"more than {MOST:,} officers would be needed")


def _waiting(erlangs: float, officers: int, blocked: float) -> float:
    """Erlang C from Erlang B."""
    if erlangs >= officers:
        return 1.0
    return officers * blocked / (officers - erlangs * (1 - blocked))


def _blocked(erlangs: float, officers: int) -> float:
    """Erlang B, officer by officer: no powers and no factorials, so that no load is too large for it."""
    blocked = 1.0
    for number in range(1, officers + 1):
        blocked = _next(erlangs, number, blocked)
    return blocked


def _next(erlangs: float, officers: int, blocked: float) -> float:
    return erlangs * blocked / (officers + erlangs * blocked)

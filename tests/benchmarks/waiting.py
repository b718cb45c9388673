"""Announced against actual wait on simulated days, beside two simple ways to foretell it: what the last caller waited,
and what the last ten waited on average, each with a range as wide as ours around it.

A day has ten hours with two humps, surges, officers whose lunches and breaks come as they come and whose pace drifts,
and callers who hang up when they are tired of it. The actual wait of one who hung up is when it would have been his
turn.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from statistics import fmean, median

import click

from ivr.office.calibration import Range
from ivr.office.waiting import Watch

HOURS = (0.5, 1.0, 1.4, 1.2, 0.7, 0.9, 1.2, 1.1, 1.0, 0.6)
"""Calls of each hour, the day's mean being about 1."""
HOUR_S = 3600.0
OVER_S = 30.0
"""Waits from here on are the ones that should be announced."""


@dataclass(frozen=True, slots=True)
class Day:
    """officers at the desk; talk: mean seconds of a conversation, and its coefficient of variation; load: calls for
    each that the officers could take without breaks; patience: mean seconds until a caller hangs up; surges, breaks of
    each officer: how many of a day."""

    officers: int
    talk: float
    spread: float
    load: float
    patience: float
    surges: int = 1
    breaks: int = 2


DAYS = {
    "usual": Day(9, 180, 0.75, 0.72, 420, surges=2),
    "few": Day(3, 120, 0.75, 0.55, 420),
    "two": Day(2, 100, 0.75, 0.45, 420, breaks=1),
    "many": Day(24, 240, 0.85, 0.81, 420),
    "flood": Day(8, 170, 0.7, 0.77, 600, surges=3),
    "breaks": Day(5, 150, 0.7, 0.64, 300, breaks=4),
}


@dataclass(slots=True)
class Caller:
    """What was foretold when he joined (ours: expected seconds and range), and how long he waited, when he got so
    far."""

    joined: float
    expected: float | None
    said: Range | None
    last: float | None
    mean: float | None
    waited: float | None = None


@dataclass
class Desk:
    """A desk on a day, event by event."""

    day: Day
    seed: int
    callers: list[Caller] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._watch, self._waits = Watch(), deque[float](maxlen=10)
        self._order = count()
        self._events: list[tuple[float, int, str, int, int]] = []
        self._queue, self._gone = deque[int](), list[int]()
        self._free, self._away = set(range(self.day.officers)), set[int]()
        self._busy: dict[int, int] = {}
        self._off = dict.fromkeys(range(self.day.officers), 0)
        self._pace = [self._random.uniform(0.85, 1.15) for _ in range(len(HOURS) + 2)]

    def run(self) -> list[Caller]:
        """The callers of the day, in the order in which they joined."""
        self._plan()
        while self._events:
            at, _, kind, who, officer = heapq.heappop(self._events)
            getattr(self, f"_{kind}")(at, who, officer)
            self._serve(at)
            here = sum(self._off[o] == 0 for o in self._busy)
            self._watch.staff(len(self._free) + here, len(self._free), at)
        return self.callers

    def _at(self, at: float, kind: str, who: int = 0, officer: int = 0) -> None:
        heapq.heappush(self._events, (at, next(self._order), kind, who, officer))

    def _plan(self) -> None:
        """Calls, surges among them, lunches and breaks."""
        day, draw, end = self.day, self._random, len(HOURS) * HOUR_S
        surges = [
            (draw.uniform(HOUR_S, end - 2 * HOUR_S), draw.uniform(900, 2400), draw.uniform(1.6, 3))
            for _ in range(day.surges)
        ]
        base = day.load * day.officers / day.talk / fmean(HOURS)
        most = base * max(HOURS) * 3**day.surges
        at = draw.expovariate(most)
        while at < end:
            rate = base * HOURS[int(at // HOUR_S)]
            for start, length, times in surges:
                rate *= times if start <= at < start + length else 1
            if draw.random() < rate / most:
                self._at(at, "call")
            at += draw.expovariate(most)
        for officer in range(day.officers):
            spans = [(draw.uniform(HOUR_S / 2, end - HOUR_S), draw.uniform(300, 900)) for _ in range(day.breaks)]
            spans.append((3.5 * HOUR_S + officer % 2 * HOUR_S + draw.uniform(-300, 300), 3300))
            for start, length in spans:
                self._at(start, "break", 0, officer)
                self._at(start + length, "back", 0, officer)

    def _call(self, at: float, _: int, __: int) -> None:
        predicted = self._watch.predict(at)
        number = len(self.callers)
        self.callers.append(
            Caller(
                at,
                predicted.mean if predicted else None,
                self._watch.expect(at),
                self._waits[-1] if self._waits else None,
                fmean(self._waits) if self._waits else None,
            )
        )
        self._watch.joined(str(number), at)
        self._queue.append(number)
        hasty = self._random.random() < 0.08
        patience = self._random.expovariate(1 / 15) if hasty else self._random.weibullvariate(self.day.patience, 2)
        self._at(at + patience, "tired", number)

    def _tired(self, at: float, number: int, _: int) -> None:
        if number in self._queue:
            self._queue.remove(number)
            self._gone.append(number)
            self._watch.left(str(number), at)

    def _pickup(self, at: float, number: int, officer: int) -> None:
        self._watch.connected(str(number), str(officer), at)
        waited = self.callers[number].waited = at - self.callers[number].joined
        self._waits.append(waited)
        pace = self.day.talk * self._pace[int(at // HOUR_S) % len(self._pace)]
        sigma = math.sqrt(math.log(1 + self.day.spread**2))
        talk = self._random.lognormvariate(math.log(pace) - sigma**2 / 2, sigma)
        self._at(at + talk + self._random.uniform(5, 30), "done", 0, officer)

    def _done(self, at: float, _: int, officer: int) -> None:
        del self._busy[officer]
        self._watch.freed(str(officer), at)
        (self._away if self._off[officer] else self._free).add(officer)

    def _break(self, _: float, __: int, officer: int) -> None:
        self._off[officer] += 1
        if officer in self._free:
            self._free.discard(officer)
            self._away.add(officer)

    def _back(self, _: float, __: int, officer: int) -> None:
        self._off[officer] -= 1
        if officer in self._away and not self._off[officer]:
            self._away.discard(officer)
            self._free.add(officer)

    def _serve(self, at: float) -> None:
        """Ring a free officer for the first in the queue; those who gave up before him would have been served."""
        while self._free and self._queue:
            number, officer = self._queue.popleft(), min(self._free)
            self._free.discard(officer)
            self._busy[officer] = number
            rung = self._random.uniform(2, 8)
            self._at(at + rung, "pickup", number, officer)
            self._turn([gone for gone in self._gone if gone < number], at + rung)
        if self._free:
            self._turn(list(self._gone), at)

    def _turn(self, gone: list[int], at: float) -> None:
        for number in gone:
            self._gone.remove(number)
            self.callers[number].waited = at - self.callers[number].joined


@dataclass(frozen=True, slots=True)
class Result:
    """Of the callers of some days: how many; the share of them over OVER_S and their median wait; of the ranges said:
    the share that held, the median width in seconds, and as a part of what it may be; the share of the long waits
    that were announced; mean error of ours and of the two simple ones, with the share that theirs would have held."""

    callers: int
    over: float
    wait: float
    held: float
    width: float
    allowed: float
    announced: float
    error: float
    last: tuple[float, float]
    mean: tuple[float, float]

    @property
    def good(self) -> bool:
        """Whether it is as it should be: 80 % hold, narrow enough, announced for 70 %."""
        return self.held >= 0.8 and self.allowed <= 1 and self.announced >= 0.7


def judge(callers: Iterable[Caller]) -> Result:
    """The figures of these callers."""
    known = [(caller, caller.waited) for caller in callers if caller.waited is not None]
    over = [(caller, waited) for caller, waited in known if waited > OVER_S]
    said = [
        (caller, caller.said, caller.expected, caller.last, caller.mean, waited)
        for caller, waited in known
        if caller.said and caller.expected is not None and caller.expected > OVER_S
        if caller.last is not None and caller.mean is not None
    ]

    def simple(foretold: list[float]) -> tuple[float, float]:
        errors = [abs(value - one[5]) for value, one in zip(foretold, said, strict=True)]
        held = [error <= (one[1].high - one[1].low) / 2 for error, one in zip(errors, said, strict=True)]
        return fmean(errors), fmean(held)

    return Result(
        callers=len(known),
        over=len(over) / len(known),
        wait=median(waited for _, waited in over),
        held=fmean(one[1].holds(one[5]) for one in said),
        width=median(one[1].high - one[1].low for one in said),
        allowed=median((one[1].high - one[1].low) / max(120, one[5] / 2) for one in said),
        announced=sum(one[5] > OVER_S for one in said) / len(over),
        error=fmean(abs(one[2] - one[5]) for one in said),
        last=simple([one[3] for one in said]),
        mean=simple([one[4] for one in said]),
    )


def _line(name: str, r: Result) -> str:
    (last, last_held), (mean, mean_held) = r.last, r.mean
    return (
        f"{name:8s}{r.callers:7d}{r.over:7.0%}{r.wait:7.0f} │{r.held:6.1%}{r.width:7.0f}{r.allowed:7.2f}"
        f"{r.announced:7.0%}{r.error:7.0f} │{last:7.0f}{last / r.error:6.2f}{last_held:6.0%} │"
        f"{mean:7.0f}{mean / r.error:6.2f}{mean_held:6.0%} │ {'good' if r.good else 'not good'}"
    )


@click.command()
@click.option("--seed", default=1, show_default=True, help="The first one.")
@click.option("--seeds", default=5, show_default=True, help="How many of each kind of day.")
@click.option("--day", "days", type=click.Choice(list(DAYS)), multiple=True, help="Kinds of day [all].")
def main(seed: int, seeds: int, days: tuple[str, ...]) -> None:
    """Print the figures."""
    click.echo(
        "kind   callers  >30 s median │ held  width   of it  said  error │ last:  ÷ ours held │ mean:  ÷ ours held │\n"
        "                        wait │      median allowed >30 s   mean │ error                │ error"
    )
    everybody: list[Caller] = []
    for name in days or DAYS:
        callers = [caller for n in range(seed, seed + seeds) for caller in Desk(DAYS[name], n).run()]
        click.echo(_line(name, judge(callers)))
        everybody += callers
    click.echo(_line("all", judge(everybody)))
    click.echo(
        "Seconds. held: ranges said that contain the wait (≥ 80 %). allowed: median of width ÷ the larger of 120 s and "
        "half the wait (≤ 1).\nsaid: waits over 30 s for which a range was said (≥ 70 %). last, mean: what the last "
        "caller, the last ten, had waited, within our width."
    )


if __name__ == "__main__":
    main()

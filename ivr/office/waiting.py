"""How long a caller will wait for a desk, from what its queue has done of late. Pure: whoever watches tells the time.

The callers ahead are served one after the other as officers become free; each of them counts as far as callers who
have waited that long don't give up. The first officer to become free is expected by how long the conversations going on
have lasted, the following ones at the pace of the desk. What that is off by is learnt from every wait that ends
(ivr.office.calibration).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile

from ivr.office.calibration import Calibration, Prediction, Range

EVIDENCE = 5
"""Conversations ended, of the last hours, without which nothing is known."""
RECENT_S = 4 * 3600.0
"""Older than this is no evidence."""
LONGEST_S = 4 * 3600.0
"""No wait that we would announce is longer."""

_CONVERSATIONS = 100
_PICKUPS = 30
_WAITS = 300
_CALLERS = 1000  # waiting, or gone before their turn; more are not looked at
_QUEUED_S = 20.0  # from where on a prediction is one of waiting, and not of ringing alone
_RING_S = 5.0
_BIN_S, _BINS = 15.0, 80
_STAYERS = 10  # fewer who waited so long say nothing of those who do
_LEAVING = 0.03  # part of whom leaves in each bin then


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller in the queue: since when, what was predicted then and, if that was of use, said."""

    since: float
    predicted: Prediction | None
    said: Range | None


class Watch:
    """One desk's queue, watched. Times are seconds of any one clock. Bounded; not safe between threads."""

    def __init__(self) -> None:
        self._calibration = Calibration()
        self._staffed = self._free = 0
        self._waiting: dict[str, Waiting] = {}
        self._gone: dict[str, Waiting] = {}  # gave up, and would not have been served yet
        self._talking: dict[str, float] = {}
        self._idle: dict[str, float] = {}
        self._talks: deque[tuple[float, float]] = deque(maxlen=_CONVERSATIONS)  # when ended, how long
        self._pickups: deque[float] = deque(maxlen=_PICKUPS)
        self._waits: deque[tuple[float, bool]] = deque(maxlen=_WAITS)  # how long, and whether to no avail

    def remember(self, since: float, connected: float | None, left: float) -> None:
        """An entry at the desk from before anybody watched; in order of leaving, before anything else is told."""
        self._waits.append(((connected or left) - since, connected is None))
        if connected is not None:
            self._talks.append((left, left - connected))

    def sync(self, waiting: Mapping[str, float], talking: Collection[str]) -> None:
        """Who waits now, and since when, and which officers talk: after a time without news, or to make sure."""
        missed = waiting.keys() != self._waiting.keys()
        for call in [call for call in self._waiting if call not in waiting]:
            del self._waiting[call]
        for call, since in list(waiting.items())[:_CALLERS]:
            self._waiting.setdefault(call, Waiting(since, None, None))
        self._talking = {officer: since for officer, since in self._talking.items() if officer in talking}
        if missed:
            self._gone.clear()

    @property
    def staffed(self) -> bool:
        """Whether any officer is there."""
        return self._staffed > 0

    def staff(self, staffed: int, free: int, at: float) -> None:
        """So many officers are logged in and not paused, and so many of them free."""
        self._staffed, self._free = staffed, free
        if free and not self._waiting:
            self._served(list(self._gone), at)

    def joined(self, call: str, at: float) -> None:
        """A caller is in the queue; those who joined before him are ahead."""
        if call in self._waiting or len(self._waiting) >= _CALLERS:
            return
        predicted = self.predict(at)
        queued = predicted is not None and predicted.mean > _QUEUED_S
        said = self._calibration.range(predicted) if predicted and queued else None
        self._waiting[call] = Waiting(at, predicted if queued else None, said)

    def connected(self, call: str, officer: str, at: float) -> None:
        """An officer has picked up."""
        caller = self._waiting.pop(call, None)
        if len(self._talking) < _CALLERS:
            self._talking[officer] = at
        if caller is None:
            return
        rung = at - max(caller.since, self._idle.get(officer, caller.since))
        self._pickups.append(min(max(rung, 0.0), 60.0))
        self._waits.append((at - caller.since, False))
        self._learn(caller, at)
        self._served([call for call, gone in self._gone.items() if gone.since < caller.since], at)

    def left(self, call: str, at: float) -> None:
        """A caller has left the queue without an officer, however."""
        caller = self._waiting.pop(call, None)
        if caller is None:
            return
        self._waits.append((at - caller.since, True))
        if len(self._gone) >= _CALLERS:
            del self._gone[next(iter(self._gone))]
        self._gone[call] = caller

    def freed(self, officer: str, at: float) -> None:
        """An officer is done with a conversation and all that it brought, and could pick up again."""
        since = self._talking.pop(officer, None)
        if since is not None:
            self._talks.append((at, at - since))
            if len(self._idle) >= _CALLERS and officer not in self._idle:
                self._idle.clear()
            self._idle[officer] = at

    def place(self, call: str) -> int | None:
        """A waiting caller's place in the queue, from 1; None when he isn't in it."""
        return 1 + len(self._before(call)) if call in self._waiting else None

    def expect(self, at: float, call: str | None = None) -> Range | None:
        """What to say to a caller who joins now, or to `call`, who waits; None: nothing honest, or nothing useful."""
        predicted = self.predict(at, call)
        return self._calibration.range(predicted) if predicted else None

    def predict(self, at: float, call: str | None = None) -> Prediction | None:
        """The wait from now on of a caller who joins, or of `call`, who waits; None without evidence or officers."""
        if not self._staffed:
            return None
        ahead = self._before(call)
        ring = sum(self._pickups) / len(self._pickups) if self._pickups else _RING_S
        if len(ahead) < self._free:
            return Prediction(max(ring, 1.0), max(ring, 1.0) ** 2 / 4)
        talks = [length for ended, length in self._talks if at - ended < RECENT_S]
        if len(talks) < EVIDENCE:
            return None
        talk = sum(talks) / len(talks)
        spread = min(1.2, max(0.3, sum((length - talk) ** 2 for length in talks) / len(talks) / talk**2))
        pace = (talk + ring) / self._staffed
        stays = self._stays()
        mean = variance = 0.0
        step = self._first(at, talks, talk, ring) or pace
        for since in ahead[self._free :]:
            there = stays(at - since + mean) / stays(at - since)
            mean += there * step
            variance += step * step * (there * (1 + spread) - there * there)
            step = pace
            if mean > LONGEST_S:
                return None
        mean += step
        variance += step * step * spread + mean * mean * spread / len(talks)
        return Prediction(mean + ring, variance + ring * ring / 4)

    def _before(self, call: str | None) -> list[float]:
        """Since when those wait who are before `call`, or before one who joins now; longest first."""
        order = sorted(self._waiting.items(), key=lambda item: item[1].since)
        return [caller.since for _, caller in takewhile(lambda item: item[0] != call, order)]

    def _first(self, at: float, talks: list[float], talk: float, ring: float) -> float | None:
        """Seconds until the first officer becomes free, by how long others talked on who had talked so long; None
        when no conversation of this desk goes on."""
        rate = 0.0
        for since in self._talking.values():
            rest = [length - (at - since) for length in talks if length > at - since]
            rate += 1 / ((sum(rest) + 2 * talk) / (len(rest) + 2) + ring)
        return 1 / rate if rate else None

    def _stays(self) -> Callable[[float], float]:
        """Which part of the callers is still there after so many seconds of waiting (Kaplan and Meier's estimate)."""
        out, given_up = [0] * _BINS, [0] * _BINS
        for waited, in_vain in self._waits:
            place = min(_BINS - 1, int(waited / _BIN_S))
            out[place] += 1
            given_up[place] += in_vain
        there, part, parts = len(self._waits), 1.0, [1.0]
        for place in range(_BINS):
            part *= 1 - (given_up[place] / there if there >= _STAYERS else _LEAVING if self._waits else 0.0)
            there -= out[place]
            parts.append(max(part, 1e-6))
        return lambda waited: parts[min(_BINS, max(0, int(waited / _BIN_S)))]

    def _served(self, calls: Iterable[str], at: float) -> None:
        """It would have been the turn, by now, of these who gave up."""
        for call in calls:
            self._learn(self._gone.pop(call), at)

    def _learn(self, caller: Waiting, at: float) -> None:
        if caller.predicted is not None:
            self._calibration.learn(caller.predicted, at - caller.since, caller.said)

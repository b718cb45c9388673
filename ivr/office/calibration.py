"""From a predicted wait to the range that is said: as wide as the queue's own errors of late ask for, no wider.

A prediction is taken for a gamma-distributed time. Where an actual wait fell within its distribution is a score, on the
cube-root scale on which a gamma distribution is nearly normal (Wilson and Hilferty): scores of long and short waits can
be put together. The range is the narrowest, between times as people say them, that would have held for the wanted share
of the last scores; the share moves a little after each range said, up when it failed and down when it held.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections import deque
from dataclasses import dataclass

SHARE = 0.8
"""Share of the ranges said that are to hold."""
SAID = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60, 90, 120)
"""Minutes between which a range is said."""
USEFUL_S = 240.0
USEFUL = 0.8
"""A range wider than both, this and this part of the expected wait, would tell a caller nothing."""

_KEPT = 500  # scores; some hours of a busy desk
_SHIPPED = (-2.05, -1.44, -1.15, -0.84, -0.52, -0.25, 0.0, 0.25, 0.52, 0.84, 1.15, 1.44, 2.05)
_FEW = 60  # scores below which those shipped count, too
_STEP = 0.02
_BOUNDS = (0.6, 0.97)
_LEAST_S = 1.0


@dataclass(frozen=True, slots=True)
class Prediction:
    """A wait in seconds: its mean and its variance, before the queue's own errors are looked at."""

    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high` seconds, whole minutes as people say them; low 0 is "within high"."""

    low: int
    high: int

    def holds(self, wait: float) -> bool:
        """Whether a wait of so many seconds is in it."""
        return self.low <= wait <= self.high


class Calibration:
    """What a queue's predictions were worth. Bounded; not safe between threads."""

    def __init__(self) -> None:
        self._scores: deque[float] = deque()
        self._sorted: list[float] = []
        self._share = SHARE

    def learn(self, prediction: Prediction, wait: float, said: Range | None) -> None:
        """A caller of whom this was predicted, and `said` when a range was useful, has waited so many seconds."""
        score = _score(prediction, wait)
        self._scores.append(score)
        insort(self._sorted, score)
        if len(self._scores) > _KEPT:
            del self._sorted[bisect_left(self._sorted, self._scores.popleft())]
        if said is not None:
            least, most = _BOUNDS
            self._share = min(most, max(least, self._share + _STEP * (SHARE - said.holds(wait))))

    def range(self, prediction: Prediction) -> Range | None:
        """What to say of a prediction; None when no range that holds would be of use."""
        scores = self._sorted
        if len(scores) < _FEW:
            scores = sorted([*scores, *_SHIPPED])
        waits = [_wait(prediction, score) / 60 for score in scores]
        wanted = self._share * len(waits)
        widest = max(USEFUL_S, USEFUL * prediction.mean) / 60
        best: tuple[float, int, Range] | None = None
        for first, low in enumerate(SAID):
            before = bisect_left(waits, low)
            if len(waits) - before < wanted:
                break
            for high in SAID[first + 1 :]:
                if high - low > widest or (best and high - low > best[0]):
                    break
                held = bisect_right(waits, high) - before
                if held >= wanted and (best is None or (high - low, -held) < best[:2]):
                    best = high - low, -held, Range(60 * low, 60 * high)
        return best[2] if best else None


def _score(prediction: Prediction, wait: float) -> float:
    ninth = prediction.variance / (9 * prediction.mean**2)
    return float(((max(wait, _LEAST_S) / prediction.mean) ** (1 / 3) - 1 + ninth) / math.sqrt(ninth))


def _wait(prediction: Prediction, score: float) -> float:
    ninth = prediction.variance / (9 * prediction.mean**2)
    return prediction.mean * max(0.0, 1 - ninth + score * math.sqrt(ninth)) ** 3

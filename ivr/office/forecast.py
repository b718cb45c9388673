"""How many calls will come on the next day, interval by interval, from the days before it alone.

A day is its total times the shape of the day (the shares of its intervals). Both are forecast from all days known, with
weights that follow from how alike two days are: by their distance, by their place in the week, and (totals) by their
place in the month. That is Gaussian process regression (Rasmussen and Williams, Gaussian Processes for Machine
Learning, 2006, sections 2.2 and 5.4); how much each likeness counts isn't set but weighed by how well it explains the
days known. A day that fits nothing (a failure of the line, a flood) counts less.

`DayAhead` weighs several such forecasts, and the plain mean of the last weeks, by their errors of the last days
(exponential weights: Cesa-Bianchi and Lugosi, Prediction, Learning, and Games, 2006, section 2.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ivr.office.weeks import Array, places, unmissed

MOST_DAYS = 250
"""Days looked back on: a year of working days."""

LAGS = 4
"""Weeks in the plain mean."""

DISCOUNT = 0.95
"""How much less an error counts a day later."""

STRICT = 20.0
"""An expert with 10 % more error than the best one has e⁻² of its weight."""

MOST_TIMES = 2.0
"""A day gets at most so many times the calls of the busiest day known."""

_MONTH_WEEKS = 4.2
"""Working weeks in a month: 21 working days of five a week."""

_DIRECTIONS = 3
"""Neighbouring intervals tell nearly the same: all together as much as so many independent ones."""

_STRANGE = 6.0
"""Squared deviation from what the other days say, in medians, above which a day counts less."""

_OFFSET = 100.0
"""Variance of the unknown level: large against everything else, so that the level is taken from the days."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How days are alike, in variances against a single day's own: `near` fades with `reach` weeks, `week` (same place
    in the week) fades with `lasting` weeks, `month` is the same time of the month."""

    near: float
    reach: float
    week: float
    lasting: float
    month: float

    def between(self, known: Array) -> Array:
        """Covariance of all days with all. known: each day's places in the week (`weeks.places`)."""
        days, season = known.shape
        apart = np.abs(np.subtract.outer(np.arange(days), np.arange(days))) / season
        alike = self.near * np.exp(-apart / self.reach) + self.week * (known @ known.T) * np.exp(-apart / self.lasting)
        if self.month:
            alike += self.month * np.exp(-8 * np.sin(np.pi * apart / _MONTH_WEEKS) ** 2 - apart / 40)
        return np.asarray(alike + _OFFSET)


TOTALS = [Likeness(*sizes) for sizes in product((2, 8), (0.6, 2, 8), (5, 20), (20,), (0, 3, 10))]
SHAPES = [Likeness(*sizes) for sizes in product((0.03, 0.1, 0.3), (1, 4, 16), (0.03, 0.1, 0.3), (40,), (0,))]


def next_day(history: Array, known: Array) -> Array:
    """Calls expected in each interval of the day after `history` (days × intervals, at least one day).

    known: places in the week of each day and of the next one (`weeks.places`).
    """
    totals = history.sum(1)
    if not totals.any():
        return np.zeros(history.shape[1])
    small = 0.01 * totals.mean()
    total = np.exp(_estimate(np.log(totals + small)[:, None], known, TOTALS)[0]) - small
    total = np.clip(total, 0, MOST_TIMES * totals.max())
    busy = totals > 0  # a day without a call has no shape
    kept = np.append(busy, True)
    shape = np.maximum(_estimate(history[busy] / totals[busy, None], known[kept], SHAPES), 0)
    return np.asarray(total * shape / shape.sum())


def mean_of_weeks(history: Array, season: int, weeks: int = LAGS) -> Array:
    """Mean of the days one, two, … `weeks` weeks before the next day, as far as there are such days; else the last."""
    lags = [history[-season * week] for week in range(1, weeks + 1) if season * week <= len(history)]
    return np.asarray(np.mean(lags or [history[-1]], axis=0))


def median(expected: Array) -> Array:
    """Medians of Poisson counts with these means: what is least wrong where an interval has but a few calls.

    K. P. Choi, On the medians of gamma distributions and an equation of Ramanujan, Proc. AMS 121 (1994): the median
    lies between the mean less ln 2 and the mean plus 1/3.
    """
    return np.asarray(np.where(expected < np.log(2), 0, np.floor(expected + 1 / 3 - 0.02 / np.maximum(expected, 0.1))))


class DayAhead:
    """Forecasts day by day, and learns from each day which expert to trust."""

    EXPERTS = ("week found", "its median", "week unshifted", f"mean of {LAGS} weeks")

    def __init__(self, season: int = 5) -> None:
        """season: days in a week of the series."""
        self._season = season
        self._errors = np.ones(len(self.EXPERTS))
        self._last: Array | None = None

    @property
    def weights(self) -> Array:
        """How much each of EXPERTS counts now; together 1."""
        weights = np.exp(-STRICT * (self._errors / max(self._errors.min(), 1e-9) - 1))
        return np.asarray(weights / weights.sum())

    def forecast(self, history: Array) -> Array:
        """Calls expected in each interval of the day after `history` (days × intervals, at least one day)."""
        history = history[-MOST_DAYS:]
        found = next_day(history, places(history, self._season))
        unshifted = next_day(history, unmissed(len(history), self._season))
        self._last = np.array([found, median(found), unshifted, mean_of_weeks(history, self._season)])
        return np.asarray(self.weights @ self._last)

    def learn(self, day: Array) -> None:
        """What came on the day forecast last."""
        if self._last is not None:
            self._errors = DISCOUNT * self._errors + np.abs(self._last - day).sum(1)


def _estimate(values: Array, known: Array, likenesses: Sequence[Likeness]) -> Array:
    """The next row of `values` (days × columns): what each likeness expects, weighed by its evidence."""
    level = np.median(values[-20:], axis=0)
    values = values - level
    columns = values.shape[1]
    own = _own_variance(values, likenesses[len(likenesses) // 2].between(known)[:-1, :-1])
    guesses, evidence = [], []
    for likeness in likenesses:
        alike = likeness.between(known)
        root = np.linalg.cholesky(alike[:-1, :-1] + np.diag(own))
        white = np.linalg.solve(root, np.column_stack([values, alike[:-1, -1]]))
        guesses.append(white[:, -1] @ white[:, :-1])
        size = np.log((white[:, :-1] ** 2).mean(0) + 1e-12).sum()
        evidence.append(-0.5 * len(values) * size - columns * np.log(np.diag(root)).sum())
    told = np.array(evidence) * min(1, _DIRECTIONS / columns)
    weights = np.exp(told - told.max())
    return np.asarray(level + weights @ np.array(guesses) / weights.sum())


def _own_variance(values: Array, alike: Array) -> Array:
    """Each day's own variance: 1, and more for one that the other days don't explain (its leave-one-out residual)."""
    own = np.ones(len(values))
    for _ in range(2):
        inverse = np.linalg.inv(alike + np.diag(own))
        squares = (inverse @ values) ** 2 / np.diag(inverse)[:, None]
        usual = np.maximum(np.median(squares, axis=0) / 0.45, 1e-12)  # the median of χ² with one degree of freedom
        own = np.maximum(1, (squares / usual).mean(1) / _STRANGE)
    return own

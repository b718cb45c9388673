"""Which day of its week is each day of a series without dates?

Days on which nobody worked are missing from such a series, so that the week shifts at places nobody noted. The place in
the week is a hidden state that moves on by one a day and now and then by more (a hidden Markov model); what a day looks
like there (its total and the shape of its day, against those of the days around it) is learned with it by expectation
and maximisation: Rabiner, A Tutorial on Hidden Markov Models, Proc. IEEE 77 (1989), sections III and IV.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SHIFT = 0.03
"""Probability that days are missing between a day and the next: eight public holidays in a year of working days."""

_FEWER = 0.35
"""How much less probable each further missing day is."""

_ROUNDS = 25
_SHAPES = 3
_FURTHEST = 9.0
"""Most that one feature of one day can tell against a place, in squared deviations: a day like no other is no proof."""


def unmissed(days: int, season: int) -> Array:
    """The places, as `places` gives them, when no day is missing."""
    return np.eye(season)[np.arange(days + 1) % season]


def places(calls: Array, season: int) -> Array:
    """Probability of each place in the week for each day, and in a last row for the day that comes next.

    calls: days × intervals, counts. season: days in a week. The first day may be any day of the week. A history of
    less than three weeks shows no shift: it counts as without.
    """
    days = len(calls)
    if season == 1 or days < 3 * season:
        return unmissed(days, season)
    features, moves = _features(calls, season), _moves(season)
    known = 0.9 * unmissed(days, season)[:-1] + 0.1 / season
    following = known[-1]
    for _ in range(_ROUNDS):
        centres = (known.T @ features) / (known.sum(0)[:, None] + 1)
        apart = (features[:, None] - centres) ** 2
        spread = np.maximum((known[:, :, None] * apart).sum((0, 1)) / days, 0.05)
        likely = np.exp(-0.5 * np.minimum(apart / spread, _FURTHEST).sum(2))
        known, following = _smoothed(likely, moves)
    return np.vstack([known, following])


def _features(calls: Array, season: int) -> Array:
    """Each day's total and the main directions of its shape, as deviations from the days around, all of one size."""
    totals = calls.sum(1)
    level = np.log(totals + 0.01 * totals.mean() + 1e-9)[:, None]
    logs = np.log(calls + 0.5)
    shape = _deviation(logs - logs.mean(1, keepdims=True), season)
    directions, sizes, _ = np.linalg.svd(shape, full_matrices=False)
    features = np.hstack([_deviation(level, season), (directions * sizes)[:, :_SHAPES]])
    return np.asarray(features / np.maximum(features.std(0), 1e-9))


def _deviation(values: Array, season: int) -> Array:
    """Values less their mean over a week before and after; at the end over the last two weeks."""
    days = len(values)
    place = np.arange(days)
    first = np.clip(place - season, 0, max(0, days - 2 * season - 1))
    last = np.minimum(place + season + 1, days)
    sums = np.vstack([np.zeros((1, values.shape[1])), values.cumsum(0)])
    return np.asarray(values - (sums[last] - sums[first]) / (last - first)[:, None])


def _moves(season: int) -> Array:
    """Probability of each place after each place."""
    ahead = np.zeros(season)
    for days in range(2, season + 1):
        ahead[days % season] = _FEWER ** (days - 2)
    ahead *= SHIFT / ahead.sum()
    ahead[1 % season] += 1 - SHIFT
    return np.array([np.roll(ahead, place) for place in range(season)])


def _smoothed(likely: Array, moves: Array) -> tuple[Array, Array]:
    """Places of all days from the days before and after each, and of the day that follows the last one."""
    days, season = likely.shape
    before = np.empty((days, season))
    coming = np.full(season, 1 / season)
    for day in range(days):
        before[day] = coming * likely[day]
        before[day] /= before[day].sum()
        coming = before[day] @ moves
    known, after = before.copy(), np.ones(season)
    for day in range(days - 2, -1, -1):
        after = moves @ (likely[day + 1] * after)
        after /= after.sum()
        known[day] = before[day] * after
        known[day] /= known[day].sum()
    return known, coming

"""Forecasts one day ahead, rolled over the last days of a series: ours against two simple ones and a library's.

Every forecast of a day is given the days before it and nothing else. Ours is run over some earlier days first, on which
it learns which of its experts to trust; the errors on those days are printed apart.
"""

from __future__ import annotations

import csv
import datetime
import itertools
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
from statsmodels.tools.sm_exceptions import ModelWarning
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from ivr.errors import OnestopError
from ivr.office.forecast import LAGS, DayAhead, mean_of_weeks
from ivr.office.weeks import Array

WARM_UP = 30
"""Earlier days on which ours learns, where there are so many."""

INTERVAL = 30
"""Minutes of an interval whose calls are forecast."""

MOST_CALLS = 1_000_000
"""In an interval of a file."""

COLUMNS = ["day_index", "interval_start", "calls"]
LIBRARY_DAYS = 250
"""Days that the library is fitted to, each day anew: as many as ours looks back on."""

Forecast = Callable[[Array], Array]


def read(path: Path) -> Array:
    """Calls by day and interval of 30 minutes, as far as there are whole ones. Raises OnestopError with the line.

    The file: day_index, interval_start (HH:MM), calls; a row left out of a day counts as no call.
    """
    counts: dict[tuple[int, int], int] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if rows.fieldnames is None or not set(COLUMNS) <= set(rows.fieldnames):
                raise OnestopError(f"{path}:1: these columns are needed: {', '.join(COLUMNS)}")
            for row in rows:
                try:
                    hour, minute = row["interval_start"].split(":")[:2]
                    start = datetime.time(int(hour), int(minute))
                    key, calls = (int(row["day_index"]), 60 * start.hour + start.minute), _count(row["calls"])
                except (ValueError, TypeError, AttributeError):
                    raise OnestopError(f"{path}:{rows.line_num}: expected e.g. 1,07:05,113") from None
                if key in counts or calls < 0:
                    raise OnestopError(f"{path}:{rows.line_num}: twice the same interval, or a count below 0")
                counts[key] = calls
    except (OSError, UnicodeDecodeError) as error:
        raise OnestopError(f"{path} can't be read: {error}") from error
    days = sorted({day for day, _ in counts})
    minutes = sorted({minute for _, minute in counts})
    if len(minutes) < 2:
        raise OnestopError(f"{path}: no intervals in it")
    step = min(after - before for before, after in itertools.pairwise(minutes))
    if INTERVAL % step:
        raise OnestopError(f"{path}: intervals of {step} minutes make no interval of {INTERVAL}")
    begin, whole = minutes[0], (minutes[-1] + step - minutes[0]) // INTERVAL
    read = np.zeros((len(days), whole))
    place = {day: n for n, day in enumerate(days)}
    for (day, minute), count in counts.items():
        if (interval := (minute - begin) // INTERVAL) < whole:
            read[place[day], interval] += count
    return read


def _count(text: str) -> int:
    """A count, also as 113.0. Raises ValueError for a part of a call, and for more than anybody counts."""
    count = float(text)
    if not (count.is_integer() and count <= MOST_CALLS):
        raise ValueError(text)
    return int(count)


def holt_winters(season: int) -> Forecast:
    """statsmodels: additive Holt-Winters with the season of a week for each interval, fitted anew each day."""

    def forecast(history: Array) -> Array:
        history = history[-LIBRARY_DAYS:]
        if len(history) < 2 * season + 2:
            return mean_of_weeks(history, season)
        # an interval that never varies fits at once, which it warns of
        with warnings.catch_warnings(action="ignore", category=ModelWarning), np.errstate(all="ignore"):
            return np.array(
                [
                    ExponentialSmoothing(interval, seasonal="add", seasonal_periods=season).fit().forecast(1)[0]
                    for interval in history.T
                ]
            )

    return forecast


def wape(forecast: Array, actual: Array) -> float:
    """Weighted absolute percentage error: Σ|forecast − actual| ÷ Σ actual, over all intervals of all days, in %."""
    return float(100 * np.abs(forecast - actual).sum() / max(actual.sum(), 1))


def rolled(forecast: Forecast, calls: Array, first: int) -> Array:
    """Forecasts of the days from `first` on, each from the days before it."""
    return np.array([forecast(calls[:day]) for day in range(first, len(calls))])


def rolled_ours(calls: Array, first: int, season: int) -> tuple[Array, Array, int]:
    """Forecasts of the days from `first` on, those of the earlier days on which it learned, and of which day these
    begin; the weights at `first` are printed."""
    ours, begin = DayAhead(season), max(1, first - WARM_UP)
    forecasts = []
    for day in range(begin, len(calls)):
        if day == first:
            days = f"learned on days {begin + 1} to {first}" if begin < first else "at the beginning"
            told = ", ".join(f"{name} {weight:.2f}" for name, weight in zip(ours.EXPERTS, ours.weights, strict=True))
            click.echo(f"  weights {days}: {told}")
        forecasts.append(ours.forecast(calls[:day]))
        ours.learn(calls[day])
    return np.array(forecasts[first - begin :]), np.array(forecasts[: first - begin]), begin


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--test-days", default=30, show_default=True, type=click.IntRange(1), help="Last days, forecast.")
@click.option(
    "--season", default=5, show_default=True, type=click.IntRange(1, 31), help="Days in a week of the series."
)
def main(files: tuple[Path, ...], test_days: int, season: int) -> None:
    """Print the error of each forecast over the last days of each FILE, one day ahead."""
    for path in files:
        try:
            calls = read(path)
        except OnestopError as error:
            raise click.ClickException(str(error)) from error
        first = len(calls) - test_days
        if first < 1:
            raise click.ClickException(f"{path}: only {len(calls)} days; --test-days leaves none to learn from")
        compare(path, calls, first, season)


def compare(path: Path, calls: Array, first: int, season: int) -> None:
    """The errors on the days from `first` on, and on the earlier ones on which ours learned."""
    click.echo(f"{path}: {len(calls)} days of {calls.shape[1]} intervals; forecast: days {first + 1} to {len(calls)}")
    start = time.monotonic()
    ours, learned, begin = rolled_ours(calls, first, season)
    took = time.monotonic() - start
    lagging: dict[str, Forecast] = {
        f"mean of last {LAGS} lags of {season} days": lambda history: mean_of_weeks(history, season),
        f"lag {season}": lambda history: mean_of_weeks(history, season, 1),
    }
    errors = {"ours": wape(ours, calls[first:])}
    errors |= {name: wape(rolled(forecast, calls, first), calls[first:]) for name, forecast in lagging.items()}
    best = min(list(errors.values())[1:])
    errors["statsmodels Holt-Winters"] = wape(rolled(holt_winters(season), calls, first), calls[first:])
    earlier = f"earlier days {begin + 1} to {first}" if first > begin else ""
    click.echo(f"  {'WAPE over 30-minute intervals':36}  test days  {earlier}".rstrip())
    for name, error in errors.items():
        before = ""
        if first > begin and (name == "ours" or name in lagging):
            known = learned if name == "ours" else rolled(lagging[name], calls[:first], begin)
            before = f"{wape(known, calls[begin:first]):10.2f} %"
        click.echo(f"  {name:36} {error:8.2f} % {before}".rstrip())
    if best:
        click.echo(f"  ours against the better simple one: {100 * (1 - errors['ours'] / best):.1f} % less error")
    click.echo(f"  ours took {took / (len(calls) - begin):.2f} s a day")


if __name__ == "__main__":
    main()

"""How long each page takes over a year of calls, on SQLite and PostgreSQL: first and later loads, as a supervisor."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from ivr.records.keys import Keys
from ivr.records.store import Store
from reports import queries
from reports.keeper import Keeper
from reports.period import Period
from tests.benchmarks.make_year import make
from tests.benchmarks.year import ZONE, Year
from tests.postgres import running_postgres
from tests.site import Site

LIMIT_MS = 500
GROUPS: tuple[queries.By | None, ...] = (
    None, "line", "desk", "topic", "agent", "hour", "day", "week", "month", "weekday_hour", "language",
)  # fmt: skip


def pages(first: date, last: date) -> list[str]:
    """The pages, over the year where they have a period."""
    year = f"from={first}&to={last}"
    return [
        "/today",
        *(f"/reports?{year}{more}" for more in ("", "&desk=exams", "&agent=113", "&line=15770000")),
        *(f"/reports/{name}?{year}" for name in ("steps", "waits", "people", "notices", "cases", "staffing", "print")),
        f"/calls?{year}",
        f"/calls?{year}&desk=exams",
        f"/calls?{year}&outcome=abandoned",
        "/messages",
        "/messages?state=dead",
        "/messages/inbox",
        "/cases",
        "/notices",
    ]  # fmt: skip


def measured(url: str, folder: Path, last: date, rounds: int) -> Iterator[tuple[str, float, float]]:
    """Of each page the first load and the median of later ones, in ms; then of each group of tallies."""
    site = Site(folder, url)
    browser = site.as_("supervisor")
    first = last - timedelta(days=364)
    for path in pages(first, last):
        times = [timed(lambda path=path: seen(browser.get(path).status_code, path)) for _ in range(rounds + 1)]  # type: ignore[misc]
        yield path, times[0], statistics.median(times[1:])
    store = Store(url)
    start, end = (datetime.combine(day, datetime.min.time(), ZONE) for day in (first, last + timedelta(days=1)))
    period = Period(start, end, ZONE)
    for by in GROUPS:

        def asked(by: queries.By | None = by) -> None:
            with store.reading() as session:
                queries.tallies(session, period, by)

        times = [timed(asked) for _ in range(rounds + 1)]
        yield f"tallies by {by}", times[0], statistics.median(times[1:])


def seen(status: int, path: str) -> None:
    """A page that isn't one must not look fast."""
    if status != 200:
        raise click.ClickException(f"{path}: {status}")


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """A database of a kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'year.db'}"
    else:
        with running_postgres() as url:
            yield url


@click.command()
@click.option("--calls", default=1_000_000, show_default=True)
@click.option("--on", type=click.Choice(["sqlite", "postgres"]), multiple=True, help="Which databases [both].")
@click.option("--rounds", default=5, show_default=True, help="Later loads, of which the median is taken.")
@click.option("--seed", default=1, show_default=True)
def main(calls: int, on: tuple[str, ...], rounds: int, seed: int) -> None:
    """Make a year, keep its tallies, load every page; print a table."""
    last = datetime.now(ZONE).date() - timedelta(days=1)
    for kind in on or ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory(prefix="bench-reports-") as name, database(kind, Path(name)) as url:
            run(kind, url, Path(name), Year(calls, seed, last, Keys(Path(name) / "keys")), last, rounds)


def run(kind: str, url: str, folder: Path, year: Year, last: date, rounds: int) -> None:
    """Make a year in an empty database, keep its tallies, load every page; print a table."""
    made = timed(lambda: make(url, year))
    keeper = Keeper(Store(url), ZONE)
    kept = timed(lambda: all_kept(keeper))
    click.echo(f"{kind}: made in {made / 1000:.0f} s, kept in {kept / 1000:.0f} s")
    click.echo(f"{'ms':60}{'first':>8}{'later':>8}")
    for what, once, again in measured(url, folder, last, rounds):
        click.echo(f"{what:60}{once:>8.0f}{again:>8.0f}{'' if again < LIMIT_MS else '  over the limit'}")


def all_kept(keeper: Keeper) -> None:
    """Keep everything."""
    while keeper.step():
        pass


if __name__ == "__main__":
    main()

"""Exports against the clock: each in a process of its own, so that its peak of memory is its own."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import insert

from ivr.records.keys import Keys
from ivr.records.models import Call, Leg
from ivr.records.store import Store
from reports.export import figures, written
from reports.export.calls import Listing
from reports.export.document import Format
from reports.period import Period
from reports.search import Wanted
from reports.sought import Filter

START = datetime(2026, 1, 1, tzinfo=UTC)
DESKS = tuple(f"desk{n:02}" for n in range(12))
BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Took:
    """What an export took. cpu_s: of it and nothing else on the machine."""

    what: str
    seconds: float
    cpu_s: float
    peak_mb: float
    size_mb: float

    def __str__(self) -> str:
        return (
            f"{self.what:14} {self.seconds:6.1f} s  {self.cpu_s:6.1f} s of a core  peak {self.peak_mb:5.0f} MB  "
            f"file {self.size_mb:5.1f} MB"
        )


def bench(folder: Path, calls: int) -> Iterator[Took]:
    """Every export of `calls` calls in turn."""
    url = f"sqlite:///{folder / 'db'}"
    keys, store = Keys(folder / "keys"), Store(url)
    store.migrate()
    _fill(store, keys, calls)
    for form in ("xlsx", "csv"):
        yield exported(folder, url, "calls", form)
    yield exported(folder, url, "figures", "pdf")


def exported(folder: Path, url: str, what: str, form: Format) -> Took:
    """One export of everything in a database, in a process of its own; `folder` has its keys, and gets the file."""
    context = multiprocessing.get_context("spawn")
    answers = context.SimpleQueue()
    process = context.Process(target=_export, args=(folder, url, what, form, answers))
    process.start()
    took: Took = answers.get()
    process.join()
    return took


def _export(folder: Path, url: str, what: str, form: Format, answers: multiprocessing.SimpleQueue[Took]) -> None:
    store, path = Store(url), folder / f"{what}.{form}"
    period = Period(START, START + timedelta(days=400), ZoneInfo("Asia/Seoul"))
    before, cpu = time.monotonic(), time.process_time()
    names = figures.Naming("", {}, {}, lambda *place: place)
    if what == "calls":
        listing = Listing(Wanted(period), "ko", Keys(folder / "keys").shown, names, str)
        written.calls(form, listing, listing.rows(store), path)
    else:
        with store.reading() as session:
            whole = figures.document(session, period, "desk", Filter(), names, "ko")
        written.document(form, whole, path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = path.stat().st_size / 1e6
    answers.put(Took(f"{what} {form}", time.monotonic() - before, time.process_time() - cpu, peak, size))


def _fill(store: Store, keys: Keys, calls: int) -> None:
    """Calls a minute apart, each at a desk."""
    for first in range(0, calls, BATCH):
        numbers = range(first, min(first + BATCH, calls))
        with store.transaction() as session:
            session.execute(insert(Call), [_call(n, keys) for n in numbers])
            session.execute(insert(Leg), [_leg(n) for n in numbers])


def _call(n: int, keys: Keys) -> dict[str, object]:
    at = START + timedelta(minutes=n)
    ended = at + timedelta(seconds=90)
    whose = keys.seal(f"010{n * 7919 % 10**8:08}")
    call = {"id": f"n1-{n:07}", "node": "n1", "line": "1000", "language": "ko", "caller": whose}
    return {**call, "started_at": at, "ended_at": ended, "outcome": "answered"}


def _leg(n: int) -> dict[str, object]:
    at = START + timedelta(minutes=n)
    times = {"queued_at": at, "connected_at": at + timedelta(seconds=12), "left_at": at + timedelta(seconds=90)}
    return {"call": f"n1-{n:07}", "n": 0, "desk": DESKS[n % len(DESKS)], "outcome": "answered", **times}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for one in bench(Path(place), int(sys.argv[1]) if len(sys.argv) > 1 else 100_000):
            click.echo(one)

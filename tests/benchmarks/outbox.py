"""Claims a second: the outbox on SQLite and PostgreSQL, beside huey (3.5, SQLite) in the same run.

A claim here is durable (fsync) and survives its worker; huey's takes the task out of the queue, so that a crash loses
it. It is measured with and without fsync.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from huey import SqliteHuey

from callback.outbox import Note, claim, enqueue, settle
from ivr.records.keys import Keys
from ivr.records.store import Store
from tests.postgres import running_postgres


@click.command()
@click.option("--messages", default=2000, show_default=True)
@click.option("--rounds", default=3, show_default=True, help="The best of so many is printed.")
def main(messages: int, rounds: int) -> None:
    """Measure, and print a table."""
    with running_postgres() as url:
        kinds: dict[str, Callable[[Path], tuple[float, float, float]]] = {
            "outbox, SQLite": lambda folder: outbox(folder, f"sqlite:///{folder / 'one.db'}", messages, 1),
            "outbox, SQLite, by eights": lambda folder: outbox(folder, f"sqlite:///{folder / 'one.db'}", messages, 8),
            "outbox, PostgreSQL": lambda folder: outbox(folder, url, messages, 1),
            "outbox, PostgreSQL, by eights": lambda folder: outbox(folder, url, messages, 8),
            "huey, SQLite": lambda folder: huey(folder, messages, fsync=False),
            "huey, SQLite, fsync": lambda folder: huey(folder, messages, fsync=True),
        }
        click.echo(f"{'a second':32}{'promised':>10}{'claimed':>10}{'claimed and done':>18}")
        for name, measure in kinds.items():
            best = (0.0, 0.0, 0.0)
            for _ in range(rounds):
                with tempfile.TemporaryDirectory() as folder:
                    best = max(best, measure(Path(folder)), key=lambda found: found[1])
            click.echo(f"{name:32}{best[0]:>10,.0f}{best[1]:>10,.0f}{best[2]:>18,.0f}")


def outbox(folder: Path, url: str, count: int, batch: int) -> tuple[float, float, float]:
    """Promises, claims, and claims with their results, each in transactions of `batch`; a second."""
    store, keys = Store(url), Keys(folder / "keys")
    store.migrate()
    run = f"{time.time_ns()}"

    def promise(start: int) -> None:
        with store.transaction() as session:
            for n in range(start, start + batch):
                enqueue(session, keys, Note(f"{run}/{n}", "010-2000-0000", "t", "ko", {"name": "가"}))

    def take(_: int) -> None:
        with store.transaction() as session:
            claim(session, "waiting", "w", datetime.now(UTC), batch)

    def finish(_: int) -> None:
        with store.transaction() as session:
            claimed = [(m.id, m.fence) for m in claim(session, "waiting", "w", datetime.now(UTC), batch)]
        with store.transaction() as session:
            for id, fence in claimed:
                settle(session, id, fence, "waiting", state="delivered")

    half = count // 2
    with store.held():  # as a worker does
        return timed(promise, count, batch), timed(take, half, batch), timed(finish, half, batch)


def huey(folder: Path, count: int, *, fsync: bool) -> tuple[float, float, float]:
    """The same of huey: tasks put in, taken out, and taken out and carried out; a second."""
    queue = SqliteHuey(filename=str(folder / "huey.db"), fsync=fsync)

    @queue.task()  # type: ignore[untyped-decorator]
    def nothing(name: str) -> bool:
        return True

    def carry_out(_: int) -> None:
        queue.execute(queue.dequeue())

    half = count // 2
    promised = timed(lambda n: nothing(str(n)), count, 1)
    return promised, timed(lambda _: queue.dequeue(), half, 1), timed(carry_out, half, 1)


def timed(work: Callable[[int], object], count: int, batch: int) -> float:
    """How many a second, `batch` at a time."""
    start = time.perf_counter()
    for n in range(0, count, batch):
        work(n)
    return count / (time.perf_counter() - start)


if __name__ == "__main__":
    main()

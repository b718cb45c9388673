"""Soak of the messages: workers killed again and again, a bulk's rate, and how soon a change is with the citizen."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import click

from callback.outbox import Note, enqueue
from tests.messaging import Installation, fake_twilio, killed_again_and_again, lines, until
from tests.postgres import running_postgres

STEP_S = 0.05
"""How long each of the fake's two statuses before "delivered" lasts."""


@click.command()
@click.option("--kills", default=100, show_default=True)
@click.option("--messages", default=10_000, show_default=True, help="Sent while the worker is killed, and as a bulk.")
@click.option("--rate", default=100, show_default=True, help="Messages a second of the bulk.")
def main(kills: int, messages: int, rate: int) -> None:
    """Run all and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        tally = killed_again_and_again(Path(folder), kills, messages)
        click.echo(f"SQLite, {messages} messages, {kills} × SIGKILL: {tally} ({time.monotonic() - start:.0f} s)")
    with tempfile.TemporaryDirectory() as folder, running_postgres() as url:
        start = time.monotonic()
        tally = killed_again_and_again(Path(folder), kills // 5, messages // 5, url)
        click.echo(
            f"PostgreSQL, {messages // 5} messages, {kills // 5} × SIGKILL: {tally} ({time.monotonic() - start:.0f} s)"
        )
    with tempfile.TemporaryDirectory() as folder:
        measured = bulk_rate(Path(folder), messages, rate)
        click.echo(f"bulk of {messages} at {rate}/s: {measured:.2f}/s ({measured / rate - 1:+.2%})")
    with tempfile.TemporaryDirectory() as folder:
        times = sorted(changes(Path(folder), 100))
        middle = statistics.median(times)
        click.echo(f"change to “delivered”: median {middle:.2f} s, 95 % {times[94]:.2f} s, most {times[-1]:.2f} s")


def bulk_rate(folder: Path, count: int, rate: int) -> float:
    """Messages a second that the provider took of a bulk."""
    state = folder / "accepted.jsonl"
    with fake_twilio(state) as api:
        installation = Installation(folder, api, per_second=rate)
        installation.enqueue(count)
        installation.worker()
        try:
            until(lambda: lines(state) > 0)
            start = time.monotonic()
            until(lambda: lines(state) == count, count / rate * 2)
            return count / (time.monotonic() - start)
        finally:
            installation.end()


def changes(folder: Path, count: int) -> list[float]:
    """Seconds from the commit of a promise until the fake counts it as delivered, one at a time."""
    state, times = folder / "accepted.jsonl", []
    with fake_twilio(state, "--step", str(STEP_S)) as api:
        installation = Installation(folder, api, per_second=100)
        installation.worker()
        try:
            installation.enqueue(1)
            until(lambda: lines(state) == 1)
            for n in range(count):
                with installation.store.transaction() as session:
                    note = Note(
                        f"c/{n}", f"010{30000000 + n}", "assignment", "ko", {"name": "가", "school": "나"}, urgent=True
                    )
                    enqueue(session, installation.keys, note)
                start = time.monotonic()
                until(lambda: lines(state) == n + 2)  # noqa: B023
                times.append(time.monotonic() - start + 2 * STEP_S)
        finally:
            installation.end()
    return times


if __name__ == "__main__":
    main()

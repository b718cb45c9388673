"""`ivr retention`: how long what is kept, and what was deleted."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import click
from sqlalchemy import select

from callback.retention import Retention
from ivr.cli import Program, database, deed, listing, tallies
from ivr.config import Retention as Settings
from ivr.records.keys import Keys
from ivr.records.retention_tables import Deletion


@click.group()
def retention() -> None:
    """Retention: personal data goes when its time is over. The worker sees to it each night.

    \b
    ivr retention show
    ivr retention run --dry-run
    ivr retention protocol
    """


@retention.command()
@click.pass_obj
def show(program: Program) -> None:
    """How many days each kind is kept (config.yaml: retention).

    \b
    Example: ivr retention show
    """
    for kind, field in Settings.model_fields.items():
        click.echo(f"{kind:13}{getattr(program.config.retention, kind):>6} days  {field.description}")


@retention.command()
@click.option("--dry-run", is_flag=True, help="Show what would go; files are not counted.")
@click.pass_obj
def run(program: Program, dry_run: bool) -> None:
    """Delete now what is too old. Cut off, it goes on with the next run.

    \b
    Example: ivr retention run --dry-run
    """
    store, now = database.opened(program), datetime.now(UTC)
    job = Retention(program.config, Keys(program.config.keys_dir), store)
    if dry_run:
        found = (
            f"{one.kind:13}{one.count:>9,}  {one.first:%Y-%m-%d} to {one.last:%Y-%m-%d}" for one in job.preview(now)
        )
        listing.show(found, "nothing is too old")
        return
    deed.showing(program, store, "retention.run")
    zone = program.in_use().calendar.tz
    counted = tallies.before_deletion(store, zone, program.config, now, threading.Event())
    job.run(now, counted=counted)
    click.echo("done: ivr retention protocol")
    if not counted:
        click.echo("calls wait until all of them are counted: ivr tallies", err=True)


@retention.command()
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many lines.")
@click.pass_obj
def protocol(program: Program, limit: int) -> None:
    """What was deleted: day, kind, rule, how many, from when to when. Nothing personal; kept for good.

    \b
    Example: ivr retention protocol --limit 100
    """
    newest = select(Deletion).order_by(Deletion.day.desc(), Deletion.kind, Deletion.days).limit(limit)
    with database.opened(program).reading() as session:
        rows = [_row(row) for row in session.scalars(newest)]
    listing.show(rows, "nothing was deleted yet")


def _row(one: Deletion) -> str:
    rule = f"{one.kind:13}older than {one.days} days"
    return f"{one.day}  {rule}  {one.count:>9,}  {one.first:%Y-%m-%d} to {one.last:%Y-%m-%d}"
